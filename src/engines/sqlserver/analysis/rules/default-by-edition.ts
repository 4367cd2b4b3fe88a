import type { Finding } from '../../../../core/analysis/statement.ts';
import { sqlserverRule } from './rule.ts';

export const rule = sqlserverRule({
  id: 'default-by-edition',
  severity: 'note',
  title: 'Whether a default is written into every row depends on the edition',
  versions: 'all; noted in the catalogue since 2012 on Enterprise edition and in Azure SQL',
  bySize: true,
});

/** Where the server is not known. */
export const defaultRewrite = (table: string, column: string): Finding =>
  rule.finding(
    `Enterprise edition notes the default of ${column} in the catalogue; every other one writes each row of ${table} while nobody can use it`,
    remedy,
    { table },
  );

/** @param why the server, or the type, that has every row written */
export const defaultWritten = (table: string, column: string, why: string): Finding =>
  rule.finding(
    `the default of ${column} is written into each row of ${table} while nobody can use it (${why})`,
    remedy,
    { severity: 'warning', table },
  );

const remedy = 'Add it NULL, fill it by a backfill, then ALTER COLUMN … NOT NULL.';
