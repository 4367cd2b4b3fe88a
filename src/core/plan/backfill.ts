import { sameName } from '../analysis/statement.ts';
import type { Problem } from '../errors.ts';
import type { BackfillSpec, WalkSpec } from '../manifest/manifest.ts';
import { doubtAfterAll, isDoubtful } from './doubt.ts';
import type { ColumnBackfill, KeyColumn, Walk } from './plan.ts';
import type { StatementGroup } from './steps.ts';
import { noColumn, noTable } from './unknown-names.ts';

/** What planning needs to know of a table; read from the server beforehand. */
export interface TableKnowledge {
  readonly table: string;
  readonly rowsEstimate: number;
  readonly columns: readonly { readonly name: string; readonly nullable: boolean }[];
  readonly keys: readonly {
    readonly name: string;
    readonly primary: boolean;
    readonly columns: readonly KeyColumn[];
    readonly refused: string | null;
  }[];
}

export type BackfillResult =
  | { readonly ok: true; readonly backfill: ColumnBackfill }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/** Rows of a partition below which cutting further costs more than it gains. */
const rowsWorthAPartition = 20_000;
/** Partitions a worker, where there are several: one that is slow does not leave the others idle at the end. */
const shares = 4;

const notAdded = ', and the expand phase does not add one';

/** What else may be known. */
export interface Surroundings {
  /** Columns that the expressions read. */
  readonly reads?: readonly string[] | undefined;
  /** Tables that a person may have meant by an unknown name. */
  readonly tableNames?: readonly string[] | undefined;
}

/** Chooses the key and the partitions of one backfill, or says what is wrong with it. */
export function planBackfill(
  spec: BackfillSpec,
  ordinal: number,
  table: TableKnowledge | null,
  expand: readonly StatementGroup[],
  { reads = [], tableNames = [] }: Surroundings = {},
): BackfillResult {
  const problem = (message: string, expected?: string): Problem => ({
    file: spec.table.path,
    line: spec.table.line,
    column: spec.table.column,
    path: `backfill[${ordinal}]`,
    message,
    ...(expected === undefined ? {} : { expected }),
  });
  if (table === null) {
    const { message, expected } = noTable(spec.table.value, tableNames);
    return { ok: false, problems: [problem(message, expected)] };
  }
  const known = new Set([
    ...table.columns.map((column) => column.name),
    ...columnsAdded(expand, spec.table.value),
  ]);
  // Found by the server only when the trigger is there, an unknown column would fail the application's writes.
  const read = isDoubtful(doubtAfterAll(expand), spec.table.value) ? [] : reads;
  const problems = [...new Set([...Object.keys(spec.set), ...(spec.key ?? []), ...read])]
    .filter((column) => !known.has(column))
    .map((column) => {
      const { message, expected } = noColumn(spec.table.value, column, [...known], notAdded);
      return problem(message, expected);
    });
  const walk = planWalk(spec, table);
  if (typeof walk === 'string') problems.push(problem(walk, walkableKey));
  if (typeof walk === 'string' || problems.length > 0) return { ok: false, problems };
  const { set, where = null, keepCurrent } = spec;
  return { ok: true, backfill: { ...walk, ordinal, set, where, keepCurrent } };
}

/** What is expected where there is no key to walk along. */
export const walkableKey = 'a key whose columns are NOT NULL and compare exactly';

/** The way through a table, or why there is none. */
export function planWalk(spec: WalkSpec, table: TableKnowledge): Omit<Walk, 'ordinal'> | string {
  const key = chooseKey(spec, table);
  if (typeof key === 'string') return key;
  const { batch, parallelism, pace } = spec;
  const wanted = Math.ceil(table.rowsEstimate / rowsWorthAPartition);
  return {
    table: table.table,
    key,
    batch,
    parallelism,
    partitions: parallelism === 1 ? 1 : Math.max(1, Math.min(wanted, parallelism * shares)),
    pace,
    rowsEstimate: table.rowsEstimate,
  };
}

function columnsAdded(expand: readonly StatementGroup[], table: string): string[] {
  return expand.flatMap((group) =>
    group.statements.flatMap((statement) =>
      statement.effects.flatMap((effect) => {
        if (effect.does === 'write' || effect.object.type !== 'column') return [];
        if (!sameName(effect.object.table ?? '', table)) return [];
        if (effect.does === 'rename') return [effect.to];
        return effect.does === 'create' ? [effect.object.name] : [];
      }),
    ),
  );
}

function chooseKey(spec: WalkSpec, table: TableKnowledge): readonly KeyColumn[] | string {
  const wanted = spec.key;
  if (wanted !== undefined) {
    const matches = table.keys.filter(
      (key) => key.columns.map((column) => column.name).join() === wanted.join(),
    );
    const match = matches.find((key) => key.refused === null) ?? matches[0];
    if (match === undefined) return `${wanted.join(', ')} is not a primary or unique key of ${table.table}`;
    return match.refused === null
      ? match.columns
      : `key (${wanted.join(', ')}) cannot be walked along: ${match.refused}`;
  }
  const usable = table.keys.find((key) => key.refused === null);
  if (usable !== undefined) return usable.columns;
  const [first] = table.keys;
  if (first === undefined)
    return `table ${table.table} has neither a primary key nor a unique key to walk along`;
  const reasons = table.keys.map((key) => `${key.name}: ${key.refused ?? ''}`).join('; ');
  return `table ${table.table} has no key that can be walked along (${reasons})`;
}
