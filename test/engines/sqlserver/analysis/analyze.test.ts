import { describe, expect, it } from 'vitest';
import type { Effect, Statement } from '../../../../src/core/analysis/statement.ts';
import type { Step } from '../../../../src/core/plan/plan.ts';
import { analyze } from '../../../../src/engines/sqlserver/analysis/analyze.ts';

const read = (text: string): readonly Statement[] => analyze({ path: 'V1.sql', text });

function only(text: string): Statement {
  const [statement, ...others] = read(text);
  if (statement === undefined || others.length > 0) throw new Error(`not one statement: ${text}`);
  return statement;
}

/** `create hedged column t.c`. */
function spoken(effect: Effect): string {
  if (effect.does === 'write') return `write ${effect.table}`;
  const { type, name, table } = effect.object;
  const hedge = effect.does === 'create' && effect.hedged ? 'hedged ' : '';
  const exists = effect.ifExists ? 'ifExists ' : '';
  const more =
    effect.does === 'alter' ? ` (${effect.what})` : effect.does === 'rename' ? ` to ${effect.to}` : '';
  return `${effect.does} ${hedge}${exists}${type} ${table === undefined ? '' : `${table}/`}${name}${more}`;
}

const rules = (statement: Statement) => statement.findings.map(({ rule }) => rule);

