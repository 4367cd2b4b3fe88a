import { describe, expect, it } from 'vitest';
import { buildPlan } from '../../../../src/core/plan/build.ts';
import { analyze } from '../../../../src/engines/sqlserver/analysis/analyze.ts';
import { migrationOf, sha256 } from '../../../support/planning.ts';

function plan(up: string, down: string) {
  const migration = migrationOf({ '001_x.up.sql': up, '001_x.down.sql': down });
  const group = { statements: analyze({ path: '001_x.up.sql', text: up }), atomic: false };
  const result = buildPlan(
    {
      target: { name: 'shop', engine: 'sqlserver', serverVersion: '16.0', restorable: true },
      migration,
      direction: 'up',
      analyzed: {
        expand: [group],
        contract: [],
        down: analyze({ path: '001_x.down.sql', text: down }),
        keepCurrent: [],
      },
      tables: {},
      schemaFingerprint: 'before',
    },
    sha256,
  );
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  return result.plan;
}

describe('a down script of T-SQL', () => {
  it.each<[string, string, string]>([
    ['a table', 'CREATE TABLE dbo.n (id int)', 'DROP TABLE dbo.n'],
    [
      'a column with its default',
      'ALTER TABLE dbo.t ADD a int NOT NULL CONSTRAINT df DEFAULT 0',
      'ALTER TABLE t DROP CONSTRAINT df, COLUMN a',
    ],
    ['an index', 'CREATE INDEX i ON dbo.t (id)', 'DROP INDEX i ON dbo.t'],
    [
      'a constraint and its validation',
      'ALTER TABLE dbo.t WITH NOCHECK ADD CONSTRAINT ck CHECK (id > 0)\nGO\nALTER TABLE dbo.t WITH CHECK CHECK CONSTRAINT ck',
      'ALTER TABLE dbo.t DROP CONSTRAINT ck',
    ],
    ['a renamed table', "EXEC sp_rename 'dbo.t', 'u'", "EXEC sp_rename 'dbo.u', 't'"],
    [
      'a renamed column',
      "EXEC sp_rename 'dbo.t.a', 'b', 'COLUMN'",
      "EXEC sp_rename 'dbo.t.b', 'a', 'COLUMN'",
    ],
    [
      'a renamed constraint',
      "EXEC sp_rename 'dbo.FK_a', 'FK_b', 'OBJECT'",
      "EXEC sp_rename 'dbo.FK_b', 'FK_a', 'OBJECT'",
    ],
    [
      'a procedure',
      'CREATE OR ALTER PROCEDURE dbo.p AS SELECT 2',
      'CREATE OR ALTER PROCEDURE dbo.p AS SELECT 1',
    ],
    ['a trigger', 'CREATE TRIGGER dbo.tr ON dbo.t AFTER INSERT AS SELECT 1', 'DROP TRIGGER dbo.tr'],
    [
      'a schema and what is in it',
      'CREATE SCHEMA app\nGO\nCREATE TABLE app.n (id int)',
      'DROP TABLE app.n\nGO\nDROP SCHEMA app',
    ],
    ['a changed type', 'ALTER TABLE dbo.t ALTER COLUMN a bigint', 'ALTER TABLE dbo.t ALTER COLUMN a int'],
  ])('takes back %s', (_, up, down) => {
    expect(plan(up, down).rollback).toMatchObject({ notUndone: [] });
  });

  it('is not believed to take back what it leaves', () => {
    const { steps, rollback } = plan(
      'CREATE INDEX i ON dbo.t (a)\nGO\nCREATE INDEX j ON dbo.t (b)',
      'DROP INDEX i ON dbo.t',
    );
    expect(steps.map(({ id }) => id)).toEqual(['expand-1', 'expand-2']);
    expect(rollback.undo.map(({ undoes }) => undoes)).toEqual([['expand-1']]);
    expect(rollback.notUndone.map(({ step }) => step)).toEqual(['expand-2']);
  });

  it('does not drop what a guarded creation may have found there', () => {
    const { rollback } = plan(
      "IF OBJECT_ID(N'dbo.n') IS NULL CREATE TABLE dbo.n (id int)",
      'DROP TABLE dbo.n',
    );
    expect(rollback.undo).toEqual([]);
    expect(rollback.notUndone).toHaveLength(1);
  });
});
