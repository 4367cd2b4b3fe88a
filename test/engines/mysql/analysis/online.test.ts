import mysql from 'mysql2/promise';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { analyze } from '../../../../src/engines/mysql/analysis/analyze.ts';
import { chooseOnline } from '../../../../src/engines/mysql/analysis/online/choose-online.ts';
import type { OnlineServer } from '../../../../src/engines/mysql/analysis/online/version.ts';
import {
  type MysqlTestKind,
  type NoTestMysql,
  openMysqlServer,
  present,
  type TestMysql,
} from '../../../support/mysql.ts';

const mysqlOf = (version: string): OnlineServer => ({ version, isMariaDb: false });
const mariadbOf = (version: string): OnlineServer => ({ version: `${version}-MariaDB-log`, isMariaDb: true });

const every = {
  'MySQL 5.7': mysqlOf('5.7.44-log'),
  'MySQL 8.0.11': mysqlOf('8.0.11'),
  'MySQL 8.0.12': mysqlOf('8.0.12'),
  'MySQL 8.0.29': mysqlOf('8.0.29'),
  'MySQL 8.4': mysqlOf('8.4.3'),
  'MariaDB 10.2': mariadbOf('10.2.44'),
  'MariaDB 10.3': mariadbOf('5.5.5-10.3.39'),
  'MariaDB 10.4': mariadbOf('10.4.8'),
  'MariaDB 11': mariadbOf('11.4.2'),
} as const;

const instant = ['ALGORITHM=INSTANT'];
const inplace = ['ALGORITHM=INPLACE, LOCK=NONE'];
const both = [...instant, ...inplace];
const nocopy = ['ALGORITHM=NOCOPY, LOCK=NONE', ...inplace];
const all = [...instant, ...nocopy];
const shared = ['ALGORITHM=INPLACE, LOCK=SHARED'];

describe('how a statement is to be carried out', () => {
  it.each<[string, Partial<Record<keyof typeof every, readonly string[]>>]>([
    [
      'ADD COLUMN n int',
      {
        'MySQL 5.7': inplace,
        'MySQL 8.0.11': inplace,
        'MySQL 8.0.12': both,
        'MySQL 8.0.29': both,
        'MySQL 8.4': both,
        'MariaDB 10.2': inplace,
        'MariaDB 10.3': all,
        'MariaDB 11': all,
      },
    ],
    [
      'ADD COLUMN n int FIRST',
      { 'MySQL 8.0.12': inplace, 'MySQL 8.0.29': both, 'MariaDB 10.3': inplace, 'MariaDB 10.4': all },
    ],
    ['DROP COLUMN a', { 'MySQL 8.0.12': inplace, 'MySQL 8.0.29': both, 'MariaDB 10.4': all }],
    ['MODIFY a bigint', { 'MySQL 5.7': inplace, 'MySQL 8.0.12': both, 'MariaDB 11': all }],
    ['ADD INDEX (a)', { 'MySQL 5.7': inplace, 'MySQL 8.4': inplace, 'MariaDB 11': nocopy }],
    ['ADD FULLTEXT (a)', { 'MySQL 5.7': shared, 'MySQL 8.4': shared, 'MariaDB 11': shared }],
    ['ADD COLUMN n int, ADD INDEX (n)', { 'MySQL 8.4': inplace, 'MariaDB 11': inplace }],
    ['DROP PRIMARY KEY', { 'MySQL 8.4': [], 'MariaDB 11': [] }],
    ['DROP PRIMARY KEY, ADD PRIMARY KEY (a)', { 'MySQL 8.4': inplace, 'MariaDB 11': inplace }],
    ['RENAME TO s', { 'MySQL 5.7': ['ALGORITHM=INPLACE'], 'MySQL 8.4': both, 'MariaDB 11': all }],
    ['ADD CHECK (a > 0)', { 'MySQL 5.7': inplace, 'MySQL 8.4': [], 'MariaDB 11': [] }],
  ])('ALTER TABLE t %s', (actions, expected) => {
    for (const [name, attempts] of Object.entries(expected)) {
      const server = every[name as keyof typeof every];
      const text = `ALTER TABLE t ${actions}`;
      expect([name, attemptsOf(text, server)]).toEqual([
        name,
        attempts.map((clause) => `${text}, ${clause}`),
      ]);
    }
  });

  it.each<[string, string]>([
    ['CREATE INDEX i ON t (a)', 'CREATE INDEX i ON t (a) ALGORITHM=NOCOPY LOCK=NONE'],
    ['CREATE FULLTEXT INDEX i ON t (a)', 'CREATE FULLTEXT INDEX i ON t (a) ALGORITHM=INPLACE LOCK=SHARED'],
    [
      'ALTER TABLE t ADD n int /*!80023 INVISIBLE */',
      'ALTER TABLE t ADD n int /*!80023 INVISIBLE */, ALGORITHM=INSTANT',
    ],
    [
      'ALTER TABLE IF EXISTS t NOWAIT ADD n int',
      'ALTER TABLE IF EXISTS t NOWAIT ADD n int, ALGORITHM=INSTANT',
    ],
  ])('%s', (text, expected) => {
    expect(attemptsOf(text, every['MariaDB 11'])[0]).toBe(expected);
  });

  it.each([
    'ALTER TABLE t ADD n int, ALGORITHM=COPY',
    'ALTER TABLE t ADD n int, LOCK=EXCLUSIVE',
    'ALTER ONLINE TABLE t ADD n int',
    'CREATE INDEX i ON t (a) LOCK=NONE',
    'DROP INDEX i ON t ALGORITHM=COPY',
    'DROP INDEX `PRIMARY` ON t',
    // It is never copied, and MariaDB takes no clause here.
    'DROP INDEX i ON t',
    'ALTER TABLE t PARTITION BY HASH (id) PARTITIONS 4',
    'ALTER TABLE t ADD PARTITION (PARTITION p VALUES LESS THAN (9))',
    'ALTER TABLE t ENGINE=MyISAM',
    'ALTER TABLE t FROBNICATE',
    'ALTER VIEW v AS SELECT 1',
    'CREATE TABLE t (id int)',
    'UPDATE t SET a = 1',
  ])('is left as it is: %s', (text) => {
    expect(attemptsOf(text, every['MariaDB 11'])).toEqual([]);
    expect(attemptsOf(text, every['MySQL 8.4'])).toEqual([]);
  });
});

