import { type Ground, layTable, migrate, secondsBetween, secondsOf } from './ground.ts';

interface Figures {
  /** Rows a second of one `INSERT … SELECT` into a table with the same indexes. */
  readonly insertSelect: number;
  readonly oneWorker: number;
  readonly twoWorkers: number;
  /** Comparing of copying, with two workers each. */
  readonly comparing: number;
  /** An `UPDATE` of three tenths of the rows, carried into the other table, of the same without a trigger. */
  readonly carrying: number;
}

/** What it costs to build a table anew beside the one in use. */
export async function measureReplacement(
  ground: Ground,
  rows: number,
  rounds: number,
  say: (line: string) => void,
) {
  const all: Figures[] = [];
  for (let index = 0; index < rounds; index++) {
    const figures = await oneRound(ground, rows);
    all.push(figures);
    const texts = Object.entries(figures).map(([name, value]) => `${name} ${value.toFixed(2)}`);
    say(`  round ${index + 1}: ${texts.join(', ')}`);
  }
  const middle = (of: (figures: Figures) => number) => {
    const value = all.map(of).toSorted((a, b) => a - b)[Math.floor(all.length / 2)] ?? Number.NaN;
    return Math.round(100 * value) / 100;
  };
  return {
    rows,
    insertSelectRowsPerSecond: Math.round(middle(({ insertSelect }) => insertSelect)),
    oneWorkerOfInsertSelect: middle(({ oneWorker, insertSelect }) => oneWorker / insertSelect),
    twoWorkersOfInsertSelect: middle(({ twoWorkers, insertSelect }) => twoWorkers / insertSelect),
    comparingOfCopying: middle(({ comparing }) => comparing),
    carriedUpdateOfUpdate: middle(({ carrying }) => carrying),
  };
}

async function oneRound(ground: Ground, rows: number): Promise<Figures> {
  const { query, database } = ground;
  const update = `UPDATE accounts SET pending = NOT pending WHERE id <= ${Math.round(rows * 0.3)}`;
  await layTable(ground, rows);
  await query('DROP TABLE IF EXISTS other');
  await query(database.tableLike('other', 'accounts'));
  const insertSelect = rows / (await secondsOf(ground, 'INSERT INTO other SELECT * FROM accounts'));
  await query('DROP TABLE other');
  const plain = await secondsOf(ground, update);

  await layTable(ground, rows);
  const one = await replace(ground, 1);

  await layTable(ground, rows);
  let carried = Number.NaN;
  const two = await replace(ground, 2, async () => {
    carried = await secondsOf(ground, update);
  });
  return {
    insertSelect,
    oneWorker: rows / one.copying,
    twoWorkers: rows / two.copying,
    comparing: two.comparing / two.copying,
    carrying: carried / plain,
  };
}

async function replace(ground: Ground, workers: number, atTheGate?: () => Promise<void>) {
  const run = await migrate(ground, manifest(workers, atTheGate !== undefined), atTheGate);
  const [copying = Number.NaN, comparing = Number.NaN] = await secondsBetween(ground, run.runId, [
    (text) => text.endsWith('partitions to do'),
    (text) => text.endsWith('partitions to do'),
    (text) => text.endsWith('→ switching'),
  ]);
  return { copying, comparing };
}

const manifest = (workers: number, gate: boolean): string => `
replace:
  table: accounts
  alter: [ALTER TABLE accounts ADD COLUMN note varchar(20)]
  parallelism: ${workers}
  pace: 1
contract: { after: ${gate ? 'approval' : 'immediately'} }
rollback: { policy: none }
snapshot: never
`;
