import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Place, type RunResult, type Server, startServer, verdictsOf } from './command-line.ts';

let server: Server;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server?.stop());

const run = (place: Place, ...options: string[]) =>
  place.json<RunResult>('run', '--migrations', 'm', ...options);

/** A table that is there, and a migration that waits before it contracts. */
async function waiting(gate: string): Promise<Place> {
  const place = await server.place();
  await place.query('CREATE TABLE a (id int PRIMARY KEY, x int)');
  await place.write({
    'm/V1__y.sql': 'ALTER TABLE a ADD COLUMN y int;\n',
    'm/U1__y.sql': 'ALTER TABLE a DROP COLUMN IF EXISTS y;\nALTER TABLE a ALTER COLUMN x DROP DEFAULT;\n',
    'm/V1__y.yaml': `contract:\n  after: ${gate}\n  sql: [ALTER TABLE a ALTER COLUMN x SET DEFAULT 1]\n`,
    'm/V2__b.sql': 'CREATE TABLE b (id int);\n',
  });
  return place;
}

const columns = (place: Place) =>
  place
    .query<{ name: string }>(
      `SELECT attname || coalesce(' ' || pg_get_expr(adbin, adrelid), '') AS name FROM pg_attribute
       LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
       WHERE attrelid = 'a'::regclass AND attnum > 0 AND NOT attisdropped ORDER BY attnum`,
    )
    .then((rows) => rows.map(({ name }) => name));

describe('a run that waits', { timeout: 90_000 }, () => {
  it('for the deployment says what to type, tells how it stands, and goes on after that', async () => {
    const place = await waiting('deployment');
    const { code, stdout } = await place.lockkeeper('run', '--migrations', 'm');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^ {2}1 y {2}WAITING: expanded; the contract waits until the new code is out$/m);
    const approve = /^ {2}lockkeeper (approve) (1-\w+)$/m.exec(stdout)?.slice(1) ?? [];
    expect(stdout).toContain('Not begun: 2');
    expect(await columns(place)).toEqual(['id', 'x', 'y']);

    const status = await place.lockkeeper('status');
    expect(status.stdout).toMatch(/^status {3}awaiting-contract, at contract gate$/m);
    expect(status.stdout).toMatch(/^waits {4}at the contract gate: lockkeeper approve 1-\w+, or reject$/m);

    const again = await run(place);
    expect(again.code).toBe(0);
    expect(verdictsOf(again.value)).toEqual(['1 WAITING']);
    expect(again.stderr).not.toContain('expand-1 done');

    const answered = await place.lockkeeper(...approve);
    expect(answered.code).toBe(0);
    expect(answered.stdout).toMatch(/^contract of run 1-\w+ approved by /);
    expect(answered.stdout).toContain('the same "lockkeeper run" is started again');
    expect((await place.lockkeeper('status')).stdout).toMatch(/^next {5}approved by /m);

    const finished = await run(place);
    expect(finished.code).toBe(0);
    expect(verdictsOf(finished.value)).toEqual(['1 SUCCEEDED', '2 SUCCEEDED']);
    expect(await columns(place)).toEqual(['id', 'x 1', 'y']);

    const [first] = finished.value.runs;
    const report = await place.lockkeeper('report', first?.runId ?? '', '-o', 'report.md');
    expect(report.stdout).toBe('written to report.md\n');
    expect(await readFile(join(place.folder, 'report.md'), 'utf8')).toMatch(
      /^# Migration 1 y on .*: SUCCEEDED/,
    );
    const watched = await place.json<{ run: { verdict: string } }>('watch', first?.runId ?? '');
    expect(watched.value.run.verdict).toBe('SUCCEEDED');
    expect(watched.stderr).toContain('contract-1 done');
  });

  it('does not wait when the gates are open', async () => {
    const place = await waiting('approval');
    const { code, value } = await run(place, '--open-gates');
    expect(code).toBe(0);
    expect(verdictsOf(value)).toEqual(['1 SUCCEEDED', '2 SUCCEEDED']);
    const history = await place.lockkeeper('history');
    expect(history.stdout).toMatch(/^run +target +migration +direction +started +status$/m);
    expect(history.stdout.trimEnd().split('\n')).toHaveLength(4);
  });

  it.each([
    ['reject', ['--reason', 'not on a Friday'], 'rejected by'],
    ['abort', [], 'the operator aborted the run'],
  ] as const)('goes back after %s, and begins anew after that', async (answer, options, because) => {
    const place = await waiting('approval');
    const { value: open } = await run(place);
    expect(open.runs[0]?.because).toBe('expanded; the contract waits until a person approves');
    expect((await place.lockkeeper(answer, ...options)).code).toBe(0);

    const back = await place.lockkeeper('run', '--migrations', 'm');
    expect(back.code).toBe(1);
    expect(back.stdout).toMatch(new RegExp(`^ {2}1 y {2}ROLLED_BACK: ${because}`, 'm'));
    expect(back.stdout).toContain('It was taken back. The same command begins it anew.');
    expect(await columns(place)).toEqual(['id', 'x']);
    const { value: anew } = await run(place);
    expect(verdictsOf(anew)).toEqual(['1 WAITING']);
    expect(anew.runs[0]?.runId).not.toBe(open.runs[0]?.runId);
  });

  it('keeps other folders and other directions out, and says how to get on', async () => {
    const place = await waiting('deployment');
    await run(place);
    await place.write({ 'other/V7__z.sql': 'CREATE TABLE z (id int);' });
    const other = await place.lockkeeper('run', '--migrations', 'other');
    expect(other.code).toBe(2);
    expect(other.stderr).toMatch(
      /^error: run 1-\w+ of migration 1 \(up\) has begun on this database and is not finished$/m,
    );
    expect(other.stderr).toContain('what to do: run with the folder that holds migration 1');
    const down = await place.lockkeeper('run', '--migrations', 'm', '--down');
    expect(down.code).toBe(2);
    expect(down.stderr).toMatch(/what to do: run without --down to finish it; or "lockkeeper abort 1-\w+"/);
    await place.write({ 'm/V1__y.sql': 'ALTER TABLE a ADD COLUMN y bigint;\n' });
    const edited = await place.lockkeeper('run', '--migrations', 'm');
    expect(edited.code).toBe(2);
    expect(edited.stderr).toContain('migration 1 was edited while run');
  });

  it('answers nothing where there is nothing to answer', async () => {
    const place = await server.place();
    await place.write({ 'm/V1__a.sql': 'CREATE TABLE a (id int);' });
    await run(place);
    for (const command of ['approve', 'pause', 'abort']) {
      const { code, stderr } = await place.lockkeeper(command);
      expect(code).toBe(2);
      expect(stderr).toMatch(/^error: run 1-\w+ (waits at no gate|has ended)/);
    }
    const unknown = await place.lockkeeper('status', 'nothing-1');
    expect(unknown.code).toBe(2);
    expect(unknown.stderr).toBe(
      'error: there is no run nothing-1\nwhat to do: lockkeeper history lists the runs\n',
    );
  });
});
