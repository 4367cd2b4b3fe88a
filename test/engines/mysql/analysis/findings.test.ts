import { describe, expect, it } from 'vitest';
import { InputError } from '../../../../src/core/errors.ts';
import { analyze } from '../../../../src/engines/mysql/analysis/analyze.ts';

const statementsOf = (text: string) => analyze({ path: 'V1.sql', text });
const rulesOf = async (text: string): Promise<readonly string[][]> =>
  (await statementsOf(text)).map((statement) => statement.findings.map(({ rule }) => rule));

const destructive = 'destructive-statement';
const unknown = 'unknown-statement';

describe('findings', () => {
  it.each<[string, readonly string[]]>([
    ['DROP TABLE users', [destructive]],
    ['DROP TABLE IF EXISTS a, b', [destructive]],
    ['DROP DATABASE app', [destructive]],
    ['DROP VIEW adults', []],
    ['DROP TRIGGER t', []],
    ['DROP INDEX i ON users', ['index-drop']],
    ['DROP TEMPORARY TABLE t', []],
    ['TRUNCATE users', [destructive]],
    ['DELETE FROM users WHERE id = 1', [destructive]],
    ['DELETE FROM users', [destructive, 'delete-without-where']],
    ['DELETE FROM users WHERE id = 1 RETURNING id', [destructive]],
    ['DELETE a, b FROM users a JOIN roles b ON a.id = b.id WHERE a.x', [destructive, destructive]],
    ['UPDATE users SET a = 1 WHERE id = 1', [destructive]],
    ['UPDATE users SET a = 1', [destructive, 'update-without-where']],
    ['UPDATE users u JOIN roles r ON u.id = r.id SET u.a = r.b', [destructive]],
    ['INSERT INTO users VALUES (1)', []],
    ['INSERT INTO users VALUES (1) RETURNING id', []],
    ['INSERT IGNORE INTO users (a) VALUES (1)', ['errors-ignored']],
    ['INSERT INTO users (id, a) VALUES (1, 2) ON DUPLICATE KEY UPDATE a = VALUES(a)', [destructive]],
    ['REPLACE INTO users VALUES (1)', [destructive]],
    ['INSERT INTO users SELECT * FROM old', ['bulk-insert']],
    ['SELECT count(*), lower(max(name)) FROM users', []],
    ['SELECT tidy()', [unknown]],
    [`SELECT * FROM users INTO OUTFILE '/tmp/x'`, [unknown]],
    ['CALL tidy()', [unknown]],
    ['DO SLEEP(1)', [unknown]],
    ['BEGIN NOT ATOMIC SELECT 1; END', [unknown]],
    [`SET @n = 1`, ['session-setting']],
    ['SET SESSION sql_mode = TRADITIONAL', ['session-setting']],
    [`SET sql_mode = 'ANSI_QUOTES'`, ['quoting-changed']],
    ['SET NAMES utf8', ['client-charset']],
    ['SET lock_wait_timeout = 600', ['lock-timeout-overruled']],
    ['SET @@session.innodb_lock_wait_timeout = 600', ['lock-timeout-overruled']],
    ['SET FOREIGN_KEY_CHECKS = 0', ['checks-switched-off']],
    ['SET FOREIGN_KEY_CHECKS = 1', []],
    ['SET sql_log_bin = 0', ['not-replicated']],
    ['SET GLOBAL max_connections = 10', [unknown]],
    ['SET autocommit = 0', ['own-transaction-control']],
    ['SET TRANSACTION ISOLATION LEVEL SERIALIZABLE', ['own-transaction-control']],
    [`SET PASSWORD = 'x'`, [unknown]],
    ['USE other', ['session-setting']],
    ['LOCK TABLES users WRITE', ['lock-table']],
    ['UNLOCK TABLES', []],
    ['CREATE INDEX i ON users (a)', []],
    ['CREATE UNIQUE INDEX IF NOT EXISTS i ON users (a)', ['unique-on-existing-rows']],
    ['CREATE FULLTEXT INDEX i ON users (a)', ['blocks-writers']],
    ['CREATE INDEX i ON users (a) LOCK=SHARED', ['blocks-writers']],
    ['ALTER TABLE users ADD COLUMN a int', ['table-rebuild']],
    ['ALTER TABLE users ADD COLUMN a int, ALGORITHM=INSTANT', []],
    ['ALTER TABLE users ADD COLUMN a int DEFAULT NULL', ['table-rebuild']],
    [`ALTER TABLE users ADD a varchar(9) DEFAULT 'x'`, ['table-rebuild', 'add-column-with-default']],
    ['ALTER TABLE users ADD COLUMN a int NOT NULL', ['table-rebuild', 'not-null-column-without-default']],
    ['ALTER TABLE users ADD COLUMN a int GENERATED ALWAYS AS (b + 1) STORED', ['blocks-writers']],
    ['ALTER TABLE users ADD COLUMN a int AS (b + 1)', []],
    ['ALTER TABLE users DROP COLUMN a', [destructive, 'table-rebuild']],
    ['ALTER TABLE users MODIFY a bigint', ['depends-on-column', 'modify-resets']],
    ['ALTER TABLE users MODIFY a decimal(6,2)', [destructive, 'depends-on-column', 'modify-resets']],
    ['ALTER TABLE users MODIFY a bigint, ALGORITHM=COPY', ['blocks-writers', 'modify-resets']],
    [
      'ALTER TABLE users CHANGE a b int',
      ['depends-on-column', 'rename-breaks-running-code', 'modify-resets'],
    ],
    ['ALTER TABLE users RENAME COLUMN a TO b', ['rename-breaks-running-code']],
    ['ALTER TABLE users RENAME TO people', ['rename-breaks-running-code']],
    ['RENAME TABLE users TO people', ['rename-breaks-running-code']],
    ['RENAME TABLE users TO old, new_users TO users', ['rename-breaks-running-code', 'swap-by-rename']],
    ['ALTER TABLE users ADD FOREIGN KEY (a) REFERENCES other (id)', ['blocks-writers']],
    ['ALTER TABLE users ADD CONSTRAINT c CHECK (a > 0)', ['blocks-writers', 'check-forgotten']],
    ['ALTER TABLE users CONVERT TO CHARACTER SET utf8mb4', ['blocks-writers']],
    ['ALTER TABLE users DROP PRIMARY KEY', ['blocks-writers']],
    ['ALTER TABLE users DROP PRIMARY KEY, ADD PRIMARY KEY (a)', ['table-rebuild']],
    ['ALTER TABLE users DROP PARTITION p0', [destructive]],
    ['ALTER TABLE users PARTITION BY KEY (id) PARTITIONS 4', ['blocks-writers']],
    ['ALTER TABLE users ADD INDEX IF NOT EXISTS i (a)', []],
    ['ALTER TABLE users ADD SYSTEM VERSIONING', ['blocks-writers']],
    ['ALTER TABLE users ALTER INDEX i IGNORED', []],
    ['ALTER TABLE users ENGINE=MyISAM', ['blocks-writers']],
    ['OPTIMIZE TABLE users', ['table-rebuild']],
    ['ANALYZE TABLE users', []],
    ['CREATE TABLE t (id bigint PRIMARY KEY) ENGINE=MyISAM', ['not-transactional']],
    ['CREATE OR REPLACE TABLE t (id bigint PRIMARY KEY)', [destructive]],
    ['CREATE TEMPORARY TABLE t (a int)', ['temporary-table']],
    ['CREATE OR REPLACE VIEW v AS SELECT 1', ['replaces-existing']],
    ['CREATE DEFINER=`root`@`%` VIEW v AS SELECT 1', ['definer']],
    ['CREATE TRIGGER t BEFORE INSERT ON u FOR EACH ROW SET NEW.a = 1', ['trigger-rights']],
    ['CREATE PROCEDURE p() BEGIN SELECT 1; SELECT 2; END', []],
    ['/*!40101 SET NAMES utf8 */', ['client-charset', 'versioned-comment']],
    ['GRANT SELECT ON app.* TO reader', []],
    ['ALTER TABLE users FROBNICATE', [unknown]],
    ['SELECT 1 FROM', [unknown]],
    ['CREATE TABLE t (id int', [unknown]],
  ])('%s: %j', async (text, rules) => {
    expect(await rulesOf(text)).toEqual([rules]);
  });

  it('every finding that is more than a note says what to do', async () => {
    const statements = await statementsOf(
      'UPDATE users SET a = 1; ALTER TABLE users MODIFY a int; DROP TABLE t',
    );
    const findings = statements.flatMap((statement) => statement.findings);
    expect(findings.every(({ remedy }) => (remedy ?? '').length > 12)).toBe(true);
  });

  it('what the grammar does not know is said with its place', async () => {
    const [, second] = await statementsOf('SELECT 1;\n  SELECT a,\n    FROM t');
    expect(second?.kind).toBe('unknown');
    expect(second?.findings).toMatchObject([
      { rule: unknown, severity: 'danger', position: { line: 3, column: 5 } },
    ]);
  });

  it('what is a statement on no server is refused with every place', async () => {
    const script = 'SELEC 1;\nSELECT 1;\n ALTER TABEL t ADD a int;';
    const error = await statementsOf(script).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(InputError);
    expect((error as InputError).problems).toMatchObject([
      {
        file: 'V1.sql',
        line: 1,
        column: 1,
        message: expect.stringContaining('no statement begins with SELEC'),
      },
      { file: 'V1.sql', line: 3, column: 2, message: expect.stringContaining('there is no ALTER TABEL') },
    ]);
  });
});

