import { type Command, InvalidArgumentError, Option } from 'commander';
import type { Clock } from '../../app/ports/clock.ts';
import { type CommonOptions, carryOut } from '../carry-out.ts';
import { type DemoEngine, demoEngines } from '../demo/engines.ts';
import { type ShowName, showNames } from '../demo/show-names.ts';
import { fewestRows } from '../demo/size.ts';
import { addCommand, positiveInteger } from './command.ts';

interface DemoArguments extends CommonOptions {
  readonly scenario: ShowName;
  readonly engine: DemoEngine;
  readonly rows: number;
  readonly keep?: boolean;
}

/** To see it work, and to begin: `demo`, `init`. */
export function addBeginning(program: Command, clock: Clock): void {
  addCommand(program, 'demo', 'migrations on a real database server under live writes, with the ways back')
    .option('--rows <n>', `rows of the users table, ${fewestRows} at least`, demoRows, 1_000_000)
    .addOption(new Option('--engine <name>', 'kind of server').choices([...demoEngines]).default('postgres'))
    .addOption(
      new Option(
        '--scenario <name>',
        'three migrations, or a large table replaced, swapped back and replaced',
      )
        .choices([...showNames])
        .default('migrations'),
    )
    .option('--keep', 'leave the local cloud up afterwards, for the aws command')
    .action((options: DemoArguments) =>
      carryOut(options, async (output, signal) => {
        const { demo } = await import('../commands/demo.ts');
        const { scenario: show, engine, rows, keep = false } = options;
        return demo({ show, engine, rows, keep }, output, clock, signal);
      }),
    );

  addCommand(program, 'init', 'write a small folder of migrations to begin from')
    .argument('[dir]', 'where', 'migrations')
    .action((dir: string, options: CommonOptions) =>
      carryOut(options, async (output) => (await import('../commands/init.ts')).init(dir, output)),
    );
}

function demoRows(text: string): number {
  const rows = positiveInteger(text);
  if (rows >= fewestRows) return rows;
  throw new InvalidArgumentError(`a whole number of at least ${fewestRows} is expected`);
}