describe('a plan for a known server', () => {
  const analyzed = async (text: string, version: string, instantChangesLeft?: number) => {
    const table = { table: 'shop.t', rowsEstimate: 1, bytes: 1, columns: [], keys: [] };
    const limit = instantChangesLeft === undefined ? {} : { instantChangesLeft };
    const facts = { serverVersion: version, tables: { t: { ...table, ...limit } } };
    const statements = await analyze({ path: 'V1__x.sql', text }, facts);
    return statements.map(({ attempts = [], findings }) => ({
      attempts,
      rules: findings.map(({ rule }) => rule),
      said: findings.find(({ rule }) => rule === 'online-clauses')?.message ?? null,
    }));
  };

  it('says how it will be asked, and why', async () => {
    expect(
      await analyzed('ALTER TABLE t ALTER a SET DEFAULT 2, ADD INDEX (a)', '10.11.19-MariaDB-log'),
    ).toEqual([
      {
        attempts: nocopy.map((clauses) => `ALTER TABLE t ALTER a SET DEFAULT 2, ADD INDEX (a), ${clauses}`),
        rules: ['online-clauses'],
        said: 'MariaDB 10.11.19 is asked for ALGORITHM=NOCOPY, LOCK=NONE on t (add index: beside running writes, and the rows are not written anew); if it refuses, for ALGORITHM=INPLACE, LOCK=NONE; it may not copy the table',
      },
    ]);
  });

  it.each([
    ['ALTER TABLE t ADD n int', '5.7.44-log', ['table-rebuild', 'online-clauses']],
    ['ALTER TABLE t ADD n int', '10.11.19-MariaDB', ['online-clauses']],
    ['ALTER TABLE t ADD CHECK (a > 0)', '10.11.19-MariaDB', ['blocks-writers']],
    ['ALTER TABLE t ADD CHECK (a > 0)', '5.7.44-log', ['check-forgotten', 'online-clauses']],
    ['ALTER TABLE t ADD n int, ALGORITHM=COPY', '5.7.44-log', ['blocks-writers']],
    ['CREATE TABLE s (id bigint PRIMARY KEY)', '5.7.44-log', []],
  ])('%s on %s: %j', async (text, version, rules) => {
    expect((await analyzed(text, version)).flatMap((statement) => statement.rules)).toEqual(rules);
  });

  it('leaves a table alone that the script has made itself', async () => {
    const [, alter] = await analyzed('CREATE TABLE s (id int); ALTER TABLE s MODIFY id bigint', '5.7.44-log');
    expect(alter?.attempts).toEqual([]);
  });

  it.each([
    [2, both, 'whose rows take 2 more instant versions'],
    [0, inplace, 'whose rows take no further instant version'],
  ])('heeds that %s instant versions are left', async (left, attempts, words) => {
    const [alter] = await analyzed('ALTER TABLE t ADD n int', '8.4.3', left);
    expect(alter?.attempts).toEqual(attempts.map((clauses) => `ALTER TABLE t ADD n int, ${clauses}`));
    expect(alter?.said).toContain(words);
    const [other] = await analyzed('ALTER TABLE t ALTER a SET DEFAULT 1', '8.4.3', left);
    expect(other?.attempts).toHaveLength(2);
    expect(other?.said).not.toContain('instant version');
  });
});

