import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import type { Clock } from '../app/ports/clock.ts';
import { InputError } from '../core/errors.ts';
import type { FolderFormat } from '../formats/naming.ts';
import { RealClock } from '../local/clock/real-clock.ts';
import { type CommonOptions, carryOut } from './carry-out.ts';
import type { System } from './connect.ts';
import { fewestRows } from './demo/size.ts';
import { defaultStateFolder } from './local/state-folder.ts';
import { createOutput, type ExitCode, exitCodes, type Output } from './output.ts';
import { packageRoot } from './package-root.ts';

const clock: Clock = new RealClock();

/** Loaded when they are needed: help, and a word about a mistyped option, should not wait for AWS's SDK. */
const load = {
  conclude: () => import('./commands/conclude.ts'),
  connect: () => import('./connect.ts'),
  control: () => import('./commands/control.ts'),
  demo: () => import('./commands/demo.ts'),
  init: () => import('./commands/init.ts'),
  plan: () => import('./commands/plan.ts'),
  run: () => import('./commands/run.ts'),
  show: () => import('./commands/show.ts'),
  start: () => import('./commands/start.ts'),
};

// A database URL may hold a password, which other users of the machine would see in the list of processes.
process.title = 'lockkeeper';

interface DatabaseOptions extends CommonOptions {
  readonly databaseUrl?: string;
}

interface UrlOptions extends DatabaseOptions {
  readonly migrations: string;
  readonly format?: FolderFormat;
}

interface RemoteOptions extends CommonOptions {
  readonly state?: string;
  readonly outputs?: string;
}

const program = new Command('lockkeeper')
  .description('Carries database migrations through while the application keeps running.')
  .version(version())
  .showHelpAfterError('(add --help to see what there is)')
  .addHelpText(
    'after',
    '\nExit codes: 0 done, or waiting for a person · 1 findings, or the run went back · 2 wrong input ·\n            3 a person has to look · 130 interrupted (the same command goes on)',
  )
  .exitOverride();

const databaseUrl = () =>
  new Option(
    '--database-url <url>',
    'postgres://user@host:port/database; the password may come from PGPASSWORD',
  ).env('LOCKKEEPER_DATABASE_URL');
const migrationsFolder = () => new Option('--migrations <dir>', 'folder of migrations').makeOptionMandatory();
const folderFormat = () =>
  new Option('--format <format>', 'how the files are named, where a folder holds more than one kind').choices(
    ['flyway', 'up-down'] satisfies FolderFormat[],
  );

function command(name: string, description: string): Command {
  return program
    .command(name)
    .description(description)
    .option('--json', 'one JSON value on stdout')
    .option('--debug', 'show where an error came from');
}

/** A command about runs that exist: on AWS, or in a local state folder. */
function remote(name: string, description: string): Command {
  return command(name, description)
    .option(
      '--state <dir>',
      `state folder of local runs (default: ${defaultStateFolder}, unless a stack is deployed)`,
    )
    .option('--outputs <file>', 'what "cdk deploy --outputs-file" wrote');
}

command('demo', 'three migrations on a real PostgreSQL server under live writes, with both ways back')
  .option('--rows <n>', `rows of the users table, ${fewestRows} at least`, demoRows, 1_000_000)
  .option('--keep', 'leave the local cloud up afterwards, for the aws command')
  .action((options: CommonOptions & { rows: number; keep?: boolean }) =>
    carryOut(options, async (output, signal) =>
      (await load.demo()).demo({ rows: options.rows, keep: options.keep === true }, output, clock, signal),
    ),
  );

command('init', 'write a small folder of migrations to begin from')
  .argument('[dir]', 'where', 'migrations')
  .action((dir: string, options: CommonOptions) =>
    carryOut(options, async (output) => (await load.init()).init(dir, output)),
  );

