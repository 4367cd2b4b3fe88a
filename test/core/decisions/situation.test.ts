import { describe, expect, it } from 'vitest';
import type { Effect } from '../../../src/core/analysis/statement.ts';
import { type Evidence, overwrites, situationOf } from '../../../src/core/decisions/situation.ts';
import { decideWayBack } from '../../../src/core/decisions/way-back.ts';
import { stepId } from '../../../src/core/ids.ts';
import { type AnalyzedMigration, buildPlan } from '../../../src/core/plan/build.ts';
import { toSteps } from '../../../src/core/plan/steps.ts';
import {
  altered,
  analyzed,
  backfillSpec,
  created,
  doing,
  dropped,
  entries,
  manifest,
  migration,
  planInput,
  statement,
  users,
  wrote,
} from '../../support/statements.ts';

function planOf(
  found: Partial<AnalyzedMigration>,
  set: Readonly<Record<string, string>> = { verified: '1' },
) {
  const keep = { install: [statement('+')], remove: [statement('-')] };
  const result = buildPlan(
    planInput({
      migration: migration({ manifest: manifest({ backfills: [backfillSpec({ set })] }) }),
      analyzed: analyzed({ keepCurrent: [keep], ...found }),
      tables: { users: { ...users, columns: [...users.columns, { name: 'verified', nullable: true }] } },
    }),
    () => 'id',
  );
  if (!result.ok) throw new Error('no plan');
  return result.plan;
}

const addColumn = doing(created('column verified on users'));
const comment = doing(altered('users', 'comment'));
const insert = doing(wrote('roles'));
const dropToken = statement('DROP', { destroys: true, effects: [dropped('column token on users')] });
const plain = planOf({
  expand: entries(addColumn, comment, insert),
  contract: entries(dropToken),
  down: [doing(dropped('column verified on users'))],
});

const evidence = (
  details: Partial<Omit<Evidence, 'journaled'>> & { journaled?: string[] } = {},
): Evidence => ({
  plan: plain,
  partitions: [],
  undoOutcome: undefined,
  restorePointAvailable: true,
  restore: 'untried',
  restoreNeedsConsent: true,
  restoreConsented: false,
  ...details,
  journaled: new Set((details.journaled ?? []).map(stepId)),
});

const of = (...args: Parameters<typeof evidence>) => {
  const { changed, destroyed, down } = situationOf(evidence(...args));
  return { changed, destroyed, down };
};

describe('the situation of a run that goes back', () => {
  it.each<[string, Parameters<typeof evidence>[0], ReturnType<typeof of>]>([
    ['before its first step', {}, { changed: false, destroyed: false, down: 'untried' }],
    [
      'after a step that is undone',
      { journaled: ['expand-1'] },
      { changed: true, destroyed: false, down: 'untried' },
    ],
    [
      'after one that leaves something the fingerprint shows: going down may be tried',
      { journaled: ['expand-1', 'expand-2'] },
      { changed: true, destroyed: false, down: 'untried' },
    ],
    [
      'after one that leaves rows, which nothing would show',
      { journaled: ['expand-1', 'expand-3'] },
      { changed: true, destroyed: false, down: 'not-available' },
    ],
    [
      'after its own trigger alone',
      { journaled: ['expand-4'] },
      { changed: true, destroyed: false, down: 'untried' },
    ],
    [
      'after destroying data',
      { journaled: ['expand-1', 'contract-2'] },
      { changed: true, destroyed: true, down: 'untried' },
    ],
    [
      'after removing its own trigger in the contract',
      { journaled: ['expand-1', 'contract-1'] },
      { changed: true, destroyed: false, down: 'untried' },
    ],
    [
      'after the undo steps alone',
      { journaled: ['undo-1'] },
      { changed: false, destroyed: false, down: 'untried' },
    ],
    [
      'after batches into a column of its own',
      { partitions: [{ backfill: 0, rowsChanged: 5 }] },
      { changed: true, destroyed: false, down: 'untried' },
    ],
    [
      'after batches that found nothing to change',
      { partitions: [{ backfill: 0, rowsChanged: 0 }] },
      { changed: false, destroyed: false, down: 'untried' },
    ],
    [
      'after a down script that failed',
      { journaled: ['expand-1'], undoOutcome: 'failed' },
      { changed: true, destroyed: false, down: 'failed' },
    ],
    [
      'after one that left differences',
      { journaled: ['expand-1'], undoOutcome: 'left-differences' },
      { changed: true, destroyed: false, down: 'left-differences' },
    ],
    [
      'after one that went well',
      { journaled: ['expand-1'], undoOutcome: 'done' },
      { changed: true, destroyed: false, down: 'untried' },
    ],
    [
      'when a person has it tried again',
      { journaled: ['expand-1'], undoOutcome: 'untried' },
      { changed: true, destroyed: false, down: 'untried' },
    ],
  ])('%s', (_name, details, expected) => {
    expect(of(details)).toEqual(expected);
  });

  it.each([
    ['without a down script', null],
    ['with an empty one', []],
  ])('%s, nothing can be undone but Lockkeeper’s own', (_name, down) => {
    const plan = planOf({ expand: entries(addColumn), down });
    expect(of({ plan, journaled: ['expand-1'] }).down).toBe('not-available');
    expect(of({ plan, journaled: ['expand-2'] }).down).toBe('untried');
  });

  it('goes down after a step that changes nothing to be undone, script or not', () => {
    const plan = planOf({ expand: entries(statement('REINDEX INDEX i')), down: null });
    expect(decideWayBack(situationOf(evidence({ plan, journaled: ['expand-1'] }))).go).toBe('down');
  });

  it('counts batches into older columns as destroying them', () => {
    const plan = planOf({ expand: entries(addColumn), down: [] }, { token: 'NULL' });
    expect(of({ plan, partitions: [{ backfill: 0, rowsChanged: 1 }] }).destroyed).toBe(true);
  });

  it('takes policy, restore point and consent as they are', () => {
    expect(
      situationOf(evidence({ restorePointAvailable: false, restoreConsented: true, restore: 'declined' })),
    ).toMatchObject({
      policy: 'down-then-restore',
      restorePoint: 'none',
      restore: 'declined',
      restoreNeedsConsent: true,
      restoreConsented: true,
    });
  });
});

describe('the columns a backfill overwrites', () => {
  const steps = (...effects: Effect[]) =>
    toSteps('expand', entries(...effects.map((effect) => doing(effect))));
  const backfill = { table: 'public.users', set: { verified: '1', token: '2' } };

  it.each([
    ['those the plan does not add', steps(created('column verified on users')), ['token']],
    [
      'also where another table gets one of that name',
      steps(created('column token on orders')),
      ['verified', 'token'],
    ],
    [
      'none of a plan that adds them all',
      steps(created('column verified on users'), created('column token on public.users')),
      [],
    ],
    [
      'also those that only the contract adds',
      toSteps('contract', entries(addColumn)),
      ['verified', 'token'],
    ],
  ])('are %s', (_name, of, expected) => {
    expect(overwrites(backfill, of)).toEqual(expected);
  });
});
