import { randomUUID } from 'node:crypto';
import { storeBundle } from '../../app/bundle.ts';
import { answerGate } from '../../app/gates.ts';
import type { Clock } from '../../app/ports/clock.ts';
import { preflight } from '../../app/preflight.ts';
import { editedAfterApplied } from '../../app/prepare.ts';
import { InputError } from '../../core/errors.ts';
import type { Verdict } from '../../core/lifecycle.ts';
import { type Migration, migrationName } from '../../core/migration.ts';
import { type Pending, pendingDown, pendingUp } from '../../core/pending.ts';
import type { Direction } from '../../core/plan/plan.ts';
import { loadSources } from '../../formats/load-folder.ts';
import { readMigrations } from '../../formats/read-migrations.ts';
import { parseDatabaseUrl } from '../database-url.ts';
import { follow, type Snapshot } from '../local/follow.ts';
import { startUrlPlatform, type UrlPlatform } from '../local/url-platform.ts';
import { type ExitCode, exitCodes, type Output } from '../output.ts';
import { openProgress } from '../run-progress.ts';

export interface RunOptions {
  readonly databaseUrl: string;
  readonly migrations: string;
  readonly down: boolean;
  readonly to?: string;
  /** The reason a person gives for going on in spite of what the plan says. */
  readonly acceptRisk?: string;
  /** Open contract gates without asking: the new code is out. */
  readonly openGates: boolean;
  readonly state: string;
}

/** What one migration came to. */
export interface MigrationOutcome {
  readonly runId: string | null;
  readonly version: string;
  readonly description: string;
  readonly verdict: Verdict | 'WAITING';
  readonly because: string;
  readonly seconds: number;
  readonly rows: number;
  readonly batches: number;
  /** The files or flags were at fault, and nothing had begun. */
  readonly badInput: boolean;
}

/** Brings a database up through a folder of migrations, or back down, one run a migration. */
export async function run(options: RunOptions, output: Output, clock: Clock): Promise<ExitCode> {
  const url = parseDatabaseUrl(options.databaseUrl, process.env);
  const direction: Direction = options.down ? 'down' : 'up';
  const files = await loadSources(options.migrations);
  const migrations = readMigrations(files);
  checkTo(migrations, options);
  const platform = await startUrlPlatform({ url, clock, stateFolder: options.state, hold: true });
  try {
    const pending = await findPending(platform, migrations, direction, options.to);
    if (pending.migrations.length === 0) return nothingToDo(output, url.shown, direction, migrations.length);
    for (const migration of pending.outOfOrder) {
      output.say(
        `note: ${migrationName(migration)} is older than what is applied already; it is applied now`,
      );
    }
    const risks = await preflight(platform.engine, pending.migrations, direction, false);
    if (risks.length > 0 && options.acceptRisk === undefined) return refuse(output, risks);

    const bundle = await storeBundle(platform.app, url.target.name, files);
    output.say(`${url.shown}: ${pending.migrations.length} to ${direction === 'up' ? 'apply' : 'take back'}`);
    output.say(
      'There is no restore point on a plain URL: what cannot be undone by a down script cannot be undone.',
    );
    const outcomes: MigrationOutcome[] = [];
    for (const migration of pending.migrations) {
      const outcome = await runOne(platform, migration, direction, bundle, options, clock);
      outcomes.push(outcome);
      if (outcome.verdict !== 'SUCCEEDED') break;
    }
    return summarise(output, url.shown, direction, outcomes, pending.migrations.length);
  } finally {
    await platform.stop();
  }
}

function checkTo(migrations: readonly Migration[], options: RunOptions): void {
  if (options.to === undefined) return;
  const plain = (text: string) => text.replace(/^[vV](?=\d)/, '').replace(/^0+(?=\d)/, '');
  if (options.down && plain(options.to) === '0') return;
  if (migrations.some((migration) => plain(migration.version) === plain(options.to ?? ''))) return;
  throw new InputError(`there is no version ${options.to}`, [
    {
      file: options.migrations,
      message: `no migration has the version ${options.to}`,
      expected: migrations.map(migrationName).join(', '),
    },
  ]);
}

async function findPending(
  platform: UrlPlatform,
  migrations: readonly Migration[],
  direction: Direction,
  to: string | undefined,
): Promise<Pending> {
  const { applied, openRun } = await platform.database.readLedger();
  const pending =
    direction === 'up' ? pendingUp(migrations, applied, to) : pendingDown(migrations, applied, to);
  if (pending.edited.length > 0) {
    const errors = pending.edited.map(({ migration, appliedAt }) => editedAfterApplied(migration, appliedAt));
    throw new InputError(
      errors.map((error) => error.message).join('; '),
      errors.flatMap((error) => error.problems),
      errors[0]?.remedy,
    );
  }
  if (direction === 'down' && pending.missing.length > 0) {
    throw new InputError(
      'there are applied migrations whose files are missing',
      pending.missing.map((entry) => ({
        file: entry.version,
        message: `applied at ${entry.appliedAt}, but there is no file to take it back with`,
      })),
    );
  }
  const unfinished = migrations.find(
    (migration) =>
      openRun !== null &&
      openRun.plan.migration.version === migration.version &&
      openRun.plan.migration.description === migration.description,
  );
  if (unfinished === undefined || openRun?.direction !== direction) return pending;
  // An interrupted run goes first, whatever its version: nothing else may begin before it has ended.
  const others = pending.migrations.filter((migration) => migration !== unfinished);
  return { ...pending, migrations: [unfinished, ...others] };
}

