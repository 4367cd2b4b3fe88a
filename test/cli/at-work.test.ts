import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../support/eventually.ts';
import {
  type Place,
  type RunResult,
  readEverything,
  type Server,
  startServer,
  verdictsOf,
} from './command-line.ts';

let server: Server;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server?.stop());

const command = ['run', '--migrations', 'm'] as const;

/** A run that is at work for as long as the table is locked by the session that is answered. */
async function heldUp(): Promise<{ place: Place; release(): Promise<unknown> }> {
  const place = await server.place();
  await place.query('CREATE TABLE a (id int PRIMARY KEY)');
  await place.write({
    // Of four steps the third has to wait for the lock.
    'm/V1__y.sql': `CREATE TABLE b (id int);
CREATE INDEX CONCURRENTLY b_id ON b (id);
ALTER TABLE a ADD COLUMN y int;
CREATE INDEX CONCURRENTLY a_y ON a (y);
`,
    'm/U1__y.sql': 'ALTER TABLE a DROP COLUMN IF EXISTS y;\nDROP TABLE IF EXISTS b;\n',
  });
  const session = await place.connect();
  await session.query('BEGIN; LOCK TABLE a IN ACCESS SHARE MODE');
  return { place, release: () => session.query('COMMIT') };
}

/** Processes whose parent was the one given, by Linux's own account. */
async function childrenOf(pid: number): Promise<{ pid: number; command: string }[]> {
  const all = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const found = await Promise.all(
    all.map(async (name) => {
      const read = (file: string) => readFile(`/proc/${name}/${file}`, 'utf8').catch(() => '');
      const parent = / \) \w (\d+) /.exec((await read('stat')).replace(/\(.*\)/, ' )'))?.[1];
      return parent === String(pid) ? [{ pid: Number(name), command: await read('cmdline') }] : [];
    }),
  );
  return found.flat();
}

const isThere = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

describe('while a run is at work', { timeout: 90_000 }, () => {
  it('other commands tell how it stands, pause it and let it go on; a watcher sees its end', async () => {
    const { place, release } = await heldUp();
    const running = place.start([...command, '--json']);
    await running.says('did not get its lock; held by session');
    const status = await place.lockkeeper('status');
    expect(status.stdout).toMatch(/^status {3}expanding/m);
    const watching = place.start(['watch']);
    await watching.says('did not get its lock');
    expect((await place.lockkeeper('pause')).stdout).toContain('will pause after the batch or step at hand');
    await release();
    await running.says(/paused: lockkeeper resume 1-/);
    expect((await place.lockkeeper('status')).stdout).toMatch(/^status {3}paused/m);
    expect((await place.lockkeeper('resume')).code).toBe(0);

    const ended = await running.ended;
    expect(ended.code, ended.stderr).toBe(0);
    expect(verdictsOf(JSON.parse(ended.stdout) as RunResult)).toEqual(['1 SUCCEEDED']);
    const watched = await watching.ended;
    expect(watched.code, watched.stderr).toBe(0);
    expect(watched.stderr).toContain('SUCCEEDED');
  });

  it('an abort from another process makes it go back', async () => {
    const { place } = await heldUp();
    const running = place.start(command);
    await running.says('did not get its lock');
    expect((await place.lockkeeper('abort')).stdout).not.toContain('No runner is at work');
    const ended = await running.ended;
    expect(ended.code).toBe(1);
    expect(ended.stdout).toContain('ROLLED_BACK: the operator aborted the run');
    expect(await place.contents()).toEqual(['lockkeeper', 'public', 'public.a']);
  });

  it('a second one is kept out, and told who is there', async () => {
    const { place, release } = await heldUp();
    const running = place.start(command);
    await running.says('did not get its lock');
    const [same, other] = await Promise.all([
      place.lockkeeper(...command),
      place.lockkeeper(...command, '--state', 'elsewhere'),
    ]);
    expect(same.code).toBe(2);
    expect(same.stderr).toMatch(
      new RegExp(
        `^error: lockkeeper run \\(process ${running.child.pid}, on [\\w-]+\\) is using the state folder .lockkeeper$`,
        'm',
      ),
    );
    expect(same.stderr).toContain('--state DIR');
    expect(other.code).toBe(2);
    expect(other.stderr).toMatch(/^error: another lockkeeper run is working on this database: session \d+/);
    expect(other.stderr).toContain('what to do: wait until it has ended');
    expect(same.stdout + other.stdout).toBe('');
    await release();
    expect((await running.ended).code).toBe(0);
  });

  it('Ctrl-C ends it tidily, says what is left, and the same command goes on', async () => {
    const { place, release } = await heldUp();
    const running = place.start([...command, '--database-url', place.url], { LOCKKEEPER_DATABASE_URL: '' });
    await running.says('did not get its lock');
    const shown = await readFile(`/proc/${running.child.pid}/cmdline`, 'utf8');
    expect(shown, 'what a list of processes shows').not.toContain(place.password);
    const children = await childrenOf(running.child.pid ?? 0);
    expect(children).not.toEqual([]);
    running.child.kill('SIGINT');
    const ended = await running.ended;
    expect(ended.code).toBe(130);
    expect(ended.stderr).toMatch(
      /^interrupted: run 1-\w+ of migration 1 is not finished \(expanding\)\. Start the same command again/m,
    );
    await eventually(() => expect(children.filter(({ pid }) => isThere(pid))).toEqual([]));
    expect((await place.lockkeeper('status')).stdout).toMatch(/^next {5}no runner is at work/m);
    await release();
    const { code, value, stderr } = await place.json<RunResult>(...command);
    expect(code, stderr).toBe(0);
    expect(verdictsOf(value)).toEqual(['1 SUCCEEDED']);
  });

  it('a reader that leaves does not stop it, and its password is in no process and no file', async () => {
    const { place, release } = await heldUp();
    await place.write({ 'm/V2__fails.sql': 'CREATE TABLE a (id int);' });
    const running = place.start(command);
    running.child.stdout?.destroy();
    await running.says('did not get its lock');
    for (const child of await childrenOf(running.child.pid ?? 0)) {
      expect(child.command).not.toContain(place.password);
    }
    running.child.stderr?.destroy();
    await release();
    expect((await running.ended).code).toBe(1);
    expect(await place.query('SELECT y FROM a')).toEqual([]);
    expect((await place.lockkeeper('report', '--json')).stdout).toContain('already exists');
    const files = await readEverything(join(place.folder, '.lockkeeper'));
    expect(files.includes('V2__fails.sql'), 'the search looks at the right files').toBe(true);
    expect(files.includes(place.password)).toBe(false);

    const listing = place.start(['history', '--json']);
    listing.child.stdout?.destroy();
    expect((await listing.ended).stderr).toBe('');
  });
});
