import { keysIn } from '../definition.ts';
import type { Look } from './look.ts';
import { mysqlRule } from './rule.ts';

export const rule = mysqlRule({
  id: 'table-without-key',
  severity: 'warning',
  title: 'Rows without a key cannot be copied in batches, and replicas look for each of them',
  versions: 'all',
});

export const look: Look = ({ definition }) => {
  if (definition?.by !== 'create-table') return [];
  if (keysIn(definition).some(({ kind }) => kind !== 'index')) return [];
  return [
    rule.finding(
      `${definition.table} has neither a primary nor a unique key: a later backfill has nothing to walk along, and a replica reads the whole table for each row that changes`,
      'Give it a primary key now; on a large table that writes every row anew.',
    ),
  ];
};
