import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Statement } from '../../../src/core/analysis/statement.ts';
import { canonicalJson } from '../../../src/core/canonical-json.ts';
import type { ContractGate, SnapshotPolicy } from '../../../src/core/manifest/manifest.ts';
import { buildPlan, type PlanInput } from '../../../src/core/plan/build.ts';
import type { Plan } from '../../../src/core/plan/plan.ts';
import {
  analyzed,
  backfillSpec,
  begin,
  created,
  doing,
  dropped,
  entries,
  file,
  manifest,
  migration,
  pairs,
  planInput,
  session,
  statement,
  users,
  wrote,
} from '../../support/statements.ts';

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
const build = (details: Partial<PlanInput> = {}) => buildPlan(planInput(details), sha256);

function planned(details: Partial<PlanInput> = {}): Plan {
  const result = build(details);
  if (!result.ok) throw new Error(result.problems.map((problem) => problem.message).join());
  return result.plan;
}

function refused(details: Partial<PlanInput>): readonly string[] {
  const result = build(details);
  return result.ok ? [] : result.problems.map((problem) => `${problem.line ?? ''}: ${problem.message}`);
}

const install = statement('CREATE TRIGGER keep', { effects: [created('trigger keep on users')] });
const remove = statement('DROP TRIGGER keep', { effects: [dropped('trigger keep on users')] });
const addColumn = doing(created('column verified on users'));
const dropColumn = doing(dropped('column verified on users'));
const dropToken = statement('DROP COLUMN token', {
  destroys: true,
  effects: [dropped('column token on users')],
});

const backfilled = (details: Parameters<typeof backfillSpec>[0] = {}): Partial<PlanInput> => ({
  migration: migration({ manifest: manifest({ backfills: [backfillSpec(details)] }) }),
  analyzed: analyzed({
    expand: entries(addColumn),
    contract: entries(dropToken),
    down: [dropColumn],
    keepCurrent: [{ install: [install], remove: [remove] }],
  }),
  tables: { users },
});

/** The same value with the keys of every object in reverse. */
function reversedKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversedKeys);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, field]) => [key, reversedKeys(field)]),
  );
}

describe('the id of a plan', () => {
  it('is the SHA-256 of everything else in it', () => {
    const { planId, ...rest } = planned(backfilled());
    expect(planId).toBe(sha256(canonicalJson(rest)));
  });

  it('does not depend on the order in which keys were written', () => {
    const input = planInput(backfilled());
    const same = buildPlan(reversedKeys(input) as PlanInput, sha256);
    expect(same).toEqual(buildPlan(input, sha256));
  });

  it('survives the way through JSON', () => {
    const plan = planned(backfilled());
    expect(JSON.parse(JSON.stringify(plan))).toEqual(plan);
  });

  it.each<[string, Partial<PlanInput>]>([
    ['the schema', { schemaFingerprint: 'other' }],
    ['the target', { target: { ...planInput().target, name: 'other' } }],
    ['the file', { migration: migration({ checksum: 'other' }) }],
    ['the statements', { analyzed: analyzed({ expand: entries(addColumn) }) }],
    ['the direction', { direction: 'down' }],
  ])('changes with %s', (_name, details) => {
    expect(planned(details).planId).not.toBe(planned().planId);
  });
});

