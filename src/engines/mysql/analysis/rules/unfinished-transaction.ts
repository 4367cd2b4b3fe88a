import type { LookThrough } from './look.ts';
import { mysqlRule } from './rule.ts';

export const rule = mysqlRule({
  id: 'unfinished-transaction',
  severity: 'warning',
  title: 'A BEGIN that no COMMIT follows',
  versions: 'all',
});

export const lookThrough: LookThrough = (script) => {
  const last = script.at(-1);
  if (last === undefined || !last.inTransaction) return [];
  const finding = rule.finding(
    'this transaction is not ended by the script: run by hand or by another tool, what follows its last schema change is rolled back when the session ends',
    'Add COMMIT, or leave BEGIN out.',
  );
  return [{ at: script.findLastIndex(({ claim }) => claim.kind === 'begin'), finding }];
};
