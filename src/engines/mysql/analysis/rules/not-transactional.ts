import type { Finding } from '../../../../core/analysis/statement.ts';
import { mysqlRule } from './rule.ts';

export const rule = mysqlRule({
  id: 'not-transactional',
  severity: 'warning',
  title: 'A storage engine without transactions leaves half of what fails',
  versions: 'all',
});

export const otherEngine = (table: string, engine: string): Finding =>
  rule.finding(
    `${table} is kept by ${engine}, which knows no transactions: what fails half-way stays half done`,
    'Use ENGINE=InnoDB.',
  );