describe('Lockkeeper’s own steps', () => {
  it('install the trigger last before the backfill, remove it first in the contract and first on the way back', () => {
    const plan = planned(backfilled());
    expect(plan.steps.map(({ id, title, source }) => [id, title, source === null])).toEqual([
      ['expand-1', addColumn.text, false],
      ['expand-2', 'CREATE TRIGGER keep', true],
      ['contract-1', 'DROP TRIGGER keep', true],
      ['contract-2', 'DROP COLUMN token', false],
    ]);
    expect(pairs(plan)).toEqual([
      ['undo-2', 'expand-2'],
      ['undo-1', 'expand-1'],
    ]);
    expect(plan.rollback.undo[0]).toMatchObject({ source: null, statements: ['DROP TRIGGER keep'] });
    expect(plan.rollback.notUndone).toEqual([
      { step: 'contract-2', reason: 'the down script does not reverse that it drops column token of users' },
    ]);
  });

  it('are there only for the backfills that want to be kept current, one step each', () => {
    const keep = (name: string) => ({
      install: [statement(`+${name}`)],
      remove: [statement(`-${name}`)],
    });
    const plan = planned({
      migration: migration({
        manifest: manifest({
          backfills: [backfillSpec(), backfillSpec({ keepCurrent: false }), backfillSpec()],
        }),
      }),
      analyzed: analyzed({ expand: entries(addColumn), keepCurrent: [keep('a'), keep('b'), keep('c')] }),
      tables: { users },
    });
    expect(plan.steps.map(({ id, title }) => [id, title])).toEqual([
      ['expand-1', addColumn.text],
      ['expand-2', '+a'],
      ['expand-3', '+c'],
      ['contract-1', '-a'],
      ['contract-2', '-c'],
    ]);
    expect(plan.rollback.undo.map((step) => step.title)).toEqual(['-a', '-c']);
  });

  it('bring the check that every row is done, and without them it is not asked', () => {
    const complete = { check: 'backfill_complete', table: 'public.users', where: 'verified IS NULL' };
    expect(planned(backfilled()).checks.after).toEqual([complete]);
    expect(planned(backfilled({ keepCurrent: false })).checks.after).toEqual([]);
  });

  it('keep every step of a plan under a name of its own', () => {
    const statements = fc.array(
      fc
        .record({ long: fc.boolean(), transactional: fc.boolean() })
        .map((details) => statement('s', details)),
      { maxLength: 5 },
    );
    fc.assert(
      fc.property(statements, statements, statements, (expand, contract, down) => {
        const base = backfilled();
        const plan = planned({
          ...base,
          analyzed: analyzed({
            expand: [...entries(addColumn), ...file(false, ...expand)],
            contract: file(true, ...contract),
            down,
            keepCurrent: [{ install: [install], remove: [remove] }],
          }),
        });
        const ids = [...plan.steps, ...plan.rollback.undo].map((step) => step.id);
        expect(new Set(ids).size).toBe(ids.length);
        const known = new Set(plan.steps.map((step) => step.id));
        expect(plan.rollback.undo.flatMap((step) => step.undoes).filter((id) => !known.has(id))).toEqual([]);
      }),
    );
  });
});

describe('the restore point', () => {
  const harmless = analyzed({ expand: entries(addColumn), down: [dropColumn] });
  const destroying = analyzed({
    expand: entries(dropToken),
    down: [doing(created('column token on users'))],
  });
  const inserting = analyzed({ expand: entries(doing(wrote('roles'))), down: [] });
  const located = (value: SnapshotPolicy) => ({ value, path: 'V1__x.yaml', line: 5, column: 11 });

  it.each<[SnapshotPolicy, string, PlanInput['analyzed'], boolean, boolean]>([
    ['always', 'whatever the steps', harmless, true, true],
    ['never', 'though data is destroyed', destroying, true, false],
    ['auto', 'since everything can be undone', harmless, true, false],
    ['auto', 'since data is destroyed', destroying, true, true],
    ['auto', 'since the down script leaves rows behind', inserting, true, true],
    ['always', 'but not of a plain database URL', destroying, false, false],
  ])('%s: %s', (snapshot, _why, found, restorable, take) => {
    const plan = planned({
      migration: migration({ manifest: manifest({ snapshot: located(snapshot) }) }),
      analyzed: found,
      target: { ...planInput().target, restorable },
    });
    expect(plan.restorePoint.take).toBe(take);
    expect(plan.restorePoint.reason).toMatch(take ? /^a snapshot/ : /^none/);
  });

  it.each([true, false])(
    'a clone is refused, on an instance as on a plain URL (restorable: %s)',
    (restorable) => {
      const clone = migration({ manifest: manifest({ snapshot: located('clone') }) });
      const target = { ...planInput().target, restorable };
      expect(refused({ migration: clone, target })).toEqual([
        expect.stringMatching(/^5: a clone as a restore point is not supported yet/),
      ]);
      // Going down, the manifest has no say.
      expect(planned({ migration: clone, target, direction: 'down' }).restorePoint.take).toBe(restorable);
    },
  );

  it('auto: taken when a backfill overwrites what was there', () => {
    const base = backfilled({ set: { token: 'NULL' } });
    const auto = migration({
      manifest: manifest({
        snapshot: located('auto'),
        backfills: [backfillSpec({ set: { token: 'NULL' } })],
      }),
    });
    const found = analyzed({ ...base.analyzed, contract: [] });
    expect(planned({ ...base, migration: auto, analyzed: found }).restorePoint.take).toBe(true);
  });
});

