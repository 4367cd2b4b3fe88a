import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Place, repository, type Server, startServer } from './command-line.ts';

let server: Server;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server?.stop());

async function applied(): Promise<Place> {
  const place = await server.place();
  await place.write({
    'm/V1__a.sql': 'CREATE TABLE a (id bigint PRIMARY KEY);',
    'm/U1__a.sql': 'DROP TABLE a;',
  });
  expect((await place.lockkeeper('run', '--migrations', 'm')).code).toBe(0);
  return place;
}

describe('what a command writes', { timeout: 90_000 }, () => {
  it('is one JSON value under --json, whatever the command, also when it is refused', async () => {
    const place = await applied();
    const codes: Record<string, number | null> = {};
    for (const command of [
      'init new',
      'lint m',
      'plan --migrations m',
      'plan --migrations nowhere',
      'run --migrations m',
      'run --migrations m --to 7',
      'status',
      'status nothing-1',
      'watch',
      'history',
      'report',
      'report --output report.json',
      'approve',
      'reject',
      'pause',
      'resume',
      'abort',
      'rollback',
      'start --target shop --migration 1',
      'conclude --reason x --verdict failed nothing-1',
      'frobnicate',
      'run --frobnicate',
    ]) {
      codes[command] = (await place.json(...command.split(' '))).code;
    }
    expect(
      Object.entries(codes)
        .filter(([, code]) => code === 0)
        .map(([command]) => command),
    ).toEqual([
      'init new',
      'lint m',
      'plan --migrations m',
      'run --migrations m',
      'status',
      'watch',
      'history',
      'report',
      'report --output report.json',
    ]);
    expect(new Set(Object.values(codes))).toEqual(new Set([0, 2]));
  });

  it.each([
    ['--help', 0],
    ['run --help', 0],
    ['--version', 0],
    ['frobnicate --json', 2],
    ['lint m', 0],
  ])('may be left unread: %s', async (command, code) => {
    const place = await server.place();
    await place.write({ 'm/V1__a.sql': 'SELECT 1;' });
    const started = place.start(command.split(' '));
    started.child.stdout?.destroy();
    const ended = await started.ended;
    expect([code, 141]).toContain(ended.code);
    expect(ended.stderr).toBe(
      code === 0 ? '' : "error: unknown command 'frobnicate'\n(add --help to see what there is)\n",
    );
  });

  it
    .runIf(process.platform === 'linux')
    .each([['--help'], ['history'], ['report --json'], ['run --migrations m --down']])(
    'may find the disk full, and that is said: %s',
    async (command) => {
      const place = await applied();
      const { code, stderr } = await onFullDisk(place, command.split(' '));
      expect(stderr).toMatch(/^error: the output cannot be written: the disk is full$/m);
      expect(stderr).not.toMatch(/^ +at /m);
      expect(code).toBe(2);
      // What changes a database goes on without it.
      if (command.startsWith('run')) expect(await place.contents()).toEqual(['lockkeeper', 'public']);
    },
  );
});

async function onFullDisk(place: Place, args: readonly string[]) {
  const full = await open('/dev/full', 'w');
  try {
    const child = spawn(process.execPath, [join(repository, 'bin/lockkeeper.js'), ...args], {
      cwd: place.folder,
      env: { PATH: process.env.PATH, LOCKKEEPER_DATABASE_URL: place.url },
      stdio: ['ignore', full.fd, 'pipe'],
    });
    let stderr = '';
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    const [code] = (await once(child, 'close')) as [number | null];
    return { code, stderr };
  } finally {
    await full.close();
  }
}
