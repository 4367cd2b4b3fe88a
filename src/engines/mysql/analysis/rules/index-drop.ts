import { type Definition, keysIn } from '../definition.ts';
import type { LookThrough, Read } from './look.ts';
import { mysqlRule } from './rule.ts';

export const rule = mysqlRule({
  id: 'index-drop',
  severity: 'note',
  title: 'An index that turns out to be needed comes back by a build only',
  versions: 'MySQL 8.0 and MariaDB 10.6 can hide it first',
});

export const lookThrough: LookThrough = (script) =>
  script.flatMap(({ claim }, at) =>
    claim.effects.flatMap((effect) => {
      if (effect.does !== 'drop' || effect.object.type !== 'index') return [];
      const { table = '', name } = effect.object;
      if (name === 'PRIMARY' || makesTable(script.slice(0, at), table)) return [];
      // What takes its place is there already.
      if (script.slice(0, at + 1).some(({ definition }) => makesIndex(definition, table))) return [];
      const finding = rule.finding(
        `queries that used ${name} of ${table} read the whole table from the instant it is gone`,
        `Hide it first, and look for some days: ALTER INDEX ${name} INVISIBLE (MySQL 8.0), IGNORED (MariaDB 10.6).`,
      );
      return [{ at, finding }];
    }),
  );

const makesTable = (script: readonly Read[], table: string): boolean =>
  script.some(({ definition }) => definition?.table === table && definition.by === 'create-table');

const makesIndex = (definition: Definition | null, table: string): boolean =>
  definition?.table === table && keysIn(definition).length > 0;
