import { FatalError, InputError } from '../core/errors.ts';
import { type RunId, runId } from '../core/ids.ts';
import { bareVersion, compareVersions, type Migration, migrationName } from '../core/migration.ts';
import type { Direction, Plan } from '../core/plan/plan.ts';
import type { Target } from '../core/target.ts';
import { announce } from './announce.ts';
import { type App, type Budget, isoNow } from './app.ts';
import { fileOf, refuseWhatIsApplied } from './applied.ts';
import { readBundle } from './bundle.ts';
import { makePlan } from './make-plan.ts';
import { withDatabase } from './open-database.ts';
import type { Database } from './ports/engine.ts';
import type { OpenRun } from './ports/ledger.ts';
import type { GateAnswer, RunPatch, RunRecord } from './ports/run-store.ts';
import { standingBeside } from './read-resource.ts';
import { hasUndone, newRecord, rebuildRun } from './run-records.ts';
import { event, findTarget, hasEnded, isGoingBack, loadWork, move, planKey } from './runs.ts';
import {
  type AppliedView,
  keepsHistory,
  planHistory,
  readApplied,
  refuseLeftBehind,
} from './tool-history.ts';

/** What a person, the CLI or EventBridge starts a run with. */
export interface StartInput {
  readonly target: string;
  /** Version, with or without the convention's prefix: `042`, `42`, `V042`. */
  readonly migration: string;
  readonly direction?: Direction | undefined;
  /** Which uploaded folder; default: the latest one of the target. */
  readonly bundle?: string | undefined;
  /** Consent given beforehand to what the plan says needs it. */
  readonly acceptRisk?: { readonly by: string; readonly reason: string } | undefined;
  /** Write what is done into the history of the team's own tool as well; a manifest may ask for it, too. */
  readonly keepHistory?: boolean | undefined;
}

export interface Prepared {
  readonly kind: 'done';
  readonly runId: RunId;
  readonly needsApproval: boolean;
  /** The run had begun to go back when it was interrupted: go on with that. */
  readonly goBack: boolean;
  readonly backfills: number;
  readonly parallelism: readonly number[];
  readonly switchSteps: number;
  readonly contractSteps: number;
  readonly gate: 'immediately' | 'approval' | 'deployment' | 'delay';
}

/**
 * Makes the plan and the run's record, or finds the unfinished run of the same migration and goes on with
 * that. Reads only; the target is not touched. Safe to repeat: one execution has one run.
 */
export async function prepare(
  app: App,
  input: StartInput,
  executionArn: string,
  budget: Budget,
): Promise<Prepared> {
  const target = findTarget(app, input.target);
  const migrations = await readBundle(app, target.name, input.bundle);
  const migration = findMigration(migrations, input.migration);
  const direction = input.direction ?? 'up';
  return withDatabase(app, target, { runId: 'none', role: 'plan' }, budget, async (database) => {
    const ledger = await database.readLedger();
    const open = ledger.openRun;
    const run =
      open === null
        ? await newRun(
            app,
            database,
            await readApplied(database, ledger, migrations),
            { target, migration, direction, executionArn },
            input.keepHistory === true,
          )
        : await adoptRun(app, database, open, { target, migration, direction, executionArn });
    return prepared(await consent(app, run.record, input), run.plan);
  });
}

interface Wanted {
  readonly target: Target;
  readonly migration: Migration;
  readonly direction: Direction;
  readonly executionArn: string;
}

async function newRun(app: App, database: Database, view: AppliedView, wanted: Wanted, asked: boolean) {
  const keepHistory = keepsHistory(wanted.migration, asked);
  refuseWhatIsApplied(view, wanted.migration, wanted.direction);
  if (wanted.direction === 'down' && !keepHistory) refuseLeftBehind(view, wanted.migration);
  const engine = app.engineFor(wanted.target.engine);
  const plan = await makePlan(
    engine,
    database,
    wanted.target,
    wanted.migration,
    wanted.direction,
    app.sha256,
    keepHistory ? planHistory(view, wanted.migration, wanted.direction) : undefined,
    await standingBeside(app, wanted.target),
  );
  const id = runIdFor(app, wanted);
  await app.artifacts.putText(planKey(plan.planId), JSON.stringify(plan));
  const record = await app.store.createRun(newRecord(app, id, plan, wanted.executionArn));
  await announce(app, record);
  await event(app, id, 'note', `planned ${plan.steps.length} steps and ${plan.backfills.length} backfills`);
  // Asked again, the table may have grown; the run keeps the plan it was begun with.
  return { record, plan: record.planId === plan.planId ? plan : (await loadWork(app, id)).plan };
}