describe('what a statement does', () => {
  it.each<
    [string, Partial<Omit<Statement, 'lock'>> & { lock?: Step['lock']; does?: string[]; rules?: string[] }]
  >([
    [
      'CREATE TABLE dbo.t (id int PRIMARY KEY, p int REFERENCES dbo.p (id))',
      {
        verb: 'CREATE TABLE',
        does: ['create table dbo.t'],
        lock: { mode: 'Sch-M', tables: ['dbo.t', 'dbo.p'] },
        long: false,
        rules: ['unnamed-constraint', 'unnamed-constraint', 'foreign-key-without-index'],
      },
    ],
    ['CREATE TABLE #t (id int)', { kind: 'session', does: [], rules: ['temporary-table'] }],
    [
      'ALTER TABLE t ADD a int NULL, b nvarchar(10)',
      {
        does: ['create column t/a', 'create column t/b'],
        long: false,
        lock: { mode: 'Sch-M', tables: ['t'] },
        rules: [],
      },
    ],
    ['ALTER TABLE t ADD a int NOT NULL', { rules: ['not-null-column-without-default'] }],
    [
      'ALTER TABLE t ADD a int NOT NULL CONSTRAINT df_a DEFAULT 0',
      { does: ['create column t/a', 'create constraint t/df_a'], long: true, rules: ['default-by-edition'] },
    ],
    [
      'ALTER TABLE t ADD a int DEFAULT 0',
      { does: ['create column t/a'], long: false, rules: ['default-leaves-null', 'unnamed-constraint'] },
    ],
    [
      'ALTER TABLE t ADD a int DEFAULT 0 WITH VALUES',
      { long: true, rules: ['default-by-edition', 'unnamed-constraint'] },
    ],
    ['ALTER TABLE t ADD a AS b + 1', { does: ['create column t/a'], long: false, rules: [] }],
    ['ALTER TABLE t ADD a AS b + 1 PERSISTED', { long: true, rules: ['table-rewrite'] }],
    ['ALTER TABLE t ADD v rowversion NOT NULL', { long: true, rules: ['table-rewrite'] }],
    [
      'ALTER TABLE t ALTER COLUMN a bigint NOT NULL',
      { does: ['alter column t/a (type and not null)'], long: true, rules: ['set-not-null-scan'] },
    ],
    [
      'ALTER TABLE t ADD CONSTRAINT ck CHECK (a > 0)',
      { does: ['create constraint t/ck'], long: true, rules: ['constraint-scan'] },
    ],
    [
      'ALTER TABLE t WITH NOCHECK ADD CONSTRAINT fk FOREIGN KEY (a) REFERENCES p (id)',
      {
        does: ['create constraint t/fk'],
        long: false,
        rules: ['constraint-not-trusted', 'foreign-key-without-index'],
        lock: { mode: 'Sch-M', tables: ['t', 'p'] },
      },
    ],
    [
      'ALTER TABLE t WITH CHECK CHECK CONSTRAINT fk',
      { does: ['alter constraint t/fk (validate)'], long: true, rules: ['constraint-scan'] },
    ],
    [
      'ALTER TABLE t CHECK CONSTRAINT ALL',
      { does: ['alter constraint t/ALL (enable)'], long: false, rules: ['constraint-not-trusted'] },
    ],
    [
      'ALTER TABLE t NOCHECK CONSTRAINT fk',
      { does: ['alter constraint t/fk (disable)'], rules: ['checks-switched-off'] },
    ],
    [
      'ALTER TABLE t ADD CONSTRAINT pk PRIMARY KEY (id)',
      {
        does: ['create constraint t/pk'],
        long: true,
        rules: ['index-not-online', 'clustered-index-change', 'unique-on-existing-rows'],
      },
    ],
    [
      'ALTER TABLE t DROP CONSTRAINT IF EXISTS ck, COLUMN a',
      {
        does: ['drop ifExists constraint t/ck', 'drop column t/a'],
        destroys: true,
        rules: ['destructive-statement'],
      },
    ],
    [
      'CREATE UNIQUE INDEX [i] ON dbo.[t] (a) INCLUDE (b) WHERE a IS NOT NULL',
      {
        verb: 'CREATE INDEX',
        does: ['create index dbo.t/i'],
        transactional: true,
        long: true,
        lock: { mode: 'S', tables: ['dbo.t'] },
        rules: ['index-not-online'],
      },
    ],
    [
      'CREATE INDEX i ON t (a) WITH (ONLINE = ON (WAIT_AT_LOW_PRIORITY (MAX_DURATION = 1 MINUTES, ABORT_AFTER_WAIT = SELF)), RESUMABLE = ON)',
      {
        transactional: false,
        lock: { mode: 'S for an instant', tables: ['t'] },
        rules: ['outside-transactions'],
      },
    ],
    ['CREATE CLUSTERED INDEX i ON t (a)', { lock: { mode: 'Sch-M', tables: ['t'] } }],
    [
      'ALTER INDEX ALL ON t REBUILD',
      { does: ['alter index t/ALL (rebuild)'], long: true, rules: ['index-not-online'] },
    ],
    ['ALTER INDEX i ON t RESUME', { transactional: false }],
    ['DROP INDEX IF EXISTS i ON t, j ON u', { does: ['drop ifExists index t/i', 'drop ifExists index u/j'] }],
    [
      'DROP TABLE IF EXISTS a, dbo.b',
      { does: ['drop ifExists table a', 'drop ifExists table dbo.b'], destroys: true },
    ],
    [
      'CREATE OR ALTER PROCEDURE dbo.p AS DROP TABLE t',
      { does: ['create hedged function dbo.p'], destroys: false, rules: ['replaces-existing'] },
    ],
    [
      'ALTER VIEW v AS SELECT 1 a',
      { does: ['alter view v (definition)'], lock: { mode: 'Sch-M', tables: ['v'] } },
    ],
    [
      'CREATE TRIGGER tr ON dbo.t AFTER INSERT AS SELECT 1',
      { does: ['create trigger dbo.t/tr'], lock: { mode: 'Sch-M', tables: ['dbo.t'] } },
    ],
    ['CREATE SCHEMA app AUTHORIZATION dbo', { does: ['create schema app'] }],
    ['CREATE SCHEMA app CREATE TABLE t (a int)', { kind: 'unknown' }],
    ['CREATE SEQUENCE s START WITH 1', { does: ['create sequence s'] }],
    ['CREATE TYPE dbo.money2 FROM decimal(19, 4)', { does: ['create type dbo.money2'] }],
    [
      "EXEC sp_rename 'dbo.t.[a b]', 'c', 'COLUMN'",
      { does: ['rename column dbo.t/a b to c'], rules: ['rename-breaks-running-code'] },
    ],
    ["EXEC sys.sp_rename @objname = N'dbo.t', @newname = N'u'", { does: ['rename table dbo.t to dbo.u'] }],
    ["sp_rename 't.i', 'j', 'INDEX'", { does: ['rename index t/i to j'], rules: [] }],
    ["EXEC sp_rename 'dbo.t', '[u]'", { rules: ['brackets-in-name', 'rename-breaks-running-code'] }],
    ['EXEC sp_rename @a, @b', { kind: 'unknown', rules: ['unknown-statement'] }],
    [
      'UPDATE t SET a = 1',
      {
        kind: 'data',
        does: ['write t'],
        destroys: true,
        rules: ['destructive-statement', 'update-without-where'],
      },
    ],
    ['UPDATE u SET a = 1 FROM dbo.users AS u WHERE u.b = 2', { does: ['write dbo.users'] }],
    [
      'WITH x AS (SELECT 1 a) DELETE TOP (10) FROM t WHERE a IN (SELECT a FROM x)',
      { does: ['write t'], destroys: true, verb: 'DELETE' },
    ],
    ['INSERT INTO t (a) VALUES (1)', { does: ['write t'], long: false, destroys: false }],
    ['INSERT INTO t (a) SELECT a FROM u', { long: true, rules: ['bulk-insert'] }],
    ['INSERT INTO t EXEC p', { kind: 'unknown' }],
    [
      'MERGE INTO t USING u ON t.a = u.a WHEN MATCHED THEN UPDATE SET b = 1;',
      { does: ['write t'], destroys: true, rules: ['destructive-statement', 'merge-races'] },
    ],
    ['TRUNCATE TABLE t', { does: ['write t'], destroys: true, lock: { mode: 'Sch-M', tables: ['t'] } }],
    ['SELECT a INTO u FROM t', { kind: 'schema', does: ['create table u'] }],
    ["EXEC (N'DROP TABLE t')", { kind: 'unknown', destroys: true }],
    ["EXEC sp_executesql N'DROP TABLE t'", { kind: 'unknown', destroys: true }],
    ['EXEC dbo.cleanup', { kind: 'unknown', destroys: true }],
    ['BACKUP DATABASE x TO DISK = N’y’', { kind: 'unknown', transactional: false }],
    ['FROBNICATE t', { kind: 'unknown', destroys: true, long: true }],
    ['ALTER TABLE other.dbo.t ADD a int', { kind: 'unknown' }],
    ['BEGIN TRANSACTION', { kind: 'begin' }],
    ['COMMIT', { kind: 'commit' }],
    ['SET XACT_ABORT ON', { kind: 'overruled', rules: [] }],
    ['SET LOCK_TIMEOUT 100', { kind: 'overruled', rules: ['setting-overruled'] }],
    ['SET NOEXEC ON', { rules: ['nothing-carried-out'] }],
    ['SET QUOTED_IDENTIFIER OFF', { kind: 'session', rules: ['quoted-identifier-off'] }],
    ['USE other', { kind: 'session', rules: ['other-database'] }],
    ['GRANT SELECT ON OBJECT::dbo.t TO r', { does: ['alter table dbo.t (privileges)'] }],
    ["DBCC CHECKIDENT ('dbo.t', RESEED, 1)", { does: ['alter table dbo.t (identity)'] }],
  ])('%s', (text, { does, rules: named, ...expected }) => {
    const statement = only(text);
    expect(statement).toMatchObject(expected);
    if (does !== undefined) expect(statement.effects.map(spoken)).toEqual(does);
    if (named !== undefined) expect(rules(statement)).toEqual(named);
  });
});

