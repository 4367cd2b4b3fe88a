import type { Finding } from '../../../../core/analysis/statement.ts';
import { sqlserverRule } from './rule.ts';

export const rule = sqlserverRule({
  id: 'destructive-statement',
  severity: 'danger',
  title: 'Data or objects are lost that no down script brings back',
  versions: 'all',
});

export const destructive = (what: string): Finding =>
  rule.finding(
    `${what}; no down script brings this back`,
    'Run it in the contract phase, after the new code is out: until then everything can be undone without a restore.',
  );
