import { FatalError } from '../../../core/errors.ts';
import type { Step } from '../../../core/plan/plan.ts';
import { quoteTable } from '../quote.ts';
import type { Connection } from '../session/connection.ts';
import type { Session } from '../session/session.ts';
import type { AloneStatement } from './alone-statement.ts';
import type { IntentNote } from './journal.ts';

type Build = Extract<AloneStatement, { does: 'build' }>;

/** What was there before the first attempt. Throws FatalError when that stands in the way. */
export async function look(session: Session, step: Step, statement: AloneStatement): Promise<IntentNote> {
  if (statement.does !== 'build') return { present: false };
  const present = await isThere(session, statement);
  if (present && !statement.hedged) {
    throw new FatalError(
      `step ${step.id}: ${statement.what} ${statement.name} of ${statement.table} was there before this run`,
      {
        code: 'already-exists',
        remedy: 'give the new one another name, or guard the statement if it is the same',
      },
    );
  }
  return { present };
}

/** The statement has taken effect; never known of what leaves nothing that is its own. */
export async function isInEffect(session: Session, statement: AloneStatement): Promise<boolean> {
  return statement.does === 'build' && (await isThere(session, statement));
}

/** The server said it is done; where that can be seen, it must be seen. */
export async function confirm(session: Session, step: Step, statement: AloneStatement): Promise<void> {
  if (statement.does !== 'build' || (await isThere(session, statement))) return;
  throw new FatalError(
    `step ${step.id} was reported as done by the server, but the catalogue does not show it`,
    { code: 'not-in-effect', remedy: 'look whether someone else changes the same objects' },
  );
}

async function isThere(session: Session, { what, name, table }: Build): Promise<boolean> {
  const rows = await session.read(
    what === 'index'
      ? 'SELECT 1 AS found FROM sys.indexes WHERE object_id = OBJECT_ID(@table) AND name = @name AND is_disabled = 0'
      : 'SELECT 1 AS found FROM sys.objects WHERE parent_object_id = OBJECT_ID(@table) AND name = @name',
    { table: quoteTable(table), name },
  );
  return rows.length > 0;
}

/** A build that was paused, by its time limit or because its session has ended, and waits to be taken up again. */
export interface PausedBuild {
  /** As the catalogue spells it. */
  readonly name: string;
  readonly percent: number;
}

/** Null where none is paused; of a table there is one at a time. */
export async function pausedBuild(connection: Connection, table: string): Promise<PausedBuild | null> {
  if (!connection.server.listsResumable) return null;
  const [row] = await connection.read<{ name: string; percent: string }>(
    `SELECT name, CONVERT(varchar(20), percent_complete) AS [percent] FROM sys.index_resumable_operations
WHERE object_id = OBJECT_ID(@table) AND state_desc = N'PAUSED'`,
    { table: quoteTable(table) },
  );
  return row === undefined ? null : { name: row.name, percent: Number(row.percent) };
}