command('plan', 'show what would be done, and why; changes nothing')
  .addOption(databaseUrl())
  .addOption(migrationsFolder())
  .addOption(folderFormat())
  .option('--migration <version>', 'this one instead of the next')
  .option('--down', 'the way back')
  .action((options: UrlOptions & { migration?: string; down?: boolean }) =>
    carryOut(options, async (output, signal) =>
      (await load.plan()).plan(
        { ...options, databaseUrl: requireUrl(options), down: options.down === true },
        output,
        clock,
        signal,
      ),
    ),
  );

command('run', 'bring a database up through a folder of migrations, or back down')
  .addOption(databaseUrl())
  .addOption(migrationsFolder())
  .addOption(folderFormat())
  .option('--down', 'take migrations back, newest first; all of them without --to')
  .option('--to <version>', 'stop when this is the newest version applied')
  .option(
    '--accept-risk <reason>',
    'go on in spite of destructive or unknown statements; the reason is recorded',
  )
  .option('--open-gates', 'contract without waiting: the new code is out')
  .option('--state <dir>', 'where runs are remembered', defaultStateFolder)
  .action(
    (
      options: UrlOptions & {
        down?: boolean;
        to?: string;
        acceptRisk?: string;
        openGates?: boolean;
        state: string;
      },
    ) =>
      carryOut(
        options,
        async (output, signal) =>
          (await load.run()).run(
            {
              ...options,
              databaseUrl: requireUrl(options),
              down: options.down === true,
              openGates: options.openGates === true,
            },
            output,
            clock,
            signal,
          ),
        'goes on without a reader',
      ),
  );

remote('start', 'start a run on the deployed state machine')
  .requiredOption('--target <name>', 'as in the configuration')
  .requiredOption('--migration <version>', 'e.g. 042')
  .option('--migrations <dir>', 'upload this folder first; default: what was uploaded last')
  .addOption(folderFormat())
  .option('--down', 'take the migration back')
  .option('--accept-risk <reason>', 'consent to what the plan says needs it; the reason is recorded')
  .action(
    (
      options: RemoteOptions & {
        target: string;
        migration: string;
        migrations?: string;
        format?: FolderFormat;
        down?: boolean;
        acceptRisk?: string;
      },
    ) =>
      withSystem(options, async (system, output) =>
        (await load.start()).start(
          system,
          { ...options, direction: options.down === true ? 'down' : 'up' },
          output,
        ),
      ),
  );

remote('status', 'where a run stands')
  .argument('[run]', 'default: the latest')
  .action((named: string | undefined, options: RemoteOptions) =>
    withSystem(options, async (system, output) => (await load.show()).status(system, named, output)),
  );

remote('watch', 'follow a run to its end')
  .argument('[run]', 'default: the latest')
  .action((named: string | undefined, options: RemoteOptions) =>
    carryOut(options, async (output, signal) => {
      const { connect } = await load.connect();
      const { watch } = await load.show();
      return watch(() => connect(options, clock), named, output, clock, signal);
    }),
  );

for (const [name, verdict, description] of [
  ['approve', 'approved', 'agree at the gate a run waits at'],
  ['reject', 'rejected', 'disagree at the gate a run waits at'],
] as const) {
  remote(name, description)
    .argument('[run]', 'default: the latest')
    .addOption(
      new Option('--gate <gate>', 'default: the one it waits at').choices([
        'approval',
        'contract',
        'restore',
      ]),
    )
    .option('--reason <text>', 'kept with the answer')
    .action(
      (
        named: string | undefined,
        options: RemoteOptions & { gate?: 'approval' | 'contract' | 'restore'; reason?: string },
      ) =>
        withSystem(options, async (system, output) =>
          (await load.control()).answer(system, verdict, { ...options, run: named }, output),
        ),
    );
}

