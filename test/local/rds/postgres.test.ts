import { existsSync } from 'node:fs';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { isReachable } from '../../../src/local/rds/host/account.ts';
import { PostgresLauncher } from '../../../src/local/rds/postgres/launcher.ts';
import { takeSnapshot } from '../../../src/local/rds/postgres/snapshot.ts';
import { eventually } from '../../support/eventually.ts';
import { startPostgres } from '../../support/postgres.ts';
import { accepts, buildOwner, cache } from './owner-process.ts';

describe('a server for tests', () => {
  test('is UTF-8 with a collation that is not C, and its databases are apart', async () => {
    const server = await startPostgres();
    try {
      const one = await server.createDatabase();
      const two = await server.createDatabase('named "oddly"');
      const client = new pg.Client({ connectionString: one.url });
      await client.connect();
      const { rows } = await client.query(
        `SELECT current_setting('server_encoding') AS encoding, 'b' < 'B' AS linguistic, 'b' < 'B' COLLATE "C" AS bytewise,
                'a' < 'B' COLLATE "en-US-x-icu" AS icu, current_setting('synchronous_commit') AS commit`,
      );
      expect(rows).toEqual([
        { encoding: 'UTF8', linguistic: true, bytewise: false, icu: true, commit: 'on' },
      ]);
      await client.end();
      expect(one.name).not.toBe(two.name);
      await expect(connectOnce(server.port, 'wrong')).rejects.toMatchObject({ code: '28P01' });
    } finally {
      await server.stop();
    }
    expect(await accepts(server.port)).toBe(false);
  });
});

describe('a physical snapshot', () => {
  let launcher: PostgresLauncher;
  beforeAll(async () => {
    launcher = await PostgresLauncher.open();
  });
  afterAll(() => launcher?.close());

  test('ends at its position in the log, however much is written while it is being finished', async () => {
    const server = await launcher.create({
      masterUsername: 'test',
      masterPassword: 'test-password',
      superuser: true,
      durability: 'relaxed',
    });
    const writes: { id: number; before: string }[] = [];
    const setup = await connectOnce(server.port);
    await setup.query('CREATE TABLE writes (id int PRIMARY KEY)');
    let going = true;
    let next = 1;
    const loops = [1, 2, 3, 4].map(async () => {
      const client = await connectOnce(server.port);
      while (going) {
        const id = next++;
        const { rows } = await client.query<{ lsn: string }>('SELECT pg_current_wal_insert_lsn() AS lsn');
        await client.query('INSERT INTO writes VALUES ($1)', [id]);
        writes.push({ id, before: rows[0]?.lsn ?? '' });
      }
      await client.end();
    });
    await eventually(() => expect(writes.length).toBeGreaterThan(300));
    const shares: number[] = [];
    const snapshot = await takeSnapshot(server, launcher.newFolder('snapshot'), {
      now: Date.now,
      onProgress: (share) => shares.push(share),
    });
    const enough = writes.length + 300;
    await eventually(() => expect(writes.length).toBeGreaterThan(enough));
    going = false;
    await Promise.all(loops);
    await setup.end();

    expect(shares.at(-1)).toBe(1);
    expect(shares).toEqual([...shares].sort((a, b) => a - b));
    const restored = await launcher.restore(snapshot.folder, { durability: 'relaxed' });
    const client = await connectOnce(restored.port);
    const { rows } = await client.query<{ id: number }>('SELECT id FROM writes');
    const tooLate = await client.query<{ id: number }>(
      `SELECT w.id FROM json_to_recordset($1::json) AS seen(id int, before pg_lsn)
       JOIN writes w ON w.id = seen.id WHERE seen.before >= $2::pg_lsn`,
      [JSON.stringify(writes), snapshot.lsn],
    );
    await client.end();
    expect(rows.length).toBeGreaterThan(200);
    expect(rows.length).toBeLessThan(writes.length);
    expect(tooLate.rows).toEqual([]);
  });
});

describe('the process that owns a server', () => {
  let owner: Awaited<ReturnType<typeof buildOwner>>;
  beforeAll(async () => {
    owner = await buildOwner(`
      import { PostgresLauncher } from '../../../src/local/rds/postgres/launcher.ts';
      const launcher = await PostgresLauncher.open();
      const server = await launcher.create({ masterUsername: 'test', masterPassword: 'test-password', durability: 'relaxed' });
      process.stdout.write(JSON.stringify({ port: server.port, folder: launcher.folder, uid: process.getuid() }) + '\\n');
      process.stdin.resume().on('end', async () => { await launcher.close(); });`);
  });
  afterAll(() => owner?.remove());

  test('takes its servers and their data with it, even when it is killed', async () => {
    const { child, port, folder: data } = await owner.start();
    expect(await accepts(port)).toBe(true);
    child.kill('SIGKILL');
    await eventually(async () => expect(await accepts(port)).toBe(false));
    await eventually(() => expect(existsSync(data)).toBe(false));
  });

  const nobody = { name: 'nobody', uid: 65534, gid: 65534 };
  const root = process.getuid?.() === 0;
  test('needs no special rights', async (context) => {
    if (!root) return context.skip('only root can run it as somebody else');
    if (!isReachable(cache.replace('/.cache', ''), nobody))
      return context.skip('nobody cannot read the packages');
    const { child, port, uid, folder: data } = await owner.start({ uid: nobody.uid, gid: nobody.gid });
    expect(uid).toBe(nobody.uid);
    await (await connectOnce(port)).end();
    const exited = new Promise((resolve) => child.once('exit', resolve));
    child.stdin?.end();
    expect(await exited).toBe(0);
    expect(await accepts(port)).toBe(false);
    expect(existsSync(data)).toBe(false);
  });
});

async function connectOnce(port: number, password = 'test-password'): Promise<pg.Client> {
  const client = new pg.Client({ host: '127.0.0.1', port, user: 'test', password, database: 'postgres' });
  client.on('error', () => {});
  await client.connect();
  return client;
}
