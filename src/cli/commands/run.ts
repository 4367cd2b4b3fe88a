import { randomUUID } from 'node:crypto';
import { storeBundle } from '../../app/bundle.ts';
import { answerGate } from '../../app/gates.ts';
import { makePlan } from '../../app/make-plan.ts';
import type { Clock } from '../../app/ports/clock.ts';
import { keepsHistory, planHistory } from '../../app/tool-history.ts';
import type { FolderFormat } from '../../core/migration.ts';
import { type Migration, migrationName } from '../../core/migration.ts';
import type { Direction } from '../../core/plan/plan.ts';
import type { Target } from '../../core/target.ts';
import { plural } from '../../report/words.ts';
import { parseDatabaseUrl } from '../database-url.ts';
import { Interrupted } from '../interruption.ts';
import { follow, type Snapshot } from '../local/follow.ts';
import { stateOptionFor } from '../local/state-folder.ts';
import type { UrlPlatform } from '../local/url-platform.ts';
import { type ExitCode, exitCodes, type Output } from '../output.ts';
import { openProgress } from '../run-progress.ts';
import { exitCodeOfOutcome, type MigrationOutcome, outcomeOf, renderOutcomes } from './outcomes.ts';
import { checkTo, findWork, readMigrationsFolder, type Work } from './pending.ts';
import { findRisks, refuseRisks } from './risks.ts';

export interface RunOptions {
  readonly databaseUrl: string;
  readonly migrations: string;
  readonly format?: FolderFormat | undefined;
  readonly down: boolean;
  readonly to?: string | undefined;
  /** The reason a person gives for going on in spite of what the plan says. */
  readonly acceptRisk?: string | undefined;
  /** Open contract gates without asking: the new code is out. */
  readonly openGates: boolean;
  readonly state: string;
  /** Write what is done into the history of the team's own tool as well. */
  readonly keepHistory: boolean;
}

/** Brings a database up through a folder of migrations, or back down, one run a migration. */
export async function run(
  options: RunOptions,
  output: Output,
  clock: Clock,
  signal: AbortSignal,
): Promise<ExitCode> {
  const url = parseDatabaseUrl(options.databaseUrl, process.env);
  const direction: Direction = options.down ? 'down' : 'up';
  const { files, migrations, because } = await readMigrationsFolder(
    options.migrations,
    options.format,
    url.target.engine,
  );
  checkTo(migrations, options);
  // Loaded once the files are known to be good: AWS's SDK takes its time.
  const { startUrlPlatform } = await import('../local/url-platform.ts');
  const platform = await startUrlPlatform({ url, clock, stateFolder: options.state, hold: true, signal });
  try {
    const work = await findWork(platform.database, migrations, direction, options);
    if (work.migrations.length === 0) return nothingToDo(output, url.shown, direction, options.to);
    const risks = await findRisks(platform, work, direction);
    await planFirst(platform, url.target, work, direction, options.keepHistory);
    if (risks.length > 0 && options.acceptRisk === undefined) return refuseRisks(output, risks, work);
    output.say(because);
    sayWhatIsAhead(output, url.shown, direction, work);

    const bundle = await storeBundle(platform.app, url.target.name, files, options.format);
    const outcomes: MigrationOutcome[] = [];
    for (const migration of work.migrations) {
      const outcome = await runOne(platform, migration, { direction, bundle, options, clock, signal });
      outcomes.push(outcome);
      if (outcome.verdict !== 'SUCCEEDED') break;
    }
    const notBegun = work.migrations.slice(outcomes.length).map(migrationName);
    const stateOption = stateOptionFor(options.state);
    const urlOption = options.databaseUrl === process.env.LOCKKEEPER_DATABASE_URL ? '' : ' --database-url …';
    for (const line of renderOutcomes({ direction, outcomes, notBegun, stateOption, urlOption })) {
      output.say(line);
    }
    output.emit({
      target: url.shown,
      direction,
      nothingToDo: false,
      runs: outcomes,
      notBegun: notBegun.length,
    });
    return exitCodeOfOutcome(outcomes.at(-1));
  } finally {
    await platform.stop();
  }
}

/**
 * Tables and columns that the first migration names in vain are told before anybody is asked to consent to it; what
 * the others name may come about on the way. Throws InputError.
 */
async function planFirst(
  { engine, database, app }: UrlPlatform,
  target: Target,
  { unfinished, view, migrations: [first] }: Work,
  direction: Direction,
  keepHistory: boolean,
): Promise<void> {
  if (first === undefined || unfinished !== null) return;
  const history = keepsHistory(first, keepHistory) ? planHistory(view, first, direction) : undefined;
  await makePlan(engine, database, target, first, direction, app.sha256, history);
}