describe('what earlier statements tell about later ones', () => {
  it('a table of the same script has no reader to block and nothing to lose', async () => {
    const script = `CREATE TABLE app.t (id bigint PRIMARY KEY, a int, b int); CREATE INDEX i ON app.t (a); ALTER TABLE app.t ADD UNIQUE (b), MODIFY a bigint;
      UPDATE app.t SET a = 2; DELETE FROM app.t; DROP TABLE app.t`;
    const statements = await statementsOf(script);
    expect(statements.flatMap(({ findings }) => findings)).toEqual([]);
    expect(statements.filter(({ long, destroys }) => long || destroys)).toEqual([]);
  });

  it.each([
    ['existed perhaps', 'CREATE TABLE IF NOT EXISTS t (id int); DROP TABLE t'],
    ['may be another one by now', 'CREATE TABLE t (id int); USE other; DROP TABLE t'],
    ['lies in another database', 'CREATE TABLE app.t (id int); DROP TABLE t'],
    ['was renamed away', 'CREATE TABLE t (id int); RENAME TABLE t TO s; DROP TABLE t'],
    ['was dropped before', 'CREATE TABLE t (id int); DROP TABLE t; DROP TABLE t'],
  ])('but not one that %s', async (_case, script) => {
    expect((await statementsOf(script)).at(-1)?.destroys).toBe(true);
  });

  it('values of a new column are nobody’s loss', async () => {
    const statements = await statementsOf('ALTER TABLE t ADD n int; UPDATE t SET N = 1 WHERE id < 9');
    expect(statements[1]).toMatchObject({ destroys: false, effects: [{ does: 'alter' }] });
  });
});

describe('what commits by itself', () => {
  it.each<[string, boolean]>([
    ['ALTER TABLE t ADD a int', false],
    ['CREATE TABLE t (id int)', false],
    ['DROP TABLE t', false],
    ['RENAME TABLE t TO s', false],
    ['TRUNCATE t', false],
    ['ANALYZE TABLE t', false],
    ['GRANT SELECT ON app.* TO reader', false],
    ['CREATE TEMPORARY TABLE t (id int)', true],
    ['UPDATE t SET a = 1', true],
    ['INSERT INTO t VALUES (1)', true],
    ['SET @a = 1', true],
  ])('%s', async (text, transactional) => {
    expect(await statementsOf(text)).toMatchObject([{ transactional }]);
  });

  it('is said where it ends the author’s transaction', async () => {
    const rules = await rulesOf('BEGIN; UPDATE t SET a = 1 WHERE b; ALTER TABLE t DROP INDEX i; COMMIT');
    expect(rules[2]).toContain('implicit-commit');
  });
});
