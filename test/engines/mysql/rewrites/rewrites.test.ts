import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { findMigrationRewrites } from '../../../../src/app/find-rewrites.ts';
import { plainEffects } from '../../../../src/app/ports/effects.ts';
import { fixFiles } from '../../../../src/core/rewrites/fix-files.ts';
import type { LaterWork } from '../../../../src/core/rewrites/rewrite.ts';
import { analyze } from '../../../../src/engines/mysql/analysis/analyze.ts';
import { createMySqlEngine } from '../../../../src/engines/mysql/engine.ts';
import { keepCurrent } from '../../../../src/engines/mysql/keep-current.ts';
import { findRewrites } from '../../../../src/engines/mysql/rewrites/rewrites.ts';
import { RealClock } from '../../../../src/local/clock/real-clock.ts';
import { migrationOf } from '../../../support/planning.ts';
import type { TestClient, TestDatabase } from '../../contract/world.ts';
import { everyMysql, type MysqlUnderTest } from '../support.ts';

const shop = [
  'CREATE TABLE users (id int PRIMARY KEY, email varchar(40), `Name` varchar(9))',
  'CREATE TABLE orders (id int PRIMARY KEY, user_id int, amount int, note varchar(20), KEY by_note (note))',
  "INSERT INTO users VALUES (1, 'a', NULL), (2, 'b', 'n')",
  'INSERT INTO orders VALUES (1, 1, NULL, NULL), (2, 2, 5, NULL)',
];

const fk = 'ADD CONSTRAINT has_user FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE SET NULL';
const orphans = {
  no_orphans: { table: 'orders', columns: ['user_id'], references: { table: 'users', columns: ['id'] } },
};

const nothingOn = {
  sql: {
    name: 'no index or foreign key is made of email',
    query: expect.stringContaining("table_name = 'users' AND column_name = 'email'"),
    expect: 'no_rows',
  },
};

