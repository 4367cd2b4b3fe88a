import { describe, expect, it } from 'vitest';
import { situationOf } from '../../../src/core/decisions/situation.ts';
import { decideWayBack } from '../../../src/core/decisions/way-back.ts';
import { stepId } from '../../../src/core/ids.ts';
import { planWalk } from '../../../src/core/plan/backfill.ts';
import { buildPlan, type PlanInput } from '../../../src/core/plan/build.ts';
import type { Plan } from '../../../src/core/plan/plan.ts';
import type { ReplacementDraft } from '../../../src/core/plan/replacement.ts';
import {
  analyzed,
  backfillSpec,
  entries,
  manifest,
  migration,
  planInput,
  statement,
  users,
} from '../../support/statements.ts';

const step = (title: string, destroys = false) => ({ title, statements: [statement(title, { destroys })] });

const draft: ReplacementDraft = {
  expand: [step('make'), step('capture')],
  carriage: { into: 'new.users', columns: [], intoKey: ['id'], refusedWrites: 'old.refused' },
  columns: [{ name: 'id', nullable: false }],
  switch: [step('swap'), step('validate')],
  contract: [step('drop', true)],
  undo: [
    { ...step('prove'), undoes: 'switch' },
    { ...step('swap back'), undoes: 'switch' },
    { ...step('discard'), undoes: 'expand' },
  ],
};

function planned(details: Partial<PlanInput> = {}): Plan {
  const walk = planWalk(backfillSpec(), users);
  if (typeof walk === 'string') throw new Error(walk);
  const input = planInput({
    migration: migration({ manifest: manifest({}) }),
    tables: { users },
    replacement: { walk, draft },
    ...details,
  });
  const result = buildPlan(input, () => 'id');
  if (!result.ok) throw new Error(result.problems.map(({ message }) => message).join());
  return result.plan;
}

describe('a replacement in a plan', () => {
  it('drops the old table last, after all that the author contracts', () => {
    const author = analyzed({ contract: entries(statement('DROP VIEW v')), down: [] });
    expect(planned({ analyzed: author }).steps.map(({ id, title }) => `${id} ${title}`)).toEqual([
      'expand-1 make',
      'expand-2 capture',
      'switch-1 swap',
      'switch-2 validate',
      'contract-1 DROP VIEW v',
      'contract-2 drop',
    ]);
  });

  it('copies every row, then compares every row', () => {
    expect(planned().backfills.map(({ ordinal, carries }) => [ordinal, carries?.does])).toEqual([
      [0, 'copy'],
      [1, 'compare'],
    ]);
  });

  it('keeps the old table until a person lets it go', () => {
    const { gate, approvalReasons } = planned();
    expect(gate).toEqual({ opens: 'approval' });
    expect(approvalReasons).toEqual([]);
  });

  it('needs consent beforehand where nothing else stands between it and the loss of the old table', () => {
    const gate = { opens: 'immediately' } as const;
    const now = migration({ manifest: manifest({ contract: { gate, statements: [] } }) });
    expect(planned({ migration: now }).approvalReasons).toEqual(['contract-1 destroys data: drop']);
  });

  it.each([
    ['expand-1', 'down', ['undo-3']],
    ['switch-1', 'down', ['undo-1', 'undo-2', 'undo-3']],
    ['contract-1', 'ask-restore', ['undo-1', 'undo-2', 'undo-3']],
  ] as const)('stopped after %s goes back by: %s', (last, way, steps) => {
    const plan = planned();
    const done = plan.steps.slice(0, plan.steps.findIndex(({ id }) => id === last) + 1).map(({ id }) => id);
    const situation = situationOf({
      plan,
      journaled: new Set(done),
      partitions: [{ backfill: 0, rowsChanged: 5 }],
      undoOutcome: 'untried',
      restorePointAvailable: true,
      restore: 'untried',
      restoreNeedsConsent: true,
      restoreConsented: false,
    });
    expect(decideWayBack(situation).go).toBe(way);
    const taken = plan.rollback.undo.filter(({ undoes }) => undoes.some((id) => done.includes(stepId(id))));
    expect(taken.map(({ id }) => id)).toEqual(steps);
  });
});
