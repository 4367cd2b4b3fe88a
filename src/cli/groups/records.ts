import { type Command, Option } from 'commander';
import type { Clock } from '../../app/ports/clock.ts';
import { addRemoteCommand, positiveInteger, type RemoteOptions, withSystem } from './command.ts';

/** What is kept of runs: `history`, `report`. */
export function addRecords(program: Command, clock: Clock): void {
  addRemoteCommand(program, 'history', 'the runs so far')
    .option('--target <name>', 'of this target only')
    .option('--limit <n>', 'at most so many', positiveInteger, 20)
    .action((options: RemoteOptions & { target?: string; limit: number }) =>
      withSystem(clock, options, async (system, output) =>
        (await import('../commands/show.ts')).history(system, options, output),
      ),
    );

  addRemoteCommand(
    program,
    'report',
    'what a run did, for whoever has to show it (Markdown, --html or --json)',
  )
    .argument('[run]', 'default: the latest')
    .addOption(new Option('--html', 'as one page with pictures').conflicts('json'))
    .option('-o, --output <file>', 'write it there')
    .action((named: string | undefined, options: RemoteOptions & { output?: string; html?: boolean }) =>
      withSystem(clock, options, async (system, output) =>
        (await import('../commands/show.ts')).report(
          system,
          { run: named, file: options.output, html: options.html === true },
          output,
        ),
      ),
    );
}
