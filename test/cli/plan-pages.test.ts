import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { offerRewrites, writeOffer } from '../../src/cli/commands/fix.ts';
import { InputError } from '../../src/core/errors.ts';
import { migrationOf, postgres } from '../support/planning.ts';
import { type Server, startServer } from './command-line.ts';

let server: Server;
let folder: string;
beforeAll(async () => {
  server = await startServer();
  folder = await mkdtemp(join(tmpdir(), 'lockkeeper-fix-'));
});
afterAll(async () => {
  await server?.stop();
  await rm(folder, { recursive: true, force: true });
});

const unsafe = `-- in a hurry
CREATE INDEX orders_user ON orders (user_id);
ALTER TABLE orders ALTER COLUMN note SET NOT NULL; -- at last
ALTER TABLE orders ADD COLUMN token uuid NOT NULL DEFAULT gen_random_uuid();
`;

describe('a hurried migration', { timeout: 90_000 }, () => {
  it('is shown as a page, mended on request, carried out, and reported as a page', async () => {
    const place = await server.place();
    const read = (path: string) => readFile(join(place.folder, path), 'utf8');
    await place.query(
      `CREATE TABLE orders (id int PRIMARY KEY, user_id int, note text);
       INSERT INTO orders SELECT n, n, 'x' FROM generate_series(1, 200) n; ANALYZE orders`,
    );
    await place.write({ 'm/V1__hurry.sql': unsafe });

    const shown = await place.lockkeeper('plan', '--migrations', 'm', '--html', 'plan.html');
    expect(shown.stdout).toContain('    - CREATE INDEX orders_user ON orders (user_id);');
    expect(shown.stdout).toContain('The same as a page: plan.html');
    const page = await read('plan.html');
    expect(page).toContain('<title>Migration 1 hurry</title>');
    expect(page).toMatch(/public\.orders<\/code><\/th><td class="number">\d/);
    expect(page).toContain('+ CREATE INDEX CONCURRENTLY orders_user ON orders (user_id);');
    expect(page).not.toContain(place.password);
    expect(await read('m/V1__hurry.sql')).toBe(unsafe);

    const fixed = await place.lockkeeper('plan', '--migrations', 'm', '--fix');
    expect(fixed.stdout).toContain('    + CREATE INDEX CONCURRENTLY orders_user ON orders (user_id);');
    expect(fixed.stdout).toContain('Written: m/V1__hurry.sql, m/V1__hurry.yaml.');
    expect(await read('m/V1__hurry.sql')).toMatch(
      /^-- in a hurry\nCREATE INDEX CONCURRENTLY .*; -- at last\n/s,
    );

    const ran = await place.lockkeeper('run', '--migrations', 'm');
    expect(ran.code, ran.stderr).toBe(0);
    const [row] = await place.query<{ tokens: number; nullable: string }>(
      `SELECT count(DISTINCT token)::int AS tokens,
         (SELECT string_agg(column_name::text, ' ' ORDER BY 1) FROM information_schema.columns
          WHERE table_name = 'orders' AND is_nullable = 'YES') AS nullable FROM orders`,
    );
    expect(row).toEqual({ tokens: 200, nullable: 'user_id' });

    expect((await place.lockkeeper('report', '--html', '-o', 'run.html')).code).toBe(0);
    const report = await read('run.html');
    expect(report).toContain('<title>Migration 1 hurry: SUCCEEDED</title>');
    expect(report).toContain('200 rows visited and 200 changed');
  });
});

describe('writing what is safe', () => {
  const offered = async (text: string) => {
    const path = join(folder, 'V1__x.sql');
    await writeFile(path, text);
    const files = [{ path, text }];
    const migration = migrationOf({ [path]: text });
    const offer = await offerRewrites(postgres, migration, files);
    if (offer === null) throw new Error('nothing is offered');
    return { path, files, migration, offer };
  };

  it('never touches the files of a migration that is applied or under way', async () => {
    const { path, files, migration, offer } = await offered(unsafe);
    await expect(writeOffer(offer, migration, files, false)).rejects.toMatchObject({
      code: 'already-applied',
    });
    expect(await readFile(path, 'utf8')).toBe(unsafe);
  });

  it('writes nothing where the folder would not read well with it', async () => {
    const { path, files, migration, offer } = await offered(unsafe);
    const [first, ...others] = offer.changes;
    const broken = [...others.map((change) => ({ ...change, after: 'backfill: 7\n' })), first].flatMap(
      (change) => change ?? [],
    );
    await expect(writeOffer({ ...offer, changes: broken }, migration, files, true)).rejects.toThrow(
      InputError,
    );
    expect(await readFile(path, 'utf8')).toBe(unsafe);
  });

  it('does not replace a manifest that has come up meanwhile', async () => {
    const { path, files, migration, offer } = await offered(unsafe);
    const manifest = path.replace('.sql', '.yaml');
    await writeFile(manifest, 'summary: mine\n');
    await expect(writeOffer(offer, migration, files, true)).rejects.toMatchObject({ code: 'EEXIST' });
    expect(await readFile(manifest, 'utf8')).toBe('summary: mine\n');
    expect(await readFile(path, 'utf8')).toBe(unsafe);
  });
});
