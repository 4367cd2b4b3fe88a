import type { IndexRebuildAnswer, IndexRebuildInput } from '../../../app/ports/index-rebuild.ts';
import type { Obstacle } from '../../../app/ports/replacement.ts';
import type { Statement } from '../../../core/analysis/statement.ts';
import { didYouMean } from '../../../core/manifest/did-you-mean.ts';
import type { RebuiltIndex } from '../../../core/plan/index-rebuild.ts';
import type { StatementGroup } from '../../../core/plan/steps.ts';
import { lockOn } from '../../claim.ts';
import { created, dropped } from '../../effects.ts';
import { ownStatement } from '../own-statement.ts';
import { joinName, literal, quoteIdentifier } from '../quote.ts';
import type { Connection } from '../session/connection.ts';
import { type IndexedTable, readIndexes, type TableIndex } from './read-indexes.ts';

/** Reads the definitions and writes the statements, or answers everything that stands in the way. */
export async function draftIndexRebuild(
  connection: Connection,
  { table, indexes: wanted }: IndexRebuildInput,
): Promise<IndexRebuildAnswer> {
  const found = await readIndexes(connection, table);
  const obstacles = found === null ? [gone(table)] : obstaclesOf(table, found, wanted);
  if (found === null || obstacles.length > 0) return { ok: false, obstacles };
  const isWanted = ({ name }: TableIndex): boolean => wanted === null || wanted.includes(name);
  const stays = ({ keptBecause }: TableIndex): boolean => keptBecause !== null;
  return {
    ok: true,
    draft: {
      table,
      indexes: found.indexes
        .filter((index) => isWanted(index) && !stays(index))
        .map((index) => rebuilt(table, index)),
      kept: found.indexes.flatMap(({ name, keptBecause }) =>
        keptBecause === null ? [] : [{ name, because: keptBecause }],
      ),
    },
  };
}

const gone = (table: string): Obstacle => ({ at: ['table'], message: `table ${table} is gone` });

function obstaclesOf(
  table: string,
  { kind, owned, indexes }: IndexedTable,
  wanted: readonly string[] | null,
): readonly Obstacle[] {
  if (kind !== 'r')
    return [
      {
        at: ['table'],
        message: `${table} is no ordinary table: an index of it cannot be dropped and built without holding up writers`,
        expected: 'one of its partitions, or an ordinary table',
      },
    ];
  if (!owned) return [{ at: ['table'], message: `the indexes of ${table} belong to another role` }];
  if (wanted === null) return indexes.some(({ keptBecause }) => keptBecause === null) ? [] : [allStay(table)];
  const names = indexes.map(({ name }) => name);
  return wanted.flatMap((name, place): readonly Obstacle[] => {
    const index = indexes.find((candidate) => candidate.name === name);
    if (index === undefined) return [{ at: ['indexes', place], ...unknown(table, name, names) }];
    if (index.keptBecause === null) return [];
    return [
      {
        at: ['indexes', place],
        message: `index ${name} has to stay: ${index.keptBecause}`,
        expected: 'indexes whose absence only makes reads slower',
      },
    ];
  });
}

const allStay = (table: string): Obstacle => ({
  at: ['table'],
  message: `${table} has no index that could go: each keeps rows unique or serves something else`,
  expected: 'no rebuild_indexes',
});

function unknown(table: string, name: string, names: readonly string[]): Obstacle {
  const guess = didYouMean(name, names);
  return {
    message: `table ${table} has no index ${name}${guess === null ? '' : `; did you mean ${guess}?`}`,
    expected: names.length === 0 ? 'a table with indexes' : `one of ${names.join(', ')}`,
  };
}

function rebuilt(table: string, index: TableIndex): RebuiltIndex {
  const { name, schema, definition } = index;
  const qualified = `${quoteIdentifier(schema)}.${quoteIdentifier(name)}`;
  const object = { type: 'index', name: joinName([schema, name]), table } as const;
  const locks = lockOn('SHARE UPDATE EXCLUSIVE', table);
  // None is unique: those stay.
  const rest = definition.replace(/^CREATE INDEX /, '');
  const again = (tolerant: string): readonly StatementGroup[] => [
    {
      statements: [
        setting(`SET default_tablespace = ${literal(index.tablespace)}`),
        ownStatement('CREATE INDEX', `CREATE INDEX CONCURRENTLY ${tolerant}${rest}`, {
          transactional: false,
          long: true,
          locks,
          effects: [created(object)],
        }),
      ],
      atomic: false,
    },
    ...(index.comment === null ? [] : [commentGroup(qualified, index.comment)]),
  ];
  return {
    name: object.name,
    drop: ownStatement('DROP INDEX', `DROP INDEX CONCURRENTLY ${qualified}`, {
      transactional: false,
      locks,
      effects: [dropped(object)],
    }),
    build: again(''),
    bringBack: again('IF NOT EXISTS '),
  };
}

const commentGroup = (index: string, comment: string): StatementGroup => ({
  statements: [ownStatement('COMMENT', `COMMENT ON INDEX ${index} IS ${literal(comment)}`)],
  atomic: false,
});

const setting = (text: string): Statement => ({ ...ownStatement('SET', text), kind: 'session' });