function nothingToDo(output: Output, shown: string, direction: Direction, to: string | undefined): ExitCode {
  const limit = to === undefined ? '' : ` ${direction === 'up' ? 'up' : 'down'} to ${to}`;
  const what =
    direction === 'up'
      ? `every migration${limit} is applied`
      : `no migration${limit && ` above ${to}`} is applied`;
  output.say(`${shown}: nothing to do, ${what}`);
  output.emit({ target: shown, direction, nothingToDo: true, runs: [], notBegun: 0 });
  return exitCodes.done;
}

function sayWhatIsAhead(output: Output, shown: string, direction: Direction, work: Work): void {
  for (const migration of work.outOfOrder) {
    output.say(`note: ${migrationName(migration)} is older than what is applied already; it is applied now`);
  }
  if (direction === 'up' && work.missing.length > 0) {
    const names = work.missing.map((entry) => entry.version || entry.description).join(', ');
    output.say(`note: applied, but not in the folder: ${names}`);
  }
  const count = plural(work.migrations.length, 'migration');
  output.say(`${shown}: ${count} to ${direction === 'up' ? 'apply' : 'take back'}`);
  if (work.unfinished !== null) {
    output.say(`Run ${work.unfinished.run.runId} was not finished: it goes on first.`);
  }
  output.say('A plain URL has no restore point: what no down script undoes cannot be undone.');
}

interface OneRun {
  readonly direction: Direction;
  readonly bundle: string;
  readonly options: RunOptions;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

async function runOne(
  platform: UrlPlatform,
  migration: Migration,
  { direction, bundle, options, clock, signal }: OneRun,
): Promise<MigrationOutcome> {
  const { app } = platform;
  const target = app.targets[0]?.name ?? '';
  const startedAt = clock.now();
  const acceptRisk =
    options.acceptRisk === undefined
      ? {}
      : { acceptRisk: { by: 'command line', reason: options.acceptRisk } };
  const keepHistory = options.keepHistory ? { keepHistory: true } : {};
  const input = {
    target,
    migration: migrationName(migration),
    direction,
    bundle,
    ...acceptRisk,
    ...keepHistory,
  };
  const arn = await app.executions.start(input, `run-${randomUUID()}`);
  const progress = openProgress(clock, { logFrom: startedAt });
  const gates = new GateOpener(platform, options.openGates);
  let last: Snapshot | null = null;
  try {
    const { snapshot, ended } = await follow(platform, target, arn, {
      clock,
      signal: AbortSignal.any([signal, gates.failed]),
      show: (now) => {
        last = now;
        progress.show(now);
        gates.look(now);
      },
      enough: (now) => !options.openGates && waitsForPeople(now),
    });
    return outcomeOf(migration, snapshot, ended, (clock.now() - startedAt) / 1000);
  } catch (error) {
    throw error instanceof Interrupted
      ? new Interrupted(error.by, whatIsLeft(migration, last, options.state))
      : error;
  } finally {
    progress.close();
  }
}

/** A delay of up to so many seconds is waited for; people and longer ones are not. */
const shortDelaySeconds = 60;

function waitsForPeople({ run, plan }: Snapshot): boolean {
  if (run.abortRequested === true) return false;
  if (run.status === 'awaiting-approval') return run.answers?.approval === undefined;
  if (run.status !== 'awaiting-contract' || run.answers?.contract !== undefined) return false;
  return plan.gate.opens !== 'delay' || plan.gate.seconds > shortDelaySeconds;
}

function whatIsLeft(migration: Migration, snapshot: Snapshot | null, state: string): string {
  const name = migrationName(migration);
  if (snapshot === null) return `migration ${name} has not begun`;
  const { runId, status } = snapshot.run;
  if (status === 'concluded') return `run ${runId} of migration ${name} had ended`;
  return (
    `run ${runId} of migration ${name} is not finished (${status}). Start the same command again and it goes on; ` +
    `"lockkeeper abort ${runId}${stateOptionFor(state)}" beforehand makes it go back`
  );
}

/** `--open-gates`: agrees to each contract once. */
class GateOpener {
  readonly #platform: UrlPlatform;
  readonly #wanted: boolean;
  readonly #failure = new AbortController();
  readonly #opened = new Set<string>();

  constructor(platform: UrlPlatform, wanted: boolean) {
    this.#platform = platform;
    this.#wanted = wanted;
  }

  /** Aborts when a gate could not be opened: the run would wait for ever. */
  get failed(): AbortSignal {
    return this.#failure.signal;
  }

  look({ run }: Snapshot): void {
    if (!this.#wanted || run.status !== 'awaiting-contract' || this.#opened.has(run.runId)) return;
    this.#opened.add(run.runId);
    answerGate(this.#platform.app, run.runId, 'contract', {
      answer: 'approved',
      by: 'command line',
      reason: '--open-gates',
    }).catch((error: unknown) => this.#failure.abort(error));
  }
}
