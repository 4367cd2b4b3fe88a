import type { Command } from 'commander';
import type { Clock } from '../../app/ports/clock.ts';
import type { FolderFormat } from '../../core/migration.ts';
import { carryOut } from '../carry-out.ts';
import { addRemoteCommand, folderFormat, type RemoteOptions, withSystem } from './command.ts';

/** A run begun elsewhere, and where it stands: `start`, `status`, `watch`. */
export function addFollowing(program: Command, clock: Clock): void {
  addRemoteCommand(program, 'start', 'start a run on the deployed state machine')
    .requiredOption('--target <name>', 'as in the configuration')
    .requiredOption('--migration <version>', 'e.g. 042')
    .option('--migrations <dir>', 'upload this folder first; default: what was uploaded last')
    .addOption(folderFormat())
    .option('--down', 'take the migration back')
    .option(
      '--keep-history',
      'keep the history of your own tool current as well, so that you can go back to it',
    )
    .option('--accept-risk <reason>', 'consent to what the plan says needs it; the reason is recorded')
    .action((options: StartCommandOptions) =>
      withSystem(clock, options, async (system, output) => {
        const { start } = await import('../commands/start.ts');
        return start(system, { ...options, direction: options.down === true ? 'down' : 'up' }, output);
      }),
    );

  addRemoteCommand(program, 'status', 'where a run stands')
    .argument('[run]', 'default: the latest')
    .action((named: string | undefined, options: RemoteOptions) =>
      withSystem(clock, options, async (system, output) =>
        (await import('../commands/show.ts')).status(system, named, output),
      ),
    );

  addRemoteCommand(program, 'watch', 'follow a run to its end')
    .argument('[run]', 'default: the latest')
    .action((named: string | undefined, options: RemoteOptions) =>
      carryOut(options, async (output, signal) => {
        const { connect } = await import('../connect.ts');
        const { watch } = await import('../commands/show.ts');
        return watch(() => connect(options, clock), named, output, clock, signal);
      }),
    );
}

interface StartCommandOptions extends RemoteOptions {
  readonly target: string;
  readonly migration: string;
  readonly migrations?: string;
  readonly format?: FolderFormat;
  readonly down?: boolean;
  readonly keepHistory?: boolean;
  readonly acceptRisk?: string;
}
