import type { RunEvent } from '../../app/ports/run-store.ts';
import type { Plan } from '../../core/plan/plan.ts';
import type { Snapshot } from '../local/follow.ts';
import type { Writers } from './writers.ts';

/** One table taking the place of another, as the writers met it. */
export interface SwapFigures {
  readonly step: string;
  /** How often it was given up because a lock was not to be had in time, and begun again. */
  readonly retries: number;
  /** The longest that a writer's statement took which was under way meanwhile, in milliseconds. */
  readonly maxBlockedMs: number;
}

/** The swaps of a run, in their order. Each is looked at from the end of what came before it, with all its attempts. */
export function measureSwaps(
  { plan, events }: Pick<Snapshot, 'plan' | 'events'>,
  writers: Pick<Writers, 'longestBetween'>,
): readonly SwapFigures[] {
  return swapSteps(plan).flatMap((step) => {
    const end = events.findIndex((event) => event.step === step && event.text.startsWith(`${step} done`));
    const done = events[end];
    if (done === undefined) return [];
    const start = events.findLastIndex((event, index) => index < end && !isAttempt(event, step));
    const from = events[start] ?? done;
    return {
      step,
      retries: end - start - 1,
      maxBlockedMs: writers.longestBetween(Date.parse(from.at), Date.parse(done.at)),
    };
  });
}

const isAttempt = (event: RunEvent, step: string): boolean =>
  event.kind === 'lock-wait' && event.step === step;

const swapSteps = ({ steps, rollback }: Plan): readonly string[] =>
  [...steps, ...rollback.undo]
    .filter(({ effects }) => effects.some((effect) => effect.does === 'alter' && effect.what === 'replaced'))
    .map(({ id }) => id);
