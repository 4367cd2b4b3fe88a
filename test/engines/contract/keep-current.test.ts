import { expect, it } from 'vitest';
import type { KeepCurrentInput, KeepCurrentStatements } from '../../../src/app/ports/engine.ts';
import { keepCurrent as mysqlKeepCurrent } from '../../../src/engines/mysql/keep-current.ts';
import { ownBatch as mysqlOwnBatch } from '../../../src/engines/mysql/own-batch.ts';
import { sessionSettings } from '../../../src/engines/mysql/session/settings.ts';
import { keepCurrent, ownBatch } from '../../../src/engines/postgres/keep-current.ts';
import {
  keepCurrent as sqlserverKeepCurrent,
  ownBatch as sqlserverOwnBatch,
} from '../../../src/engines/sqlserver/keep-current.ts';
import { dialects } from './dialect.ts';
import { type EngineUnderTest, everyEngine, type TestDatabase } from './world.ts';

/** How Lockkeeper’s own sessions do it on the engine. */
interface Tongue {
  keepCurrent(input: KeepCurrentInput): Promise<KeepCurrentStatements>;
  /** Before the statements are carried out. */
  readonly prepare: readonly string[];
  /** Makes a session one that works on batches. */
  readonly markAsOwn: string;
  readonly upsert: string;
}

const mysql: Tongue = {
  keepCurrent: mysqlKeepCurrent,
  prepare: sessionSettings('detached'),
  markAsOwn: `SET ${mysqlOwnBatch} = 1`,
  upsert: 'INSERT INTO t (id, token) VALUES (1, NULL) ON DUPLICATE KEY UPDATE token = VALUES(token)',
};

const tongues: Readonly<Record<EngineUnderTest, Tongue>> = {
  postgres: {
    keepCurrent,
    prepare: ['CREATE SCHEMA IF NOT EXISTS lockkeeper'],
    markAsOwn: `SET ${ownBatch} = 'on'`,
    upsert:
      'INSERT INTO t (id, token) VALUES (1, NULL) ON CONFLICT (id) DO UPDATE SET token = EXCLUDED.token',
  },
  mariadb: mysql,
  mysql57: mysql,
  mysql8: mysql,
  sqlserver: {
    keepCurrent: async (input) => sqlserverKeepCurrent(input),
    prepare: ["IF SCHEMA_ID('lockkeeper') IS NULL EXEC('CREATE SCHEMA lockkeeper')"],
    markAsOwn: sqlserverOwnBatch,
    upsert: `UPDATE t SET token = NULL WHERE id = 1;
      IF @@ROWCOUNT = 0 INSERT INTO t (id, token) VALUES (1, NULL)`,
  },
};

const backfill = (
  given: Partial<KeepCurrentInput> & Pick<KeepCurrentInput, 'table' | 'set'>,
): KeepCurrentInput => ({ ordinal: 0, version: '042', where: null, ...given });

interface FollowCase {
  readonly title: string;
  readonly columns: string;
  readonly row: string;
  readonly set: Readonly<Record<string, string>>;
  readonly where?: string;
  readonly changes: readonly string[];
  readonly expected: Readonly<Record<string, string | null>>;
}

/** A row whose token is `abc` and whose `pending`, 1, was computed from it. */
const tokens = {
  columns: 'token varchar(40), other int, pending int',
  row: `'abc', 0, NULL`,
  set: { pending: 'CASE WHEN token IS NULL THEN 0 ELSE 1 END' },
  where: 'pending IS NULL',
};

