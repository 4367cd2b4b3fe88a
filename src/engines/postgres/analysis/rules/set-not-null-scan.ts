import { defineRule } from '../../../../core/analysis/rule.ts';
import type { Finding } from '../../../../core/analysis/statement.ts';

export const rule = defineRule({
  id: 'set-not-null-scan',
  severity: 'warning',
  title: 'SET NOT NULL reads the whole table while nobody can use it',
  versions: 'all; since 12 a valid CHECK is taken for proof',
  bySize: true,
});

export const setNotNull = (table: string, column: string): Finding =>
  rule.finding(
    `SET NOT NULL reads all of ${table} under an ACCESS EXCLUSIVE lock`,
    `First ADD CONSTRAINT … CHECK (${column} IS NOT NULL) NOT VALID, then VALIDATE CONSTRAINT; SET NOT NULL then takes the constraint for proof, and it can be dropped.`,
    { table },
  );

export const primaryKeyUsingIndex = (table: string): Finding =>
  rule.finding(
    `PRIMARY KEY USING INDEX reads all of ${table} under an ACCESS EXCLUSIVE lock where a key column is still nullable`,
    'Make the key columns NOT NULL beforehand, with a validated CHECK constraint for proof.',
    { table },
  );
