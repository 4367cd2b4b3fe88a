import type { Effect, ObjectType, SchemaObject, Statement } from '../../src/core/analysis/statement.ts';
import type { BackfillSpec, Manifest } from '../../src/core/manifest/manifest.ts';
import type { Migration } from '../../src/core/migration.ts';
import type { TableKnowledge } from '../../src/core/plan/backfill.ts';
import type { AnalyzedMigration, PlanInput } from '../../src/core/plan/build.ts';
import type { Plan } from '../../src/core/plan/plan.ts';
import type { StatementGroup } from '../../src/core/plan/steps.ts';

/** A statement as an engine would have understood it; by default short, transactional and without effect. */
export function statement(text: string, details: Partial<Statement> = {}): Statement {
  return {
    text,
    position: { path: 'V1__x.sql', line: 1, column: 1 },
    verb: text.split(' ').slice(0, 2).join(' '),
    kind: 'schema',
    transactional: true,
    long: false,
    lock: null,
    effects: [],
    destroys: false,
    findings: [],
    ...details,
  };
}

/** `t` → a table; `column c on t` → a column of it. */
export function object(spec: string): SchemaObject {
  const [, type = 'table', name = '', table] = /^(?:(\w+) )?(\S+)(?: on (\S+))?$/.exec(spec) ?? [];
  const found = { type: type as ObjectType, name };
  return table === undefined ? found : { ...found, table };
}

export const created = (spec: string): Effect => ({ does: 'create', object: object(spec) });
export const dropped = (spec: string): Effect => ({ does: 'drop', object: object(spec) });
export const altered = (spec: string, what = 'definition'): Effect => ({
  does: 'alter',
  object: object(spec),
  what,
});
export const renamed = (spec: string, to: string): Effect => ({ does: 'rename', object: object(spec), to });
export const wrote = (table: string): Effect => ({ does: 'write', table });

/** A statement known by what it does alone. */
export const doing = (...effects: readonly Effect[]): Statement =>
  statement(effects.map((effect) => JSON.stringify(effect)).join(), { effects });

export const session = (text: string, details: Partial<Statement> = {}): Statement =>
  statement(text, { kind: 'session', verb: text.split(' ')[0] ?? text, ...details });
export const begin = statement('BEGIN', { kind: 'begin' });
export const commit = statement('COMMIT', { kind: 'commit' });

/** One entry of a manifest a statement. */
export const entries = (...statements: readonly Statement[]): StatementGroup[] =>
  statements.map((each) => ({ statements: [each], atomic: false }));

export const file = (atomic: boolean, ...statements: readonly Statement[]): StatementGroup[] => [
  { statements, atomic },
];

export function backfillSpec(
  details: Partial<BackfillSpec> & { table?: BackfillSpec['table'] } = {},
): BackfillSpec {
  return {
    table: { value: 'users', path: 'V1__x.yaml', line: 4, column: 12 },
    set: { verified: 'token IS NULL' },
    where: 'verified IS NULL',
    batch: { targetMs: 250, maxRows: 10_000, initialRows: 1_000 },
    parallelism: 2,
    pace: 0.7,
    keepCurrent: true,
    ...details,
  };
}

export const manifest = (details: Partial<Manifest> = {}): Manifest => ({
  path: 'V1__x.yaml',
  backfills: [],
  checks: { before: [], after: [] },
  rollback: { policy: 'down-then-restore' },
  snapshot: { value: 'always', path: 'V1__x.yaml', line: 1, column: 1 },
  lockTimeoutMs: 500,
  lockRetryForMs: 2_400_000,
  keepHistory: false,
  ...details,
});

export const migration = (details: Partial<Migration> = {}): Migration => ({
  version: '1',
  description: 'x',
  format: 'flyway',
  repeatable: false,
  checksum: 'c0ffee',
  up: { path: 'V1__x.sql', text: '' },
  down: null,
  manifest: null,
  ...details,
});

export const users: TableKnowledge = {
  table: 'public.users',
  rowsEstimate: 100_000,
  columns: [
    { name: 'id', nullable: false },
    { name: 'token', nullable: true },
  ],
  keys: [{ name: 'users_pkey', primary: true, columns: [{ name: 'id', type: 'bigint' }], refused: null }],
};

export const analyzed = (details: Partial<AnalyzedMigration> = {}): AnalyzedMigration => ({
  expand: [],
  contract: [],
  down: null,
  keepCurrent: [],
  ...details,
});

export const planInput = (details: Partial<PlanInput> = {}): PlanInput => ({
  target: { name: 'shop', engine: 'postgres', serverVersion: '18.0', restorable: true },
  migration: migration(),
  direction: 'up',
  analyzed: analyzed(),
  tables: {},
  schemaFingerprint: 'before',
  ...details,
});

/** Which of the author's steps each undo step is for, in order of execution. */
export const pairs = (plan: Pick<Plan, 'rollback'>): readonly (readonly string[])[] =>
  plan.rollback.undo.map((step) => [step.id, ...step.undoes]);
