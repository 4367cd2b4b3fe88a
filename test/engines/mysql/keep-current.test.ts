import mysql from 'mysql2/promise';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { KeepCurrentInput } from '../../../src/app/ports/engine.ts';
import { keepCurrent } from '../../../src/engines/mysql/keep-current.ts';
import { ownBatch } from '../../../src/engines/mysql/own-batch.ts';
import { quoteIdentifier } from '../../../src/engines/mysql/quote.ts';
import { sessionSettings } from '../../../src/engines/mysql/session/settings.ts';
import {
  type MysqlTestKind,
  type NoTestMysql,
  openMysqlServer,
  present,
  type TestMysql,
} from '../../support/mysql.ts';

const backfill = (
  given: Partial<KeepCurrentInput> & Pick<KeepCurrentInput, 'table' | 'set'>,
): KeepCurrentInput => ({ ordinal: 0, version: '042', where: null, ...given });

const emailVerified = backfill({
  table: 'users',
  set: { email_verified: 'email_confirmation_token IS NULL' },
  where: 'email_verified IS NULL',
});
const users =
  'CREATE TABLE users (id int PRIMARY KEY, email_confirmation_token varchar(40), email_verified boolean)';

interface FollowCase {
  readonly title: string;
  readonly columns: string;
  readonly row: string;
  readonly set: Readonly<Record<string, string>>;
  readonly where?: string;
  readonly change: string | readonly string[];
  readonly expected: Readonly<Record<string, string | null>>;
  readonly only?: MysqlTestKind;
}

const follows: readonly FollowCase[] = [
  {
    title: 'follows a change of case only, which the collation does not see',
    columns: 'a varchar(9) COLLATE utf8mb4_general_ci, b varchar(9)',
    row: `'x', NULL`,
    set: { b: 'CONCAT(a, a)' },
    change: `UPDATE t SET a = 'X'`,
    expected: { b: 'XX' },
  },
  {
    title: 'follows in its own type, which rounds',
    columns: 'a decimal(9,4), b decimal(6,2), c datetime, d datetime(6), at datetime(6)',
    row: `1, NULL, NULL, NULL, '2026-01-01 00:00:00.000012'`,
    set: { b: 'a / 3.0', c: 'at', d: 'at' },
    change: `UPDATE t SET a = 2, at = '2026-01-02 00:00:00.000013'`,
    expected: { b: '0.67', c: '2026-01-02 00:00:00', d: '2026-01-02 00:00:00.000013' },
  },
  {
    title: 'follows unsigned integers, bits, binaries, enums and JSON',
    columns: `u bigint unsigned, b bit(64), r varbinary(9), e enum('b', 'a'), j json, u2 bigint unsigned, b2 bit(64), r2 varbinary(9), e2 enum('b', 'a'), j2 json`,
    row: `1, b'1', '', 'b', '{"a": 1}', NULL, NULL, NULL, NULL, NULL`,
    set: { u2: 'u', b2: 'b', r2: 'r', e2: 'e', j2: 'j' },
    change: `UPDATE t SET u = 18446744073709551615, b = ~0, r = X'00FF', e = 'a', j = '{"a": 2}'`,
    expected: { u2: '18446744073709551615', e2: 'a', j2: '{"a": 2}' },
  },
  {
    title: 'is not computed again from chance',
    columns: 'a varchar(9), b varchar(50)',
    row: `'x', NULL`,
    set: { b: `CASE WHEN a = 'x' THEN a ELSE RAND() END` },
    change: `UPDATE t SET a = 'y'`,
    expected: { b: 'x' },
  },
  {
    title: 'is not computed again from a function that is not the server’s own',
    columns: 'a int, b int',
    row: '1, NULL',
    set: { b: 'twice(a)' },
    change: 'UPDATE t SET a = 3',
    expected: { b: '2' },
  },
  {
    title: 'follows a generated column, which has its new value on UPDATE',
    columns: 'a int, twice_a int GENERATED ALWAYS AS (a * 2) STORED, b int',
    row: '1, DEFAULT, NULL',
    set: { b: 'twice_a + 1' },
    change: 'UPDATE t SET a = 5',
    expected: { b: '11', twice_a: '10' },
  },
  {
    title: 'keeps its value when the new one cannot be computed, and the write goes on',
    columns: 'a varchar(20), b int',
    row: `'12', NULL`,
    set: { b: 'CAST(a AS SIGNED)' },
    change: `UPDATE t SET a = 'not a number'`,
    expected: { a: 'not a number', b: '12' },
  },
  {
    title: 'keeps what the writer gives where the condition holds and the value does not fit',
    columns: `a varchar(20), b varchar(3), c date, e enum('a', 'é'), n int, d decimal(30, 9), r varbinary(3), mark int`,
    row: `'abc', 'abc', '2026-01-01', 'a', 1, 1, X'00', 0`,
    set: { b: 'a', c: 'a', e: 'a', n: 'a', d: 'a', r: 'a' },
    where: 'mark = 1',
    change: `UPDATE t SET a = '12abcdef', b = 'né', c = '2026-05-05', e = 'é', n = -7, d = 12345678901234567890.123456789, r = X'00FF80', mark = 1`,
    expected: { b: 'né', c: '2026-05-05', e: 'é', n: '-7', d: '12345678901234567890.123456789', mark: '1' },
  },
  {
    title: 'keeps what the writer gives of JSON',
    // MariaDB would let the value in and refuse the row by its CHECK.
    only: 'mysql57',
    columns: 'a varchar(20), j json, mark int',
    row: `'abc', '{}', 0`,
    set: { j: 'a' },
    where: 'mark = 1',
    change: `UPDATE t SET a = 'abcdef', j = '{"k": "é"}', mark = 1`,
    expected: { j: '{"k": "é"}', mark: '1' },
  },
  {
    title: 'is computed from the row as the writer left it, whatever the order of the columns',
    columns: 'a int, b int, c int, mark int',
    row: '1, 2, 3, 0',
    set: { a: 'b', b: 'c', c: '0' },
    where: 'mark = 1',
    change: 'UPDATE t SET mark = 1',
    expected: { a: '2', b: '3', c: '0' },
  },
];

