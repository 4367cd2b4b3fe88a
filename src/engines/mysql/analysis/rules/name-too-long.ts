import { splitName } from '../../quote.ts';
import type { LookThrough } from './look.ts';
import { mysqlRule } from './rule.ts';

export const rule = mysqlRule({
  id: 'name-too-long',
  severity: 'error',
  title: 'A name longer than 64 characters is refused',
  versions: 'all',
});

/** Characters (manual, "Identifier Length Limits"). */
const LONGEST = 64;

export const lookThrough: LookThrough = (script) =>
  script.flatMap(({ claim }, at) =>
    claim.effects.flatMap((effect) => {
      const name =
        effect.does === 'create' ? effect.object.name : effect.does === 'rename' ? effect.to : undefined;
      const long =
        name === undefined || !name.includes('.') ? name : splitName(name).find((part) => isLong(part));
      if (long === undefined || !isLong(long)) return [];
      const finding = rule.finding(
        `${long} is ${[...long].length} characters long: the server takes ${LONGEST} and refuses the statement, in the middle of the migration`,
        'Shorten it.',
      );
      return [{ at, finding }];
    }),
  );

const isLong = (name: string): boolean => [...name].length > LONGEST;
