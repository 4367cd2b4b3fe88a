import { describe, expect, it } from 'vitest';
import { findMigrationRewrites } from '../../../../src/app/find-rewrites.ts';
import { plainEffects } from '../../../../src/app/ports/effects.ts';
import { fixFiles } from '../../../../src/core/rewrites/fix-files.ts';
import type { LaterWork } from '../../../../src/core/rewrites/rewrite.ts';
import { analyze } from '../../../../src/engines/mysql/analysis/analyze.ts';
import { createMySqlEngine } from '../../../../src/engines/mysql/engine.ts';
import { findRewrites } from '../../../../src/engines/mysql/rewrites/rewrites.ts';
import { RealClock } from '../../../../src/local/clock/real-clock.ts';
import { migrationOf } from '../../../support/planning.ts';
import { everyMysql, type MysqlUnderTest } from '../support.ts';

const shop = [
  'CREATE TABLE users (id int PRIMARY KEY, email varchar(40), `Name` varchar(9))',
  'CREATE TABLE orders (id int PRIMARY KEY, user_id int, amount int, note varchar(20))',
  "INSERT INTO users VALUES (1, 'a', NULL), (2, 'b', 'n')",
  'INSERT INTO orders VALUES (1, 1, NULL, NULL), (2, 2, 5, NULL)',
];

const fk = 'ADD CONSTRAINT has_user FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE SET NULL';
const orphans = {
  no_orphans: { table: 'orders', columns: ['user_id'], references: { table: 'users', columns: ['id'] } },
};

/** What its author wrote → what is carried out instead. */
const cases: readonly {
  readonly name: string;
  readonly sql: string;
  readonly safe: readonly string[];
  readonly later?: LaterWork;
  readonly only?: MysqlUnderTest;
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
      backfill: { table: 'users', set: { Name: "'none'" }, where: '`Name` IS NULL' },
      contract: ["ALTER TABLE users MODIFY `Name` varchar(9) NOT NULL DEFAULT 'none'"],
    },
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
      backfill: { table: 'users', set: { token: "CONCAT('t', UUID())" }, where: 'token IS NULL' },
      contract: [],
    },
    only: 'mariadb',
  },
];

const path = 'm/V1__x.sql';
async function rewriteOf(sql: string) {
  const [rewrite, ...more] = await findRewrites({ path, text: `-- é before\n${sql};\n` });
  expect(more).toEqual([]);
  return rewrite;
}

const textsOf = async (statements: readonly string[]) =>
  (await analyze({ path, text: statements.map((one) => `${one};`).join('\n') })).map(({ text }) => text);

function filling({ backfill }: LaterWork = { contract: [] }): readonly string[] {
  if (backfill === undefined) return [];
  const set = Object.entries(backfill.set).map(([column, expression]) => `\`${column}\` = ${expression}`);
  return [`UPDATE ${backfill.table} SET ${set.join()} WHERE ${backfill.where}`];
}

describe('a safe sequence', () => {
  it.each(cases)('for $name says the same in other words', async ({ sql, safe, later }) => {
    const rewrite = await rewriteOf(sql);
    expect(rewrite?.statements).toEqual(safe);
    expect(rewrite?.later).toEqual(later);
    expect(rewrite).toMatchObject({ original: sql, position: { path, line: 2, column: 1 } });
  });

  it.each(cases)('for $name no longer holds anybody up', async ({ sql, safe, later }) => {
    const rulesIn = async (statements: readonly string[]) =>
      (await analyze({ path, text: `${statements.join(';\n')};` })).flatMap(({ findings }) =>
        findings.map(({ rule }) => rule),
      );
    const rewritten = await rulesIn([...safe, ...(later?.contract ?? [])]);
    const [answered] = (await rewriteOf(sql))?.rules ?? [];
    expect(await rulesIn([sql])).toContain(answered);
    expect(rewritten).not.toContain('blocks-writers');
    expect(rewritten).not.toContain('volatile-default-rewrite');
  });

  it.each([
    ['for what is safe', 'ALTER TABLE users ADD INDEX (email)'],
    ['on a table that is new', `CREATE TABLE orders (id int PRIMARY KEY); ALTER TABLE orders ${fk}`],
    ['for NOT NULL without a default', 'ALTER TABLE users MODIFY email varchar(40) NOT NULL'],
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

  it('for another name keeps both readable and writable until the contract', async () => {
    const on = await database();
    await on.query(...shop, 'CREATE SQL SECURITY INVOKER VIEW buys AS SELECT * FROM orders');
    await on.query('INSERT INTO buys VALUES (9, 1, 1, NULL)', 'UPDATE orders SET amount = 2 WHERE id = 9');
    expect(await on.query('SELECT amount FROM buys WHERE id = 9')).toEqual([{ amount: '2' }]);
  });
});
