import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Effect, Statement } from '../../../src/core/analysis/statement.ts';
import { toSteps } from '../../../src/core/plan/steps.ts';
import { planUndo } from '../../../src/core/plan/undo.ts';
import {
  altered,
  begin,
  commit,
  created,
  doing,
  dropped,
  entries,
  renamed,
  session,
  statement,
  wrote,
} from '../../support/statements.ts';

const forwardSteps = (effects: readonly (Effect | readonly Effect[])[]) =>
  toSteps('expand', entries(...effects.map((each) => doing(...[each].flat()))));

/** For each down statement the ordinals of the forward ones it is for; and those nothing reverses. */
function paired(
  forward: readonly (Effect | readonly Effect[])[],
  down: readonly (Effect | readonly Effect[])[],
) {
  const { undo, notUndone } = planUndo(
    forwardSteps(forward),
    down.map((each) => doing(...[each].flat())),
  );
  const ordinal = (id: string) => Number(id.split('-')[1]);
  return {
    pairs: undo.map((step) => step.undoes.map(ordinal)),
    left: notUndone.map(({ step }) => ordinal(step)),
  };
}

type Case = [
  name: string,
  forward: (Effect | Effect[])[],
  down: (Effect | Effect[])[],
  pairs: number[][],
  left: number[],
];

