import type { LookThrough } from './look.ts';
import { sqlserverRule } from './rule.ts';

export const rule = sqlserverRule({
  id: 'nested-transaction',
  severity: 'warning',
  title: 'An inner COMMIT commits nothing, an inner ROLLBACK everything',
  versions: 'all',
});

export const lookThrough: LookThrough = (script) =>
  script.flatMap(({ claim }, at) => {
    if (claim.kind !== 'begin' || script[at - 1]?.inTransaction !== true) return [];
    const finding = rule.finding(
      'there is no transaction inside another one: the server only counts, its COMMIT commits nothing, and its ROLLBACK takes back all of it',
      'Leave the inner one out.',
    );
    return [{ at, finding }];
  });
