import { type Effect, sameName } from '../analysis/statement.ts';
import type { Check } from '../checks.ts';
import type { Problem } from '../errors.ts';
import type { Located, Manifest } from '../manifest/manifest.ts';
import { type Doubt, doubtAfterAll, isDoubtful } from './doubt.ts';
import { isKnownAbsent } from './hedges.ts';
import type { KnownSchema } from './missing.ts';
import type { StatementGroup } from './steps.ts';
import { noColumn, noTable, type UnknownName } from './unknown-names.ts';

/** What a check looks at. */
interface Named {
  readonly table: string;
  readonly columns: readonly string[];
}

/** The tables that checks name, and of each the columns. */
export function namedIn(check: Check): readonly Named[] {
  switch (check.check) {
    case 'no_nulls':
    case 'unique':
      return [check];
    case 'no_orphans':
      return [check, check.references];
    case 'row_count':
    case 'constraint_valid':
      return [{ table: check.table, columns: [] }];
    default:
      return [];
  }
}

/**
 * Checks of tables and columns that are not there when they are asked: a check that cannot pass would let the whole
 * migration be carried out first, and taken back after. What may be there is let through.
 * @param expand what comes between the checks before and those after
 * @param knownAfter where a table has been replaced in between
 */
export function findMissingInChecks(
  checks: Manifest['checks'],
  expand: readonly StatementGroup[],
  known: KnownSchema,
  knownAfter: KnownSchema = known,
): Problem[] {
  const nothing: Changes = { effects: [], doubt: 'no names' };
  return [
    ...findIn(checks.before, 'before', nothing, known),
    ...findIn(checks.after, 'after', changesOf(expand), knownAfter),
  ];
}

interface Changes {
  readonly effects: readonly Effect[];
  readonly doubt: Doubt;
}

const changesOf = (groups: readonly StatementGroup[]): Changes => ({
  effects: groups.flatMap((group) => group.statements).flatMap((statement) => statement.effects),
  doubt: doubtAfterAll(groups),
});

function findIn(
  checks: readonly Located<Check>[],
  when: 'before' | 'after',
  changes: Changes,
  known: KnownSchema,
): Problem[] {
  return checks.flatMap(({ value, path: file, line, column }, index) =>
    namedIn(value)
      .flatMap((named) => complaints(named, changes, known))
      .map((complaint) => ({ file, line, column, path: `checks.${when}[${index}]`, ...complaint })),
  );
}

function complaints(
  { table, columns }: Named,
  { effects, doubt }: Changes,
  schema: KnownSchema,
): UnknownName[] {
  if (isDoubtful(doubt, table) || effects.some((effect) => makesRelation(effect, table))) return [];
  if (isKnownAbsent(schema, table)) return [noTable(table, schema.tableNames ?? [])];
  const facts = Object.hasOwn(schema.tables, table) ? schema.tables[table] : undefined;
  if (facts === null || facts === undefined) return [];
  const there = facts.columns.map(({ name }) => name);
  const known = new Set([...there, ...effects.flatMap(columnGiven)].map(bare));
  return columns.filter((column) => !known.has(bare(column))).map((column) => noColumn(table, column, there));
}

/** Not every engine tells capitals from small letters. */
const bare = (name: string): string => name.toLowerCase();

function makesRelation(effect: Effect, name: string): boolean {
  if (effect.does === 'write' || effect.object.type === 'column') return false;
  if (effect.does === 'create') return sameName(effect.object.name, name);
  return effect.does === 'rename' && sameName(effect.to, name);
}

/** Of whichever table: what a parent is given, its partitions have as well. */
function columnGiven(effect: Effect): string[] {
  if (effect.does === 'write' || effect.object.type !== 'column') return [];
  if (effect.does === 'create') return [effect.object.name];
  return effect.does === 'rename' ? [effect.to] : [];
}
