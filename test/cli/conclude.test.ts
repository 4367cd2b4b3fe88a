import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Place, type RunResult, type Server, startServer, verdictsOf } from './command-line.ts';

let server: Server;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server?.stop());

const right = 'CREATE TABLE b (id int);\nCREATE UNIQUE INDEX CONCURRENTLY b_id ON a (id);\n';

/** A run that has made a table and then failed, with no down script to take that back. */
async function stuck(): Promise<{ place: Place; run: string; said: string }> {
  const place = await server.place();
  await place.query('CREATE TABLE a (id int)');
  await place.write({ 'm/V1__b.sql': right.replace('a (id)', 'a (nothing)') });
  const { code, stdout } = await place.lockkeeper('run', '--migrations', 'm');
  expect(code, stdout).toBe(3);
  const run = /lockkeeper conclude (\S+) --as rolled-back --reason/.exec(stdout)?.[1] ?? '';
  return { place, run, said: stdout };
}

const why = ['--reason', 'b dropped by hand'] as const;

describe('lockkeeper conclude', { timeout: 90_000 }, () => {
  it('closes a run that nothing else can end, and the mended file is carried out', async () => {
    const { place, run, said } = await stuck();
    expect(said).toContain(`A person has to look: lockkeeper report ${run} says`);
    const status = await place.lockkeeper('status');
    expect(status.stdout).toContain(`lockkeeper conclude ${run} once it is put right`);
    await place.write({ 'm/V1__b.sql': right });
    const edited = await place.lockkeeper('run', '--migrations', 'm');
    expect(edited.code).toBe(2);
    expect(edited.stderr).toContain(`put it right by hand, then: lockkeeper conclude ${run}`);

    await place.query('DROP TABLE b');
    const closed = await place.lockkeeper('conclude', run, '--as', 'rolled-back', ...why);
    expect(closed.code, closed.stderr).toBe(0);
    expect(closed.stdout).toBe(
      `Run ${run} of migration 1 b (up) is concluded by hand: ROLLED_BACK.\n` +
        'The migration counts as not applied. The schema is as it was before the run.\n',
    );
    expect(await place.query('SELECT verdict, reason FROM lockkeeper.run')).toEqual([
      { verdict: 'ROLLED_BACK', reason: 'b dropped by hand' },
    ]);
    const { value } = await place.json<{ verdict: string; because: string; failure: { message: string } }>(
      'report',
      run,
    );
    expect(value).toMatchObject({
      verdict: 'ROLLED_BACK',
      because: expect.stringMatching(/^concluded by hand by .+: b dropped by hand$/),
      failure: { message: expect.stringContaining('column "nothing" does not exist') },
    });

    const again = await place.lockkeeper('conclude', run, '--as', 'succeeded', ...why);
    expect(again.code).toBe(2);
    expect(again.stderr).toContain(`error: run ${run} has ended: ROLLED_BACK`);
    const none = await place.lockkeeper('conclude', '--as', 'succeeded', ...why);
    expect(none.code).toBe(2);
    expect(none.stderr).toMatch(/error: no run is open on postgres:/);

    const mended = await place.json<RunResult>('run', '--migrations', 'm');
    expect(verdictsOf(mended.value), mended.stderr).toEqual(['1 SUCCEEDED']);
  });

  it('is suggested with all that it needs to find the run and the database', async () => {
    const place = await server.place();
    await place.query('CREATE TABLE a (id int)');
    await place.write({ 'm/V1__b.sql': right.replace('a (id)', 'a (nothing)') });
    const named = ['--database-url', place.url, '--state', 'kept'];
    const unset = { LOCKKEEPER_DATABASE_URL: '' };
    const { stdout } = await place.start(['run', '--migrations', 'm', ...named], unset).ended;
    expect(stdout).toMatch(/lockkeeper conclude \S+ --state kept --database-url … --as rolled-back/);
    await place.write({ 'm/V1__b.sql': right });
    const { stderr } = await place.start(['run', '--migrations', 'm', ...named], unset).ended;
    expect(stderr).toMatch(/"lockkeeper abort \S+ --state kept" beforehand/);
  });

  it('counts the migration as applied when a person has finished it, also without the state folder', async () => {
    const { place, run } = await stuck();
    await rm(join(place.folder, '.lockkeeper'), { recursive: true });
    await place.query('CREATE UNIQUE INDEX b_id ON a (id)');
    const closed = await place.json('conclude', '--as', 'succeeded', '--reason', 'index built by hand');
    expect(closed.code, closed.stderr).toBe(0);
    expect(closed.value).toMatchObject({
      runId: run,
      verdict: 'SUCCEEDED',
      reason: 'index built by hand',
      schemaAsBefore: false,
      leftOver: [],
    });
    expect(await place.query('SELECT name, run_id FROM lockkeeper.history')).toEqual([
      { name: '1', run_id: run },
    ]);
    const { value } = await place.json<{ runs: { runId: string; verdict: string }[] }>('history');
    expect(value.runs.map((one) => `${one.runId} ${one.verdict}`)).toEqual([`${run} SUCCEEDED`]);
  });

  it.each([
    ['without a word on how it ended', ['--reason', 'x'], /--as <end>' not specified/],
    ['without a reason', ['--as', 'succeeded'], /--reason <text>' not specified/],
    ['with an empty one', ['--as', 'succeeded', '--reason', ' '], /a reason is missing/],
    ['for a run that nobody knows', ['x-1', '--as', 'succeeded', '--reason', 'x'], /knows of a run x-1/],
  ])('is refused %s, and changes nothing', async (_name, options, message) => {
    const place = await server.place();
    const { code, stderr } = await place.lockkeeper('conclude', ...options);
    expect(stderr).toMatch(message);
    expect(code).toBe(2);
    expect(await place.contents()).toEqual(['public']);
  });

  it('is refused while a run is at work', async () => {
    const place = await server.place();
    await place.query('CREATE TABLE a (id int)');
    await place.write({ 'm/V1__y.sql': 'ALTER TABLE a ADD COLUMN y int;' });
    const session = await place.connect();
    await session.query('BEGIN; LOCK TABLE a IN ACCESS SHARE MODE');
    const running = place.start(['run', '--migrations', 'm']);
    await running.says('did not get its lock');
    for (const folder of [[], ['--state', 'another']]) {
      const refused = await place.lockkeeper('conclude', '--as', 'succeeded', ...why, ...folder);
      expect(refused.code).toBe(2);
      expect(refused.stderr).toMatch(/lockkeeper run/);
    }
    await session.query('COMMIT');
    expect((await running.ended).code).toBe(0);
  });
});
