import { describe, expect, it } from 'vitest';
import type { Effect, Statement } from '../../../src/core/analysis/statement.ts';
import type { PlanInput } from '../../../src/core/plan/build.ts';
import { buildPlan } from '../../../src/core/plan/build.ts';
import { planFiles, sha256 } from '../../support/planning.ts';
import {
  analyzed,
  backfillSpec,
  created,
  doing,
  dropped,
  entries,
  manifest,
  migration,
  planInput,
  renamed,
  session,
  statement,
  users,
} from '../../support/statements.ts';

const hedged = (spec: string): Effect => ({ ...created(spec), hedged: true }) as Effect;

type Known = Pick<PlanInput, 'tables' | 'exists'>;

function planned(forward: readonly Statement[], down: readonly Statement[], known: Known) {
  const result = buildPlan(
    planInput({ ...known, analyzed: analyzed({ expand: entries(...forward), down }) }),
    sha256,
  );
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  return result.plan;
}

/** What of the down script may run, and the ordinals of the forward steps that are left because of a hedge. */
function sparing(
  forward: readonly (Effect | Statement)[],
  down: readonly (Effect | Statement)[],
  known: Known,
) {
  const asStatement = (each: Effect | Statement) => ('does' in each ? doing(each) : each);
  const downStatements = down.map(asStatement);
  const { undo, notUndone } = planned(forward.map(asStatement), downStatements, known).rollback;
  const texts = undo.flatMap((step) => step.statements);
  return {
    runs: downStatements.flatMap(({ text }, index) => (texts.includes(text) ? [index + 1] : [])),
    spared: notUndone
      .filter(({ reason }) => /may have been there before/.test(reason))
      .map(({ step }) => Number(step.split('-')[1])),
  };
}

const nothing: Known = { tables: {} };
const usersThere: Known = { tables: { users }, exists: { users: true } };
const tGone: Known = { tables: { t: null }, exists: { t: false } };
const anything = statement('DO', { kind: 'unknown' });
const column = (name: string) => `column ${name} on users`;

type Case = [
  name: string,
  forward: (Effect | Statement)[],
  down: (Effect | Statement)[],
  known: Known,
  runs: number[],
  spared: number[],
];