describe('what is guarded', () => {
  it.each<[string, string[], string[]]>([
    [
      "IF OBJECT_ID(N'dbo.t', N'U') IS NULL CREATE TABLE dbo.t (a int CONSTRAINT u UNIQUE)",
      ['create hedged table dbo.t'],
      [],
    ],
    ["IF OBJECT_ID('t') IS NOT NULL DROP TABLE t", ['drop ifExists table t'], ['destructive-statement']],
    [
      "IF NOT EXISTS (SELECT * FROM sys.columns WHERE name = 'a') BEGIN ALTER TABLE t ADD a int END",
      ['create hedged column t/a'],
      [],
    ],
    [
      'IF (EXISTS (SELECT * FROM [sys].[indexes])) DROP INDEX i ON t',
      ['drop ifExists index t/i'],
      ['index-drop'],
    ],
    ["IF COL_LENGTH('t', 'a') IS NULL ALTER TABLE t ADD a int", ['create hedged column t/a'], []],
    [
      "IF OBJECT_ID('t') IS NULL AND @@SERVERNAME = 'x' CREATE TABLE t (a int)",
      ['create hedged table t'],
      ['conditional-statement', 'table-without-key'],
    ],
    [
      "IF OBJECT_ID('t') IS NOT NULL CREATE TABLE t (a int)",
      ['create hedged table t'],
      ['conditional-statement', 'table-without-key'],
    ],
    [
      'IF EXISTS (SELECT 1 FROM dbo.flags) CREATE TABLE t (a int)',
      ['create hedged table t'],
      ['conditional-statement', 'table-without-key'],
    ],
    ['IF NOT EXISTS (SELECT 1 FROM dbo.flags) INSERT INTO flags VALUES (1)', ['write flags'], []],
  ])('%s', (text, does, named) => {
    const statement = only(text);
    expect(statement.effects.map(spoken)).toEqual(does);
    expect(rules(statement)).toEqual(named);
  });
});

