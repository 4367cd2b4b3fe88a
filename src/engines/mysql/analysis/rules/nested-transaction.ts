import type { LookThrough } from './look.ts';
import { mysqlRule } from './rule.ts';

export const rule = mysqlRule({
  id: 'nested-transaction',
  severity: 'warning',
  title: 'A second BEGIN commits what the first one began',
  versions: 'all',
});

export const lookThrough: LookThrough = (script) =>
  script.flatMap(({ claim }, at) => {
    if (claim.kind !== 'begin' || script[at - 1]?.inTransaction !== true) return [];
    const finding = rule.finding(
      'there is no transaction inside another one: the server commits what stands before, and begins anew',
      'Leave the inner one out; SAVEPOINT marks a place to go back to.',
    );
    return [{ at, finding }];
  });