describe('a creation that tolerates what is there already', () => {
  it.each<Case>([
    [
      'a column there is not, as the facts say',
      [hedged(column('a'))],
      [dropped(column('a'))],
      usersThere,
      [1],
      [],
    ],
    [
      'a column of a table that is not there',
      [hedged('column a on t')],
      [dropped('column a on t')],
      tGone,
      [1],
      [],
    ],
    ['a table there is not', [hedged('t')], [dropped('t')], tGone, [1], []],
    [
      'an index of a name that nothing has',
      [hedged('index i on users')],
      [dropped('index i')],
      { tables: {}, exists: { i: false } },
      [1],
      [],
    ],
    [
      'a column of a table that is made here',
      [created('t'), hedged('column a on t')],
      [dropped('column a on t')],
      nothing,
      [1],
      [],
    ],
    [
      'a trigger on a table that is made here',
      [created('t'), hedged('trigger a on t')],
      [dropped('trigger a on t')],
      nothing,
      [1],
      [],
    ],
    [
      'a view that was dropped just before',
      [dropped('view v'), hedged('view v')],
      [dropped('view v')],
      nothing,
      [1],
      [],
    ],
    [
      'an index that was dropped just before',
      [dropped('index i'), hedged('index i on users')],
      [dropped('index i')],
      nothing,
      [1],
      [],
    ],
    [
      'a constraint beside a column there is not',
      [doing(hedged(column('a')), hedged('constraint k on users'))],
      [dropped('constraint k on users')],
      usersThere,
      [1],
      [],
    ],
  ])('is undone when it is proven that this run made it: %s', (_name, forward, down, known, runs, spared) => {
    expect(sparing(forward, down, known)).toEqual({ runs, spared });
  });

  it.each<Case>([
    ['a column that is there', [hedged(column('token'))], [dropped(column('token'))], usersThere, [], [1]],
    [
      'a column of a table that was not asked for',
      [hedged(column('a'))],
      [dropped(column('a'))],
      nothing,
      [],
      [1],
    ],
    ['a table that is there', [hedged('users')], [dropped('users')], usersThere, [], [1]],
    [
      'a table by whose name there is something else',
      [hedged('t')],
      [dropped('t')],
      { tables: { t: null }, exists: { t: true } },
      [],
      [1],
    ],
    ['a schema', [hedged('schema s')], [dropped('schema s')], nothing, [], [1]],
    [
      'a function, also when another of its name was dropped',
      [dropped('function f'), hedged('function f')],
      [dropped('function f')],
      nothing,
      [],
      [2],
    ],
    [
      'a constraint beside a column that is there',
      [doing(hedged(column('token')), hedged('constraint k on users'))],
      [dropped('constraint k on users')],
      usersThere,
      [],
      [1],
    ],
    ['after what could have made it', [anything, hedged('t')], [dropped('t')], tGone, [], [2]],
    [
      'after another search path',
      [session('SET search_path = app'), hedged('t')],
      [dropped('t')],
      tGone,
      [],
      [1],
    ],
    ['after a schema was renamed', [renamed('schema a', 'b'), hedged('t')], [dropped('t')], tGone, [], [2]],
    [
      'by a name that was given to another',
      [renamed(column('token'), 'a'), hedged(column('a'))],
      [dropped(column('a'))],
      usersThere,
      [],
      [2],
    ],
    [
      'in a table that had another name',
      [renamed('users', 't'), hedged('column a on t')],
      [dropped('column a on t')],
      tGone,
      [],
      [2],
    ],
    [
      'under the name it was given since',
      [hedged(column('token')), renamed(column('token'), 'b')],
      [dropped(column('b'))],
      usersThere,
      [],
      [1],
    ],
    [
      'in a table under the name that was given since',
      [hedged(column('token')), renamed('users', 't')],
      [dropped('column token on t')],
      usersThere,
      [],
      [1],
    ],
    ['together with its table', [hedged('index i on users')], [dropped('users')], usersThere, [], [1]],
    ['together with its schema', [hedged('s.t')], [dropped('schema s')], nothing, [], [1]],
    [
      'beside something else',
      [hedged(column('token'))],
      [doing(dropped(column('token')), dropped(column('b')))],
      usersThere,
      [],
      [1],
    ],
    [
      'a view that the down script does not make again',
      [hedged('view v')],
      [dropped('view v')],
      nothing,
      [],
      [1],
    ],
  ])(
    'is not undone by a drop when it may have been there: %s',
    (_name, forward, down, known, runs, spared) => {
      expect(sparing(forward, down, known)).toEqual({ runs, spared });
    },
  );

  it.each<Case>([
    [
      'what else the down script drops',
      [hedged(column('token')), created('t')],
      [dropped(column('token')), dropped('t')],
      usersThere,
      [2],
      [1],
    ],
    [
      'a table of this run in a schema that may not be',
      [hedged('schema s'), created('s.t')],
      [dropped('s.t'), dropped('schema s')],
      nothing,
      [1],
      [1],
    ],
    [
      'an index by dropping its table, which this run made',
      [created('t'), hedged('index i on t')],
      [dropped('t')],
      nothing,
      [1],
      [],
    ],
    ['the former shape of a view', [hedged('view v')], [created('view v')], nothing, [1], []],
    [
      'the former shape of a view after a drop',
      [hedged('view v')],
      [dropped('view v'), created('view v')],
      nothing,
      [1, 2],
      [],
    ],
  ])('leaves the rest to the down script: %s', (_name, forward, down, known, runs, spared) => {
    expect(sparing(forward, down, known)).toEqual({ runs, spared });
  });

  it('is left with a reason in words, and keeps other reasons apart', () => {
    const { notUndone } = planned(
      [doing(hedged(column('token'))), doing(created('t'))],
      [doing(dropped(column('token')))],
      usersThere,
    ).rollback;
    expect(notUndone).toEqual([
      {
        step: 'expand-1',
        reason:
          'IF NOT EXISTS or OR REPLACE: it may have been there before, so dropping it could take away what this run did not make',
      },
      { step: 'expand-2', reason: expect.stringMatching(/^the down script does not reverse/) },
    ]);
  });

  it('is left also where the down script can do anything else', () => {
    const { notUndone } = planned(
      [doing(hedged(column('token')))],
      [doing(dropped(column('token'))), anything],
      usersThere,
    ).rollback;
    expect(notUndone.map(({ step }) => step)).toEqual(['expand-1']);
  });

  it.each([
    [
      'overwritten',
      'token',
      ['the backfill of public.users overwrites token: no down script brings that back'],
    ],
    ['filled', 'verified', []],
  ])('has its column %s by a backfill', (_name, name, reasons) => {
    const spec = backfillSpec({ set: { [name]: '1' }, where: 'id > 0' });
    const result = buildPlan(
      planInput({
        ...usersThere,
        migration: migration({ manifest: manifest({ backfills: [spec] }) }),
        analyzed: analyzed({
          expand: entries(doing(hedged(column(name)))),
          down: [],
          keepCurrent: [{ install: [], remove: [] }],
        }),
      }),
      sha256,
    );
    expect(result.ok && result.plan.approvalReasons).toEqual(reasons);
  });
});