const follows = ({ upsert }: Tongue): readonly FollowCase[] => [
  {
    ...tokens,
    title: 'follows old code, which knows the source only',
    changes: ['UPDATE t SET token = NULL'],
    expected: { pending: '0' },
  },
  {
    ...tokens,
    title: 'follows there and back',
    changes: ['UPDATE t SET token = NULL', `UPDATE t SET token = 'again'`],
    expected: { pending: '1' },
  },
  { ...tokens, title: 'follows an upsert', changes: [upsert], expected: { pending: '0' } },
  {
    ...tokens,
    title: 'is as new code writes it together with the source',
    changes: [`UPDATE t SET token = 'b', pending = 0`],
    expected: { pending: '0' },
  },
  {
    ...tokens,
    title: 'is as new code writes it alone',
    changes: ['UPDATE t SET pending = 0'],
    expected: { pending: '0' },
  },
  {
    ...tokens,
    title: 'stays when neither is touched',
    changes: ['UPDATE t SET other = other + 1'],
    expected: { pending: '1' },
  },
  {
    ...tokens,
    title: 'stays when the source is written as it was',
    changes: ['UPDATE t SET token = token'],
    expected: { pending: '1' },
  },
  {
    ...tokens,
    title: 'stays when new code has decided otherwise, though old code changes the source later',
    changes: ['UPDATE t SET pending = 0', `UPDATE t SET token = 'b'`],
    expected: { pending: '0' },
  },
  {
    title: 'becomes null where the expression gives null',
    columns: 'a varchar(9), b varchar(9)',
    row: `'x', NULL`,
    set: { b: `NULLIF(a, 'none')` },
    changes: [`UPDATE t SET a = 'none'`],
    expected: { b: null },
  },
  {
    title: 'gets a value where the expression had given null',
    columns: 'a varchar(9), b varchar(9)',
    row: 'NULL, NULL',
    set: { b: 'UPPER(a)' },
    changes: [`UPDATE t SET a = 'now'`],
    expected: { b: 'NOW' },
  },
  {
    title: 'follows alone, among several, what the writer left and whose source has changed',
    columns: 'a int, b int, a2 int, b2 int, both_of int',
    row: '1, 1, NULL, NULL, NULL',
    set: { a2: 'a * 2', b2: 'b * 2', both_of: 'a + b' },
    changes: ['UPDATE t SET a = 5, both_of = 100'],
    expected: { a2: '10', b2: '2', both_of: '100' },
  },
  {
    title: 'follows in its own type, which rounds',
    columns: 'a decimal(9,4), b decimal(6,2)',
    row: '1, NULL',
    set: { b: 'a / 3.0' },
    changes: ['UPDATE t SET a = 2'],
    expected: { b: '0.67' },
  },
  {
    title: 'follows an expression that a comment ends',
    columns: 'a int, b int',
    row: '1, NULL',
    set: { b: 'a + 1 -- the next' },
    changes: ['UPDATE t SET a = 5'],
    expected: { b: '6' },
  },
  {
    title: 'is not computed again from itself',
    columns: 'tax int, total int',
    row: '0, 10',
    set: { total: 'total + tax' },
    changes: ['UPDATE t SET tax = 5'],
    expected: { total: '10' },
  },
  {
    title: 'is not computed again from another column of the backfill',
    columns: 'a int, b int',
    row: '0, 0',
    set: { a: 'id * 0', b: 'a' },
    changes: ['UPDATE t SET a = 5'],
    expected: { a: '5', b: '0' },
  },
  {
    title: 'keeps its value when the new one does not fit, and the write goes on',
    columns: 'a varchar(20), b varchar(3)',
    row: `'abc', NULL`,
    set: { b: 'a' },
    changes: [`UPDATE t SET a = 'wxyz'`],
    expected: { a: 'wxyz', b: 'abc' },
  },
  {
    title: 'follows a change from small letters to capitals',
    columns: 'a varchar(9), b varchar(9)',
    row: `'x', NULL`,
    set: { b: 'a' },
    changes: [`UPDATE t SET a = 'X'`],
    expected: { b: 'X' },
  },
];

