import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Place, type Server, startServer } from '../cli/command-line.ts';
import { eventually } from '../support/eventually.ts';
import { readDatabase } from './end-state.ts';
import { refusedAfterwards, schema, verifiedEmail } from './scenarios.ts';

const minutes = 60_000;
/** Several commands at a time share two cores. */
const patienceMs = 2 * minutes;

let server: Server;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server?.stop());

const done = (step: string) => `SELECT FROM lockkeeper.step WHERE step = '${step}' AND state = 'done'`;

/** What the ledger shows when the command is killed, in the order in which it comes about. */
const forwardMoments = {
  'the ledger is installed': `SELECT FROM pg_catalog.pg_tables WHERE schemaname = 'lockkeeper' AND tablename = 'history'`,
  'the run has entered': 'SELECT FROM lockkeeper.run',
  'the first step is done': done('expand-1'),
  'the index is about to be built': `SELECT FROM lockkeeper.step WHERE step = 'expand-2'`,
  'the partitions are cut': 'SELECT FROM lockkeeper.partition',
  'a batch is done': 'SELECT FROM lockkeeper.partition WHERE batches > 0',
  'a partition is done': 'SELECT FROM lockkeeper.partition WHERE done',
  'the contract has begun': done('contract-1'),
  'the column is required': done('contract-4'),
};
const backwardMoments = {
  'the way back has begun': `SELECT FROM lockkeeper.step WHERE step LIKE 'undo-%'`,
  'the index is gone again': done('undo-1'),
};
type Moment = readonly [name: string, query: string];

/** Two neighbours may be so close that a kill at the first comes after the second: they go to different runs. */
const everySecond = (moments: readonly Moment[]): Moment[][] =>
  [0, 1].map((first) => moments.filter((_, index) => index % 2 === first));

interface Kills {
  readonly at: readonly Moment[];
  readonly stateFolder: 'kept' | 'lost';
}

const start = (place: Place) =>
  place.start(['run', '--migrations', 'm', '--open-gates', '--accept-risk', 'a test'], {}, patienceMs);

/**
 * Runs the folder on a fresh database to its end, killed at each of the moments and started again. Whatever made
 * it go back is gone by then: what had begun to be undone is undone all the same.
 */
async function runThrough(files: Readonly<Record<string, string>>, kills?: Kills) {
  const place = await server.place();
  await place.write(files);
  const client = await place.connect();
  await client.query(schema);
  for (const moment of kills?.at ?? []) {
    await killAt(place, moment, async (query) => Number((await client.query(query)).rowCount) > 0);
    if (kills?.stateFolder === 'lost') await rm(join(place.folder, '.lockkeeper'), { recursive: true });
    await client.query('DELETE FROM refusals');
  }
  const { code, stdout, stderr } = await start(place).ended;
  return {
    code,
    output: stdout + stderr,
    database: await readDatabase(async (sql) => (await client.query(sql)).rows),
  };
}

async function killAt(place: Place, [name, query]: Moment, isThere: (query: string) => Promise<boolean>) {
  const running = start(place);
  let over = false;
  const ended = running.ended.finally(() => {
    over = true;
  });
  try {
    await eventually(async () => {
      expect(over || (await isThere(query).catch(() => false)), `${name}: ${running.written()}`).toBe(true);
    }, patienceMs);
  } finally {
    running.child.kill('SIGKILL');
  }
  await expect(ended, `it is still at work when ${name}`).rejects.toThrow('was killed');
}

for (const [what, sources, moments, code, verdict] of [
  ['goes on', verifiedEmail, forwardMoments, 0, 'SUCCEEDED'],
  ['goes back', refusedAfterwards, backwardMoments, 1, 'ROLLED_BACK'],
] as const) {
  test(`a run that ${what} ends the same when the whole command is killed and started again`, {
    timeout: 10 * minutes,
  }, async () => {
    const files = Object.fromEntries(sources.map(({ path, text }) => [`m/${path}`, text]));
    const runs = everySecond(Object.entries(moments)).flatMap((at): Kills[] => [
      { at, stateFolder: 'kept' },
      { at, stateFolder: 'lost' },
    ]);
    const [undisturbed, ...killed] = await Promise.all([
      runThrough(files),
      ...runs.map((kills) => runThrough(files, kills)),
    ]);
    expect(undisturbed.code, undisturbed.output).toBe(code);
    expect(undisturbed.database.runs).toEqual([`042 up ${verdict}`]);
    for (const [index, ended] of killed.entries()) {
      const names = runs[index]?.at.map(([name]) => name).join(', then when ');
      const when = `killed when ${names}, state folder ${runs[index]?.stateFolder}: ${ended.output}`;
      expect(ended.database, when).toEqual(undisturbed.database);
      expect(ended.code, when).toBe(code);
    }
  });
}
