import type { Finding } from '../../../../core/analysis/statement.ts';
import { mysqlRule } from './rule.ts';

export const rule = mysqlRule({
  id: 'definer',
  severity: 'warning',
  title: 'A definer who is not there fails at the first use',
  versions: 'all',
});

export const foreignDefiner = (definer: string): Finding =>
  rule.finding(
    `DEFINER = ${definer} needs SUPER or SET_USER_ID unless it is the user of the run, and fails at its first use where there is no such user`,
    'Leave DEFINER out: the user who runs the migration becomes the definer.',
  );
