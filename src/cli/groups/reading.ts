import { type Command, Option } from 'commander';
import type { Clock } from '../../app/ports/clock.ts';
import type { Severity } from '../../core/analysis/statement.ts';
import { InputError } from '../../core/errors.ts';
import type { EngineName } from '../../core/ids.ts';
import { type FolderFormat, folderFormats } from '../../core/migration.ts';
import { type CommonOptions, carryOut } from '../carry-out.ts';
import type { OwnServer } from '../commands/check-down.ts';
import type { LintOptions } from '../commands/lint.ts';
import { addCommand, folderFormat } from './command.ts';

/** On files: `lint`, `draft-down`, and `check-down`, which tries them on a scratch database. */
export function addReading(program: Command, clock: Clock): void {
  addLint(program, clock);
  addCheckDown(program, clock);
  addCommand(program, 'draft-down', 'draft the down script of a migration, for a person to review')
    .argument('[migration]', 'file or version (default: the newest without a down file)')
    .option('--migrations <dir>', 'folder of migrations', 'migrations')
    .addOption(folderFormat())
    .addOption(
      new Option('--engine <engine>', 'whose SQL it is')
        .choices(['postgres', 'mysql', 'sqlserver'] satisfies EngineName[])
        .default('postgres'),
    )
    .option('--write', 'write it beside the migration, unless there is one')
    .addHelpText('after', '\nExit codes: 0 drafted · 2 wrong input, or there is a down file already')
    .action((named: string | undefined, options: DraftCommandOptions) =>
      carryOut(options, async (output) => {
        const { draftDownOf } = await import('../commands/draft-down.ts');
        return draftDownOf({ ...options, named, write: options.write === true }, output, clock);
      }),
    );
}

function addCheckDown(program: Command, clock: Clock): void {
  addCommand(
    program,
    'check-down',
    'run migrations up and down in a scratch database and compare the schemas',
  )
    .argument('[version]', 'default: all that have a down file')
    .option('--migrations <dir>', 'folder of migrations', 'migrations')
    .addOption(folderFormat())
    .option(
      '--scratch-url <url>',
      'an empty database, from which others are made and dropped again (default: on a server of its own)',
    )
    .addOption(
      new Option(
        '--server <kind>',
        'what server of its own (default: as --database-url says, else postgres)',
      ).choices(['postgres', 'mariadb', 'mysql'] satisfies OwnServer[]),
    )
    .addOption(
      new Option('--database-url <url>', 'the one that is never to be the scratch database').env(
        'LOCKKEEPER_DATABASE_URL',
      ),
    )
    .addHelpText('after', '\nExit codes: 0 all undo their migration · 1 some do not · 2 wrong input')
    .action((version: string | undefined, options: CheckCommandOptions) =>
      carryOut(options, async (output, signal) => {
        const { checkDownOf } = await import('../commands/check-down.ts');
        return checkDownOf({ ...options, version }, output, clock, signal);
      }),
    );
}

interface CheckCommandOptions extends CommonOptions {
  readonly migrations: string;
  readonly format?: FolderFormat;
  readonly scratchUrl?: string;
  readonly databaseUrl?: string;
  readonly server?: OwnServer;
}

interface DraftCommandOptions extends CommonOptions {
  readonly migrations: string;
  readonly format?: FolderFormat;
  readonly engine: EngineName;
  readonly write?: boolean;
}

function addLint(program: Command, clock: Clock): void {
  addCommand(program, 'lint', 'say what would hurt in SQL files; needs no database')
    .argument('[paths...]', 'files, or folders of migrations or of plain SQL', ['migrations'])
    .addOption(
      new Option('--format <format>', 'how to say it')
        .choices(['text', 'json', 'sarif', 'github', 'gitlab'] satisfies LintOptions['format'][])
        .default('text'),
    )
    .addOption(
      new Option('--fail-on <severity>', 'exit with 1 from this severity on')
        .choices(['error', 'danger', 'warning', 'note'] satisfies Severity[])
        .default('warning'),
    )
    .option('--baseline <file>', 'pass over the findings that it lists')
    .option('--write-baseline', 'list all findings of today in that file')
    .option('--database-url <url>', 'let the version and the table sizes of a database decide what hurts')
    .addOption(
      new Option('--engine <engine>', 'whose SQL it is, where no database is named')
        .choices(['postgres', 'mysql', 'sqlserver'] satisfies EngineName[])
        .default('postgres'),
    )
    .addOption(
      new Option(
        '--read-as <format>',
        'how the files are named, where a folder holds more than one kind',
      ).choices(folderFormats),
    )
    .addHelpText(
      'after',
      `
In the SQL, before a statement or behind it:  -- lockkeeper:ignore rule-name: reason

Exit codes: 0 nothing from --fail-on on · 1 findings · 2 wrong input`,
    )
    .action((paths: string[], options: CommandOptions) =>
      carryOut(options, async (output, signal) => {
        if (options.writeBaseline === true && options.baseline === undefined) {
          throw new InputError('--write-baseline needs a file', [], 'give --baseline FILE');
        }
        const { lint } = await import('../commands/lint.ts');
        return lint(
          {
            ...options,
            paths,
            format: options.json === true ? 'json' : options.format,
            databaseUrl: options.databaseUrl || undefined,
            writeBaseline: options.writeBaseline === true,
            version: program.version() ?? '',
          },
          output,
          clock,
          signal,
        );
      }),
    );
}

interface CommandOptions extends CommonOptions {
  readonly format: LintOptions['format'];
  readonly failOn: Severity;
  readonly baseline?: string;
  readonly writeBaseline?: boolean;
  readonly databaseUrl?: string;
  readonly engine: EngineName;
  readonly readAs?: FolderFormat;
}
