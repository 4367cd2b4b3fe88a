import type { Backfill } from '../core/plan/plan.ts';

/** What is done to the rows, as SQL or in words. */
export function backfillWork(backfill: Backfill): readonly string[] {
  const { carries } = backfill;
  if (backfill.deletes !== undefined) {
    const { where, reason } = backfill.deletes;
    return [`deleted where ${where}`, `because: ${reason}`];
  }
  if (carries === undefined) {
    const { set, where } = backfill;
    const assignments = Object.entries(set).map(([column, expression]) => `${column} = ${expression}`);
    return [...assignments, ...(where === null ? [] : [`where ${where}`])];
  }
  const { does, into, columns } = carries;
  if (does === 'compare') {
    return [`compared with ${into}, row by row and byte by byte; what differs is carried again`];
  }
  const changed = columns.filter(({ name, from }) => from.replaceAll('"', '') !== name);
  return [
    `copied into ${into}, never over a row that is there`,
    ...changed.map(({ name, from }) => `${name} = ${from}`),
  ];
}

/** Who sees to rows that are written meanwhile; empty where nobody does. */
export function keptInStep(backfill: Backfill): string {
  if (backfill.carries !== undefined) return 'triggers carry along what is written meanwhile';
  if (backfill.deletes !== undefined) return '';
  return backfill.keepCurrent ? 'a trigger keeps rows in step that are written meanwhile' : '';
}