everyEngine('rows written while a backfill runs', (engine, database) => {
  const tongue = tongues[engine];
  const { quote } = dialects[engine];
  const carryOut = async (opened: TestDatabase, input: KeepCurrentInput, what: 'install' | 'remove') => {
    const statements = (await tongue.keepCurrent(input))[what];
    await opened.query(...tongue.prepare, ...statements.map(({ text }) => text));
  };

  it.each([
    ['false', 'id > 10', '7'],
    ['unknown', 'id = NULL', '7'],
    ['true', 'id = 1', '1'],
    ['followed by a comment', 'id = 1 -- so far', '1'],
    ['not given', null, '1'],
  ])('keep or lose the value that was written when the condition is %s', async (_case, where, expected) => {
    const opened = await database();
    await opened.query('CREATE TABLE t (id int PRIMARY KEY, a int, b varchar(9))');
    await carryOut(opened, backfill({ table: 't', set: { a: 'id', b: `'set'` }, where }), 'install');
    await opened.query(`INSERT INTO t VALUES (1, 7, 'own')`);
    expect((await opened.query('SELECT a, b FROM t')).map((row) => ({ ...row }))).toEqual([
      { a: expected, b: expected === '7' ? 'own' : 'set' },
    ]);
  });

  it.each([
    ['a value', { set: { a: 'nothing + 1' } }],
    ['the condition', { set: { a: 'id' }, where: 'nothing = 1' }],
  ])(
    'go on where %s names an unknown column, which is refused when it is installed',
    async (_case, given) => {
      const opened = await database();
      await opened.query('CREATE TABLE t (id int PRIMARY KEY, a int)');
      await expect(carryOut(opened, backfill({ table: 't', ...given }), 'install')).rejects.toThrow(
        /nothing/,
      );
      await opened.query('INSERT INTO t VALUES (1, 7)');
      expect((await opened.query('SELECT a FROM t')).map(({ a }) => a)).toEqual(['7']);
    },
  );

  it('are passed over in sessions that work on batches, and in no others', async () => {
    const opened = await database();
    await opened.query('CREATE TABLE t (id int PRIMARY KEY, a int)');
    await carryOut(opened, backfill({ table: 't', set: { a: 'id' }, where: 'a IS NULL' }), 'install');
    await opened.query(tongue.markAsOwn, 'INSERT INTO t VALUES (1, NULL)');
    await opened.query('INSERT INTO t VALUES (2, NULL)');
    const rows = await opened.query('SELECT a FROM t ORDER BY id');
    expect(rows.map(({ a }) => a)).toEqual([null, '2']);
  });

  it.each(follows(tongue))('a column whose source changes after the backfill $title', async (given) => {
    const opened = await database();
    const { columns, row, set, where = 'done = 0', changes, expected } = given;
    await opened.query(
      `CREATE TABLE t (id int PRIMARY KEY, done int DEFAULT 0, ${columns})`,
      `INSERT INTO t VALUES (1, 0, ${row})`,
    );
    await carryOut(opened, backfill({ table: 't', set, where }), 'install');
    const filled = Object.entries(set).map(([column, value]) => `${quote(column)} = (${value}\n)`);
    await opened.query(tongue.markAsOwn, `UPDATE t SET ${[...filled, 'done = 1'].join(', ')}`);
    await opened.query(...changes);
    expect((await opened.query('SELECT * FROM t'))[0]).toMatchObject(expected);
  });

  it('stay as they are where the backfill leaves them alone and the column holds something else', async () => {
    const opened = await database();
    await opened.query('CREATE TABLE t (id int PRIMARY KEY, kind varchar(9), amount int, fee int)');
    const where = `kind = 'old' AND fee IS NULL`;
    await carryOut(opened, backfill({ table: 't', set: { fee: 'amount * 2' }, where }), 'install');
    await opened.query(
      `INSERT INTO t VALUES (1, 'free', 100, NULL), (2, 'new', 100, 7), (3, 'old', 100, NULL)`,
      'UPDATE t SET amount = 200',
    );
    const rows = await opened.query('SELECT kind, fee FROM t ORDER BY kind');
    expect(rows.map(({ kind, fee }) => [kind, fee])).toEqual([
      ['free', null],
      ['new', '7'],
      ['old', '400'],
    ]);
  });

  it('follow each by its own key where one statement writes several', async () => {
    const opened = await database();
    await opened.query(
      'CREATE TABLE t (a int, b int, amount int, fee int, PRIMARY KEY (a, b))',
      'INSERT INTO t VALUES (1, 1, 10, 20), (1, 2, 20, 40), (2, 1, 30, 7), (2, 2, 40, 80)',
    );
    const input = backfill({ table: 't', set: { fee: 'amount * 2' }, where: 'fee IS NULL' });
    await carryOut(opened, input, 'install');
    await opened.query('UPDATE t SET amount = amount + b WHERE a + b < 4');
    const rows = await opened.query('SELECT fee FROM t ORDER BY a, b');
    expect(rows.map(({ fee }) => fee)).toEqual(['22', '44', '7', '80']);
  });

  it('stay as they are once it is removed, which may be repeated, also after the table is gone', async () => {
    const opened = await database();
    const input = backfill({ table: 't', set: { a: 'id' } });
    await opened.query('CREATE TABLE t (id int PRIMARY KEY, a int)');
    await carryOut(opened, input, 'install');
    await carryOut(opened, input, 'remove');
    await carryOut(opened, input, 'remove');
    await opened.query('INSERT INTO t VALUES (1, NULL)');
    expect((await opened.query('SELECT a FROM t')).map(({ a }) => a)).toEqual([null]);
    await carryOut(opened, input, 'install');
    await opened.query('DROP TABLE t');
    await carryOut(opened, input, 'remove');
  });
});