const attemptsOf = (text: string, server: OnlineServer): readonly string[] =>
  chooseOnline(text, server)?.attempts ?? [];

/** What the statements below change. */
const tables: Readonly<Record<string, string>> = {
  t: `CREATE TABLE t (id int PRIMARY KEY, a int DEFAULT 1, b int, n int NOT NULL, s varchar(10), e enum('a', 'b'), KEY ia (a))
      CHARACTER SET utf8mb4; INSERT INTO t (id, a, b, n, s, e) VALUES (1, 1, 1, 1, 'x', 'a')`,
  places: 'CREATE TABLE places (id int PRIMARY KEY, p point NOT NULL)',
  computed: 'CREATE TABLE computed (id int PRIMARY KEY, a int, v int GENERATED ALWAYS AS (a + 1) VIRTUAL)',
  keyless: 'CREATE TABLE keyless (id int NOT NULL, a int)',
  child:
    'CREATE TABLE child (id int PRIMARY KEY, pid int, CONSTRAINT fk FOREIGN KEY (pid) REFERENCES parent (id))',
};

interface Case {
  readonly sql: string;
  /** At the first attempt, at the last one, or only by a copy after each attempt was refused, or none was made. */
  readonly goes: 'at once' | 'in place' | 'copy';
  readonly only?: MysqlTestKind;
}

const always = (goes: Case['goes'], ...statements: readonly string[]): Case[] =>
  statements.map((sql) => ({ sql, goes }));
const on = (only: MysqlTestKind, goes: Case['goes'], ...statements: readonly string[]): Case[] =>
  statements.map((sql) => ({ sql, goes, only }));

const cases: readonly Case[] = [
  ...always(
    'at once',
    'ALTER TABLE t ADD COLUMN x int',
    'ALTER TABLE t ADD x int NOT NULL DEFAULT 5',
    'ALTER TABLE t ADD x int AFTER id',
    'ALTER TABLE t ADD x datetime DEFAULT CURRENT_TIMESTAMP',
    'ALTER TABLE t ADD (x int, y int)',
    'ALTER TABLE t ADD x int NOT NULL AUTO_INCREMENT UNIQUE',
    'ALTER TABLE t ADD x int GENERATED ALWAYS AS (a + 1) VIRTUAL',
    'ALTER TABLE t ADD x int UNIQUE',
    'ALTER TABLE t DROP COLUMN b',
    'ALTER TABLE computed DROP v',
    'ALTER TABLE t ALTER b SET DEFAULT 3',
    'ALTER TABLE t ALTER a DROP DEFAULT',
    'ALTER TABLE t ADD INDEX i (b)',
    'ALTER TABLE t ADD UNIQUE i (b)',
    'ALTER TABLE t ADD FULLTEXT i (s)',
    'ALTER TABLE places ADD SPATIAL i (p)',
    'ALTER TABLE t DROP INDEX ia',
    'ALTER TABLE t RENAME INDEX ia TO ib',
    'ALTER TABLE keyless ADD PRIMARY KEY (id)',
    'ALTER TABLE t DROP PRIMARY KEY, ADD PRIMARY KEY (n)',
    'ALTER TABLE child DROP FOREIGN KEY fk',
    'ALTER TABLE t RENAME TO s',
    'ALTER TABLE t FORCE',
    'ALTER TABLE t ENGINE = InnoDB',
    'ALTER TABLE t ROW_FORMAT=COMPRESSED',
    'ALTER TABLE t AUTO_INCREMENT 1000',
    `ALTER TABLE t COMMENT 'x', STATS_PERSISTENT=0`,
    'ALTER TABLE t DEFAULT CHARACTER SET latin1',
    'CREATE INDEX i ON t (b)',
    'CREATE UNIQUE INDEX i ON t (b)',
    'CREATE FULLTEXT INDEX i ON t (s)',
    'ALTER TABLE t CHANGE b c int',
    'ALTER TABLE t MODIFY b int DEFAULT 7',
    'ALTER TABLE t MODIFY s varchar(20)',
    `ALTER TABLE t MODIFY e enum('a', 'b', 'c')`,
    `ALTER TABLE t MODIFY b int COMMENT 'x'`,
    'ALTER TABLE t MODIFY b int FIRST',
  ),
  ...on('mariadb', 'in place', 'ALTER TABLE t MODIFY n int NULL', 'ALTER TABLE t MODIFY b int NOT NULL'),
  ...on('mysql57', 'at once', 'ALTER TABLE t MODIFY n int NULL', 'ALTER TABLE t MODIFY b int NOT NULL'),
  ...always(
    'copy',
    'ALTER TABLE t MODIFY b bigint',
    'ALTER TABLE t MODIFY s varchar(5)',
    `ALTER TABLE t MODIFY e enum('b', 'a')`,
    'ALTER TABLE t MODIFY s varchar(10) CHARACTER SET latin1',
    'ALTER TABLE t ADD x int GENERATED ALWAYS AS (a + 1) STORED',
    'ALTER TABLE t DROP PRIMARY KEY',
    'ALTER TABLE t ADD CONSTRAINT f FOREIGN KEY (b) REFERENCES parent (id)',
    'ALTER TABLE t CONVERT TO CHARACTER SET latin1',
  ),
  ...on('mysql57', 'copy', 'ALTER TABLE t MODIFY s varchar(300)'),
  ...on('mysql57', 'at once', 'ALTER TABLE t ADD CONSTRAINT c CHECK (a > 0)'),
  ...on(
    'mariadb',
    'at once',
    'ALTER TABLE t MODIFY s varchar(300)',
    'ALTER TABLE t RENAME COLUMN b TO c',
    'ALTER TABLE t ALTER INDEX ia IGNORED',
    'ALTER TABLE t MODIFY b int INVISIBLE',
    'ALTER TABLE t ADD COLUMN IF NOT EXISTS x int CHECK (x > 0)',
  ),
  ...on(
    'mariadb',
    'copy',
    'ALTER TABLE t ADD CONSTRAINT c CHECK (a > 0)',
    'ALTER TABLE t ADD SYSTEM VERSIONING',
  ),
];

