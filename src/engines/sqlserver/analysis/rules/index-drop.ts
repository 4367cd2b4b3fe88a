import type { LookThrough, Read } from './look.ts';
import { sqlserverRule } from './rule.ts';

export const rule = sqlserverRule({
  id: 'index-drop',
  severity: 'note',
  title: 'An index that turns out to be needed comes back by a build only',
  versions: 'all',
});

export const lookThrough: LookThrough = (script) =>
  script.flatMap(({ claim }, at) =>
    claim.effects.flatMap((effect) => {
      if (effect.does !== 'drop' || effect.object.type !== 'index') return [];
      const { table = '', name } = effect.object;
      // What takes its place is there already.
      if (script.slice(0, at + 1).some((read) => makesIndex(read, table))) return [];
      const finding = rule.finding(
        `queries that used ${name} of ${table} read the whole table from the instant it is gone`,
        'Look in sys.dm_db_index_usage_stats whether anybody used it since the server was started; there is no hiding it first.',
      );
      return [{ at, finding }];
    }),
  );

const makesIndex = ({ claim }: Read, table: string): boolean =>
  claim.effects.some(
    (effect) =>
      effect.does === 'create' &&
      ((effect.object.type === 'index' && effect.object.table === table) ||
        (effect.object.type === 'table' && effect.object.name === table)),
  );
