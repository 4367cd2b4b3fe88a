import { defineRule } from '../../../../core/analysis/rule.ts';
import type { Finding } from '../../../../core/analysis/statement.ts';

export const rule = defineRule({
  id: 'constraint-not-not-valid',
  severity: 'warning',
  title: 'A new constraint is checked against every row while others wait',
  versions: 'all; NOT NULL … NOT VALID since 18',
  bySize: true,
});

export const constraintNotNotValid = (table: string, kind: 'check' | 'foreign key' | 'not null'): Finding =>
  rule.finding(
    `the ${kind} constraint is checked against every row of ${table} while ${kind === 'foreign key' ? 'nobody can write to either table' : 'nobody can read or write it'}`,
    'Add it NOT VALID, then run VALIDATE CONSTRAINT in a statement of its own: that lets readers and writers through.',
    { table },
  );
