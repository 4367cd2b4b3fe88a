import { definitionOf } from '../definition.ts';
import { isTemporary } from '../temporary.ts';
import type { Look } from './look.ts';
import { sqlserverRule } from './rule.ts';

export const rule = sqlserverRule({
  id: 'table-without-key',
  severity: 'warning',
  title: 'Rows without a key cannot be copied in batches',
  versions: 'all',
});

export const look: Look = ({ statements }) =>
  statements.flatMap((tokens) => {
    const made = definitionOf(tokens);
    if (made?.by !== 'create-table' || isTemporary(made.table)) return [];
    if (made.constraints.some(({ kind }) => kind === 'primary' || kind === 'unique')) return [];
    return [
      rule.finding(
        `${made.table} has neither a primary nor a unique key: a later backfill has nothing to walk along, and transactional replication refuses it`,
        'Give it a primary key now; on a large table that writes every row anew.',
      ),
    ];
  });