describe('pairing a down script with what it undoes', () => {
  it.each<Case>([
    ['a table by its drop', [created('t')], [dropped('t')], [[1]], []],
    ['whatever schema it is said to be in', [created('public.t')], [dropped('t')], [[1]], []],
    ['but not in another schema', [created('app.t')], [dropped('public.t')], [[1]], [1]],
    [
      'a table with what stands on it and in it',
      [
        created('t'),
        created('index i on t'),
        altered('column c on t', 'comment'),
        wrote('t'),
        altered('t', 'grant privileges'),
      ],
      [dropped('t')],
      [[1, 2, 3, 4, 5]],
      [],
    ],
    [
      'a column with its index, constraint, validation and NOT NULL',
      [
        created('column c on t'),
        created('index i on t'),
        created('constraint k on t'),
        altered('constraint k on t', 'validate'),
        altered('column c on t', 'set not null'),
        dropped('constraint k on t'),
      ],
      [dropped('column c on t')],
      [[1, 2, 3, 4, 5]],
      [],
    ],
    [
      'an index on a column that was there before is not the column’s',
      [created('index i on t')],
      [dropped('column c on t')],
      [[1]],
      [1],
    ],
    [
      'a unique index that became a constraint',
      [created('index i on t'), created('constraint k on t')],
      [dropped('constraint k on t')],
      [[1, 2]],
      [],
    ],
    ['an index dropped by an index made', [dropped('index i')], [created('index i on t')], [[1]], []],
    [
      'an index rebuilt',
      [dropped('index i'), created('index i on t')],
      [dropped('index i'), created('index i on t')],
      [[2], [1]],
      [],
    ],
    [
      'a table dropped, with what was on it',
      [dropped('t')],
      [created('t'), created('index i on t'), created('constraint k on t')],
      [[1], [1], [1]],
      [],
    ],
    [
      'a column dropped, with its index',
      [dropped('column c on t')],
      [created('column c on t'), created('index i on t')],
      [[1], [1]],
      [],
    ],
    [
      'SET DEFAULT by DROP DEFAULT',
      [altered('column c on t', 'set default')],
      [altered('column c on t', 'drop default')],
      [[1]],
      [],
    ],
    ['a rename', [renamed('t', 'u')], [renamed('u', 't')], [[1]], []],
    [
      'a renamed column of its own table only',
      [renamed('column a on t', 'b')],
      [renamed('column b on u', 'a')],
      [[1]],
      [1],
    ],
    [
      'a table made, then renamed',
      [created('t'), renamed('t', 'u')],
      [renamed('u', 't'), dropped('t')],
      [[2], [1]],
      [],
    ],
    ['a view replaced by its former self', [created('view v')], [created('view v')], [[1]], []],
    ['a table is not undone by making it again', [created('t')], [created('t')], [[1]], [1]],
    [
      'a comment on a view, called a table',
      [created('view v'), altered('v', 'comment')],
      [dropped('view v')],
      [[1, 2]],
      [],
    ],
    ['rows by a statement on the same table', [wrote('t')], [wrote('public.t')], [[1]], []],
    [
      'two tables by one statement',
      [created('a'), created('b')],
      [[dropped('a'), dropped('b')]],
      [[1, 2]],
      [],
    ],
    [
      'everything in a schema by the drop of it',
      [created('schema app'), created('app.t'), created('index i on app.t')],
      [dropped('schema app')],
      [[1, 2, 3]],
      [],
    ],
    [
      'a privilege that nobody takes back',
      [created('t'), altered('u', 'grant privileges')],
      [dropped('t')],
      [[1]],
      [2],
    ],
    ['one of two things a step makes', [[created('a'), wrote('b')]], [dropped('a')], [[1]], [1]],
  ])('%s', (_name, forward, down, pairs, left) => {
    expect(paired(forward, down)).toEqual({ pairs, left });
  });

  it('takes a statement that reverses nothing recognisable to be for every step, and to cover none', () => {
    const { undo, notUndone } = planUndo(forwardSteps([created('t'), wrote('u')]), [
      doing(dropped('t')),
      doing(altered('v')),
    ]);
    expect(undo.map((step) => step.undoes)).toEqual([['expand-1'], ['expand-1', 'expand-2']]);
    expect(notUndone.map(({ step }) => step)).toEqual(['expand-2']);
  });

  it('believes a statement that could do anything', () => {
    const anything = statement('DO $$…$$', { kind: 'unknown' });
    const { undo, notUndone } = planUndo(forwardSteps([created('t'), wrote('u')]), [anything]);
    expect(undo.map((step) => step.undoes)).toEqual([['expand-1', 'expand-2']]);
    expect(notUndone).toEqual([]);
  });

  it('leaves out steps after which nothing is to be undone, unless some statement belongs to all', () => {
    const forward = toSteps('expand', entries(statement('REINDEX INDEX i'), doing(created('t'))));
    expect(planUndo(forward, [doing(dropped('t'))])).toMatchObject({
      notUndone: [],
      undo: [{ undoes: ['expand-2'] }],
    });
    expect(planUndo(forward, null).notUndone).toEqual([
      { step: 'expand-2', reason: 'there is no down script (lockkeeper draft-down drafts one)' },
    ]);
    expect(planUndo(forward, [statement('ALTER TABLE t DROP CONSTRAINT t_check')])).toMatchObject({
      undo: [{ undoes: ['expand-1', 'expand-2'] }],
    });
  });

  it('passes over Lockkeeper’s own steps', () => {
    const [step] = forwardSteps([created('t')]);
    expect(planUndo(step === undefined ? [] : [{ ...step, source: null }], null).notUndone).toEqual([]);
  });

  it('keeps each down statement to itself, in the author’s order, with the settings before it', () => {
    const down: Statement[] = [
      session('SET a'),
      begin,
      doing(dropped('t')),
      session('SET b'),
      session('SET LOCAL c', { verb: 'SET LOCAL' }),
      doing(dropped('u')),
      commit,
      doing(dropped('v')),
    ];
    const forward = forwardSteps([created('t'), created('u'), created('v')]);
    const { undo } = planUndo(forward, down);
    expect(undo.map((step) => [step.id, step.statements.slice(0, -1), step.undoes])).toEqual([
      ['undo-1', ['SET a'], ['expand-1']],
      ['undo-2', ['SET a', 'SET b', 'SET LOCAL c'], ['expand-2']],
      ['undo-3', ['SET a', 'SET b'], ['expand-3']],
    ]);
  });

  it('never lets a change of the author’s slip through: it is undone, or listed', () => {
    const names = fc.constantFrom('a', 'b', 'app.a');
    const objects = fc
      .tuple(fc.constantFrom('table', 'index', 'column', 'constraint', 'view'), names, names)
      .map(([type, name, table]) =>
        type === 'table' || type === 'view' ? `${type} ${name}` : `${type} ${name} on ${table}`,
      );
    const effects = fc.oneof(
      objects.map(created),
      objects.map(dropped),
      objects.map((spec) => altered(spec)),
      fc.tuple(objects, names).map(([spec, to]) => renamed(spec, to)),
      names.map(wrote),
    );
    fc.assert(
      fc.property(
        fc.array(effects, { maxLength: 6 }),
        fc.array(effects, { maxLength: 6 }),
        (forward, down) => {
          const { undo, notUndone } = planUndo(
            forwardSteps(forward),
            down.map((effect) => doing(effect)),
          );
          const seen = new Set([
            ...undo.flatMap((step) => step.undoes),
            ...notUndone.map(({ step }) => step),
          ]);
          const ownDrop = (effect: Effect, index: number) =>
            effect.does === 'drop' && forward.slice(0, index).some((earlier) => earlier.does === 'create');
          const missed = forwardSteps(forward).filter(
            (step, index) => !seen.has(step.id) && !step.effects.every((effect) => ownDrop(effect, index)),
          );
          expect(missed).toEqual([]);
          expect(undo).toHaveLength(down.length);
          expect(undo.every((step) => forward.length === 0 || step.undoes.length > 0)).toBe(true);
        },
      ),
    );
  });
});
