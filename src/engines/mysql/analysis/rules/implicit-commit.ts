import type { Finding } from '../../../../core/analysis/statement.ts';
import { mysqlRule } from './rule.ts';

export const rule = mysqlRule({
  id: 'implicit-commit',
  severity: 'warning',
  title: 'A schema change inside a transaction commits it',
  versions: 'all',
});

export const implicitCommit = (verb: string): Finding =>
  rule.finding(
    `${verb} stands between BEGIN and COMMIT, but commits what stands before it by itself`,
    'Do not count on all or nothing: what comes before it stays if what comes after it fails.',
  );
