import { type Command, Option } from 'commander';
import type { Clock } from '../../app/ports/clock.ts';
import { InputError } from '../../core/errors.ts';
import type { FolderFormat } from '../../core/migration.ts';
import { type CommonOptions, carryOut } from '../carry-out.ts';
import { defaultStateFolder } from '../local/state-folder.ts';
import { addCommand, folderFormat } from './command.ts';

interface DatabaseOptions extends CommonOptions {
  readonly databaseUrl?: string;
}

interface UrlOptions extends DatabaseOptions {
  readonly migrations: string;
  readonly format?: FolderFormat;
}

/** On the database of a URL, with the local cloud: `plan`, `run`, `conclude`. */
export function addDatabase(program: Command, clock: Clock): void {
  addUrlCommand(program, 'plan', 'show what would be done, and why; changes nothing in the database')
    .option('--migration <version>', 'this one instead of the next')
    .option('--down', 'the way back')
    .option(
      '--keep-history',
      'keep the history of your own tool current as well, so that you can go back to it',
    )
    .option('--html <file>', 'write it there as well, as one page with pictures')
    .addOption(
      new Option('--fix', 'write the safe statements it offers into the files of the migration').conflicts(
        'down',
      ),
    )
    .action((options: PlanCommandOptions) =>
      carryOut(options, async (output, signal) => {
        const { plan } = await import('../commands/plan.ts');
        return plan(
          {
            ...options,
            databaseUrl: requireUrl(options),
            down: options.down === true,
            fix: options.fix === true,
            keepHistory: options.keepHistory === true,
          },
          output,
          clock,
          signal,
        );
      }),
    );

  addUrlCommand(program, 'run', 'bring a database up through a folder of migrations, or back down')
    .option('--down', 'take migrations back, newest first; all of them without --to')
    .option('--to <version>', 'stop when this is the newest version applied')
    .option(
      '--accept-risk <reason>',
      'go on in spite of destructive or unknown statements; the reason is recorded',
    )
    .option(
      '--keep-history',
      'keep the history of your own tool current as well, so that you can go back to it',
    )
    .option('--open-gates', 'contract without waiting: the new code is out')
    .option('--state <dir>', 'where runs are remembered', defaultStateFolder)
    .action((options: RunCommandOptions) =>
      carryOut(
        options,
        async (output, signal) => {
          const { run } = await import('../commands/run.ts');
          return run(
            {
              ...options,
              databaseUrl: requireUrl(options),
              down: options.down === true,
              openGates: options.openGates === true,
              keepHistory: options.keepHistory === true,
            },
            output,
            clock,
            signal,
          );
        },
        'goes on without a reader',
      ),
    );

  addCommand(
    program,
    'conclude',
    'close by hand a run that needs attention, once a person has put things right',
  )
    .argument('[run]', 'default: the one open on the database')
    .addOption(databaseUrl())
    .addOption(
      new Option('--as <end>', 'what was found').choices(['rolled-back', 'succeeded']).makeOptionMandatory(),
    )
    .requiredOption('--reason <text>', 'what was found and done; kept with the run')
    .option('--state <dir>', 'where runs are remembered', defaultStateFolder)
    .addHelpText('after', '\nExit codes: 0 concluded · 2 refused: it is running, has ended, or is not known')
    .action((named: string | undefined, options: ConcludeCommandOptions) =>
      carryOut(options, async (output, signal) => {
        const { conclude } = await import('../commands/conclude.ts');
        return conclude({ ...options, run: named, databaseUrl: requireUrl(options) }, output, clock, signal);
      }),
    );
}

interface PlanCommandOptions extends UrlOptions {
  readonly migration?: string;
  readonly down?: boolean;
  readonly html?: string;
  readonly fix?: boolean;
  readonly keepHistory?: boolean;
}

interface ConcludeCommandOptions extends DatabaseOptions {
  readonly as: 'rolled-back' | 'succeeded';
  readonly reason: string;
  readonly state: string;
}

interface RunCommandOptions extends UrlOptions {
  readonly down?: boolean;
  readonly to?: string;
  readonly acceptRisk?: string;
  readonly openGates?: boolean;
  readonly keepHistory?: boolean;
  readonly state: string;
}

function addUrlCommand(program: Command, name: string, description: string): Command {
  return addCommand(program, name, description)
    .addOption(databaseUrl())
    .addOption(new Option('--migrations <dir>', 'folder of migrations').makeOptionMandatory())
    .addOption(folderFormat());
}

const databaseUrl = (): Option =>
  new Option(
    '--database-url <url>',
    'postgres://, mysql://, mariadb:// or sqlserver://user@host:port/database; the password may come from PGPASSWORD, MYSQL_PWD or SQLCMDPASSWORD',
  ).env('LOCKKEEPER_DATABASE_URL');

function requireUrl({ databaseUrl: url }: DatabaseOptions): string {
  if (url !== undefined && url !== '') return url;
  throw new InputError(
    'no database is named',
    [],
    'give --database-url postgres://, mysql://, mariadb:// or sqlserver://user@host:port/database, or set LOCKKEEPER_DATABASE_URL',
  );
}
