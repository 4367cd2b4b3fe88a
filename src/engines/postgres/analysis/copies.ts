import { tablesReadBy } from './expressions.ts';
import type { Node } from './parser.ts';
import { all, as, relationName } from './tree.ts';

/** An INSERT … SELECT from another table. */
export interface Copy {
  readonly from: readonly string[];
  readonly into: string;
  /** Those it names; null where it names none. */
  readonly columns: readonly string[] | null;
  /** With ON CONFLICT DO UPDATE. */
  readonly overwrites: boolean;
}

export function copyOf(node: Node): Copy | null {
  const insert = as(node, 'InsertStmt');
  if (insert === undefined) return null;
  const into = relationName(insert.relation);
  const from = tablesReadBy(insert.selectStmt).filter((table) => table !== into);
  const overwrites = insert.onConflictClause?.action === 'ONCONFLICT_UPDATE';
  const named = all(insert.cols, 'ResTarget').map(({ name }) => name ?? '');
  const columns = named.length === 0 ? null : named;
  return from.length === 0 ? null : { from, into, columns, overwrites };
}

/** TRIGGER_TYPE_* of the server (pg_trigger.h). */
const fires = { insert: 4, delete: 8, update: 16, truncate: 32 } as const;

/** A trigger that a statement makes, with what fires it. */
export function triggerOf(node: Node) {
  const trigger = as(node, 'CreateTrigStmt');
  if (trigger === undefined) return null;
  const events = trigger.events ?? 0;
  return {
    name: trigger.trigname ?? '',
    table: relationName(trigger.relation),
    onInsert: (events & fires.insert) > 0,
    onUpdate: (events & fires.update) > 0,
    onDelete: (events & fires.delete) > 0,
  };
}
