import type { LookThrough } from './look.ts';
import { sqlserverRule } from './rule.ts';

export const rule = sqlserverRule({
  id: 'unfinished-transaction',
  severity: 'warning',
  title: 'A BEGIN that no COMMIT follows',
  versions: 'all',
});

export const lookThrough: LookThrough = (script) => {
  if (script.at(-1)?.inTransaction !== true) return [];
  const finding = rule.finding(
    'this transaction is not ended by the script: run by hand, its locks stay until the session ends, and then all of it is rolled back',
    'Add COMMIT, or leave BEGIN TRANSACTION out.',
  );
  return [{ at: script.findLastIndex(({ claim }) => claim.kind === 'begin'), finding }];
};
