import { sameName } from '../../../../core/analysis/statement.ts';
import type { LookThrough } from './look.ts';
import { sqlserverRule } from './rule.ts';

export const rule = sqlserverRule({
  id: 'swap-by-rename',
  severity: 'warning',
  title: 'Foreign keys and triggers stay with the table that is renamed away',
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
      `${from} takes the name ${to}, but foreign keys of others, triggers, privileges and the names of constraints stay with ${away.to}; views and procedures keep their plans until they are refreshed`,
      'Make them on the new table before the swap, run sp_refreshsqlmodule behind it, and compare the catalogue before the old one goes.',
    );
    return [{ at, finding }];
  });
};
