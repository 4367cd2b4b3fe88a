import type { StepProgress } from '../../../app/ports/engine.ts';
import type { Session } from '../session/session.ts';

/** The server's progress views, each as phase, done, total. A view the server does not have is left out. */
const views: readonly { readonly name: string; readonly select: string }[] = [
  {
    name: 'pg_stat_progress_create_index',
    // Tuples count while the index is written, lockers while waiting for transactions, blocks while scanning.
    select: `phase,
      CASE WHEN lockers_total > lockers_done THEN lockers_done WHEN tuples_total > 0 THEN tuples_done ELSE blocks_done END,
      CASE WHEN lockers_total > lockers_done THEN lockers_total WHEN tuples_total > 0 THEN tuples_total ELSE blocks_total END`,
  },
  {
    name: 'pg_stat_progress_cluster',
    select: `command || ': ' || phase, heap_blks_scanned, heap_blks_total`,
  },
  { name: 'pg_stat_progress_vacuum', select: `'vacuum: ' || phase, heap_blks_scanned, heap_blks_total` },
  {
    name: 'pg_stat_progress_analyze',
    select: `'analyze: ' || phase, sample_blks_scanned, sample_blks_total`,
  },
  { name: 'pg_stat_progress_copy', select: `command, bytes_processed, bytes_total` },
];

/** What the server says about the work of one backend; null where it says nothing. */
export async function readProgress(session: Session, pid: number): Promise<StepProgress | null> {
  const known = await session.read<{ name: string }>(
    `SELECT relname AS name FROM pg_class WHERE relnamespace = 'pg_catalog'::regnamespace AND relname = ANY ($1::text[])`,
    [views.map((view) => view.name)],
  );
  const names = new Set(known.map((row) => row.name));
  const parts = views
    .filter((view) => names.has(view.name))
    .map((view) => `SELECT ${view.select} FROM pg_catalog.${view.name} WHERE pid = $1`);
  if (parts.length === 0) return null;
  const [row] = await session.read<{ phase: string; done: string | null; total: string | null }>(
    `SELECT * FROM (${parts.join(' UNION ALL ')}) p(phase, done, total) LIMIT 1`,
    [pid],
  );
  if (row === undefined) return null;
  return { phase: row.phase, done: Number(row.done ?? 0), total: Number(row.total ?? 0) };
}
