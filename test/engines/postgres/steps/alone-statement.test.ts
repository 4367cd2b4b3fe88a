import { expect, it } from 'vitest';
import {
  type AloneStatement,
  readAloneStatement,
} from '../../../../src/engines/postgres/steps/alone-statement.ts';

const cases: Readonly<Record<string, AloneStatement>> = {
  'CREATE INDEX CONCURRENTLY Idx_A ON app.users (email)': {
    does: 'build-index',
    name: 'idx_a',
    table: 'app.users',
    ifNotExists: false,
  },
  'create unique index concurrently if not exists "Odd ""Name" on only "App"."Users" using btree (x)': {
    does: 'build-index',
    name: 'Odd "Name',
    table: '"App"."Users"',
    ifNotExists: true,
  },
  '-- ON t\nCREATE /* CONCURRENTLY i ON x */ INDEX CONCURRENTLY i ON t(a)': {
    does: 'build-index',
    name: 'i',
    table: 't',
    ifNotExists: false,
  },
  'CREATE INDEX CONCURRENTLY "on" ON t (a)': {
    does: 'build-index',
    name: 'on',
    table: 't',
    ifNotExists: false,
  },
  'CREATE INDEX CONCURRENTLY ON t (a)': { does: 'unnamed-index' },
  'CREATE UNIQUE INDEX CONCURRENTLY ON ONLY t (a)': { does: 'unnamed-index' },
  'DROP INDEX CONCURRENTLY IF EXISTS app."Idx" RESTRICT': {
    does: 'drop-index',
    name: 'app."Idx"',
    ifExists: true,
  },
  'drop index concurrently i': { does: 'drop-index', name: 'i', ifExists: false },
  'REINDEX (VERBOSE, TABLESPACE fast) INDEX CONCURRENTLY app.i': {
    does: 'reindex',
    kind: 'index',
    object: 'app.i',
  },
  'REINDEX TABLE CONCURRENTLY t': { does: 'reindex', kind: 'table', object: 't' },
  'REINDEX SCHEMA CONCURRENTLY app': { does: 'repeatable' },
  'VACUUM (ANALYZE) t': { does: 'repeatable' },
  "ALTER TYPE mood ADD VALUE IF NOT EXISTS 'so-so'": { does: 'repeatable' },
  "ALTER TYPE mood ADD VALUE 'so-so'": { does: 'unverifiable' },
  'CALL p()': { does: 'unverifiable' },
  "COMMENT ON TABLE t IS 'VACUUM'": { does: 'unverifiable' },
};

it.each(Object.entries(cases))('%s', (sql, expected) => {
  expect(readAloneStatement(sql)).toEqual(expected);
});
