import { existsSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { locatePrograms, NoServerError } from '../../../src/local/rds/mysql/programs.ts';
import { eventually } from '../../support/eventually.ts';
import { accepts, buildOwner } from './owner-process.ts';

describe.each([
  { name: 'MariaDB', kind: 'mariadb', series: '10.11' },
  { name: 'MySQL', kind: 'mysql', series: '5.7' },
] as const)('the process that owns a $name server', ({ kind, series }) => {
  let owner: Awaited<ReturnType<typeof buildOwner>>;
  let reason: string | undefined;
  beforeAll(async () => {
    try {
      await locatePrograms(kind, series);
    } catch (error) {
      if (!(error instanceof NoServerError)) throw error;
      reason = error.message;
    }
    owner = await buildOwner(`
      import { MysqlLauncher } from '../../../src/local/rds/mysql/launcher.ts';
      const launcher = await MysqlLauncher.open('${kind}', '${series}');
      const server = await launcher.create({ masterUsername: 'test', masterPassword: 'test-password', durability: 'relaxed' });
      const said = { port: server.port, folder: launcher.folder, uid: process.getuid(), serverPid: server.pid };
      process.stdout.write(JSON.stringify(said) + '\\n');
      process.stdin.resume().on('end', async () => { await launcher.close(); });`);
  });
  afterAll(() => owner?.remove());

  test('takes its servers and their data with it, even when it is killed during a snapshot', async (ctx) => {
    if (reason !== undefined) return ctx.skip(reason);
    const { child, port, folder, serverPid = 0 } = await owner.start();
    expect(await accepts(port)).toBe(true);
    // As the snapshot of a server without a backup program leaves it when its process dies in the middle.
    process.kill(serverPid, 'SIGSTOP');
    child.kill('SIGKILL');
    await eventually(async () => expect(await accepts(port)).toBe(false));
    await eventually(() => expect(existsSync(folder)).toBe(false));
  });

  test('leaves nothing when it ends in order', async (ctx) => {
    if (reason !== undefined) return ctx.skip(reason);
    const { child, port, folder } = await owner.start();
    const exited = new Promise((resolve) => child.once('exit', resolve));
    child.stdin?.end();
    expect(await exited).toBe(0);
    expect(await accepts(port)).toBe(false);
    expect(existsSync(folder)).toBe(false);
  });
});
