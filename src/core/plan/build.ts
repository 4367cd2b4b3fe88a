import type { Statement } from '../analysis/statement.ts';
import { canonicalJson } from '../canonical-json.ts';
import type { Check } from '../checks.ts';
import { lossOf } from '../decisions/situation.ts';
import type { Problem } from '../errors.ts';
import type { PlannedHistory } from '../history/tool-history.ts';
import { planId, stepId } from '../ids.ts';
import type { BackfillSpec, ContractGate, DeletionSpec, RollbackPolicy } from '../manifest/manifest.ts';
import type { Migration } from '../migration.ts';
import { planBackfill, type TableKnowledge } from './backfill.ts';
import { approvalReasons } from './consent.ts';
import { planDeletion } from './deletion.ts';
import { findingsOf, refusals } from './findings.ts';
import { settleHedges } from './hedges.ts';
import {
  bringBackSteps,
  buildSteps,
  describeRebuild,
  dropSteps,
  type IndexRebuildDraft,
} from './index-rebuild.ts';
import { findMissing } from './missing.ts';
import { findMissingInChecks } from './missing-in-checks.ts';
import { refuseWithoutSession } from './no-session.ts';
import type { Backfill, ColumnBackfill, Direction, Plan, PlanSettings, Step, Walk } from './plan.ts';
import {
  type DraftStep,
  type ReplacementDraft,
  replacementBackfills,
  replacementSteps,
  replacementUndo,
} from './replacement.ts';
import { decideRestorePoint, refuseClone } from './restore-point.ts';
import { type StatementGroup, toSteps } from './steps.ts';
import { planUndo } from './undo.ts';

/** Everything the plan depends on, read beforehand; the plan is a pure function of it. */
export interface PlanInput {
  readonly target: Plan['target'] & {
    /** A snapshot of the target can be taken and restored. */
    readonly restorable: boolean;
    /** What a restore would not take along, by name. */
    readonly leftBehind?: readonly string[];
  };
  readonly migration: Migration;
  readonly direction: Direction;
  readonly analyzed: AnalyzedMigration;
  /** By the table name the migration uses; null where there is none. */
  readonly tables: Readonly<Record<string, TableKnowledge | null>>;
  /** The same of tables that only checks name. */
  readonly checked?: Readonly<Record<string, TableKnowledge | null>>;
  /** Whether a name stands for a relation of any kind, a view for instance; also for names of what is created. */
  readonly exists?: Readonly<Record<string, boolean>>;
  /** Tables that a person may have meant by an unknown name. */
  readonly tableNames?: readonly string[];
  readonly schemaFingerprint: string;
  /** How the table of the manifest's `replace` is replaced. */
  readonly replacement?: { readonly walk: Omit<Walk, 'ordinal'>; readonly draft: ReplacementDraft };
  /** How the indexes of the manifest's `rebuild_indexes` go and come again. */
  readonly indexRebuild?: IndexRebuildDraft;
  /** What is to be written into the history of the team's own tool. */
  readonly history?: PlannedHistory;
  /** A statement outside transactions may wait long for its lock; it may when nothing is said. */
  readonly patientWaits?: boolean;
  /** Rows can be deleted in batches; they cannot when nothing is said. */
  readonly deletesInBatches?: boolean;
  /** What the engine has not been seen to do yet: a person has to agree to that. */
  readonly unproved?: string | undefined;
  /** The transport, by name, where it keeps no session between two statements. */
  readonly keepsNoSession?: string | undefined;
}

export interface AnalyzedMigration {
  readonly expand: readonly StatementGroup[];
  readonly contract: readonly StatementGroup[];
  readonly down: readonly Statement[] | null;
  /** By backfill: the engine's statements that keep later writes in step. */
  readonly keepCurrent: readonly {
    readonly install: readonly Statement[];
    readonly remove: readonly Statement[];
    /** Columns of the table that the expressions read, as far as that is known. */
    readonly reads?: readonly string[];
  }[];
}

export type PlanResult =
  | { readonly ok: true; readonly plan: Plan }
  | { readonly ok: false; readonly problems: readonly Problem[] };

const minute = 60_000;

/** Without a manifest: wait little for locks, patiently again; go down by script if there is one. */
const plainDefaults = {
  lockTimeoutMs: 500,
  lockRetryForMs: 40 * minute,
  snapshot: 'always',
  policy: 'down-then-restore',
} as const;

