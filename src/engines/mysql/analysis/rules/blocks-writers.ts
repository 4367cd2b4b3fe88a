import type { Finding } from '../../../../core/analysis/statement.ts';
import { mysqlRule } from './rule.ts';

export const rule = mysqlRule({
  id: 'blocks-writers',
  severity: 'danger',
  title: 'Nobody can write to the table while it is worked on',
  versions: 'all; which operations, by version',
  bySize: true,
});

/** @param what the operations, and on which servers */
export const blocksWriters = (table: string, what: string): Finding =>
  rule.finding(
    `nobody can write to ${table} while it is worked on, as long as it is large (${what})`,
    'Make a shadow table: a new table of the wanted shape, filled by a backfill and kept current, and swapped by RENAME TABLE in the contract phase.',
    { table },
  );

export const acceptedCopy = (table: string): Finding =>
  rule.finding(
    `ALGORITHM=COPY or a LOCK clause lets nobody write to ${table} while it is worked on`,
    'Leave the clause out: Lockkeeper asks for the best way that the server knows.',
    { table },
  );