describe('consent beforehand', () => {
  const danger = (rule: string) => ({ findings: [{ rule, severity: 'danger' as const, message: 'why' }] });
  const unknown = statement('DO', { kind: 'unknown', destroys: true, ...danger('unknown-statement') });
  const gates: Record<string, ContractGate> = {
    immediately: { opens: 'immediately' },
    approval: { opens: 'approval' },
    deployment: { opens: 'deployment' },
    delay: { opens: 'delay', seconds: 60 },
  };

  it.each<[string, keyof typeof gates, boolean, boolean]>([
    ['a gate that nobody opens', 'immediately', true, true],
    ['a gate that time opens', 'delay', true, true],
    ['a gate that a person opens', 'approval', true, false],
    ['a gate that the deployment opens', 'deployment', true, false],
    ['a gate without a way back', 'deployment', false, true],
  ])('to a destructive contract behind %s', (_name, gate, restorable, needed) => {
    const plan = planned({
      migration: migration({
        manifest: manifest({ contract: { gate: gates[gate] ?? { opens: 'immediately' }, statements: [] } }),
      }),
      analyzed: analyzed({ contract: entries(dropToken) }),
      target: { ...planInput().target, restorable },
    });
    expect(plan.approvalReasons).toEqual(needed ? ['contract-1 destroys data: DROP COLUMN token'] : []);
  });

  it.each<[string, Statement, 'up' | 'down', number]>([
    ['a destructive expand', dropToken, 'up', 1],
    ['nothing destructive on the way down: that is what was asked for', dropToken, 'down', 0],
    ['what nobody understands', unknown, 'up', 2],
    ['and that on the way down too', unknown, 'down', 1],
    ['nothing else', addColumn, 'up', 0],
    ['not twice to what is destructive', { ...dropToken, ...danger('destructive-statement') }, 'up', 1],
  ])('to %s', (_name, each, direction, reasons) => {
    const plan = planned({ direction, analyzed: analyzed({ expand: entries(each) }) });
    expect(plan.approvalReasons).toHaveLength(reasons);
  });

  it('to whatever an engine does that has not been seen to do it', () => {
    const plan = planned({
      analyzed: analyzed({ expand: entries(addColumn) }),
      unproved: 'nobody has seen it at work',
    });
    expect(plan.approvalReasons).toEqual(['nobody has seen it at work']);
  });

  it('to a backfill that overwrites what was there', () => {
    const base = backfilled({ set: { verified: 'true', token: 'NULL' } });
    const found = analyzed({ ...base.analyzed, contract: [] });
    expect(planned({ ...base, analyzed: found }).approvalReasons).toEqual([
      'the backfill of public.users overwrites token: no down script brings that back',
    ]);
  });
});

