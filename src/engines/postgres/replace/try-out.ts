import type { Obstacle, ReplacementInput } from '../../../app/ports/replacement.ts';
import { LockkeeperError } from '../../../core/errors.ts';
import { serverErrorOf } from '../errors.ts';
import { quoteIdentifier, quoteTable } from '../quote.ts';
import type { Connection } from '../session/connection.ts';
import type { Session } from '../session/session.ts';
import type { Found } from './draft.ts';
import { type Mapping, mapColumns } from './mapping.ts';
import { newTableTexts } from './new-table.ts';
import { readObstacles } from './obstacles.ts';
import type { Places } from './places.ts';
import { insertHead, keyNames, listed, rowName } from './rows.ts';
import { pairSequences } from './sequences.ts';
import { readShape, type Shape } from './shape.ts';
import { readSurroundings, type Surroundings, type View } from './surroundings.ts';

interface Obstacles {
  readonly obstacles: readonly Obstacle[];
}

/**
 * Makes the new table in a transaction, has the server read every statement that will carry rows, and undoes it all.
 * Of the table in use it takes no lock that a reader or writer would notice.
 */
export async function tryOut(
  connection: Connection,
  input: ReplacementInput,
  places: Places,
): Promise<Found | Obstacles> {
  const session = await connection.more(connection.runId, 'try-out', 'ordinary');
  try {
    await session.read(`BEGIN; SET LOCAL lock_timeout = '200ms'; SET LOCAL search_path = ''`);
    return await tryIn(session, input, places);
  } finally {
    // Its transaction goes with it.
    await connection.release(session);
  }
}

async function tryIn(session: Session, input: ReplacementInput, places: Places): Promise<Found | Obstacles> {
  const standing = await readObstacles(session, places.live);
  if (standing.length > 0)
    return {
      obstacles: standing.map((reason) => ({
        at: ['table'],
        message: `table ${places.live} cannot be replaced: ${reason}`,
      })),
    };
  const before = await readShape(session, places.live);
  const surroundings = await readSurroundings(session, places.live);
  const made = await makeTable(session, input, places, surroundings);
  if (made !== null) return { obstacles: [made] };
  const after = await readShape(session, places.fresh);

  const mapped = mapColumns(before, after, input.key, input);
  if (!mapped.ok) return mapped;
  const { up, down } = mapped;
  const sequences = pairSequences(before, after, up, places);
  const obstacles = [
    ...sequences.obstacles,
    ...alwaysIdentities(up),
    ...(await readCarriage(session, places, up, 'up')),
    ...(await readCarriage(session, places, { ...down, key: keyNames(input.key) }, 'down')),
    ...referrersLeft(surroundings, after),
    ...(await viewsChanged(session, places, surroundings.views)),
  ];
  return obstacles.length > 0 ? { obstacles } : { before, after, up, down, sequences, surroundings };
}

async function makeTable(
  session: Session,
  { from, statements }: ReplacementInput,
  places: Places,
  surroundings: Surroundings,
): Promise<Obstacle | null> {
  const own = statements.map(({ text }) => text);
  for (const text of newTableTexts({ places, from, statements: own, surroundings }, true)) {
    const problem = await problemOf(session, text);
    if (problem === null) continue;
    const authored = own.includes(text);
    return {
      at: authored ? [from === 'copy' ? 'alter' : 'as'] : ['table'],
      message: authored
        ? `${firstLine(text)}: ${problem}`
        : `no copy of ${places.live} can be made: ${problem}`,
    };
  }
  await session.read(`SET LOCAL search_path = ''`, []);
  const [there] = await session.read<{ kind: string }>(
    `SELECT relkind AS kind FROM pg_catalog.pg_class WHERE oid = pg_catalog.to_regclass($1)`,
    [quoteTable(places.fresh)],
  );
  if (there?.kind === 'r') return null;
  return {
    at: [from === 'copy' ? 'alter' : 'as'],
    message: `the statements leave no table ${places.name}`,
    expected: `CREATE TABLE ${places.name} (…)`,
  };
}

/** In a savepoint, so that one problem does not hide the next. */
async function problemOf(session: Session, text: string): Promise<string | null> {
  await session.read('SAVEPOINT lockkeeper_try', []);
  try {
    await session.read(text, []);
    return null;
  } catch (error) {
    if (!(error instanceof LockkeeperError) || error.class !== 'fatal') throw error;
    await session.read('ROLLBACK TO SAVEPOINT lockkeeper_try', []);
    return serverErrorOf(error)?.message ?? error.message;
  }
}