async function runOne(
  platform: UrlPlatform,
  migration: Migration,
  direction: Direction,
  bundle: string,
  options: RunOptions,
  clock: Clock,
): Promise<MigrationOutcome> {
  const { app } = platform;
  const target = app.targets[0]?.name ?? '';
  const startedAt = clock.now();
  const acceptRisk =
    options.acceptRisk === undefined
      ? {}
      : { acceptRisk: { by: 'command line', reason: options.acceptRisk } };
  const input = { target, migration: migrationName(migration), direction, bundle, ...acceptRisk };
  const arn = await app.executions.start(input, `run-${randomUUID()}`);
  const progress = openProgress(clock);
  const waitsForPeople = (snapshot: Snapshot) =>
    snapshot.run.status === 'awaiting-contract' &&
    snapshot.run.answers?.contract === undefined &&
    !options.openGates;
  try {
    const opened = new Set<string>();
    const followed = await follow(
      platform,
      target,
      arn,
      clock,
      (snapshot) => {
        progress.show(snapshot);
        if (
          options.openGates &&
          snapshot.run.status === 'awaiting-contract' &&
          !opened.has(snapshot.run.runId)
        ) {
          opened.add(snapshot.run.runId);
          void answerGate(app, snapshot.run.runId, 'contract', {
            answer: 'approved',
            by: 'command line',
            reason: '--open-gates',
          });
        }
      },
      waitsForPeople,
    );
    return outcomeOf(migration, followed.snapshot, followed.ended, (clock.now() - startedAt) / 1000);
  } finally {
    progress.close();
  }
}

function outcomeOf(
  migration: Migration,
  snapshot: Snapshot | null,
  ended: { readonly error: string; readonly cause: string } | null,
  seconds: number,
): MigrationOutcome {
  const run = snapshot?.run;
  const partitions = snapshot?.partitions ?? [];
  return {
    runId: run?.runId ?? null,
    version: migrationName(migration),
    description: migration.description,
    verdict:
      ended === null ? 'WAITING' : (run?.verdict ?? (run === undefined ? 'REJECTED' : 'NEEDS_ATTENTION')),
    because: run?.because ?? (ended === null ? 'the contract gate' : ended.cause),
    seconds: Math.round(seconds * 10) / 10,
    rows: partitions.reduce((sum, partition) => sum + partition.rowsVisited, 0),
    batches: partitions.reduce((sum, partition) => sum + partition.batches, 0),
    badInput: run === undefined && ended?.error === 'InputError',
  };
}

function nothingToDo(output: Output, shown: string, direction: Direction, known: number): ExitCode {
  const what =
    direction === 'up'
      ? `all ${known} migrations are applied`
      : 'no migration is applied that could be taken back';
  output.say(`${shown}: nothing to do, ${what}`);
  output.emit({ target: shown, direction, nothingToDo: true, runs: [] });
  return exitCodes.done;
}

function refuse(output: Output, risks: readonly { migration: string; reason: string }[]): ExitCode {
  output.say('Stopped before anything was changed. There is no snapshot to go back to on a plain URL, and:');
  for (const risk of risks) output.say(`  ${risk.migration}: ${risk.reason}`);
  output.say('If that is meant, say why: --accept-risk "reason"');
  output.emit({ stopped: 'risk', risks });
  return exitCodes.findings;
}

function summarise(
  output: Output,
  shown: string,
  direction: Direction,
  outcomes: readonly MigrationOutcome[],
  wanted: number,
): ExitCode {
  for (const outcome of outcomes) {
    output.say(
      `${outcome.version} ${outcome.description}: ${outcome.verdict} in ${outcome.seconds} s${outcome.rows > 0 ? `, ${outcome.rows} rows in ${outcome.batches} batches` : ''}`,
    );
    if (outcome.verdict !== 'SUCCEEDED') output.say(`  ${outcome.because}`);
  }
  const last = outcomes.at(-1);
  if (last?.verdict === 'WAITING') {
    output.say(
      `Run ${last.runId} has expanded and waits for the new code to be out. Then run again with --open-gates.`,
    );
  }
  if (outcomes.length < wanted) output.say(`${wanted - outcomes.length} more not begun`);
  output.emit({
    target: shown,
    direction,
    nothingToDo: false,
    runs: outcomes,
    notBegun: wanted - outcomes.length,
  });
  if (last?.badInput === true) return exitCodes.usage;
  switch (last?.verdict) {
    case 'NEEDS_ATTENTION':
      return exitCodes.attention;
    case 'REJECTED':
    case 'ROLLED_BACK':
    case 'RESTORED':
      return exitCodes.findings;
    default:
      return exitCodes.done;
  }
}
