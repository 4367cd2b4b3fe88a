import { type Command, Option } from 'commander';
import type { Clock } from '../../app/ports/clock.ts';
import { addRemoteCommand, type RemoteOptions, withSystem } from './command.ts';

/** What a person tells a run: `approve`, `reject`, `pause`, `resume`, `abort`, `rollback`. */
export function addSteering(program: Command, clock: Clock): void {
  for (const [name, verdict, description] of [
    ['approve', 'approved', 'agree at the gate a run waits at'],
    ['reject', 'rejected', 'disagree at the gate a run waits at'],
  ] as const) {
    addRemoteCommand(program, name, description)
      .argument('[run]', 'default: the latest')
      .addOption(
        new Option('--gate <gate>', 'default: the one it waits at').choices([
          'approval',
          'contract',
          'restore',
        ]),
      )
      .option('--reason <text>', 'kept with the answer')
      .action((named: string | undefined, options: AnswerCommandOptions) =>
        withSystem(clock, options, async (system, output) =>
          (await import('../commands/control.ts')).answer(
            system,
            verdict,
            { ...options, run: named },
            output,
          ),
        ),
      );
  }

  for (const [name, description] of [
    ['pause', 'let a run rest after the batch or step at hand'],
    ['resume', 'let a paused run go on'],
    ['abort', 'stop a run and take back what it has done'],
  ] as const) {
    addRemoteCommand(program, name, description)
      .argument('[run]', 'default: the latest')
      .action((named: string | undefined, options: RemoteOptions) =>
        withSystem(clock, options, async (system, output) =>
          (await import('../commands/control.ts')).control(system, name, named, output),
        ),
      );
  }

  addRemoteCommand(program, 'rollback', 'take a finished run back, or try the way back again')
    .argument('[run]', 'default: the latest')
    .action((named: string | undefined, options: RemoteOptions) =>
      withSystem(clock, options, async (system, output) =>
        (await import('../commands/start.ts')).rollback(system, named, output),
      ),
    );
}

interface AnswerCommandOptions extends RemoteOptions {
  readonly gate?: 'approval' | 'contract' | 'restore';
  readonly reason?: string;
}
