import { type Command, InvalidArgumentError, Option } from 'commander';
import type { Clock } from '../../app/ports/clock.ts';
import { folderFormats } from '../../core/migration.ts';
import { type CommonOptions, carryOut } from '../carry-out.ts';
import type { System } from '../connect.ts';
import { defaultStateFolder } from '../local/state-folder.ts';
import type { ExitCode, Output } from '../output.ts';

/** Adds a command with the options that every command has. */
export function addCommand(program: Command, name: string, description: string): Command {
  return program
    .command(name)
    .description(description)
    .option('--json', 'one JSON value on stdout')
    .option('--debug', 'show where an error came from');
}

export interface RemoteOptions extends CommonOptions {
  readonly state?: string;
  readonly outputs?: string;
}

/** Adds a command about runs that exist: on AWS, or in a local state folder. */
export function addRemoteCommand(program: Command, name: string, description: string): Command {
  return addCommand(program, name, description)
    .option(
      '--state <dir>',
      `state folder of local runs (default: ${defaultStateFolder}, unless a stack is deployed)`,
    )
    .option('--outputs <file>', 'what "cdk deploy --outputs-file" wrote');
}

/** Carries out what a remote command does, on the system that its options name. */
export function withSystem(
  clock: Clock,
  options: RemoteOptions,
  work: (system: System, output: Output) => Promise<ExitCode>,
): Promise<void> {
  return carryOut(options, async (output) => {
    const { connect } = await import('../connect.ts');
    const system = await connect(options, clock);
    try {
      return await work(system, output);
    } finally {
      await system.close();
    }
  });
}

export const folderFormat = (): Option =>
  new Option('--format <format>', 'how the files are named, where a folder holds more than one kind').choices(
    folderFormats,
  );

export function positiveInteger(text: string): number {
  const value = Number(text);
  if (Number.isSafeInteger(value) && value > 0) return value;
  throw new InvalidArgumentError('a whole number above 0 is expected');
}
