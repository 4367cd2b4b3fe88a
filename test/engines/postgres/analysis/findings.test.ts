import { describe, expect, it } from 'vitest';
import { analyze } from '../../../../src/engines/postgres/analysis/analyze.ts';

const statementsOf = (text: string) => analyze({ path: 'V1.sql', text });
const rulesOf = async (text: string): Promise<readonly string[][]> =>
  (await statementsOf(text)).map((statement) => statement.findings.map(({ rule }) => rule));

describe('findings', () => {
  it.each<[string, readonly string[]]>([
    ['DROP TABLE users', ['destructive-statement']],
    ['ALTER TABLE users DROP COLUMN token', ['destructive-statement']],
    ['DROP SCHEMA app', ['destructive-statement']],
    ['DROP DATABASE app', ['destructive-statement']],
    ['DROP SEQUENCE counter', ['destructive-statement']],
    ['DROP TYPE mood', ['destructive-statement']],
    ['DROP MATERIALIZED VIEW totals', ['destructive-statement']],
    ['DROP VIEW adults CASCADE', ['destructive-statement']],
    ['DROP VIEW adults', []],
    ['DROP FUNCTION f()', []],
    ['DROP TRIGGER t ON users', []],
    ['ALTER TABLE users DROP CONSTRAINT c', []],
    ['ALTER TABLE users ALTER COLUMN a DROP DEFAULT', []],
    ['TRUNCATE users', ['destructive-statement']],
    ['DELETE FROM users WHERE id = 1', ['destructive-statement']],
    ['UPDATE users SET a = 1 WHERE id = 1', ['destructive-statement']],
    ['UPDATE users SET a = 1', ['destructive-statement', 'update-without-where']],
    ['INSERT INTO users VALUES (1)', []],
    ['INSERT INTO users VALUES (1) ON CONFLICT (id) DO NOTHING', []],
    ['INSERT INTO users VALUES (1) ON CONFLICT (id) DO UPDATE SET a = 1', ['destructive-statement']],
    ['INSERT INTO users SELECT * FROM old', ['bulk-insert']],
    ['WITH gone AS (DELETE FROM users WHERE a RETURNING id) SELECT * FROM gone', ['destructive-statement']],
    ['DO $$ BEGIN PERFORM 1; END $$', ['unknown-statement']],
    ['CALL tidy()', ['unknown-statement']],
    ['SELECT tidy()', ['unknown-statement']],
    ['SELECT count(*), lower(max(name)) FROM users', []],
    [`SELECT set_config('search_path', '', false)`, ['session-setting']],
    ['SET search_path = app', ['session-setting']],
    ['SET lock_timeout = 0', ['lock-timeout-overruled']],
    [`SET LOCAL lock_timeout TO '1h'`, ['lock-timeout-overruled']],
    ['RESET lock_timeout', ['lock-timeout-overruled']],
    [`SELECT pg_catalog.set_config('Lock_Timeout', '0', true)`, ['lock-timeout-overruled']],
    [
      `SELECT set_config('lock_timeout', '0', false), set_config('role', 'app', false)`,
      ['lock-timeout-overruled', 'session-setting'],
    ],
    [`DO $$ BEGIN SET lock_timeout = 0; LOCK t; END $$`, ['unknown-statement', 'lock-timeout-overruled']],
    ['SET TRANSACTION READ ONLY', ['own-transaction-control']],
    ['NOTIFY changed', []],
    ['CREATE INDEX i ON users (a)', ['index-not-concurrent']],
    ['CREATE INDEX CONCURRENTLY i ON users (a)', []],
    ['CREATE INDEX CONCURRENTLY ON users (a)', ['concurrent-index-needs-name']],
    ['DROP INDEX i', ['index-not-concurrent']],
    ['ALTER TABLE users ADD COLUMN a int', []],
    ['ALTER TABLE users ADD COLUMN a int DEFAULT NULL', []],
    ['ALTER TABLE users ADD COLUMN a timestamptz DEFAULT now()', ['add-column-with-default']],
    ['ALTER TABLE users ADD COLUMN a uuid DEFAULT gen_random_uuid()', ['volatile-default-rewrite']],
    ['ALTER TABLE users ADD COLUMN a timestamptz DEFAULT clock_timestamp()', ['volatile-default-rewrite']],
    ['ALTER TABLE users ADD COLUMN a int DEFAULT app.next_number()', ['volatile-default-rewrite']],
    ['ALTER TABLE users ADD COLUMN a bigserial', ['volatile-default-rewrite', 'serial-column']],
    ['ALTER TABLE users ADD COLUMN a int GENERATED ALWAYS AS (b + 1) STORED', ['volatile-default-rewrite']],
    ['ALTER TABLE users ADD COLUMN a int GENERATED ALWAYS AS (b + 1) VIRTUAL', []],
    ['ALTER TABLE users ADD COLUMN a int NOT NULL', ['not-null-column-without-default']],
    ['ALTER TABLE users ADD COLUMN a int REFERENCES other (id)', ['foreign-key-without-index']],
    ['ALTER TABLE users ALTER COLUMN a TYPE bigint', ['type-change-rewrite']],
    ['ALTER TABLE users ALTER COLUMN a TYPE text', ['type-change-rewrite']],
    ['ALTER TABLE users ALTER COLUMN a TYPE smallint', ['type-change-rewrite', 'destructive-statement']],
    ['ALTER TABLE users ALTER COLUMN a TYPE numeric(6,2)', ['type-change-rewrite', 'destructive-statement']],
    [
      'ALTER TABLE users ALTER COLUMN a TYPE text USING left(a, 3)',
      ['type-change-rewrite', 'destructive-statement'],
    ],
    ['ALTER TABLE users ALTER COLUMN a SET NOT NULL', ['set-not-null-scan']],
    ['ALTER TABLE users ADD CHECK (a > 0)', ['constraint-not-not-valid']],
    ['ALTER TABLE users ADD CHECK (a > 0) NOT VALID', []],
    [
      'ALTER TABLE users ADD FOREIGN KEY (a) REFERENCES other',
      ['constraint-not-not-valid', 'foreign-key-without-index'],
    ],
    ['ALTER TABLE users ADD FOREIGN KEY (a) REFERENCES other NOT VALID', ['foreign-key-without-index']],
    ['ALTER TABLE users ADD UNIQUE (a)', ['unique-constraint-builds-index']],
    ['ALTER TABLE users ADD CONSTRAINT u UNIQUE USING INDEX i', []],
    ['ALTER TABLE users RENAME TO people', ['rename-breaks-running-code']],
    ['ALTER TABLE users RENAME COLUMN a TO b', ['rename-breaks-running-code']],
    ['ALTER INDEX i RENAME TO j', []],
    ['LOCK TABLE users', ['lock-table']],
    ['VACUUM FULL users', ['vacuum-full']],
    ['VACUUM users', []],
    ['CLUSTER users USING i', ['cluster']],
    [`ALTER TYPE mood ADD VALUE 'glad'`, ['enum-value-unusable-until-commit', 'enum-value-order']],
    ['CREATE TEMP TABLE t (a int)', ['temporary-table']],
    ['LOAD $$x$$'.replaceAll('$$', "'"), ['unknown-statement']],
  ])('%s: %j', async (text, rules) => {
    expect(await rulesOf(text)).toEqual([rules]);
  });

  it('every finding that is more than a note says what to do', async () => {
    const [statement] = await statementsOf('UPDATE users SET a = 1');
    expect(statement?.findings.every(({ remedy }) => (remedy ?? '').length > 20)).toBe(true);
  });
});