describe('what stands together', () => {
  it('is one statement from a DECLARE to the end of its batch', () => {
    const statements = read(
      'CREATE TABLE t (a int);\nDECLARE @a int = 1;\nINSERT INTO t VALUES (@a);\nGO\nSELECT 1',
    );
    expect(statements.map(({ text, kind }) => [kind, text])).toEqual([
      ['schema', 'CREATE TABLE t (a int)'],
      ['data', 'DECLARE @a int = 1;\nINSERT INTO t VALUES (@a)'],
      ['query', 'SELECT 1'],
    ]);
  });

  it('tells of an error that nobody hears of', () => {
    const script = (handler: string) => `BEGIN TRY DROP TABLE t END TRY BEGIN CATCH ${handler} END CATCH`;
    expect(rules(only(script("PRINT 'oh'")))).toContain('error-swallowed');
    expect(rules(only(script('THROW')))).not.toContain('error-swallowed');
    expect(only(script('ROLLBACK; THROW'))).toMatchObject({ kind: 'unknown' });
    expect(rules(only(script('ROLLBACK; THROW')))).toContain('rollback-inside-block');
  });

  it('holds what a loop does', () => {
    const loop = only('WHILE EXISTS (SELECT 1 FROM t) DELETE TOP (100) FROM t');
    expect(loop).toMatchObject({ kind: 'data', long: true, destroys: true });
    expect(rules(loop)).toContain('loop');
  });

  it('refuses a definition behind another statement of its batch', () => {
    const [, view] = read('SELECT 1\nCREATE VIEW v AS SELECT 1 a');
    expect(view?.findings[0]).toMatchObject({ rule: 'not-alone-in-batch', severity: 'error' });
  });

  it('hurts nobody where the script made the table', () => {
    const [, index, column, update] = read(
      'CREATE TABLE dbo.T (id int)\nCREATE INDEX i ON t (id)\nALTER TABLE t ADD a int NOT NULL CONSTRAINT df DEFAULT 0\nUPDATE t SET a = 1',
    );
    for (const statement of [index, column, update])
      expect(statement).toMatchObject({ long: false, destroys: false, findings: [] });
  });
});
