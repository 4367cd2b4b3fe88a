import type { StepAttempt } from '../app/ports/engine.ts';
import { AmbiguousError, type FatalError, RetryableError } from '../core/errors.ts';
import type { Step } from '../core/plan/plan.ts';

/** A step that was left this often, with nobody who waited for it, and never took effect is not begun again. */
const UNATTENDED_LIMIT = 3;

/** What is asked of every engine's journal row. */
interface JournalRow {
  readonly state: 'attempted' | 'intended' | 'done';
  readonly unattended: number;
}

/** One attempt at a step in the hands of an engine; `Own` is a session that holds the target alone. */
export interface StepHands<Own, Row extends JournalRow> {
  readonly step: Step;
  /** `running` while the server works on it for an earlier client and the caller's time is up; null: nobody does. */
  atWork(): Promise<StepAttempt | null>;
  /** Throws RetryableError when the target is held by someone else. */
  withTarget(work: (session: Own) => Promise<StepAttempt>): Promise<StepAttempt>;
  /** Asked in `session`, or from outside of any that holds the target. */
  readRow(session: Own | null): Promise<Row | null>;
  carryOut(session: Own, row: Row | null): Promise<StepAttempt>;
  /** Why a step that was left so often is not begun again, and what to do. */
  leftTooOften(times: number): FatalError;
}

/** Carries one step as far as it gets; safe to repeat, whatever died meanwhile. A lost reply is looked into. */
export async function carryStep<Own, Row extends JournalRow>(
  hands: StepHands<Own, Row>,
): Promise<StepAttempt> {
  const running = await hands.atWork();
  if (running !== null) return running;
  try {
    return await hands.withTarget(async (session) => {
      // Read under the lock: nobody else can be about to do it.
      const row = await hands.readRow(session);
      if (row?.state === 'done') return { kind: 'done', alreadyDone: true };
      if (row !== null && row.unattended >= UNATTENDED_LIMIT) throw hands.leftTooOften(row.unattended);
      return hands.carryOut(session, row);
    });
  } catch (error) {
    if (!(error instanceof AmbiguousError)) throw error;
    return settle(hands, error);
  }
}

/** A lost reply is settled by what the server and the journal say. */
async function settle<Own, Row extends JournalRow>(
  hands: StepHands<Own, Row>,
  error: AmbiguousError,
): Promise<StepAttempt> {
  const running = await hands.atWork();
  if (running !== null) return running;
  if ((await hands.readRow(null))?.state === 'done') return { kind: 'done', alreadyDone: false };
  throw new RetryableError(
    `step ${hands.step.id}: the connection was lost and the step did not take effect`,
    { code: 'connection-lost', cause: error },
  );
}
