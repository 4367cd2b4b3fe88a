import { defineRule } from '../../../../core/analysis/rule.ts';
import { copyOf, triggerOf } from '../copies.ts';
import type { LookThrough } from './look.ts';

export const rule = defineRule({
  id: 'copy-overwrites-newer-rows',
  severity: 'warning',
  title: 'A copy that overwrites puts older rows over newer ones',
  versions: 'all',
});

/** A trigger keeps the copy current, and the copy itself says ON CONFLICT DO UPDATE. */
export const lookThrough: LookThrough = (script) => {
  const kept = new Set(script.map(({ node }) => triggerOf(node)?.table));
  return script.flatMap(({ node }, at) => {
    const copy = copyOf(node);
    const source = copy?.overwrites ? copy.from.find((table) => kept.has(table)) : undefined;
    if (copy === null || source === undefined) return [];
    const finding = rule.finding(
      `a trigger on ${source} writes newer rows into ${copy.into} while this copy runs, and ON CONFLICT DO UPDATE puts the older ones over them`,
      'Copy with ON CONFLICT DO NOTHING: what the trigger has written is newer; only the trigger may overwrite.',
    );
    return [{ at, finding }];
  });
};