/** Goes on with the run the ledger holds; its record is rebuilt where the run store has lost it. */
async function adoptRun(app: App, database: Database, open: OpenRun, wanted: Wanted) {
  const { plan } = open;
  if (plan.target.name !== wanted.target.name) {
    throw new FatalError(
      `run ${open.runId} has begun on this database as target ${plan.target.name} and is not finished`,
      {
        code: 'unfinished-run',
        remedy: `start it as target ${plan.target.name}, or see whether ${wanted.target.name} is the database that is meant`,
      },
    );
  }
  const sameMigration =
    plan.migration.version === wanted.migration.version &&
    plan.migration.description === wanted.migration.description &&
    open.direction === wanted.direction;
  if (!sameMigration) {
    throw new FatalError(
      `run ${open.runId} of migration ${plan.migration.version} (${open.direction}) has begun on ${wanted.target.name} and is not finished`,
      { code: 'unfinished-run', remedy: `finish or roll back run ${open.runId} first` },
    );
  }
  if (plan.migration.checksum !== wanted.migration.checksum) {
    throw new InputError(
      `migration ${migrationName(wanted.migration)} was edited while run ${open.runId} of it is unfinished`,
      [{ file: fileOf(wanted.migration), message: 'the file is not the one the run was planned from' }],
      'restore the file as it was and start again, or roll the run back',
    );
  }
  const known = await rebuildRun(app, database, open, wanted.executionArn);
  await refuseUnderWay(app, known, wanted.executionArn);
  await announce(app, known);
  const again = { executionArn: wanted.executionArn, lockWaitSince: '' };
  // An abort asked for while no execution was there is still to be carried out.
  const record =
    known.status === 'concluded'
      ? await reopen(app, database, known, plan, { ...again, abortRequested: false })
      : known.executionArn === wanted.executionArn
        ? known
        : await app.store.updateRun(open.runId, again);
  await event(app, open.runId, 'note', 'resumed');
  return { record, plan };
}

/** Two executions of one run would answer each other's gates. */
async function refuseUnderWay(app: App, run: RunRecord, executionArn: string): Promise<void> {
  if (run.executionArn === executionArn || !(await app.executions.isRunning(run.executionArn))) return;
  throw new FatalError(`run ${run.runId} of migration ${run.version} is under way on ${run.target}`, {
    code: 'target-busy',
    remedy: `follow it with lockkeeper watch ${run.runId}, or end it with lockkeeper abort ${run.runId}`,
  });
}

/** A run that needed attention goes on where it stood, unless it had begun to go back: then only that is left. */
async function reopen(app: App, database: Database, run: RunRecord, plan: Plan, patch: RunPatch) {
  const wentBack = run.restore !== undefined || (await hasUndone(database, run.runId, plan));
  if (!wentBack && !hasEnded(run)) {
    return move(app, run, 'checked', { ...patch, undoOutcome: 'untried' });
  }
  throw new FatalError(`run ${run.runId} ended ${run.verdict}, and a person has to look at it first`, {
    code: 'needs-attention',
    remedy: `lockkeeper status ${run.runId} says why. lockkeeper rollback ${run.runId} goes on taking it back; on a plain URL, put it right by hand, then: lockkeeper conclude ${run.runId}`,
  });
}

/** Accepts the version the way people write it: with the convention's prefix or leading zeros, or neither. */
export function findMigration(migrations: readonly Migration[], wanted: string): Migration {
  const found =
    migrations.find((migration) => migrationName(migration) === wanted) ??
    migrations.find(
      (migration) => !migration.repeatable && compareVersions(migration.version, bareVersion(wanted)) === 0,
    );
  if (found !== undefined) return found;
  throw new FatalError(`there is no migration ${wanted}`, {
    code: 'no-such-migration',
    remedy: `known: ${migrations.map(migrationName).join(', ') || 'none'}`,
  });
}

/** Derived from the execution, so that a repeated call finds its own run. */
function runIdFor(app: App, wanted: Wanted): RunId {
  const version = migrationName(wanted.migration)
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .slice(0, 16)
    .replaceAll(/^-|-$/g, '');
  return runId(`${version}-${app.sha256(wanted.executionArn).slice(0, 8)}`);
}

async function consent(app: App, run: RunRecord, input: StartInput): Promise<RunRecord> {
  if (input.acceptRisk === undefined || run.answers?.approval !== undefined) return run;
  const approval: GateAnswer = { answer: 'approved', ...input.acceptRisk, at: isoNow(app) };
  await event(app, run.runId, 'gate', `risk accepted by ${approval.by}: ${approval.reason ?? ''}`);
  return app.store.updateRun(run.runId, { answers: { ...run.answers, approval } });
}

const prepared = (run: RunRecord, plan: Plan): Prepared => ({
  kind: 'done',
  runId: run.runId,
  needsApproval: plan.approvalReasons.length > 0 && run.answers?.approval?.answer !== 'approved',
  goBack: isGoingBack(run),
  backfills: plan.backfills.length,
  parallelism: plan.backfills.map((backfill) => backfill.parallelism),
  switchSteps: plan.steps.filter((step) => step.phase === 'switch').length,
  contractSteps: plan.steps.filter((step) => step.phase === 'contract').length,
  gate: plan.gate.opens,
});
