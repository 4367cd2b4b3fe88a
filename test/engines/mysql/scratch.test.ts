import { expect, it } from 'vitest';
import { checkDown, type DownCheck } from '../../../src/app/check-down.ts';
import { plainEffects } from '../../../src/app/ports/effects.ts';
import type { Migration } from '../../../src/core/migration.ts';
import { createMySqlEngine } from '../../../src/engines/mysql/engine.ts';
import { RealClock } from '../../../src/local/clock/real-clock.ts';
import { backfillSpec, migration } from '../../support/statements.ts';
import { step } from '../postgres/support.ts';
import { everyMysqlServer } from './support.ts';

const engine = createMySqlEngine({ effects: plainEffects, clock: new RealClock() });
const pair = (version: string, up: string, down: string | null): Migration => ({
  ...migration({
    up: { path: `V${version}__x.sql`, text: up },
    down: down === null ? null : { path: `U${version}__x.sql`, text: down },
  }),
  version,
});

const migrations = [
  pair(
    '1',
    'CREATE TABLE users (id int PRIMARY KEY, email varchar(40)); INSERT INTO users VALUES (1, NULL)',
    null,
  ),
  pair('2', 'CREATE INDEX by_email ON users (email)', 'DROP INDEX by_email ON users'),
  pair('3', 'ALTER TABLE users ADD a int, ADD INDEX i (a)', 'ALTER TABLE users DROP INDEX i'),
  pair('4', 'CREATE VIEW v AS SELECT a FROM users', 'DROP TABLE v'),
];

everyMysqlServer('a scratch database', (server) => {
  const { signal } = new AbortController();
  const loginOf = (database: string) => {
    const { host, port, user, password } = server();
    return { host, port, user, password, database, tls: { mode: 'off' } } as const;
  };
  const scratchNames = async () => {
    const rows = await server().query('SELECT schema_name AS name FROM information_schema.schemata');
    return rows.map((row) => row.name ?? '').filter((name) => name.startsWith('lockkeeper_scratch'));
  };
  const open = (database: string) => {
    if (engine.openScratch === undefined) throw new Error('no scratch');
    return engine.openScratch(loginOf(database), 'try', signal);
  };

  it('tells what each down script leaves, and goes again', async () => {
    const { name } = await server().createDatabase();
    const reported: DownCheck[] = [];
    await checkDown({ engine, migrations, version: null, report: (check) => reported.push(check) }, () =>
      open(name),
    );
    expect(reported).toMatchObject([
      { version: '2', result: 'undone' },
      {
        version: '3',
        result: 'differs',
        difference: { missing: [], left: [expect.stringMatching(/^column users\.a /)] },
      },
      { version: '4', result: 'failed' },
    ]);
    expect(await scratchNames()).toEqual([]);
    expect(await server().query(`SHOW TABLES FROM ${name}`)).toEqual([]);
  });

  it('takes comments at the ends of a backfill’s expressions', async () => {
    const { name } = await server().createDatabase();
    const { main, close } = await open(name);
    try {
      await main.run([step('expand-1', 'alone', 'CREATE TABLE users (id int PRIMARY KEY, a int, b int)')]);
      const set = { a: 'id -- as it is', b: 'id # too' };
      const commented = backfillSpec({ set, where: 'a IS NULL -- yet' });
      await expect(main.backfill(commented)).resolves.toBeUndefined();
    } finally {
      await close();
    }
  });

  it('is refused where the database is not empty, or already one of ours', async () => {
    const { name } = await server().createDatabase();
    await server().query(`CREATE TABLE ${name}.here (id int PRIMARY KEY)`);
    await expect(open(name)).rejects.toThrow('is not empty: it holds table here');
    await server().query(`RENAME TABLE ${name}.here TO ${name}.lockkeeper_run`);
    await expect(open(name)).rejects.toThrow('is not empty: it holds table lockkeeper_run');
    expect(await scratchNames()).toEqual([]);
  });
});
