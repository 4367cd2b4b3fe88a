import type { StepAttempt } from '../../../app/ports/engine.ts';
import type { Step, UndoStep } from '../../../core/plan/plan.ts';
import { analyze } from '../analysis/analyze.ts';
import { onlineLimits } from '../online/with-online-options.ts';
import { quoteIdentifier, quoteTable } from '../quote.ts';
import type { Connection } from '../session/connection.ts';
import type { OwnSession } from '../session/session.ts';
import type { AloneStatement } from './alone-statement.ts';
import { type PausedBuild, pausedBuild } from './standing.ts';

/** A statement that the server takes up again where it was interrupted. */
export type Resumable = Extract<AloneStatement, { table: string }>;

export const asResumable = (statement: AloneStatement): Resumable | null =>
  'resumable' in statement && statement.resumable ? statement : null;

/**
 * Takes a paused build up again, for as long as one invocation may last. The index of a constraint has no name of its
 * own until it is finished: ALL means the one build that is paused on the table.
 */
export function resumeStatement(statement: Resumable, paused: PausedBuild): string {
  const minutes = Math.floor(onlineLimits.sliceMs / 60_000);
  const name =
    statement.does === 'build' && statement.what === 'constraint' ? 'ALL' : quoteIdentifier(paused.name);
  return `ALTER INDEX ${name} ON ${quoteTable(statement.table)} RESUME WITH (MAX_DURATION = ${minutes} MINUTES)`;
}

/** What is said of a build that has been paused. */
export const pausedAttempt = (paused: PausedBuild): StepAttempt => ({
  kind: 'running',
  progress: { phase: `resumable build of ${paused.name}: PAUSED`, done: paused.percent, total: 100 },
});

/** Gives up builds that were paused and that this undo step would drop if they were finished. */
export async function abortPausedBuilds(
  connection: Connection,
  session: OwnSession,
  step: Step | UndoStep,
): Promise<void> {
  if (!('undoes' in step) || !connection.server.listsResumable) return;
  for (const text of step.statements) {
    for (const effect of analyze({ path: 'step', text }).flatMap(({ effects }) => effects)) {
      if (effect.does !== 'drop' || effect.object.table === undefined) continue;
      const { type, name, table } = effect.object;
      if (type !== 'index' && type !== 'constraint') continue;
      const paused = await pausedBuild(connection, table);
      if (paused === null || (type === 'index' && paused.name !== name)) continue;
      const which = type === 'index' ? quoteIdentifier(name) : 'ALL';
      await session.read(`ALTER INDEX ${which} ON ${quoteTable(table)} ABORT`);
    }
  }
}