/** Builds the plan, or says everything that is wrong with what was asked. `sha256` answers in hex. */
export function buildPlan(input: PlanInput, sha256: (text: string) => string): PlanResult {
  const { migration } = input;
  const [expandGroups = [], contractGroups = []] = settleHedges(
    [input.analyzed.expand, input.analyzed.contract],
    input,
  );
  const analyzed = { ...input.analyzed, expand: expandGroups, contract: contractGroups };
  const manifest = input.direction === 'up' ? migration.manifest : null;
  const { backfills: fills, problems } = planBackfills(manifest?.backfills ?? [], input);
  const { deletions, problems: undeletable } = planDeletions(manifest?.deletions ?? [], input);
  problems.push(...undeletable);
  problems.push(...findMissing([...analyzed.expand, ...analyzed.contract], input));
  if (manifest !== null) {
    const known = { ...input, tables: { ...input.checked, ...input.tables } };
    problems.push(...findMissingInChecks(manifest.checks, analyzed.expand, known, afterReplacing(known)));
  }
  const findings = findingsOf(migration, input.direction, analyzed);
  problems.push(...refusals(migration, findings));
  problems.push(...refuseClone(migration, input.direction));
  if (input.keepsNoSession !== undefined) {
    problems.push(...refuseWithoutSession(input.keepsNoSession, analyzed));
  }
  if (problems.length > 0) return { ok: false, problems };

  const keep = analyzed.keepCurrent.filter((_, index) => fills[index]?.keepCurrent === true);
  const replacing = input.replacement?.draft;
  const backfills: readonly Backfill[] =
    input.replacement === undefined
      ? [...fills, ...deletions]
      : replacementBackfills(input.replacement.draft, input.replacement.walk);
  const stepsOf = (phase: 'expand' | 'switch' | 'contract') =>
    replacing === undefined ? [] : replacementSteps(phase, replacing[phase]);
  const expand = withOwnSteps(
    toSteps('expand', analyzed.expand),
    'expand',
    own(keep.map((each) => each.install)),
    'last',
  );
  const contract = withOwnSteps(
    toSteps('contract', analyzed.contract),
    'contract',
    own(keep.map((each) => each.remove)),
    'first',
  );
  const rebuilding = input.indexRebuild;
  const again = backfills.length > 0 ? 'switch' : 'expand';
  const steps: Step[] = numbered([
    ...(rebuilding === undefined ? [] : dropSteps(rebuilding)),
    ...expand,
    ...stepsOf('expand'),
    ...(rebuilding === undefined ? [] : buildSteps(rebuilding, again)),
    ...stepsOf('switch'),
    ...contract,
    // Last, so that whatever of the author's fails before can still be taken back.
    ...stepsOf('contract'),
  ]);

  const undo = planUndo(steps, analyzed.down, input.direction);
  const undoOwn = toSteps('undo', own(keep.map((each) => each.remove)), undo.undo.length + 1).map((step) => ({
    ...step,
    source: null,
    undoes: steps
      .filter((candidate) => candidate.source === null && candidate.phase === 'expand')
      .map((candidate) => candidate.id),
  }));

  const undoReplacement =
    replacing === undefined ? [] : replacementUndo(replacing, steps, undo.undo.length + undoOwn.length + 1);

  const back = [...undoReplacement, ...undoOwn, ...undo.undo];
  const bringBack = rebuilding === undefined ? [] : bringBackSteps(rebuilding, steps, back.length + 1);

  // While the old table is kept, the way back loses nothing: by default a person says when it goes.
  const ungated: ContractGate = { opens: replacing === undefined ? 'immediately' : 'approval' };
  const gate: ContractGate = manifest?.contract?.gate ?? ungated;
  const policy: RollbackPolicy = manifest?.rollback.policy ?? plainDefaults.policy;
  const restorePoint = decideRestorePoint(
    manifest?.snapshot.value ?? plainDefaults.snapshot,
    input.target.restorable,
    steps.some((step) => step.destroys) ||
      backfills.some((backfill) => lossOf(backfill, steps) !== null) ||
      undo.notUndone.length > 0,
    input.target.leftBehind,
  );
  const draft = {
    format: 1,
    target: {
      name: input.target.name,
      engine: input.target.engine,
      serverVersion: input.target.serverVersion,
    },
    migration: {
      version: migration.version,
      description: migration.description,
      checksum: migration.checksum,
      repeatable: migration.repeatable,
      direction: input.direction,
      ...(manifest?.summary === undefined ? {} : { summary: manifest.summary }),
    },
    steps,
    backfills,
    checks: planChecks(input, backfills),
    gate,
    restorePoint,
    rollback: { policy, undo: [...back, ...bringBack], notUndone: undo.notUndone },
    schemaFingerprint: input.schemaFingerprint,
    findings,
    approvalReasons: approvalReasons({
      direction: input.direction,
      findings,
      steps,
      backfills,
      gate,
      restorable: restorePoint.take,
      unproved: input.unproved,
    }),
    settings: settingsOf(manifest, input.patientWaits),
    ...(rebuilding === undefined ? {} : { indexRebuild: describeRebuild(rebuilding) }),
    ...(input.history === undefined ? {} : { history: input.history }),
  } as const;
  return { ok: true, plan: { ...draft, planId: planId(sha256(canonicalJson(draft))) } };
}

/** The tables as they are for the checks after: one that is replaced has other columns. */
function afterReplacing(input: PlanInput): PlanInput {
  const replaced = input.replacement;
  if (replaced === undefined) return input;
  const tables = Object.entries(input.tables).map(([name, table]) => [
    name,
    table?.table === replaced.walk.table ? { ...table, columns: replaced.draft.columns } : table,
  ]);
  return { ...input, tables: Object.fromEntries(tables) };
}

