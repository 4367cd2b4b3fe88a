import { defineRule } from '../../../../core/analysis/rule.ts';
import { sameName } from '../../../../core/analysis/statement.ts';
import type { LookThrough } from './look.ts';

export const rule = defineRule({
  id: 'swap-by-rename',
  severity: 'warning',
  title: 'Foreign keys, views and triggers stay with the table that is renamed away',
  versions: 'all',
});

/** One table is renamed away, and another takes its name. */
export const lookThrough: LookThrough = (script) => {
  const renames = script.flatMap(({ claim }, at) =>
    claim.effects.flatMap((effect) =>
      effect.does === 'rename' && effect.object.type === 'table'
        ? [{ at, from: effect.object.name, to: effect.to }]
        : [],
    ),
  );
  return renames.flatMap(({ at, from, to }) => {
    const away = renames.find((one) => one.at < at && sameName(one.from, to));
    if (away === undefined) return [];
    const finding = rule.finding(
      `${from} takes the name ${to}, but foreign keys, views, triggers, privileges and owned sequences stay with ${away.to}`,
      'Make them on the new table before the swap, and point foreign keys and views of others to it; compare the catalogue before the old one goes.',
    );
    return [{ at, finding }];
  });
};