describe('IF NOT EXISTS and OR REPLACE in files', () => {
  const plan = (up: string, down: string, tables: PlanInput['tables'] = { users }) =>
    planFiles({ 'V1__x.sql': up, 'U1__x.sql': down }, { tables });

  it.each([
    ['ALTER TABLE users ADD COLUMN IF NOT EXISTS token text', 'ALTER TABLE users DROP COLUMN token'],
    ['CREATE TABLE IF NOT EXISTS users (id int)', 'DROP TABLE users'],
    ['CREATE TABLE IF NOT EXISTS t AS SELECT 1', 'DROP TABLE t'],
    ['CREATE INDEX CONCURRENTLY IF NOT EXISTS i ON users (id)', 'DROP INDEX CONCURRENTLY IF EXISTS i'],
    ['CREATE SCHEMA IF NOT EXISTS app', 'DROP SCHEMA app CASCADE'],
    ['CREATE SEQUENCE IF NOT EXISTS s', 'DROP SEQUENCE s'],
    ['CREATE EXTENSION IF NOT EXISTS pgcrypto', 'DROP EXTENSION pgcrypto'],
    ['CREATE MATERIALIZED VIEW IF NOT EXISTS v AS SELECT 1 AS a', 'DROP MATERIALIZED VIEW v'],
    ['CREATE OR REPLACE VIEW v AS SELECT 1 AS a', 'DROP VIEW v'],
    ['CREATE OR REPLACE FUNCTION f() RETURNS int LANGUAGE sql AS $$SELECT 1$$', 'DROP FUNCTION f()'],
    [
      'CREATE OR REPLACE TRIGGER g BEFORE INSERT ON users FOR EACH ROW EXECUTE FUNCTION f()',
      'DROP TRIGGER g ON users',
    ],
    ['CREATE STATISTICS IF NOT EXISTS s ON id, token FROM users', 'DROP STATISTICS s'],
    ['CREATE FOREIGN TABLE IF NOT EXISTS f (id int) SERVER s', 'DROP FOREIGN TABLE f'],
  ])('%s: the down script does not drop it', async (up, down) => {
    const { rollback } = await plan(up, down);
    expect(rollback.undo).toEqual([]);
    expect(rollback.notUndone).toEqual([
      { step: 'expand-1', reason: expect.stringContaining('may have been there before') },
    ]);
  });

  it.each([
    ['ALTER TABLE users ADD COLUMN token2 text', 'ALTER TABLE users DROP COLUMN token2'],
    [
      'ALTER TABLE IF EXISTS users ADD CONSTRAINT c CHECK (id > 0) NOT VALID',
      'ALTER TABLE users DROP CONSTRAINT c',
    ],
    ['ALTER TABLE users ADD COLUMN IF NOT EXISTS more text', 'ALTER TABLE users DROP COLUMN IF EXISTS more'],
    ['CREATE TABLE IF NOT EXISTS t (id int)', 'DROP TABLE IF EXISTS t'],
    ['CREATE VIEW v AS SELECT 1 AS a', 'DROP VIEW v'],
  ])('%s: the down script drops it', async (up, down) => {
    const { rollback } = await plan(up, down, { users, t: null });
    expect(rollback.undo.map(({ title }) => title)).toEqual([down]);
    expect(rollback.notUndone).toEqual([]);
  });
});