/** What its author wrote → what is carried out instead. */
const cases: readonly {
  readonly name: string;
  readonly sql: string;
  readonly safe: readonly string[];
  readonly later?: LaterWork;
  readonly only?: MysqlUnderTest;
  /** Where the sequence is for servers that know it. */
  readonly server?: string;
}[] = [
  {
    name: 'a foreign key',
    sql: `ALTER TABLE orders ${fk}`,
    safe: [
      'SET foreign_key_checks = 0',
      `ALTER TABLE orders ${fk}, ALGORITHM=INPLACE, LOCK=NONE`,
      'SET foreign_key_checks = 1',
    ],
    later: { checks: { before: [orphans], after: [orphans] }, contract: [] },
  },
  {
    name: 'a foreign key beside its index',
    sql: `ALTER TABLE orders ADD INDEX of_user (user_id), ${fk}`,
    safe: [
      'ALTER TABLE orders ADD INDEX of_user (user_id)',
      'SET foreign_key_checks = 0',
      `ALTER TABLE orders ${fk}, ALGORITHM=INPLACE, LOCK=NONE`,
      'SET foreign_key_checks = 1',
    ],
    later: { checks: { before: [orphans], after: [orphans] }, contract: [] },
  },
  {
    name: 'NOT NULL with a default',
    sql: "ALTER TABLE users MODIFY `Name` varchar(9) NOT NULL DEFAULT 'none'",
    safe: ["ALTER TABLE users ALTER COLUMN `Name` SET DEFAULT 'none'"],
    later: {
      backfills: [{ table: 'users', set: { Name: "'none'" }, where: '`Name` IS NULL' }],
      contract: ["ALTER TABLE users MODIFY `Name` varchar(9) NOT NULL DEFAULT 'none'"],
    },
  },
  {
    name: 'NOT NULL without a default',
    sql: 'ALTER TABLE users MODIFY email varchar(40) NOT NULL',
    safe: ['ALTER TABLE users MODIFY email varchar(40) NOT NULL, ALGORITHM=INPLACE, LOCK=NONE'],
    later: {
      checks: { before: [{ no_nulls: { table: 'users', columns: ['email'] } }], after: [] },
      contract: [],
    },
  },
  {
    name: 'another name for a column',
    sql: "ALTER TABLE users CHANGE email mail varchar(40) NOT NULL COMMENT 'where'",
    safe: ["ALTER TABLE users ADD COLUMN mail varchar(40) COMMENT 'where' AFTER email"],
    later: {
      backfills: [
        { keepCurrent: true, table: 'users', set: { mail: 'email' }, where: 'mail IS NULL' },
        { keepCurrent: true, table: 'users', set: { email: 'mail' }, where: 'email IS NULL' },
      ],
      checks: { before: [{ no_nulls: { table: 'users', columns: ['email'] } }, nothingOn], after: [] },
      contract: ["ALTER TABLE users MODIFY mail varchar(40) NOT NULL COMMENT 'where', DROP COLUMN email"],
      contractAfter: 'deployment',
    },
  },
  {
    name: 'an index that goes',
    sql: 'DROP INDEX by_note ON orders',
    safe: ['ALTER TABLE orders ALTER INDEX by_note IGNORED'],
    later: { contract: ['DROP INDEX by_note ON orders'], contractAfter: 'approval' },
    only: 'mariadb',
    server: '10.6.0-MariaDB',
  },
  {
    name: 'an index that lets nobody write',
    sql: 'CREATE UNIQUE INDEX once ON orders (user_id, note(5)) ALGORITHM=COPY LOCK SHARED',
    safe: ['CREATE UNIQUE INDEX once ON orders (user_id, note(5)) ALGORITHM=INPLACE LOCK=NONE'],
  },
  {
    name: 'a copy that need not be one',
    sql: 'ALTER TABLE orders ADD COLUMN extra int, ADD INDEX (note), ALGORITHM=COPY',
    safe: ['ALTER TABLE orders ADD COLUMN extra int, ADD INDEX (note), ALGORITHM=INPLACE, LOCK=NONE'],
  },
  {
    name: 'another name for a table',
    sql: 'RENAME TABLE orders TO `Buys`',
    safe: ['CREATE SQL SECURITY INVOKER VIEW `Buys` AS SELECT * FROM orders'],
    later: {
      contract: ['RENAME TABLE `Buys` TO `Buys_gone`, orders TO `Buys`', 'DROP VIEW `Buys_gone`'],
      contractAfter: 'deployment',
    },
  },
  {
    name: 'a column with a value for each row',
    sql: "ALTER TABLE users ADD COLUMN token varchar(40) DEFAULT (CONCAT('t', UUID())) COMMENT 'x'",
    safe: [
      "ALTER TABLE users ADD COLUMN token varchar(40) COMMENT 'x'",
      "ALTER TABLE users ALTER COLUMN token SET DEFAULT (CONCAT('t', UUID()))",
    ],
    later: {
      backfills: [{ table: 'users', set: { token: "CONCAT('t', UUID())" }, where: 'token IS NULL' }],
      contract: [],
    },
    only: 'mariadb',
  },
];

const path = 'm/V1__x.sql';
async function rewriteOf(sql: string, server?: string) {
  const [rewrite, ...more] = await findRewrites({ path, text: `-- é before\n${sql};\n` }, server);
  expect(more).toEqual([]);
  return rewrite;
}

const textsOf = async (statements: readonly string[]) =>
  (await analyze({ path, text: statements.map((one) => `${one};`).join('\n') })).map(({ text }) => text);

const filling = ({ backfills = [] }: LaterWork = { contract: [] }): readonly string[] =>
  backfills.map(({ table, set, where }) => {
    const assignments = Object.entries(set).map(([column, expression]) => `\`${column}\` = ${expression}`);
    return `UPDATE ${table} SET ${assignments.join()} WHERE ${where}`;
  });

