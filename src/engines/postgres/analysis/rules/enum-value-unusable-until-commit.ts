import { defineRule } from '../../../../core/analysis/rule.ts';
import type { Finding } from '../../../../core/analysis/statement.ts';

export const rule = defineRule({
  id: 'enum-value-unusable-until-commit',
  severity: 'note',
  title: 'A new enum value cannot be used in its own transaction',
  versions: 'since 12',
});

export const enumValue = (value: string): Finding =>
  rule.finding(
    `${value} can be used only after the step that adds it has committed (PostgreSQL 12 and later)`,
    'Use the value in a later migration, or in the contract phase.',
  );
