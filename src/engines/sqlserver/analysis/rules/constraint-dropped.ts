import type { LookThrough, Read } from './look.ts';
import { sqlserverRule } from './rule.ts';

export const rule = sqlserverRule({
  id: 'constraint-dropped',
  severity: 'note',
  title: 'What the constraint kept out may come in',
  versions: 'all',
});

export const lookThrough: LookThrough = (script) =>
  script.flatMap(({ claim }, at) =>
    claim.effects.flatMap((effect) => {
      if (effect.does !== 'drop' || effect.object.type !== 'constraint') return [];
      const { name, table = '' } = effect.object;
      if (goesWithColumn(claim, table) || script.some((read) => makesConstraint(read, table))) return [];
      const finding = rule.finding(
        `nothing keeps out of ${table}, or fills in, what ${name} did; a check or key comes back only when no row breaks it`,
        'Drop it in the contract phase, when the code that counts on it is gone.',
      );
      return [{ at, finding }];
    }),
  );

/** The default of a column has to be dropped before it. */
const goesWithColumn = ({ effects }: Read['claim'], table: string): boolean =>
  effects.some(
    (effect) => effect.does === 'drop' && effect.object.type === 'column' && effect.object.table === table,
  );

const makesConstraint = ({ claim }: Read, table: string): boolean =>
  claim.effects.some(
    (effect) =>
      effect.does === 'create' && effect.object.type === 'constraint' && effect.object.table === table,
  );