describe('a safe sequence', () => {
  it.each(cases)('for $name says the same in other words', async ({ sql, safe, later, server }) => {
    const rewrite = await rewriteOf(sql, server);
    expect(rewrite?.statements).toEqual(safe);
    expect(rewrite?.later).toEqual(later);
    expect(rewrite).toMatchObject({ original: sql, position: { path, line: 2, column: 1 } });
  });

  it.each(cases)('for $name no longer holds anybody up', async ({ sql, safe, later, server }) => {
    const rulesIn = async (statements: readonly string[]) =>
      (await analyze({ path, text: `${statements.join(';\n')};` })).flatMap(({ findings }) =>
        findings.map(({ rule }) => rule),
      );
    const rewritten = await rulesIn([...safe, ...(later?.contract ?? [])]);
    const [answered] = (await rewriteOf(sql, server))?.rules ?? [];
    expect(await rulesIn([sql])).toContain(answered);
    expect(rewritten).not.toContain('blocks-writers');
    expect(rewritten).not.toContain('volatile-default-rewrite');
  });

  it.each([
    ['for what is safe', 'ALTER TABLE users ADD INDEX (email)'],
    ['on a table that is new', `CREATE TABLE orders (id int PRIMARY KEY); ALTER TABLE orders ${fk}`],
    ['for the drop of an index, where the server is not known', 'DROP INDEX by_note ON orders'],
    ['for a column that takes NULL and another name', 'ALTER TABLE users CHANGE email mail varchar(40)'],
    [
      'for another name and a default',
      "ALTER TABLE users CHANGE email mail varchar(40) NOT NULL DEFAULT 'x'",
    ],
    ['for another name and another place', 'ALTER TABLE users CHANGE email mail varchar(40) NOT NULL FIRST'],
    ['for a copy that has to be one', 'ALTER TABLE users DROP PRIMARY KEY, ALGORITHM=COPY'],
    ['for a full-text index', 'CREATE FULLTEXT INDEX i ON users (email)'],
    ['for a swap', 'RENAME TABLE users TO old_users, new_users TO users'],
    ['for a table that moves to another database', 'RENAME TABLE users TO archive.users'],
    ['for a table that may be missing', `ALTER TABLE IF EXISTS orders ${fk}`],
    [
      'for a column that may be there',
      'ALTER TABLE users ADD COLUMN IF NOT EXISTS k varchar(36) DEFAULT (UUID())',
    ],
  ])('is not offered %s', async (_what, text) => {
    expect(await findRewrites({ path, text })).toEqual([]);
  });

  it('comes into a manifest with what has to be looked at, and waits for the new code', async () => {
    const engine = createMySqlEngine({ effects: plainEffects, clock: new RealClock() });
    const files = {
      'V1__x.sql': `ALTER TABLE orders ${fk};\nRENAME TABLE users TO people;\n`,
      'U1__x.sql': 'SELECT 1;\n',
    };
    const migration = migrationOf(files);
    const sources = Object.entries(files).map(([name, text]) => ({ path: name, text }));
    const changes = fixFiles(migration, sources, await findMigrationRewrites(engine, migration), false);
    const [sql, manifest] = changes ?? [];
    expect(sql?.after).toBe(
      `${[...(cases[0]?.safe ?? []), 'CREATE SQL SECURITY INVOKER VIEW people AS SELECT * FROM users'].join(';\n')};\n`,
    );
    expect(manifest?.path).toBe('V1__x.yaml');
    expect(manifest?.after).toContain('checks:\n  before:\n    - no_orphans:\n        table: orders\n');
    expect(manifest?.after).toContain(
      'contract:\n  after: deployment\n  sql:\n    - RENAME TABLE people TO people_gone, users TO people\n',
    );
  });
});

const strict = "SET SESSION sql_mode = 'STRICT_ALL_TABLES'";

/** So many rows that work on all of them is seen. */
const many = [
  'ALTER TABLE orders DROP INDEX by_note, ADD INDEX by_note (note)',
  "UPDATE users SET `Name` = 'n'",
  ...Array.from({ length: 16 }, (_, at) => 2 ** (at + 1)).flatMap((count) => [
    `INSERT INTO users SELECT id + ${count}, email, \`Name\` FROM users`,
    `INSERT INTO orders SELECT id + ${count}, user_id + ${count}, amount, note FROM orders`,
  ]),
];

/**
 * What a reader and a writer find while a statement is at work: they are done before it, or wait for its end; or it is
 * over before anybody sees it.
 */
async function seenBeside(
  on: TestDatabase,
  worker: TestClient,
  sql: string,
): Promise<'went on' | 'held up' | 'over at once'> {
  const other = await on.client();
  let ended = false;
  const work = worker.query(sql).finally(() => {
    ended = true;
  });
  work.catch(() => undefined);
  const isAtWork = async () =>
    (
      await on.query(
        `SELECT state FROM information_schema.processlist WHERE db = DATABASE() AND id <> CONNECTION_ID()
           AND (state LIKE '%copy to tmp table%' OR state LIKE 'altering table%')`,
      )
    ).length > 0;
  let seen: 'went on' | 'held up' | 'over at once' = 'over at once';
  while (!ended && seen !== 'went on') {
    if (!(await isAtWork())) continue;
    await other.query('SELECT COUNT(*) FROM orders WHERE id = 2');
    await other.query('UPDATE orders SET amount = 7 WHERE id = 2');
    await other.query("UPDATE users SET email = 'c' WHERE id = 2");
    seen = (await isAtWork()) ? 'went on' : 'held up';
  }
  await work;
  return seen;
}