function planBackfills(specs: readonly BackfillSpec[], input: PlanInput) {
  const backfills: ColumnBackfill[] = [];
  const problems: Problem[] = [];
  specs.forEach((spec, ordinal) => {
    const table = input.tables[spec.table.value] ?? null;
    const result = planBackfill(spec, ordinal, table, input.analyzed.expand, {
      reads: input.analyzed.keepCurrent[ordinal]?.reads,
      tableNames: input.tableNames,
    });
    if (result.ok) backfills.push(result.backfill);
    else problems.push(...result.problems);
  });
  return { backfills, problems };
}

function planDeletions(specs: readonly DeletionSpec[], input: PlanInput) {
  const { deletesInBatches: isPossible = false, tableNames } = input;
  const results = specs.map((spec, ordinal) =>
    planDeletion(spec, ordinal, input.tables[spec.table.value] ?? null, { isPossible, tableNames }),
  );
  return {
    deletions: results.flatMap((result) => (result.ok ? [result.deletion] : [])),
    problems: results.flatMap((result) => (result.ok ? [] : [result.problem])),
  };
}

/** One step a backfill: a lock on its table is not held while another's is waited for. */
const own = (backfills: readonly (readonly Statement[])[]): StatementGroup[] =>
  backfills.map((statements) => ({ statements, atomic: true }));

/** Adds Lockkeeper's own steps at one end of a phase. */
function withOwnSteps(
  authored: readonly Step[],
  phase: 'expand' | 'contract',
  groups: readonly StatementGroup[],
  where: 'first' | 'last',
): Step[] {
  const mine = toSteps(phase, groups).map((step): Step => ({ ...step, source: null }));
  return where === 'first' ? [...mine, ...authored] : [...authored, ...mine];
}

/** Anew, each phase from 1. */
function numbered(steps: readonly Step[]): Step[] {
  const counts = new Map<string, number>();
  return steps.map((step) => {
    const ordinal = (counts.get(step.phase) ?? 0) + 1;
    counts.set(step.phase, ordinal);
    return { ...step, id: stepId(`${step.phase}-${ordinal}`) };
  });
}

function planChecks(input: PlanInput, backfills: readonly Backfill[]): Plan['checks'] {
  const manifest = input.direction === 'up' ? input.migration.manifest : null;
  const settings = settingsOf(manifest, input.patientWaits);
  const tables = Object.entries(input.tables).flatMap(([name, table]) => (table === null ? [] : [name]));
  const before: Check[] = [
    { check: 'privileges', tables, ...routinesMade(input.analyzed, input.replacement?.draft.expand) },
    { check: 'no_long_transactions', olderThanSeconds: settings.longTransactionSeconds },
    { check: 'no_invalid_indexes', tables },
    { check: 'replication_lag', underSeconds: settings.replicationLagSeconds },
    ...(manifest?.checks.before ?? []).map((located) => located.value),
  ];
  const after: Check[] = [
    // Without the trigger that keeps later writes in step, rows written meanwhile may rightly still match.
    ...backfills.flatMap((backfill): Check[] =>
      backfill.carries !== undefined ||
      backfill.deletes !== undefined ||
      backfill.where === null ||
      !backfill.keepCurrent
        ? []
        : [{ check: 'backfill_complete', table: backfill.table, where: backfill.where }],
    ),
    ...(manifest?.checks.after ?? []).map((located) => located.value),
  ];
  return { before, after };
}

/** Triggers and functions, the author's and Lockkeeper's own: some servers ask for more than a right to the table. */
function routinesMade(
  { expand, contract, keepCurrent }: AnalyzedMigration,
  replacing: readonly DraftStep[] = [],
) {
  const statements = [
    ...[...expand, ...contract].flatMap((group) => group.statements),
    ...keepCurrent.flatMap(({ install }) => install),
    ...replacing.flatMap((step) => step.statements),
  ];
  const makes = (type: 'trigger' | 'function') =>
    statements.some(({ effects }) =>
      effects.some((effect) => effect.does === 'create' && effect.object.type === type),
    );
  const made = (['trigger', 'function'] as const).filter(makes);
  return made.length === 0 ? {} : { makes: made };
}

function settingsOf(manifest: Migration['manifest'], patientWaits = true): PlanSettings {
  const lockTimeoutMs = manifest?.lockTimeoutMs ?? plainDefaults.lockTimeoutMs;
  return {
    lockTimeoutMs,
    lockRetryForMs: manifest?.lockRetryForMs ?? plainDefaults.lockRetryForMs,
    // A concurrent build waits for old transactions without holding up readers or writers.
    concurrentLockTimeoutMs: patientWaits ? 10 * minute : lockTimeoutMs,
    longTransactionSeconds: 300,
    replicationLagSeconds: 30,
  };
}