describe.each<MysqlTestKind>(['mariadb', 'mysql57', 'mysql8'])(
  'rows written while a backfill runs: %s',
  (kind) => {
    let opened: TestMysql | NoTestMysql;
    let keeper: mysql.Connection;
    let application: mysql.Connection;

    beforeAll(async () => {
      opened = await openMysqlServer(kind);
      if ('reason' in opened) return;
      const { url } = await opened.createDatabase();
      const open = () =>
        mysql.createConnection({
          uri: url,
          multipleStatements: true,
          typeCast: (field) => field.string('utf8'),
        });
      keeper = await open();
      application = await open();
      for (const setting of sessionSettings('detached')) await keeper.query(setting);
      await keeper.query('CREATE FUNCTION twice(n int) RETURNS int DETERMINISTIC RETURN n * 2');
    });

    afterAll(async () => {
      await keeper?.end();
      await application?.end();
      if ('close' in opened) await opened.close();
    });

    beforeEach(async (test) => {
      present(opened, test);
      await keeper.query('DROP TABLE IF EXISTS t, users, u, `Odd.Table`');
    });

    const install = async (input: KeepCurrentInput): Promise<void> => {
      for (const { text } of (await keepCurrent(input)).install) await keeper.query(text);
    };
    const rowsOf = async (sql: string): Promise<Record<string, string | null>[]> => {
      const [rows] = await keeper.query<mysql.RowDataPacket[]>(sql);
      return rows.map((row) => ({ ...row }));
    };

    it('get their values when the application inserts or updates them', async () => {
      await keeper.query(users);
      await install(emailVerified);
      await application.query(`INSERT INTO users VALUES (1, NULL, NULL), (2, 'abc', NULL), (3, 'abc', 1)`);
      await application.query(
        'UPDATE users SET email_verified = NULL, email_confirmation_token = NULL WHERE id = 2',
      );
      expect(await rowsOf('SELECT id, email_verified FROM users ORDER BY id')).toEqual([
        { id: '1', email_verified: '1' },
        { id: '2', email_verified: '1' },
        // The condition does not hold: what the application wrote stays.
        { id: '3', email_verified: '1' },
      ]);
    });

    it('keep the value that was written when the condition fails', async () => {
      await keeper.query('CREATE TABLE t (id int, a int, b varchar(9))');
      const where = 'CAST(b AS SIGNED) / 0 = 1';
      await install(backfill({ table: 't', set: { a: 'id', b: `'set'` }, where }));
      await application.query(`INSERT INTO t VALUES (1, 7, 'own')`);
      expect(await rowsOf('SELECT a, b FROM t')).toEqual([{ a: '7', b: 'own' }]);
    });

    it('leave nothing in the variables of the session that wrote them', async () => {
      await keeper.query('CREATE TABLE t (id int, a varchar(20), b int)');
      await install(backfill({ table: 't', set: { b: 'CAST(a AS SIGNED)' } }));
      await application.query(`INSERT INTO t VALUES (1, '12', 5), (2, 'abc', 6)`);
      await application.query(`UPDATE t SET a = 'def'`);
      const triggers = await rowsOf(
        'SELECT trigger_name AS name FROM information_schema.triggers WHERE trigger_schema = DATABASE()',
      );
      expect(triggers).toHaveLength(2);
      const variables = triggers.flatMap(({ name }) =>
        ['failed', 'doubt', 'kept'].map((end) => `@${name}_${end}`),
      );
      const [left] = await application.query(`SELECT CONCAT_WS(',', ${variables.join(', ')}) AS texts`);
      expect(left).toEqual([{ texts: '' }]);
    });

    it('are inserted though their value cannot be computed, and keep what was written', async () => {
      await keeper.query('CREATE TABLE t (id int, a varchar(20), b varchar(3), c int DEFAULT 4)');
      await install(backfill({ table: 't', set: { b: 'a', c: 'CAST(a AS SIGNED)' } }));
      await application.query(`INSERT INTO t (id, a, b) VALUES (1, 'abcdef', 'own')`);
      expect(await rowsOf('SELECT b, c FROM t')).toEqual([{ b: 'own', c: '4' }]);
    });

    it('see what triggers of the table have made of them', async () => {
      await keeper.query(
        'CREATE TABLE t (id int, a int); CREATE TRIGGER theirs BEFORE INSERT ON t FOR EACH ROW SET NEW.id = NEW.id + 1',
      );
      await install(backfill({ table: 't', set: { a: 'id * 10' } }));
      await application.query('INSERT INTO t VALUES (1, 0)');
      expect(await rowsOf('SELECT id, a FROM t')).toEqual([{ id: '2', a: '20' }]);
      await keeper.query('DROP TRIGGER theirs');
    });

    it('get the same values as the backfill’s own UPDATE, whatever the writer’s sql_mode', async () => {
      const set = { said: `CONCAT('it''s \\\\', "x", a)`, amount: 'id / 3.0' };
      const columns = 'id int, a varchar(9), said varchar(30), amount decimal(8,2)';
      await keeper.query(`CREATE TABLE t (${columns}); INSERT INTO t VALUES (1, 'b', NULL, NULL)`);
      const assignments = Object.entries(set).map(([column, expression]) => `${column} = (${expression})`);
      await keeper.query(`UPDATE t SET ${assignments.join(', ')}`);
      await install(backfill({ table: 't', set }));
      await application.query(
        `SET sql_mode = 'ANSI_QUOTES,NO_BACKSLASH_ESCAPES'; INSERT INTO t VALUES (1, 'b', NULL, NULL); SET sql_mode = DEFAULT`,
      );
      const rows = await rowsOf('SELECT * FROM t');
      expect(rows).toHaveLength(2);
      expect(rows[1]).toEqual(rows[0]);
    });

    it('under odd names', async () => {
      await keeper.query(
        'CREATE TABLE `Odd.Table` (id int, `old` int, `new` int, `a``b` int, `lockkeeper_failed` int)',
      );
      const set = { 'a`b': '`Odd.Table`.`old` + `new` + lockkeeper_failed' };
      await install(backfill({ table: '`Odd.Table`', set, where: '`a``b` IS NULL' }));
      await application.query('INSERT INTO `Odd.Table` VALUES (1, 1, 2, NULL, 3)');
      await application.query('UPDATE `Odd.Table` SET `old` = 10');
      expect(await rowsOf('SELECT `a``b` AS x FROM `Odd.Table`')).toEqual([{ x: '15' }]);
    });

    it.for(follows.filter(({ only = kind }) => only === kind))(
      'a column whose source changes after the backfill $title',
      async ({ change, expected, ...given }) => {
        const input = backfill({ table: 't', set: given.set, where: given.where ?? 'NOT done' });
        await keeper.query(
          `CREATE TABLE t (id int PRIMARY KEY, done boolean DEFAULT false, ${given.columns}) CHARACTER SET utf8mb4;
       INSERT INTO t VALUES (1, false, ${given.row})`,
        );
        await install(input);
        const set = Object.entries(given.where?.includes('mark') ? {} : input.set).map(
          ([column, expression]) => `${quoteIdentifier(column)} = (${expression})`,
        );
        await keeper.query(
          `SET ${ownBatch} = 1; UPDATE t SET ${[...set, 'done = true'].join(', ')}; SET ${ownBatch} = NULL`,
        );
        for (const sql of [change].flat()) await application.query(sql);
        expect((await rowsOf('SELECT * FROM t'))[0]).toMatchObject(expected);
      },
    );
  },
);

