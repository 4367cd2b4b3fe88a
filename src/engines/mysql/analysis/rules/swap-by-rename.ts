import { sameName } from '../../../../core/analysis/statement.ts';
import type { LookThrough } from './look.ts';
import { mysqlRule } from './rule.ts';

export const rule = mysqlRule({
  id: 'swap-by-rename',
  severity: 'warning',
  title: 'Foreign keys of others and triggers stay with the table that is renamed away',
  versions: 'all',
});

/** One table is renamed away, and another takes its name, in one statement or in two. */
export const lookThrough: LookThrough = (script) => {
  const renames = script.flatMap(({ claim }, at) =>
    claim.effects.flatMap((effect) =>
      effect.does === 'rename' && effect.object.type === 'table'
        ? [{ at, from: effect.object.name, to: effect.to }]
        : [],
    ),
  );
  return renames.flatMap(({ at, from, to }, index) => {
    const away = renames.slice(0, index).find((one) => sameName(one.from, to));
    if (away === undefined) return [];
    const finding = rule.finding(
      `${from} takes the name ${to}, but triggers, and foreign keys by which other tables refer to it, go on with ${away.to}`,
      away.at === at
        ? 'Make triggers on the new table before the swap, and foreign keys of others anew; compare the catalogue before the old one goes.'
        : 'Rename both in one RENAME TABLE, or queries fail in between; make triggers on the new table before, and foreign keys of others anew.',
    );
    return [{ at, finding }];
  });
};
