import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command, CommanderError } from 'commander';
import type { Clock } from '../app/ports/clock.ts';
import { RealClock } from '../local/clock/real-clock.ts';
import { addBeginning } from './groups/beginning.ts';
import { addDatabase } from './groups/database.ts';
import { addFollowing } from './groups/following.ts';
import { addReading } from './groups/reading.ts';
import { addRecords } from './groups/records.ts';
import { addSteering } from './groups/steering.ts';
import { bearLostOutput } from './lost-output.ts';
import { createOutput, exitCodes } from './output.ts';
import { packageRoot } from './package-root.ts';
import { columnsOf } from './render/width.ts';

// A database URL may hold a password, which other users of the machine would see in the list of processes.
process.title = 'lockkeeper';
bearLostOutput();

const clock: Clock = new RealClock();

const exitCodesText = `
Exit codes:
  0    done, or waiting for a person
  1    findings, or the run went back
  2    wrong input
  3    a person has to look
  130  interrupted (the same command goes on)`;

const program = new Command('lockkeeper')
  .description('Carries database migrations through while the application keeps running.')
  .version(version())
  .showHelpAfterError('(add --help to see what there is)')
  .addHelpText('after', exitCodesText)
  .configureOutput({
    getOutHelpWidth: () => columnsOf(process.stdout),
    getErrHelpWidth: () => columnsOf(process.stderr),
  })
  .exitOverride();

// In the order of the help. What a command does is loaded when it is called: help, and a word about a mistyped
// option, should not wait for AWS's SDK.
addBeginning(program, clock);
addReading(program, clock);
addDatabase(program, clock);
addFollowing(program, clock);
addSteering(program, clock);
addRecords(program, clock);

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