everyMysql('a safe sequence', (kind, database) => {
  const own = cases.filter(({ only = kind }) => only === kind);
  it.each(own)('for $name leaves the schema that the original leaves', async ({ sql, safe, later }) => {
    const [original, rewritten] = [await database(), await database()];
    await original.query(...shop, 'UPDATE users SET `Name` = 1 WHERE `Name` IS NULL', sql);
    await rewritten.query(
      ...shop,
      ...(await textsOf(safe)),
      ...filling(later),
      ...(await textsOf(later?.contract ?? [])),
    );
    const linesOf = async (on: typeof original) => (await (await on.connect()).fingerprint()).lines;
    expect(await linesOf(rewritten)).toEqual(await linesOf(original));
  });

  it.each(own)('for $name holds up neither readers nor writers', async ({ sql, safe, later }) => {
    const [original, rewritten] = [await database(), await database()];
    const [first] = await analyze({ path, text: sql });
    if (first?.findings.some(({ rule }) => rule === 'blocks-writers')) {
      await original.query(...shop, ...many);
      expect(await seenBeside(original, await original.client(), sql)).toBe('held up');
    }
    await rewritten.query(...shop, ...many);
    const worker = await rewritten.client();
    await worker.query(strict);
    for (const text of await textsOf(safe))
      expect(await seenBeside(rewritten, worker, text), text).not.toBe('held up');
    await rewritten.query(...filling(later));
    for (const text of await textsOf(later?.contract ?? []))
      expect(await seenBeside(rewritten, worker, text), text).not.toBe('held up');
  });

  it('for another name of a column keeps each as the other, whoever writes which', async () => {
    const on = await database();
    await on.query(
      'CREATE TABLE users (id int PRIMARY KEY, email varchar(40) NOT NULL)',
      "INSERT INTO users VALUES (1, 'old'), (2, 'old')",
    );
    const rewrite = await rewriteOf('ALTER TABLE users CHANGE email mail varchar(40) NOT NULL');
    const backfills = rewrite?.later?.backfills ?? [];
    const kept = await Promise.all(
      backfills.map((backfill, at) => keepCurrent({ ...backfill, version: '1', ordinal: at + 1 })),
    );
    await on.query(
      ...(rewrite?.statements ?? []),
      ...kept.flatMap(({ install }) => install.map(({ text }) => text)),
      ...filling(rewrite?.later),
      strict,
      "INSERT INTO users (id, email) VALUES (3, 'by old code')",
      "UPDATE users SET email = 'by old code' WHERE id = 1",
    );
    await on.query(
      strict,
      "INSERT INTO users (id, mail) VALUES (4, 'by new code')",
      "UPDATE users SET mail = 'by new code' WHERE id IN (2, 3)",
    );
    expect(await on.query('SELECT id, email, mail FROM users ORDER BY id')).toEqual([
      { id: '1', email: 'by old code', mail: 'by old code' },
      { id: '2', email: 'by new code', mail: 'by new code' },
      { id: '3', email: 'by new code', mail: 'by new code' },
      { id: '4', email: 'by new code', mail: 'by new code' },
    ]);
    const check = rewrite?.later?.checks?.before.map(({ sql }) => sql).find((sql) => sql !== undefined);
    const { query } = z.object({ query: z.string() }).parse(check);
    expect(await on.query(query)).toEqual([]);
    await on.query('CREATE INDEX by_email ON users (email)');
    expect(await on.query(query)).toEqual([{ index_name: 'by_email' }]);
  });

  it('for another name keeps both readable and writable until the contract', async () => {
    const on = await database();
    await on.query(...shop, 'CREATE SQL SECURITY INVOKER VIEW buys AS SELECT * FROM orders');
    await on.query('INSERT INTO buys VALUES (9, 1, 1, NULL)', 'UPDATE orders SET amount = 2 WHERE id = 9');
    expect(await on.query('SELECT amount FROM buys WHERE id = 9')).toEqual([{ amount: '2' }]);
  });
});
