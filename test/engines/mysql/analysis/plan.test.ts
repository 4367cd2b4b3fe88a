import { describe, expect, it } from 'vitest';
import type { TableKnowledge } from '../../../../src/core/plan/backfill.ts';
import { buildPlan, type PlanResult } from '../../../../src/core/plan/build.ts';
import { analyze } from '../../../../src/engines/mysql/analysis/analyze.ts';
import { sha256 } from '../../../support/planning.ts';
import { migration, planInput } from '../../../support/statements.ts';

interface Given {
  readonly up: string;
  readonly down?: string;
  readonly tables?: Readonly<Record<string, TableKnowledge | null>>;
}

async function planOf({ up, down, tables = {} }: Given): Promise<PlanResult> {
  const source = { path: 'V1__x.sql', text: up };
  const back = down === undefined ? null : { path: 'U1__x.sql', text: down };
  const statements = await analyze(source);
  return buildPlan(
    planInput({
      target: { name: 'shop', engine: 'mysql', serverVersion: '10.11.19-MariaDB', restorable: true },
      migration: migration({ up: source, down: back }),
      analyzed: {
        expand: [{ statements, atomic: down === undefined }],
        contract: [],
        down: back === null ? null : await analyze(back),
        keepCurrent: [],
      },
      tables,
      exists: Object.fromEntries(Object.entries(tables).map(([name, table]) => [name, table !== null])),
    }),
    sha256,
  );
}

async function planned(given: Given) {
  const result = await planOf(given);
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  return result.plan;
}

const users: TableKnowledge = {
  table: 'shop.users',
  rowsEstimate: 100,
  columns: [
    { name: 'id', nullable: false },
    { name: 'email', nullable: true },
  ],
  keys: [],
};

