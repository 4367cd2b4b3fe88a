import { describe, expect, it } from 'vitest';
import { draftText } from '../../../../src/core/down/draft-text.ts';
import { analyze } from '../../../../src/engines/mysql/analysis/analyze.ts';
import { draftDown } from '../../../../src/engines/mysql/down/draft.ts';
import { everyMysql, type MysqlUnderTest } from '../support.ts';

const shop = [
  "CREATE TABLE users (id int PRIMARY KEY, email varchar(40), `na``me` varchar(9) NOT NULL DEFAULT 'n', age int, KEY by_age (age))",
  'CREATE TABLE orders (id int PRIMARY KEY, user_id int, amount int, note varchar(20))',
  'CREATE VIEW names AS SELECT id FROM users',
  "INSERT INTO users (id, email) VALUES (1, 'a'), (2, 'b')",
];

const draft = async (sql: string): Promise<string> => {
  const statements = await analyze({ path: 'V1__x.sql', text: sql });
  return draftText('V1__x.sql', statements, draftDown(statements));
};
const textsOf = async (sql: string) =>
  (await analyze({ path: 'x.sql', text: sql }))
    .filter(({ kind }) => !['begin', 'commit', 'rollback', 'overruled'].includes(kind))
    .map(({ text }) => text);

const cases: readonly (readonly [name: string, up: string, only?: MysqlUnderTest])[] = [
  ['a table', 'CREATE TABLE t (id int PRIMARY KEY, u int UNIQUE, FOREIGN KEY (u) REFERENCES users (id))'],
  [
    'a table with what comes later',
    'CREATE TABLE t (id int PRIMARY KEY); CREATE INDEX i ON t (id); ALTER TABLE t ADD c int NOT NULL, ADD INDEX (c); INSERT INTO t VALUES (1, 2)',
  ],
  [
    'a table that what comes later depends on',
    'CREATE TABLE a (id int PRIMARY KEY); CREATE TABLE b (id int PRIMARY KEY); ALTER TABLE a ADD CONSTRAINT f FOREIGN KEY (id) REFERENCES b (id); CREATE VIEW v AS SELECT id FROM a',
  ],
  ['a table made and dropped again', 'CREATE TABLE t (id int PRIMARY KEY); DROP TABLE t'],
  [
    'a table made under another name',
    'CREATE TABLE t (id int PRIMARY KEY, a int); CREATE INDEX i ON t (a); RENAME TABLE t TO t2; ALTER TABLE t2 RENAME INDEX i TO i2; ALTER TABLE t2 ADD b int',
  ],
  ['a swap', 'CREATE TABLE new_one (id int PRIMARY KEY); RENAME TABLE users TO old_one, new_one TO users'],
  [
    'columns',
    'ALTER TABLE users ADD COLUMN `full ``name` text, ADD COLUMN code int NOT NULL DEFAULT 1, ADD extra int UNIQUE',
  ],
  ['a counting column', 'CREATE TABLE w (a int); ALTER TABLE w ADD id bigint AUTO_INCREMENT PRIMARY KEY'],
  [
    'a column that may be there',
    'ALTER TABLE IF EXISTS orders ADD COLUMN IF NOT EXISTS extra int',
    'mariadb',
  ],
  [
    'indexes',
    'CREATE UNIQUE INDEX `I` ON orders (user_id, note(5)); ALTER TABLE orders ADD FULLTEXT INDEX ft (note)',
  ],
  ['an index that may be there', 'CREATE INDEX IF NOT EXISTS i ON orders (amount)', 'mariadb'],
  [
    'a foreign key with its index',
    'ALTER TABLE orders ADD INDEX of_user (user_id), ADD CONSTRAINT has_user FOREIGN KEY (user_id) REFERENCES users (id)',
  ],
  ['a check', 'ALTER TABLE orders ADD CONSTRAINT above CHECK (amount > 0)', 'mariadb'],
  ['a hidden index', 'ALTER TABLE users ALTER INDEX by_age IGNORED', 'mariadb'],
  ['a renamed column', 'ALTER TABLE orders RENAME COLUMN note TO remark', 'mariadb'],
  ['names', 'RENAME TABLE orders TO buys; ALTER TABLE users RENAME INDEX by_age TO by_years'],
  ['a rebuild', 'ALTER TABLE users FORCE; ANALYZE TABLE users'],
  ['views', 'CREATE VIEW v AS SELECT * FROM users; CREATE VIEW w AS SELECT * FROM v'],
  [
    'routines and triggers',
    'CREATE PROCEDURE p() SELECT 1; CREATE FUNCTION f() RETURNS int DETERMINISTIC RETURN 1; CREATE TRIGGER g BEFORE INSERT ON users FOR EACH ROW SET NEW.age = 1; CREATE EVENT e ON SCHEDULE EVERY 1 YEAR DO SELECT 1',
  ],
  ['a sequence', 'CREATE SEQUENCE s', 'mariadb'],
  ['in its own transaction', 'BEGIN; CREATE TABLE t (id int PRIMARY KEY); COMMIT'],
];