describe('the triggers themselves', () => {
  it('have names that fit, and differ between backfills of one table', async () => {
    const table = `shop.${'ü'.repeat(64)}`;
    const made = await Promise.all(
      [0, 1].map((ordinal) => keepCurrent(backfill({ table, set: { a: '1' }, ordinal }))),
    );
    const names = made.flatMap(({ install }) =>
      install.flatMap(({ effects }) =>
        effects.map((effect) => (effect.does === 'create' ? effect.object.name : '')),
      ),
    );
    expect(new Set(names).size).toBe(4);
    for (const name of names) expect(name).toMatch(/^lockkeeper_keep_[0-9a-f]{12}_[iu]$/);
    expect(made[0]?.install[0]?.text).toMatch(/^CREATE TRIGGER `shop`\.`lockkeeper_keep_/);
  });

  it('say which locks they take, what they make and what they need', async () => {
    const { install, remove } = await keepCurrent(emailVerified);
    expect(
      install.map(({ transactional, lock, effects, findings }) => [
        transactional,
        lock?.mode,
        effects[0]?.does,
        findings[0]?.rule,
      ]),
    ).toEqual(Array(2).fill([false, 'SHARED NO WRITE, then EXCLUSIVE', 'create', 'trigger-rights']));
    expect(remove.map(({ transactional, lock, destroys }) => [transactional, lock?.mode, destroys])).toEqual(
      Array(2).fill([false, 'EXCLUSIVE', false]),
    );
  });
});
