import { defineRule } from '../../../../core/analysis/rule.ts';
import type { Finding } from '../../../../core/analysis/statement.ts';
import { copyMessage } from '../syntax-problems.ts';

export const rule = defineRule({
  id: 'copy-from-stdin',
  severity: 'error',
  title: 'COPY … FROM STDIN has no rows outside psql',
  versions: 'all',
});

export const copyFromStdin = (): Finding =>
  rule.finding(copyMessage, 'Write INSERT statements, or load the rows outside the migration.');