everyMysql('a draft of the down script', (kind, database) => {
  const own = cases.filter(([, , only = kind]) => only === kind);
  it.each(own.map(([name, up]) => [name, up] as const))('takes back %s', async (_name, up) => {
    const on = await database();
    await on.query(...shop);
    const reader = await on.connect();
    const before = await reader.fingerprint();
    await on.query(...(await textsOf(up)));
    const text = await draft(up);
    expect(text).not.toContain('By hand');
    await on.query('SELECT 1', ...(await textsOf(text)));
    expect((await reader.fingerprint()).lines, text).toEqual(before.lines);
  });
});

describe('a draft', () => {
  it.for<readonly [name: string, up: string, lines: readonly string[]]>([
    [
      'what was dropped',
      'DROP TABLE users; ALTER TABLE orders DROP note, DROP INDEX i',
      [
        'index i of orders was dropped: write its definition',
        'column note of orders was dropped: write its definition; what it held comes back from a snapshot only',
        'table users was dropped: write its definition; what it held comes back from a snapshot only',
      ],
    ],
    [
      'what was defined anew',
      'ALTER TABLE users MODIFY email text, CHANGE age years int; ALTER TABLE users ALTER age SET DEFAULT 1; ALTER TABLE users ENGINE=MyISAM',
      [
        'table users was altered (engine myisam): write what it was before',
        'the former default of age of users is not known: write it, or DROP DEFAULT',
        'CHANGE defined age of users anew as years: write CHANGE `years` `age` with all that it was',
        'email of users was defined anew: write MODIFY with all that it was, as SHOW CREATE TABLE gives it',
      ],
    ],
    [
      'the index that a foreign key brings along',
      'ALTER TABLE orders ADD CONSTRAINT f FOREIGN KEY (user_id) REFERENCES users (id)',
      [
        'the server made an index f for the foreign key unless one begins with (user_id): drop it if it was not there before',
      ],
    ],
    [
      'a foreign key without a name',
      'ALTER TABLE orders ADD FOREIGN KEY (user_id) REFERENCES users (id)',
      [
        'the server chose the name of the constraint of orders: write its DROP FOREIGN KEY or DROP CONSTRAINT',
      ],
    ],
    [
      'what was overwritten',
      "UPDATE users SET email = ''; CREATE OR REPLACE VIEW names AS SELECT 1",
      [
        'view names may have been replaced: write its former definition',
        'rows of users were written: write what makes them as they were',
      ],
    ],
    ['what nobody knows', 'CALL tidy()', ['what this does is not known, and so not what takes it back']],
  ])('leaves to a person %s', async ([, up, expected]) => {
    const text = await draft(up);
    const hands = [...text.matchAll(/^-- By hand: (.*)\.$/gm)].map(([, reason]) => reason);
    expect(hands).toEqual(expected);
  });

  it('says in which database names were meant', async () => {
    expect(await draft('USE shop; CREATE TABLE t (id int PRIMARY KEY)')).toContain('USE shop;\n');
  });
});
