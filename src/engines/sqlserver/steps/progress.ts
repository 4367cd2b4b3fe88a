import type { StepProgress } from '../../../app/ports/engine.ts';
import type { Step } from '../../../core/plan/plan.ts';
import { operationOf } from '../online/operation.ts';
import { quoteTable } from '../quote.ts';
import type { Connection } from '../session/connection.ts';

/** What the server says about a resumable build, or about what a session does; null where it says nothing. */
export async function readProgress(
  connection: Connection,
  step: Step,
  id: number,
): Promise<StepProgress | null> {
  const build = await readBuild(connection, step.statements.at(-1) ?? '').catch(() => null);
  return build ?? readRequest(connection, id).catch(() => null);
}

interface Percent {
  readonly phase: string | null;
  readonly percent: string | null;
}

async function readBuild(connection: Connection, text: string): Promise<StepProgress | null> {
  const operation = operationOf(text);
  if (operation === null || !connection.server.listsResumable) return null;
  const [row] = await connection.read<Percent>(
    `SELECT CONCAT(N'resumable build of ', name, N': ', state_desc) AS phase,
  CONVERT(varchar(20), percent_complete) AS [percent]
FROM sys.index_resumable_operations WHERE object_id = OBJECT_ID(@table)`,
    { table: quoteTable(operation.table) },
  );
  return toProgress(row);
}

/** Of rollbacks, DBCC, ALTER INDEX … REORGANIZE and few others the server tells how far they are. */
async function readRequest(connection: Connection, id: number): Promise<StepProgress | null> {
  if (!connection.server.listsRequests) return null;
  const [row] = await connection.read<Percent>(
    `SELECT command AS phase, CONVERT(varchar(20), percent_complete) AS [percent]
FROM sys.dm_exec_requests WHERE session_id = ${id} AND percent_complete > 0`,
  );
  return toProgress(row);
}

function toProgress(row: Percent | undefined): StepProgress | null {
  if (row === undefined) return null;
  return { phase: row.phase ?? '', done: Number(row.percent ?? 0), total: 100 };
}