describe('a plan for MySQL', () => {
  it('makes each statement that commits by itself a step of its own, and lets the others share', async () => {
    const { steps } = await planned({
      up: `ALTER TABLE users ADD a int; INSERT INTO log VALUES (1); INSERT INTO log VALUES (2); CREATE INDEX i ON users (a);
        DROP TABLE x, y; SET @n = 3; INSERT INTO log VALUES (@n)`,
    });
    expect(steps.map(({ mode, statements }) => [mode, statements.length])).toEqual([
      ['alone', 1],
      ['transaction', 2],
      ['alone', 1],
      ['alone', 1],
      ['transaction', 2],
    ]);
  });

  it.each<[string, string, string]>([
    ['a column', 'ALTER TABLE users ADD a int', 'ALTER TABLE users DROP COLUMN a'],
    [
      'a column that is named with its database',
      'ALTER TABLE shop.users ADD a int',
      'ALTER TABLE users DROP a',
    ],
    ['columns in parentheses', 'ALTER TABLE users ADD (a int, b int)', 'ALTER TABLE users DROP a, DROP b'],
    ['a unique column', 'ALTER TABLE users ADD a int UNIQUE', 'ALTER TABLE users DROP a'],
    ['an index', 'CREATE INDEX i ON users (email)', 'DROP INDEX i ON users'],
    ['an index by ALTER TABLE', 'CREATE INDEX i ON users (email)', 'ALTER TABLE users DROP KEY i'],
    ['an index that the server names', 'ALTER TABLE users ADD INDEX (email)', 'DROP INDEX email ON users'],
    ['a unique key', 'ALTER TABLE users ADD CONSTRAINT u UNIQUE (email)', 'ALTER TABLE users DROP INDEX u'],
    [
      'a foreign key',
      'ALTER TABLE a ADD CONSTRAINT f FOREIGN KEY (x) REFERENCES b (id)',
      'ALTER TABLE a DROP FOREIGN KEY f',
    ],
    ['a check', 'ALTER TABLE a ADD CONSTRAINT c CHECK (x > 0)', 'ALTER TABLE a DROP CONSTRAINT c'],
    ['a primary key', 'ALTER TABLE a ADD PRIMARY KEY (id)', 'ALTER TABLE a DROP PRIMARY KEY'],
    ['a table', 'CREATE TABLE t (id int); CREATE INDEX i ON t (id)', 'DROP TABLE t'],
    ['a view', 'CREATE VIEW v AS SELECT 1', 'DROP VIEW v'],
    ['a view that is replaced', 'ALTER VIEW v AS SELECT 1', 'CREATE OR REPLACE VIEW v AS SELECT 2'],
    ['a trigger', 'CREATE TRIGGER t BEFORE INSERT ON users FOR EACH ROW SET NEW.a = 1', 'DROP TRIGGER t'],
    ['a procedure', 'CREATE PROCEDURE p() SELECT 1', 'DROP PROCEDURE IF EXISTS p'],
    [
      'a renamed column',
      'ALTER TABLE users CHANGE email mail text',
      'ALTER TABLE users CHANGE mail email text',
    ],
    ['a changed column', 'ALTER TABLE users MODIFY email text', 'ALTER TABLE users MODIFY email varchar(20)'],
    [
      'a default',
      'ALTER TABLE users ALTER email SET DEFAULT 1',
      'ALTER TABLE users ALTER email DROP DEFAULT',
    ],
    ['a renamed table', 'RENAME TABLE users TO people', 'ALTER TABLE people RENAME TO users'],
    ['a renamed index', 'ALTER TABLE users RENAME INDEX a TO b', 'ALTER TABLE users RENAME INDEX b TO a'],
    ['rows', `INSERT INTO users (id) VALUES (1)`, 'DELETE FROM users WHERE id = 1'],
    [
      'values of a new column',
      'ALTER TABLE users ADD a int; UPDATE users SET a = 1',
      'ALTER TABLE users DROP a',
    ],
    ['a dropped index', 'DROP INDEX i ON users', 'CREATE INDEX i ON users (email)'],
    ['an event', 'CREATE EVENT e ON SCHEDULE EVERY 1 DAY DO DELETE FROM t', 'DROP EVENT e'],
  ])('pairs %s with the statement that takes it back', async (_case, up, down) => {
    const { rollback, steps } = await planned({ up, down });
    expect(rollback.notUndone).toEqual([]);
    expect(rollback.undo.flatMap(({ undoes }) => undoes).toSorted()).toEqual(
      steps.map(({ id }) => id).toSorted(),
    );
  });

  it.each<[string, string, string]>([
    ['an index of another table', 'CREATE INDEX i ON users (email)', 'DROP INDEX i ON roles'],
    ['another column', 'ALTER TABLE users ADD a int', 'ALTER TABLE users DROP b'],
    [
      'the name of a foreign key that the server chose',
      'ALTER TABLE a ADD FOREIGN KEY (x) REFERENCES b (id)',
      'ALTER TABLE a DROP FOREIGN KEY a_ibfk_1',
    ],
  ])('does not take for undone what is not: %s', async (_case, up, down) => {
    expect((await planned({ up, down })).rollback.notUndone).toHaveLength(1);
  });

  it.each<[string, string, string, boolean]>([
    [
      'the column may have been there',
      'ALTER TABLE users ADD COLUMN IF NOT EXISTS email int',
      'ALTER TABLE users DROP email',
      true,
    ],
    [
      'the column was not there',
      'ALTER TABLE users ADD COLUMN IF NOT EXISTS a int',
      'ALTER TABLE users DROP a',
      false,
    ],
    [
      'the index may have been there',
      'CREATE INDEX IF NOT EXISTS i ON users (email)',
      'DROP INDEX i ON users',
      true,
    ],
    [
      'the index may have been there, though another table has dropped one of its name',
      'DROP INDEX i ON roles; CREATE INDEX IF NOT EXISTS i ON users (email)',
      'DROP INDEX i ON users; CREATE INDEX i ON roles (a)',
      true,
    ],
    [
      'the index was dropped before',
      'DROP INDEX i ON users; CREATE INDEX IF NOT EXISTS i ON users (email)',
      'DROP INDEX i ON users; CREATE INDEX i ON users (id)',
      false,
    ],
    ['the table may have been there', 'CREATE TABLE IF NOT EXISTS users (id int)', 'DROP TABLE users', true],
    ['the table was not there', 'CREATE TABLE IF NOT EXISTS t (id int)', 'DROP TABLE t', false],
  ])('spares what may have been there before: %s', async (_case, up, down, isSpared) => {
    const { rollback } = await planned({ up, down, tables: { users, t: null, i: null, roles: users } });
    expect(rollback.notUndone.some(({ reason }) => reason.includes('IF NOT EXISTS'))).toBe(isSpared);
  });

  it.each<[string, string, RegExp | null]>([
    ['no such table', 'ALTER TABLE user ADD a int', /there is no table user in the database/],
    ['no such table, if it exists', 'ALTER TABLE IF EXISTS user ADD a int', null],
    ['no such column', 'ALTER TABLE users DROP mail', /has no column mail/],
    ['no such column to change', 'ALTER TABLE users CHANGE mail email2 text', /has no column mail/],
    ['a column just added', 'ALTER TABLE users ADD a int; ALTER TABLE users MODIFY a bigint', null],
    [
      'a column under its new name',
      'ALTER TABLE users RENAME COLUMN email TO mail; ALTER TABLE users DROP mail',
      null,
    ],
    ['a table whose index had its name', 'DROP INDEX users ON roles; ALTER TABLE users ADD a int', null],
    ['a table of another database', 'USE other; ALTER TABLE user ADD a int', null],
    ['a table that may have been made', 'CALL make_it(); ALTER TABLE user ADD a int', null],
  ])('refuses beforehand what is not there: %s', async (_case, up, message) => {
    const result = await planOf({ up, tables: { users, user: null } });
    const messages = result.ok ? [] : result.problems.map((problem) => problem.message);
    if (message === null) expect(messages).toEqual([]);
    else expect(messages).toEqual([expect.stringMatching(message)]);
  });

  it('needs consent for copies that block writers, and for what nobody knows', async () => {
    const { approvalReasons } = await planned({ up: 'ALTER TABLE users DROP PRIMARY KEY; CALL tidy()' });
    expect(approvalReasons).toEqual([
      expect.stringMatching(/destroys data: CALL/),
      expect.stringMatching(/^blocks-writers/),
      expect.stringMatching(/^unknown-statement/),
    ]);
  });

  it('refuses a script that changes how texts are quoted', async () => {
    const result = await planOf({ up: `SET sql_mode = 'ANSI_QUOTES'; ALTER TABLE users ADD a int` });
    expect(result).toMatchObject({ ok: false });
  });
});
