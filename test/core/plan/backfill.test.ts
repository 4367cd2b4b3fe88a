import { describe, expect, it } from 'vitest';
import { planBackfill, type TableKnowledge } from '../../../src/core/plan/backfill.ts';
import {
  backfillSpec,
  created,
  doing,
  dropped,
  entries,
  renamed,
  statement,
  users,
} from '../../support/statements.ts';

const expand = entries(doing(created('column verified on users')));
const problemsOf = (result: ReturnType<typeof planBackfill>) =>
  result.ok ? [] : result.problems.map((problem) => problem.message);

const key = (name: string, refused: string | null, ...columns: string[]): TableKnowledge['keys'][number] => ({
  name,
  primary: name.endsWith('pkey'),
  columns: columns.map((column) => ({ name: column, type: 'bigint' })),
  refused,
});

describe('planning a backfill', () => {
  it('walks along the primary key of the table as the server knows it', () => {
    expect(planBackfill(backfillSpec(), 0, users, expand)).toEqual({
      ok: true,
      backfill: {
        ordinal: 0,
        table: 'public.users',
        set: { verified: 'token IS NULL' },
        where: 'verified IS NULL',
        key: [{ name: 'id', type: 'bigint' }],
        batch: { targetMs: 250, maxRows: 10_000, initialRows: 1_000 },
        parallelism: 2,
        partitions: 5,
        pace: 0.7,
        keepCurrent: true,
        rowsEstimate: 100_000,
      },
    });
  });

  it.each([
    ['an empty table is one partition', 0, 2, 1],
    ['a small one too', 20_000, 2, 1],
    ['a partition has 20,000 rows at least', 20_001, 2, 2],
    ['and a worker a few of them', 1_000_000_000, 3, 12],
    ['but one that works alone has nobody to share with', 1_000_000_000, 1, 1],
  ])('%s', (_name, rowsEstimate, parallelism, partitions) => {
    const result = planBackfill(backfillSpec({ parallelism }), 0, { ...users, rowsEstimate }, expand);
    expect(result).toMatchObject({ ok: true, backfill: { partitions } });
  });

  const pkey = key('t_pkey', null, 'id');
  const nullable = key('t_email_key', 'its column email may be null', 'email');
  const float = key('t_score_pkey', 'its column score is a floating point number', 'score');
  const pair = key('t_pair_key', null, 'a', 'b');

  it.each<[string, TableKnowledge['keys'], readonly string[] | undefined, string[] | RegExp]>([
    ['the primary key', [pkey, pair], undefined, ['id']],
    ['a unique key where the primary key will not do', [float, nullable, pair], undefined, ['a', 'b']],
    ['the key asked for', [pkey, pair], ['a', 'b'], ['a', 'b']],
    [
      'a usable one of two over the same columns',
      [key('i1', 'its index is invalid', 'id'), pkey],
      ['id'],
      ['id'],
    ],
    ['nothing without a key', [], undefined, /neither a primary key nor a unique key/],
    [
      'nothing with refused keys alone, each with its reason',
      [float, nullable],
      undefined,
      /t_score_pkey: .*floating.*; t_email_key: .*null/,
    ],
    [
      'no refused key though asked for',
      [pkey, nullable],
      ['email'],
      /key \(email\) cannot be walked along: its column email may be null/,
    ],
    ['no columns that are no key', [pkey], ['a'], /a is not a primary or unique key/],
    ['no key in another order', [pair], ['b', 'a'], /b, a is not a primary or unique key/],
  ])('chooses %s', (_name, keys, wanted, expected) => {
    const columns = ['id', 'email', 'score', 'a', 'b'].map((name) => ({ name, nullable: false }));
    const spec = backfillSpec(wanted === undefined ? {} : { key: wanted });
    const result = planBackfill(spec, 0, { ...users, keys, columns }, expand);
    if (expected instanceof RegExp) expect(problemsOf(result)).toEqual([expect.stringMatching(expected)]);
    else expect(result.ok && result.backfill.key.map((column) => column.name)).toEqual(expected);
  });

  it.each([
    ['added by the expand phase', created('column verified on public.users'), true],
    ['renamed by it', renamed('column old on users', 'verified'), true],
    ['added to another table', created('column verified on orders'), false],
    ['dropped by it', dropped('column verified on users'), false],
  ])('knows a column %s', (_name, effect, known) => {
    const result = planBackfill(backfillSpec(), 1, users, entries(doing(effect)));
    expect(result.ok).toBe(known);
    if (!result.ok) {
      expect(result.problems).toEqual([
        {
          file: 'V1__x.yaml',
          line: 4,
          column: 12,
          path: 'backfill[1]',
          message: 'table users has no column verified, and the expand phase does not add one',
          expected: 'one of id, token',
        },
      ]);
    }
  });

  it('says all that is wrong at once', () => {
    const spec = backfillSpec({ set: { a: '1', b: '2' }, key: ['c'] });
    expect(problemsOf(planBackfill(spec, 0, users, []))).toHaveLength(4);
  });

  it('wants the table to exist', () => {
    expect(problemsOf(planBackfill(backfillSpec(), 0, null, expand))).toEqual([
      'there is no table users in the database',
    ]);
    const tableNames = ['orders', 'user'];
    expect(problemsOf(planBackfill(backfillSpec(), 0, null, expand, { tableNames }))).toEqual([
      'there is no table users in the database; did you mean user?',
    ]);
  });

  it('wants the columns to exist that its expressions read', () => {
    const withReads = (...reads: string[]) => planBackfill(backfillSpec(), 0, users, expand, { reads });
    expect(withReads('token', 'verified').ok).toBe(true);
    expect(problemsOf(withReads('tokn', 'tokn'))).toEqual([
      'table users has no column tokn, and the expand phase does not add one; did you mean token?',
    ]);
  });

  it('takes a statement that could do anything to add the columns that are read', () => {
    const anything = entries(
      statement('DO $$ … $$', { kind: 'unknown' }),
      doing(created('column verified on users')),
    );
    expect(planBackfill(backfillSpec(), 0, users, anything, { reads: ['tokn'] }).ok).toBe(true);
  });
});
