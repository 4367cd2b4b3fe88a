import type { RetryableError } from '../core/errors.ts';
import { poll } from './pause.ts';

/** A lock may be free again a moment after its holder was last seen. */
const FREE_WITHIN_MS = 2_000;
const ASK_EVERY_MS = 25;

/** The lock of a target, asked for by a session of ours; `Holder` is what the engine knows of those who hold it. */
export interface TargetLock<Holder> {
  /** True when the session now holds the target alone. */
  lock(): Promise<boolean>;
  holders(): Promise<readonly Holder[]>;
  /** A session of the run that asks; its client died. */
  isOurs(holder: Holder): boolean;
  /** Ends sessions and resolves when they are gone. */
  end(holders: readonly Holder[]): Promise<void>;
  describe(holder: Holder): string;
}

/** Takes the lock, ending sessions of our own run that are left on it. Null when it is ours, else who holds it. */
export async function takeTarget<Holder>(
  target: TargetLock<Holder>,
  signal: AbortSignal,
): Promise<string | null> {
  let last = 'a session that is just ending';
  const ask = async (): Promise<{ readonly heldBy: string | null } | null> => {
    if (await target.lock()) return { heldBy: null };
    const holders = await target.holders();
    const stranger = holders.find((holder) => !target.isOurs(holder));
    if (stranger !== undefined) return { heldBy: target.describe(stranger) };
    last = holders.map(target.describe).join(', ') || last;
    await target.end(holders);
    return null;
  };
  const answer = await poll(ask, FREE_WITHIN_MS, ASK_EVERY_MS, signal);
  return answer === null ? last : answer.heldBy;
}

/**
 * Takes the lock for one step, ending sessions of our own run that are left on it. Throws what `busy` makes of the
 * holders when others hold it.
 */
export async function takeForStep<Holder>(
  target: Omit<TargetLock<Holder>, 'describe'>,
  busy: (holders: readonly Holder[]) => RetryableError,
): Promise<void> {
  if (await target.lock()) return;
  const holders = await target.holders();
  if (!holders.every((holder) => target.isOurs(holder))) throw busy(holders);
  await target.end(holders);
  if (!(await target.lock())) throw busy(await target.holders());
}