describe('a plan is refused', () => {
  const error = { findings: [{ rule: 'r', severity: 'error' as const, message: 'will not do' }] };
  const at = (line: number) => ({ position: { path: 'V1__x.sql', line, column: 1 } });

  it.each<[string, Partial<PlanInput>, RegExp]>([
    [
      'for an error in a statement',
      { analyzed: analyzed({ expand: entries(statement('s', error)) }) },
      /will not do/,
    ],
    ['for one on the way down', { analyzed: analyzed({ down: [statement('s', error)] }) }, /will not do/],
    [
      'for a script that takes its own work back',
      {
        analyzed: analyzed({
          expand: file(
            true,
            begin,
            doing(wrote('t')),
            statement('ROLLBACK', { verb: 'ROLLBACK', kind: 'rollback', ...at(7) }),
          ),
        }),
      },
      /^7: ROLLBACK would take back/,
    ],
    [
      'for a setting that ends with its transaction before a statement outside any',
      {
        analyzed: analyzed({
          expand: file(
            true,
            session('SET search_path = app'),
            session('SET LOCAL role = app', { verb: 'SET LOCAL', ...at(3) }),
            statement('CREATE INDEX CONCURRENTLY i', { transactional: false, ...at(4) }),
          ),
        }),
      },
      /^3: SET LOCAL holds for one transaction, and what comes after it runs outside any: CREATE INDEX CONCURRENTLY i$/,
    ],
    [
      'for such on the way down',
      {
        analyzed: analyzed({
          down: [
            session('LOCK TABLE a', { verb: 'LOCK TABLE' }),
            statement('DROP INDEX CONCURRENTLY i', { transactional: false }),
          ],
        }),
      },
      /LOCK TABLE holds for one transaction.*DROP INDEX CONCURRENTLY i/,
    ],
  ])('%s', (_name, details, message) => {
    expect(refused(details)).toEqual([expect.stringMatching(message)]);
  });

  it('with everything that is wrong', () => {
    const found = analyzed({
      expand: entries(statement('a', error), statement('b', { ...error, ...at(9) })),
    });
    const backfills = [backfillSpec({ table: { value: 'gone', path: 'V1__x.yaml', line: 2, column: 1 } })];
    expect(
      refused({ analyzed: found, migration: migration({ manifest: manifest({ backfills }) }) }),
    ).toHaveLength(2);
  });

  const neverMatching = (where: string | undefined, table = 'public.users') => {
    const added = statement('ALTER TABLE', {
      effects: [{ does: 'create', object: { type: 'column', name: 'verified', table }, withDefault: true }],
    });
    const { where: _where, ...spec } = backfillSpec();
    const result = build({
      migration: migration({
        manifest: manifest({ backfills: [where === undefined ? spec : { ...spec, where }] }),
      }),
      analyzed: analyzed({ expand: entries(added), keepCurrent: [{ install: [install], remove: [remove] }] }),
      tables: { users: { ...users, columns: [...users.columns, { name: 'verified', nullable: true }] } },
    });
    if (!result.ok) return 'error';
    return (
      result.plan.findings.find((finding) => finding.rule === 'backfill-never-matches')?.severity ?? 'fine'
    );
  };

  it.each([
    ['error', 'verified IS NULL'],
    ['error', '"verified"  is\nnull'],
    ['error', 'users.verified IS NULL AND token IS NOT NULL'],
    ['warning', 'verified IS NULL OR token IS NULL'],
    ['warning', 'NOT (verified IS NULL)'],
    ['fine', 'verified IS NOT NULL'],
    ['fine', 'email_verified IS NULL'],
    ['fine', 'NOT verified'],
    ['fine', undefined],
  ])('%s: a column with a default, and a backfill of the rows where %s', (severity, where) => {
    expect(neverMatching(where)).toBe(severity);
  });

  it('not for a column of another table', () => {
    expect(neverMatching('verified IS NULL', 'orders')).toBe('fine');
  });
});

describe('what the plan carries over', () => {
  it('asks about the tables there are, and what the manifest adds', () => {
    const plan = planned({
      migration: migration({
        manifest: manifest({
          checks: {
            before: [
              { value: { check: 'unique', table: 'users', columns: ['id'] }, path: '', line: 1, column: 1 },
            ],
            after: [],
          },
        }),
      }),
      tables: { users, gone: null },
    });
    expect(plan.checks.before).toEqual([
      { check: 'privileges', tables: ['users'] },
      { check: 'no_long_transactions', olderThanSeconds: 300 },
      { check: 'no_invalid_indexes', tables: ['users'] },
      { check: 'replication_lag', underSeconds: 30 },
      { check: 'unique', table: 'users', columns: ['id'] },
    ]);
  });

  it('leaves the manifest out on the way down', () => {
    const plan = planned({
      ...backfilled(),
      direction: 'down',
      analyzed: analyzed({ expand: entries(dropColumn) }),
    });
    expect(plan).toMatchObject({ backfills: [], gate: { opens: 'immediately' }, checks: { after: [] } });
    expect(plan.rollback.notUndone).toEqual([
      { step: 'expand-1', reason: 'going down is not undone by a script' },
    ]);
  });

  it('says the same thing at the same place once', () => {
    const note = { rule: 'r', severity: 'note' as const, message: 'm' };
    const found = analyzed({ expand: entries(statement('a', { findings: [note, note] })) });
    expect(planned({ analyzed: found }).findings).toEqual([note]);
  });
});
