import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { SqlSource } from '../../src/core/migration.ts';
import { eventually } from '../support/eventually.ts';
import { startPostgres, type TestPostgres } from '../support/postgres.ts';
import { readDatabase } from './end-state.ts';
import { refusedAfterwards, schema, verifiedEmail } from './scenarios.ts';

const root = join(import.meta.dirname, '../..');
const minutes = 60_000;

let server: TestPostgres;
let folder: string;
beforeAll(async () => {
  server = await startPostgres();
  folder = await mkdtemp(join(tmpdir(), 'lockkeeper-killed-'));
});
afterAll(async () => {
  await server?.stop();
  await rm(folder, { recursive: true, force: true });
});

const done = (step: string) => `SELECT FROM lockkeeper.step WHERE step = '${step}' AND state = 'done'`;

/** What the ledger shows when the command is killed; each is reached before the run has ended. */
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

interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly output: string;
}

function lockkeeper(url: string, migrations: string, state: string) {
  const child = spawn(
    process.execPath,
    [
      join(root, 'bin/lockkeeper.js'),
      ...['run', '--database-url', url, '--migrations', migrations, '--state', state],
      ...['--open-gates', '--accept-risk', 'a test'],
    ],
    { stdio: ['ignore', 'pipe', 'pipe'] },
  );
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  }
  const ended: Promise<Ended> = once(child, 'close').then(([code, signal]) => ({ code, signal, output }));
  return { ended, kill: () => child.kill('SIGKILL') };
}

async function writeMigrations(name: string, files: readonly SqlSource[]): Promise<string> {
  const target = join(folder, name);
  await mkdir(target, { recursive: true });
  for (const { path, text } of files) await writeFile(join(target, path), text);
  return target;
}

/**
 * Runs the folder on a fresh database, killed at one moment or not at all, to its end. Whatever made it go back
 * is gone when it is started again: what had begun to be undone is undone all the same.
 */
async function runThrough(
  migrations: string,
  interruption?: { readonly moment: string; readonly loseState: boolean },
) {
  const { url, name } = await server.createDatabase();
  const client = new pg.Client({ connectionString: url, application_name: 'the application' });
  await client.connect();
  try {
    await client.query(schema);
    const state = join(folder, name);
    if (interruption !== undefined) {
      const first = lockkeeper(url, migrations, state);
      let over = false;
      const ending = first.ended.finally(() => {
        over = true;
      });
      await eventually(async () => {
        const { rowCount } = await client.query(interruption.moment).catch(() => ({ rowCount: 0 }));
        expect(over || Number(rowCount) > 0).toBe(true);
      });
      first.kill();
      const ended = await ending;
      expect(ended.signal, ended.output).toBe('SIGKILL');
      if (interruption.loseState) await rm(state, { recursive: true });
      await client.query('DELETE FROM refusals');
    }
    const last = await lockkeeper(url, migrations, state).ended;
    return {
      code: last.code,
      output: last.output,
      database: await readDatabase(async (sql) => (await client.query(sql)).rows),
    };
  } finally {
    await client.end();
  }
}

for (const [what, files, moments, code, verdict] of [
  ['goes on', verifiedEmail, forwardMoments, 0, 'SUCCEEDED'],
  ['goes back', refusedAfterwards, backwardMoments, 1, 'ROLLED_BACK'],
] as const) {
  test(`a run that ${what} ends the same when the whole command is killed and started again`, {
    timeout: 10 * minutes,
  }, async () => {
    const migrations = await writeMigrations(what, files);
    const undisturbed = await runThrough(migrations);
    expect(undisturbed.code, undisturbed.output).toBe(code);
    expect(undisturbed.database.runs).toEqual([`042 up ${verdict}`]);
    for (const [name, moment] of Object.entries(moments)) {
      await Promise.all(
        [false, true].map(async (loseState) => {
          const ended = await runThrough(migrations, { moment, loseState });
          const when = `killed when ${name}, state folder ${loseState ? 'lost' : 'kept'}`;
          if (process.env.TRY) {
            try {
              expect(ended.database, `${when}: ${ended.output}`).toEqual(undisturbed.database);
              expect(ended.code).toBe(code);
            } catch (e) {
              console.log(String(e), ended.code, ended.output, ended.database);
            }
            return;
          }
          expect(ended.database, `${when}: ${ended.output}`).toEqual(undisturbed.database);
          expect(ended.code, `${when}: ${ended.output}`).toBe(code);
        }),
      );
    }
  });
}