describe.each<MysqlTestKind>(['mariadb', 'mysql57', 'mysql8'])('%s does what is said of it', (kind) => {
  let opened: TestMysql | NoTestMysql;
  let connection: mysql.Connection;
  let online: OnlineServer;

  beforeAll(async () => {
    opened = await openMysqlServer(kind);
    if ('reason' in opened) return;
    const { url } = await opened.createDatabase();
    connection = await mysql.createConnection({ uri: url, multipleStatements: true });
    const [row] = await opened.query('SELECT VERSION() AS version');
    const version = row?.version ?? '';
    online = { version, isMariaDb: /mariadb/i.test(version) };
    await connection.query(
      'SET SESSION lock_wait_timeout = 10; CREATE TABLE parent (id int PRIMARY KEY); INSERT INTO parent VALUES (1)',
    );
  });

  afterAll(async () => {
    await connection?.end();
    if ('close' in opened) await opened.close();
  });

  it.for(cases.filter(({ only }) => only === undefined || only === kind))(
    '$goes: $sql',
    async ({ sql, goes }, test) => {
      present(opened, test);
      await prepare(sql);
      const attempts = attemptsOf(sql, online);
      const refusals: number[] = [];
      for (const attempt of attempts) {
        const refusal = await refusalOf(attempt);
        if (refusal === null) break;
        refusals.push(refusal);
      }
      expect(refusals.filter((code) => code !== 1845 && code !== 1846)).toEqual([]);
      if (goes === 'at once') expect(refusals).toEqual([]);
      if (goes === 'in place') expect(refusals).toHaveLength(attempts.length - 1);
      if (goes !== 'copy') return;
      expect(refusals).toHaveLength(attempts.length);
      // Nothing better than a copy is to be had.
      expect([1845, 1846]).toContain(await refusalOf(`${sql}, ALGORITHM=INPLACE`));
      expect(await refusalOf(sql)).toBeNull();
    },
  );

  it.for(cases.filter(({ sql }) => / (?:FULLTEXT|SPATIAL|AUTO_INCREMENT UNIQUE)/.test(sql)))(
    'writers have to wait: $sql',
    async ({ sql }, test) => {
      present(opened, test);
      await prepare(sql);
      const [attempt = sql] = attemptsOf(sql, online);
      expect(attempt).toContain('LOCK=SHARED');
      expect([1845, 1846]).toContain(await refusalOf(attempt.replace('LOCK=SHARED', 'LOCK=NONE')));
    },
  );

  /** The table that the statement names, as new. */
  async function prepare(sql: string): Promise<void> {
    const [, name = ''] = /(?:TABLE|ON) (\w+)/.exec(sql) ?? [];
    await connection.query(`DROP TABLE IF EXISTS ${name}, s; ${tables[name]}`);
  }

  async function refusalOf(sql: string): Promise<number | null> {
    try {
      await connection.query(sql);
      return null;
    } catch (error) {
      return (error as { errno: number }).errno;
    }
  }
});