const firstLine = (text: string): string => text.trim().split('\n')[0] ?? '';

const alwaysIdentities = ({ columns, key }: Mapping): readonly Obstacle[] =>
  columns
    .filter(
      ({ name, alwaysIdentity, from }) =>
        alwaysIdentity && !key.includes(name) && from !== quoteIdentifier(name),
    )
    .map(({ name }) => ({
      at: ['up', name],
      message: `${name} of the new table is GENERATED ALWAYS, so that later changes could not be carried into it`,
      expected: 'GENERATED BY DEFAULT',
    }));

/** Has the server read the statement that carries rows, with the table's own meaning of names. */
async function readCarriage(
  session: Session,
  { live, fresh, schema }: Places,
  mapping: Mapping,
  way: 'up' | 'down',
): Promise<readonly Obstacle[]> {
  const [from, into] = way === 'up' ? [live, fresh] : [fresh, live];
  await session.read(`SET LOCAL search_path = pg_catalog, ${quoteIdentifier(schema)}, pg_temp`, []);
  const problem = await problemOf(
    session,
    `EXPLAIN ${insertHead(into, mapping.columns)} FROM ${quoteTable(from)} AS ${rowName(live)}
     ON CONFLICT (${listed(mapping.key)}) DO NOTHING`,
  );
  await session.read(`SET LOCAL search_path = ''`, []);
  if (problem === null) return [];
  if (problem.includes('ON CONFLICT specification'))
    return [
      {
        at: ['key'],
        message: `the new table has no unique key on ${mapping.key.join(', ')}, by which its rows could be told apart`,
        expected: 'a primary key or a unique constraint on those columns',
      },
    ];
  const which = way === 'up' ? 'new' : 'old';
  return [{ at: [way], message: `a row of the ${which} table cannot be made: ${problem}` }];
}

/** A foreign key that refers to the table must find what it refers to in the new one. */
const referrersLeft = ({ referrers }: Surroundings, { uniques }: Shape): readonly Obstacle[] =>
  referrers.flatMap(({ table, name, columns, owned }): Obstacle[] => {
    if (!owned)
      return [{ message: `${table}, whose foreign key ${name} has to be moved, belongs to another role` }];
    const wanted = columns.toSorted().join();
    if (uniques.some((unique) => unique.plain && unique.columns.toSorted().join() === wanted)) return [];
    return [
      {
        message: `foreign key ${name} of ${table} refers to ${columns.join(', ')}, on which the new table has no unique key`,
        expected: 'a primary key or a unique constraint on those columns, under their names',
      },
    ];
  });

/** A view follows the new table if its columns come out the same. */
async function viewsChanged(
  session: Session,
  { schema, newSchema, live }: Places,
  views: readonly View[],
): Promise<readonly Obstacle[]> {
  const obstacles: Obstacle[] = [];
  for (const [index, view] of views.entries()) {
    const trial = `${quoteIdentifier(newSchema)}.${quoteIdentifier(`lockkeeper_view_${index}`)}`;
    await session.read(`SET LOCAL search_path = ${quoteIdentifier(schema)}`, []);
    const [row] = await session.read<{ definition: string }>(
      'SELECT pg_catalog.pg_get_viewdef($1::regclass) AS definition',
      [view.name],
    );
    await session.read(
      `SET LOCAL search_path = ${quoteIdentifier(newSchema)}, ${quoteIdentifier(schema)}`,
      [],
    );
    const problem = await problemOf(session, `CREATE VIEW ${trial} AS ${row?.definition ?? ''}`);
    await session.read(`SET LOCAL search_path = ''`, []);
    const change =
      problem ?? (view.owned ? await columnsChanged(session, trial, view) : 'it belongs to another role');
    if (change !== null)
      obstacles.push({
        message: `view ${view.name} cannot follow the new ${live}: ${change}`,
        expected: 'a migration before this one that drops the view, and one after it that makes it anew',
      });
  }
  return obstacles;
}

async function columnsChanged(session: Session, trial: string, { columns }: View): Promise<string | null> {
  const rows = await session.read<{ column: string }>(
    `SELECT a.attname || ' ' || pg_catalog.format_type(a.atttypid, a.atttypmod) AS column
     FROM pg_catalog.pg_attribute a
     WHERE a.attrelid = $1::regclass AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum`,
    [trial],
  );
  const now = rows.map(({ column }) => column);
  const changed = columns.filter((column) => !now.includes(column));
  return changed.length === 0 && now.length === columns.length
    ? null
    : `its columns ${changed.join(', ')} would change their type`;
}
