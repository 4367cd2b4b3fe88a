import type { StepProgress } from '../../../app/ports/engine.ts';
import type { Connection } from '../session/connection.ts';

/**
 * What the server says about the work of one connection; null where it says nothing. MariaDB tells stage and percent
 * in the list of sessions; MySQL counts in performance_schema where the stages' instruments are on, else there is
 * only the state.
 */
export async function readProgress(connection: Connection, id: number): Promise<StepProgress | null> {
  const [row] = await connection.read<Record<string, string | null>>(
    'SELECT * FROM information_schema.processlist WHERE id = ?',
    [id],
  );
  const state = row?.STATE ?? '';
  if (row === undefined || state === '') return null;
  const [stage, stages] = [Number(row.STAGE ?? 0), Number(row.MAX_STAGE ?? 0)];
  if (stages > 0) {
    return { phase: `${state} (stage ${stage} of ${stages})`, done: Number(row.PROGRESS ?? 0), total: 100 };
  }
  return (await readStage(connection, id)) ?? { phase: state, done: 0, total: 0 };
}

async function readStage(connection: Connection, id: number): Promise<StepProgress | null> {
  if (!connection.server.performanceSchema) return null;
  const [row] = await connection
    .read<{ phase: string; done: string | null; total: string | null }>(
      `SELECT e.event_name AS phase, e.work_completed AS done, e.work_estimated AS total
       FROM performance_schema.events_stages_current e JOIN performance_schema.threads t USING (thread_id)
       WHERE t.processlist_id = ? AND e.work_estimated > 0`,
      [id],
    )
    .catch(() => []);
  if (row === undefined) return null;
  const phase = row.phase.replace(/^stage\/(sql|innodb)\//, '');
  return { phase, done: Number(row.done ?? 0), total: Number(row.total ?? 0) };
}
