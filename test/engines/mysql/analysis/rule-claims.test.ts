import { expect, it } from 'vitest';
import type { TestDatabase } from '../../contract/world.ts';
import { ruleTables } from '../../rule-table.ts';
import { everyMysql, type MysqlUnderTest } from '../support.ts';

/** The number and words of the server's refusal, or null. */
async function refusal(on: TestDatabase, ...statements: readonly string[]): Promise<string | null> {
  try {
    await on.query(...statements);
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

const strict = "SET SESSION sql_mode = 'STRICT_ALL_TABLES,NO_ZERO_DATE,NO_ZERO_IN_DATE'";
const loose = "SET SESSION sql_mode = ''";

/** What a statement may not be asked for, of these. */
async function refused(on: TestDatabase, alter: string, ...clauses: readonly string[]): Promise<string[]> {
  const found: string[] = [];
  for (const clause of clauses) {
    if ((await refusal(on, strict, `${alter}, ${clause}`)) !== null) found.push(clause);
  }
  return found;
}

/** What a rule says of servers, tried on one. `given` is what is there before. */
const claims: readonly {
  readonly rule: string;
  readonly says: string;
  readonly given: readonly string[];
  readonly holds: (on: TestDatabase, kind: MysqlUnderTest) => Promise<void>;
}[] = [
  {
    rule: 'inline-references',
    says: 'MySQL 5.7 makes no foreign key of it, MariaDB 10.11 does',
    given: ['CREATE TABLE p (id int PRIMARY KEY)', 'CREATE TABLE c (id int PRIMARY KEY REFERENCES p (id))'],
    holds: async (on, kind) => {
      expect((await refusal(on, 'INSERT INTO c VALUES (1)')) === null).toBe(kind === 'mysql57');
    },
  },
  {
    rule: 'check-forgotten',
    says: 'MySQL 5.7 lets every row in, MariaDB 10.11 does not',
    given: ['CREATE TABLE c (id int PRIMARY KEY CHECK (id > 0))'],
    holds: async (on, kind) => {
      expect((await refusal(on, 'INSERT INTO c VALUES (-1)')) === null).toBe(kind === 'mysql57');
    },
  },
  {
    rule: 'cascading-delete',
    says: 'a cascade fires no trigger',
    given: [
      'CREATE TABLE p (id int PRIMARY KEY)',
      'CREATE TABLE c (id int PRIMARY KEY, p int, FOREIGN KEY (p) REFERENCES p (id) ON DELETE CASCADE)',
      'CREATE TABLE heard (id int PRIMARY KEY)',
      'CREATE TRIGGER t AFTER DELETE ON c FOR EACH ROW INSERT INTO heard VALUES (OLD.id)',
      'INSERT INTO p VALUES (1)',
      'INSERT INTO c VALUES (1, 1), (2, 1)',
      'DELETE FROM c WHERE id = 2',
      'DELETE FROM p',
    ],
    holds: async (on) => {
      expect(await on.query('SELECT * FROM c')).toEqual([]);
      expect(await on.query('SELECT id FROM heard')).toEqual([{ id: '2' }]);
    },
  },
  {
    rule: 'modify-resets',
    says: 'what is not repeated is gone',
    given: [
      "CREATE TABLE c (id int PRIMARY KEY, a int NOT NULL DEFAULT 7 COMMENT 'seven')",
      'ALTER TABLE c MODIFY a bigint',
    ],
    holds: async (on) => {
      const [column] = await on.query(
        `SELECT is_nullable AS nullable, COALESCE(NULLIF(column_default, 'NULL'), 'none') AS standard, column_comment AS remark
         FROM information_schema.columns WHERE table_schema = DATABASE() AND table_name = 'c' AND column_name = 'a'`,
      );
      expect(column).toEqual({ nullable: 'YES', standard: 'none', remark: '' });
    },
  },
  {
    rule: 'set-not-null',
    says: 'it fails at the first NULL in a strict session, and makes it 0 in another',
    given: ['CREATE TABLE c (id int PRIMARY KEY, a int)', 'INSERT INTO c VALUES (1, NULL)'],
    holds: async (on) => {
      expect(await refusal(on, strict, 'ALTER TABLE c MODIFY a int NOT NULL')).not.toBeNull();
      expect(await refusal(on, loose, 'ALTER TABLE c MODIFY a int NOT NULL')).toBeNull();
      expect(await on.query('SELECT a FROM c')).toEqual([{ a: '0' }]);
    },
  },
  {
    rule: 'enum-values',
    says: 'values at the end are added in place; an order that changes is a copy; a missing value fails',
    given: ["CREATE TABLE c (id int PRIMARY KEY, a enum('x', 'y'))", "INSERT INTO c VALUES (1, 'y')"],
    holds: async (on) => {
      const ways = ['ALGORITHM=INPLACE'];
      expect(await refused(on, "ALTER TABLE c MODIFY a enum('x', 'z', 'y')", ...ways)).toEqual(ways);
      expect(await refused(on, "ALTER TABLE c MODIFY a enum('x')", ...ways)).toEqual(ways);
      expect(await refusal(on, strict, "ALTER TABLE c MODIFY a enum('x')")).not.toBeNull();
      expect(await refused(on, "ALTER TABLE c MODIFY a enum('x', 'y', 'z')", ...ways)).toEqual([]);
    },
  },
  {
    rule: 'enum-values',
    says: 'a SET of nine values takes more room than one of eight',
    given: ["CREATE TABLE c (id int PRIMARY KEY, a set('1','2','3','4','5','6','7'))"],
    holds: async (on) => {
      const values = (count: number) => Array.from({ length: count }, (_, at) => `'${at + 1}'`).join();
      const ways = ['ALGORITHM=INPLACE'];
      expect(await refused(on, `ALTER TABLE c MODIFY a set(${values(8)})`, ...ways)).toEqual([]);
      expect(await refused(on, `ALTER TABLE c MODIFY a set(${values(9)})`, ...ways)).toEqual(ways);
    },
  },
  {
    rule: 'volatile-default-rewrite',
    says: 'MariaDB 10.11 copies the table, MySQL 5.7 knows no such default',
    given: ['CREATE TABLE c (id int PRIMARY KEY)', 'INSERT INTO c VALUES (1), (2)'],
    holds: async (on, kind) => {
      const alter = 'ALTER TABLE c ADD k varchar(36) DEFAULT (UUID())';
      const ways = ['ALGORITHM=INSTANT', 'ALGORITHM=INPLACE'];
      expect(await refused(on, alter, ...ways)).toEqual(ways);
      expect((await refusal(on, alter)) === null).toBe(kind === 'mariadb');
      if (kind === 'mysql57') return;
      expect(await on.query('SELECT COUNT(DISTINCT k) AS n FROM c')).toEqual([{ n: '2' }]);
    },
  },
  {
    rule: 'errors-ignored',
    says: 'rows that break a foreign key are left out, texts are cut, NULL becomes 0',
    given: [
      'CREATE TABLE p (id int PRIMARY KEY)',
      'CREATE TABLE c (id int PRIMARY KEY, a varchar(2) NOT NULL, n int NOT NULL, p int, FOREIGN KEY (p) REFERENCES p (id))',
      strict,
      "INSERT IGNORE INTO c VALUES (1, 'abc', NULL, NULL), (2, 'x', 1, 9)",
    ],
    holds: async (on) => {
      expect(await on.query('SELECT * FROM c')).toEqual([{ id: '1', a: 'ab', n: '0', p: null }]);
    },
  },
  {
    rule: 'zero-date',
    says: 'a strict server refuses the default',
    given: [],
    holds: async (on) => {
      const create = "CREATE TABLE c (id int PRIMARY KEY, a date NOT NULL DEFAULT '0000-00-00')";
      expect(await refusal(on, strict, create)).not.toBeNull();
      expect(await refusal(on, loose, create)).toBeNull();
      expect(await refusal(on, strict, 'ALTER TABLE c ADD b int, ALGORITHM=COPY')).not.toBeNull();
    },
  },
  {
    rule: 'not-null-column-without-default',
    says: 'existing rows get 0, also in a strict session',
    given: [
      'CREATE TABLE c (id int PRIMARY KEY)',
      'INSERT INTO c VALUES (1)',
      strict,
      'ALTER TABLE c ADD a int NOT NULL, ADD b varchar(9) NOT NULL',
    ],
    holds: async (on) => {
      expect(await on.query('SELECT a, b FROM c')).toEqual([{ a: '0', b: '' }]);
    },
  },
  {
    rule: 'swap-by-rename',
    says: 'triggers and foreign keys of others stay with the old table',
    given: [
      'CREATE TABLE a (id int PRIMARY KEY)',
      'CREATE TABLE b (id int PRIMARY KEY)',
      'CREATE TABLE c (id int PRIMARY KEY, a int, CONSTRAINT f FOREIGN KEY (a) REFERENCES a (id))',
      'CREATE TRIGGER t BEFORE INSERT ON a FOR EACH ROW SET NEW.id = NEW.id',
      'RENAME TABLE a TO old, b TO a',
    ],
    holds: async (on) => {
      const [refers] = await on.query(
        `SELECT referenced_table_name AS name FROM information_schema.key_column_usage
         WHERE table_schema = DATABASE() AND constraint_name = 'f'`,
      );
      const [fires] = await on.query(
        'SELECT event_object_table AS name FROM information_schema.triggers WHERE trigger_schema = DATABASE()',
      );
      expect([refers, fires]).toEqual([{ name: 'old' }, { name: 'old' }]);
    },
  },
  {
    rule: 'foreign-key-parent',
    says: 'servers before MySQL 8.4 let it pass',
    given: ['CREATE TABLE p (id int PRIMARY KEY, code int, KEY (code))'],
    holds: async (on) => {
      const create = 'CREATE TABLE c (id int PRIMARY KEY, code int, FOREIGN KEY (code) REFERENCES p (code))';
      expect(await refusal(on, create)).toBeNull();
    },
  },
  {
    rule: 'unique-on-existing-rows',
    says: 'it fails at a duplicate, online as well',
    given: ['CREATE TABLE c (id int PRIMARY KEY, a int)', 'INSERT INTO c VALUES (1, 1), (2, 1)'],
    holds: async (on) => {
      expect(await refusal(on, 'ALTER TABLE c ADD UNIQUE (a), ALGORITHM=INPLACE, LOCK=NONE')).toContain(
        'Duplicate entry',
      );
    },
  },
  {
    rule: 'name-too-long',
    says: '65 characters are refused, 64 are not',
    given: [],
    holds: async (on) => {
      expect(await refusal(on, `CREATE TABLE ${'x'.repeat(65)} (id int)`)).not.toBeNull();
      expect(await refusal(on, `CREATE TABLE ${'x'.repeat(64)} (id int)`)).toBeNull();
    },
  },
  {
    rule: 'small-integer-key',
    says: 'the key refuses every new row when it is full',
    given: ['CREATE TABLE c (id int AUTO_INCREMENT PRIMARY KEY)', 'INSERT INTO c VALUES (2147483647)'],
    holds: async (on) => {
      expect(await refusal(on, 'INSERT INTO c VALUES ()')).not.toBeNull();
    },
  },
  {
    rule: 'timestamp-2038',
    says: 'the next second is refused',
    given: ['CREATE TABLE c (id int PRIMARY KEY, a timestamp NULL)'],
    holds: async (on) => {
      const insert = (time: string) =>
        refusal(on, strict, "SET time_zone = '+00:00'", `INSERT INTO c VALUES (1, '${time}')`);
      expect(await insert('2038-01-19 03:14:08')).not.toBeNull();
      expect(await insert('2038-01-19 03:14:07')).toBeNull();
    },
  },
  {
    rule: 'nested-transaction',
    says: 'the second BEGIN commits',
    given: [
      'CREATE TABLE c (id int PRIMARY KEY) ENGINE=InnoDB',
      'BEGIN',
      'INSERT INTO c VALUES (1)',
      'BEGIN',
      'ROLLBACK',
    ],
    holds: async (on) => {
      expect(await on.query('SELECT id FROM c')).toEqual([{ id: '1' }]);
    },
  },
];

everyMysql('what a rule says of servers', (kind, database) => {
  it.each(claims.map((claim) => [claim.rule, claim.says, claim] as const))(
    '%s: %s',
    async (_rule, _says, { given, holds }) => {
      const on = await database();
      await on.query('SELECT 1', ...given);
      await holds(on, kind);
    },
  );
});

it('is tried for rules that there are', async () => {
  const known = await ruleTables('mysql');
  expect(claims.map(({ rule }) => rule).filter((rule) => !known.has(rule))).toEqual([]);
});
