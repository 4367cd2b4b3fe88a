import { describe, expect, it } from 'vitest';
import type { Check } from '../../../src/core/checks.ts';
import type { KnownSchema } from '../../../src/core/plan/missing.ts';
import { findMissingInChecks } from '../../../src/core/plan/missing-in-checks.ts';
import { postgres } from '../../support/planning.ts';
import { users } from '../../support/statements.ts';

/** `users` with id and token, a view `adults`, and nothing under the other names that are used here. */
const known: KnownSchema = {
  tables: { users, adults: null, usrs: null, orders: null },
  exists: { adults: true },
  tableNames: ['accounts', 'users'],
};

const problemsOf = async (when: 'before' | 'after', check: Check, expand = '') => {
  const located = { value: check, path: 'V1__x.yaml', line: 3, column: 7 };
  const statements = await postgres.analyze({ path: 'V1__x.sql', text: expand });
  return findMissingInChecks(
    { before: [], after: [], [when]: [located] },
    [{ statements, atomic: false }],
    known,
  );
};

const noNulls = (table: string, ...columns: string[]): Check => ({ check: 'no_nulls', table, columns });

describe('a check of what is not there', () => {
  it.each<[string, Check, string, string[]]>([
    [
      'an unknown table',
      noNulls('usrs', 'id'),
      '',
      ['there is no table usrs in the database; did you mean users?'],
    ],
    [
      'an unknown column',
      noNulls('users', 'tokn'),
      '',
      ['table users has no column tokn; did you mean token?'],
    ],
    [
      'several columns',
      { check: 'unique', table: 'users', columns: ['a', 'id', 'b'] },
      '',
      ['table users has no column a', 'table users has no column b'],
    ],
    [
      'the table referred to',
      {
        check: 'no_orphans',
        table: 'users',
        columns: ['id'],
        references: { table: 'orders', columns: ['id'] },
      },
      '',
      ['there is no table orders in the database'],
    ],
    [
      'a table to be counted',
      { check: 'row_count', table: 'usrs', expect: { is: 'unchanged' } },
      '',
      ['there is no table usrs in the database; did you mean users?'],
    ],
    [
      'a column of the table referred to',
      {
        check: 'no_orphans',
        table: 'users',
        columns: ['id'],
        references: { table: 'users', columns: ['ident'] },
      },
      '',
      ['table users has no column ident'],
    ],
    [
      'a table whose constraint is looked at',
      { check: 'constraint_valid', table: 'usrs', constraint: 'c' },
      '',
      ['there is no table usrs in the database; did you mean users?'],
    ],
    [
      'a column of another table',
      noNulls('users', 'name'),
      'CREATE TABLE orders (name text)',
      ['table users has no column name'],
    ],
  ])('is refused: %s', async (_, check, expand, messages) => {
    expect((await problemsOf('after', check, expand)).map(({ message }) => message)).toEqual(messages);
  });

  it('is shown where it stands', async () => {
    expect(await problemsOf('before', noNulls('users', 'x'))).toEqual([
      {
        file: 'V1__x.yaml',
        line: 3,
        column: 7,
        path: 'checks.before[0]',
        message: 'table users has no column x',
        expected: 'one of id, token',
      },
    ]);
  });

  it.each<[string, Check, string]>([
    ['a table that the migration makes', noNulls('orders', 'id'), 'CREATE TABLE orders (id int)'],
    ['a view', noNulls('adults', 'anything'), ''],
    ['a table that it renames', noNulls('orders', 'anything'), 'ALTER TABLE users RENAME TO orders'],
    ['a column that it adds', noNulls('users', 'name'), 'ALTER TABLE users ADD COLUMN name text'],
    ['a column that it renames', noNulls('users', 'name'), 'ALTER TABLE users RENAME COLUMN token TO name'],
    ['a column that differs in capitals', noNulls('users', 'ID'), ''],
    ['anything after a statement that could do anything', noNulls('usrs', 'x'), 'DO $$ BEGIN END $$'],
    [
      'a name without a schema after the search path has changed',
      noNulls('usrs', 'x'),
      'SET search_path = shop',
    ],
    ['a query', { check: 'sql', name: 'q', query: 'SELECT x', expect: { is: 'no_rows' } }, ''],
  ])('is let through where it may be there: %s', async (_, check, expand) => {
    expect(await problemsOf('after', check, expand)).toEqual([]);
  });

  it('is refused before the migration has made it', async () => {
    const check = noNulls('users', 'name');
    expect(await problemsOf('before', check, 'ALTER TABLE users ADD COLUMN name text')).toHaveLength(1);
  });
});
