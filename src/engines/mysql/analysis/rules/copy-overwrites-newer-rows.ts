import { copyOf, triggerOf } from '../copies.ts';
import type { LookThrough } from './look.ts';
import { mysqlRule } from './rule.ts';

export const rule = mysqlRule({
  id: 'copy-overwrites-newer-rows',
  severity: 'warning',
  title: 'A copy that overwrites puts older rows over newer ones',
  versions: 'all',
});

/** Triggers keep the copy current, and the copy itself is a REPLACE or says ON DUPLICATE KEY UPDATE. */
export const lookThrough: LookThrough = (script) => {
  const kept = new Set(script.map(({ tokens }) => triggerOf(tokens)?.table));
  return script.flatMap(({ tokens }, at) => {
    const copy = copyOf(tokens);
    const source = copy?.overwrites ? copy.from.find((table) => kept.has(table)) : undefined;
    if (copy === null || source === undefined) return [];
    const finding = rule.finding(
      `a trigger on ${source} writes newer rows into ${copy.into} while this copy runs, and the copy puts the older ones over them`,
      'Let the copy pass over rows that are there: ON DUPLICATE KEY UPDATE id = id; only the trigger may overwrite.',
    );
    return [{ at, finding }];
  });
};
