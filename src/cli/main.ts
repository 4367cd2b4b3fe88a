import { Command } from 'commander';
import { RealClock } from '../local/clock/real-clock.ts';
import { run } from './commands/run.ts';
import { defaultStateFolder } from './local/state-folder.ts';
import { createOutput, type ExitCode, exitCodes, type Output } from './output.ts';

const program = new Command('lockkeeper')
  .description('Carries database migrations through while the application keeps running.')
  .showHelpAfterError('(--help shows what there is)')
  .exitOverride();

program
  .command('run')
  .description('bring a database up through a folder of migrations, or back down')
  .requiredOption('--database-url <url>', 'postgres://user@host/database')
  .requiredOption('--migrations <dir>', 'the folder')
  .option('--down', 'take migrations back, newest first')
  .option('--to <version>', 'stop at this version')
  .option('--accept-risk <reason>', 'go on in spite of destructive or unknown statements')
  .option('--open-gates', 'contract without waiting: the new code is out')
  .option('--state <dir>', 'where runs are remembered', defaultStateFolder)
  .option('--json', 'one JSON object on stdout')
  .option('--debug', 'show stack traces')
  .action((options) =>
    finish(createOutput(options), (output) =>
      run(
        {
          databaseUrl: options.databaseUrl,
          migrations: options.migrations,
          down: options.down === true,
          ...(options.to === undefined ? {} : { to: options.to }),
          ...(options.acceptRisk === undefined ? {} : { acceptRisk: options.acceptRisk }),
          openGates: options.openGates === true,
          state: options.state,
        },
        output,
        new RealClock(),
      ),
    ),
  );

async function finish(output: Output, command: (output: Output) => Promise<ExitCode>): Promise<void> {
  try {
    process.exitCode = await command(output);
  } catch (error) {
    process.exitCode = exitCodes.usage;
    console.error(error);
  }
}

try {
  await program.parseAsync();
} catch (error) {
  process.exitCode = exitCodes.usage;
  console.error(error);
}