describe('what earlier statements tell about later ones', () => {
  it('a table of the same script has no reader to block and nothing to lose', async () => {
    const script = `CREATE TABLE app.t (id bigint PRIMARY KEY); CREATE INDEX i ON app.t (id); ALTER TABLE app.t ADD UNIQUE (id);
      UPDATE app.t SET id = 2; DELETE FROM app.t; DROP TABLE app.t`;
    const statements = await statementsOf(script);
    expect(statements.flatMap(({ findings }) => findings)).toEqual([]);
    expect(statements.filter(({ long, destroys }) => long || destroys)).toEqual([]);
  });

  it.each([
    ['existed perhaps', 'CREATE TABLE IF NOT EXISTS t (id int); DROP TABLE t'],
    ['was given up by a rollback', 'BEGIN; CREATE TABLE t (id int); ROLLBACK; DROP TABLE t'],
    ['may be another one by now', 'CREATE TABLE t (id int); SET search_path = other; DROP TABLE t'],
    [
      'may be another one by now as well',
      `CREATE TABLE t (id int); SELECT set_config('search_path', 'other', false); DROP TABLE t`,
    ],
    ['lies in another schema', 'CREATE TABLE app.t (id int); DROP TABLE t'],
    ['was renamed away', 'CREATE TABLE t (id int); ALTER TABLE t RENAME TO s; DROP TABLE t'],
    ['was dropped before', 'CREATE TABLE t (id int); DROP TABLE t; DROP TABLE t'],
  ])('but not one that %s', async (_case, script) => {
    expect((await statementsOf(script)).at(-1)?.destroys).toBe(true);
  });

  it('a table that was filled from elsewhere takes long to index', async () => {
    const script = 'CREATE TABLE t (id int); INSERT INTO t SELECT id FROM users; CREATE INDEX i ON t (id)';
    expect((await statementsOf(script)).map(({ long }) => long)).toEqual([false, true, true]);
  });

  it.each<[string, string, readonly string[]]>([
    ['just added', 'ALTER TABLE t ADD COLUMN a int; UPDATE t SET a = b WHERE b > 0', []],
    [
      'just added, in every row',
      'ALTER TABLE t ADD COLUMN a int; UPDATE t SET a = b',
      ['update-without-where'],
    ],
    [
      'added and renamed',
      'ALTER TABLE t ADD COLUMN c int; ALTER TABLE t RENAME c TO a; UPDATE t SET a = 1 WHERE b',
      [],
    ],
    [
      'just added, of rows that conflict',
      'ALTER TABLE t ADD COLUMN a int; INSERT INTO t VALUES (1) ON CONFLICT (id) DO UPDATE SET a = 1',
      [],
    ],
    [
      'just added, beside an older one',
      'ALTER TABLE t ADD COLUMN a int; UPDATE t SET a = 1, b = 2 WHERE b > 0',
      ['destructive-statement'],
    ],
    [
      'there before perhaps',
      'ALTER TABLE t ADD COLUMN IF NOT EXISTS a int; UPDATE t SET a = 1 WHERE b > 0',
      ['destructive-statement'],
    ],
    [
      'of another table',
      'ALTER TABLE u ADD COLUMN a int; UPDATE t SET a = 1 WHERE b > 0',
      ['destructive-statement'],
    ],
    [
      'perhaps of another table',
      'ALTER TABLE t ADD COLUMN a int; SET search_path = other; UPDATE t SET a = 1 WHERE b > 0',
      ['destructive-statement'],
    ],
    [
      'another one since',
      'ALTER TABLE t ADD COLUMN a int; ALTER TABLE t RENAME a TO c; UPDATE t SET a = 1 WHERE b > 0',
      ['destructive-statement'],
    ],
  ])('a column that was %s decides whether setting it loses anything', async (_case, script, rules) => {
    const last = (await statementsOf(script)).at(-1);
    expect(last?.findings.map(({ rule }) => rule)).toEqual(rules);
    expect(last?.destroys).toBe(rules.includes('destructive-statement'));
  });

  it.each([
    [
      'validated',
      'ALTER TABLE t ADD CONSTRAINT c CHECK (a IS NOT NULL) NOT VALID; ALTER TABLE t VALIDATE CONSTRAINT c',
      [],
    ],
    [
      'validated under the name that the server chose',
      'ALTER TABLE t ADD CHECK (a IS NOT NULL) NOT VALID; ALTER TABLE t VALIDATE CONSTRAINT t_a_check',
      [],
    ],
    [
      'not validated',
      'ALTER TABLE t ADD CONSTRAINT c CHECK (a IS NOT NULL) NOT VALID',
      ['set-not-null-scan'],
    ],
    [
      'valid for another column',
      'ALTER TABLE t ADD CONSTRAINT c CHECK (b IS NOT NULL) NOT VALID; ALTER TABLE t VALIDATE CONSTRAINT c',
      ['set-not-null-scan'],
    ],
    [
      'a weaker condition',
      'ALTER TABLE t ADD CONSTRAINT c CHECK (a IS NOT NULL OR b) NOT VALID; ALTER TABLE t VALIDATE CONSTRAINT c',
      ['set-not-null-scan'],
    ],
    [
      'dropped again',
      'ALTER TABLE t ADD CONSTRAINT c CHECK (a IS NOT NULL) NOT VALID; ALTER TABLE t VALIDATE CONSTRAINT c; ALTER TABLE t DROP CONSTRAINT c',
      ['set-not-null-scan'],
    ],
  ])('a check that is %s decides whether SET NOT NULL has to scan', async (_case, before, rules) => {
    expect((await rulesOf(`${before}; ALTER TABLE t ALTER COLUMN a SET NOT NULL`)).at(-1)).toEqual(rules);
  });

  it('refuses between BEGIN and COMMIT what the server refuses there, and only there', async () => {
    const script =
      'BEGIN; CREATE INDEX CONCURRENTLY i ON t (a); COMMIT; CREATE INDEX CONCURRENTLY j ON t (a)';
    const statements = await statementsOf(script);
    expect(statements.map(({ kind }) => kind)).toEqual(['begin', 'schema', 'commit', 'schema']);
    expect(
      statements.map(({ findings }) => findings.map(({ rule, severity }) => `${rule} ${severity}`)),
    ).toEqual([
      ['own-transaction-control note'],
      ['concurrently-in-own-transaction error'],
      ['own-transaction-control note'],
      [],
    ]);
  });
});