for (const [name, description] of [
  ['pause', 'let a run rest after the batch or step at hand'],
  ['resume', 'let a paused run go on'],
  ['abort', 'stop a run and take back what it has done'],
] as const) {
  remote(name, description)
    .argument('[run]', 'default: the latest')
    .action((named: string | undefined, options: RemoteOptions) =>
      withSystem(options, async (system, output) =>
        (await load.control()).control(system, name, named, output),
      ),
    );
}

remote('rollback', 'take a finished run back, or try the way back again')
  .argument('[run]', 'default: the latest')
  .action((named: string | undefined, options: RemoteOptions) =>
    withSystem(options, async (system, output) => (await load.start()).rollback(system, named, output)),
  );

command('conclude', 'close by hand a run that needs attention, once a person has put things right')
  .argument('[run]', 'default: the one open on the database')
  .addOption(databaseUrl())
  .addOption(
    new Option('--as <end>', 'what was found').choices(['rolled-back', 'succeeded']).makeOptionMandatory(),
  )
  .requiredOption('--reason <text>', 'what was found and done; kept with the run')
  .option('--state <dir>', 'where runs are remembered', defaultStateFolder)
  .addHelpText('after', '\nExit codes: 0 concluded · 2 refused: it is running, has ended, or is not known')
  .action(
    (
      named: string | undefined,
      options: DatabaseOptions & { as: 'rolled-back' | 'succeeded'; reason: string; state: string },
    ) =>
      carryOut(options, async (output, signal) =>
        (await load.conclude()).conclude(
          { ...options, run: named, databaseUrl: requireUrl(options) },
          output,
          clock,
          signal,
        ),
      ),
  );

remote('history', 'the runs so far')
  .option('--target <name>', 'of this target only')
  .option('--limit <n>', 'at most so many', positiveInteger, 20)
  .action((options: RemoteOptions & { target?: string; limit: number }) =>
    withSystem(options, async (system, output) => (await load.show()).history(system, options, output)),
  );

remote('report', 'what a run did, for whoever has to show it (Markdown, or --json)')
  .argument('[run]', 'default: the latest')
  .option('-o, --output <file>', 'write it there')
  .action((named: string | undefined, options: RemoteOptions & { output?: string }) =>
    withSystem(options, async (system, output) =>
      (await load.show()).report(system, { run: named, file: options.output }, output),
    ),
  );

function withSystem(
  options: RemoteOptions,
  work: (system: System, output: Output) => Promise<ExitCode>,
): Promise<void> {
  return carryOut(options, async (output) => {
    const { connect } = await load.connect();
    const system = await connect(options, clock);
    try {
      return await work(system, output);
    } finally {
      await system.close();
    }
  });
}

function requireUrl({ databaseUrl: url }: DatabaseOptions): string {
  if (url !== undefined && url !== '') return url;
  throw new InputError(
    'no database is named',
    [],
    'give --database-url postgres://user@host:port/database, or set LOCKKEEPER_DATABASE_URL',
  );
}

function demoRows(text: string): number {
  const rows = positiveInteger(text);
  if (rows >= fewestRows) return rows;
  throw new InvalidArgumentError(`a whole number of at least ${fewestRows} is expected`);
}

function positiveInteger(text: string): number {
  const value = Number(text);
  if (Number.isSafeInteger(value) && value > 0) return value;
  throw new InvalidArgumentError('a whole number above 0 is expected');
}

function version(): string {
  const manifest = JSON.parse(readFileSync(join(packageRoot(), 'package.json'), 'utf8')) as {
    version: string;
  };
  return manifest.version;
}

try {
  await program.parseAsync();
} catch (error) {
  // Commander has printed what was wrong, or the help that was asked for.
  const isHelp = error instanceof CommanderError && error.exitCode === 0;
  process.exitCode = isHelp ? exitCodes.done : exitCodes.usage;
  const message = error instanceof Error ? error.message.replace(/^error: /, '') : String(error);
  if (!isHelp)
    createOutput({ json: process.argv.includes('--json') }).emit({ error: { code: 'usage', message } });
}
