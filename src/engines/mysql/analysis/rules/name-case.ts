import { splitName } from '../../quote.ts';
import type { LookThrough } from './look.ts';
import { mysqlRule } from './rule.ts';

export const rule = mysqlRule({
  id: 'name-case',
  severity: 'note',
  title: 'A table name with capital letters is another name on another server',
  versions: 'all; by lower_case_table_names',
});

export const lookThrough: LookThrough = (script) =>
  script.flatMap(({ claim }, at) =>
    claim.effects.flatMap((effect) => {
      const name =
        effect.does === 'create' ? effect.object.name : effect.does === 'rename' ? effect.to : undefined;
      if (name === undefined || !('object' in effect) || effect.object.type !== 'table') return [];
      if (splitName(name).every((part) => part === part.toLowerCase())) return [];
      const finding = rule.finding(
        `${name} and ${name.toLowerCase()} are two tables on Linux and one on other systems: lower_case_table_names decides, and cannot be changed later`,
        'Write table names in small letters.',
      );
      return [{ at, finding }];
    }),
  );