describe('effects', () => {
  it.each([
    [
      'ALTER TABLE app.users ADD COLUMN a int DEFAULT 0, DROP COLUMN b',
      [
        { does: 'create', object: { type: 'column', name: 'a', table: 'app.users' }, withDefault: true },
        { does: 'drop', object: { type: 'column', name: 'b', table: 'app.users' } },
      ],
    ],
    [
      'CREATE INDEX i ON app.users (a)',
      [{ does: 'create', object: { type: 'index', name: 'app.i', table: 'app.users' } }],
    ],
    ['DROP INDEX app.i', [{ does: 'drop', object: { type: 'index', name: 'app.i' } }]],
    ['CREATE TABLE "Odd.Name" (a int)', [{ does: 'create', object: { type: 'table', name: '"Odd.Name"' } }]],
    [
      'ALTER TABLE app.a RENAME TO b',
      [{ does: 'rename', object: { type: 'table', name: 'app.a' }, to: 'app.b' }],
    ],
    ['ALTER TABLE a SET SCHEMA app', [{ does: 'rename', object: { type: 'table', name: 'a' }, to: 'app.a' }]],
    [
      'ALTER TABLE t RENAME COLUMN a TO b',
      [{ does: 'rename', object: { type: 'column', name: 'a', table: 't' }, to: 'b' }],
    ],
    ['DROP TRIGGER g ON app.t', [{ does: 'drop', object: { type: 'trigger', name: 'g', table: 'app.t' } }]],
    [
      'CREATE SCHEMA app CREATE TABLE t (a int)',
      [
        { does: 'create', object: { type: 'schema', name: 'app' } },
        { does: 'create', object: { type: 'table', name: 'app.t' } },
      ],
    ],
    ['CREATE TABLE USERS (a int)', [{ does: 'create', object: { type: 'table', name: 'users' } }]],
    ['UPDATE users SET a = 1 WHERE b', [{ does: 'write', table: 'users' }]],
    [
      'ALTER TABLE users ADD COLUMN a int NOT NULL; UPDATE users SET a = 1 WHERE b',
      [
        { does: 'create', object: { type: 'column', name: 'a', table: 'users' } },
        { does: 'alter', object: { type: 'column', name: 'a', table: 'users' }, what: 'values' },
      ],
    ],
    [
      'ALTER TABLE users ADD CHECK (f(users.*))',
      [{ does: 'alter', object: { type: 'table', name: 'users' }, what: 'add a constraint' }],
    ],
    ['SELECT 1', []],
  ])('%s', async (text, effects) => {
    expect((await statementsOf(text)).flatMap((statement) => statement.effects)).toEqual(effects);
  });
});
