import { userInfo } from 'node:os';
import { type ConcludedByHand, concludeByHand } from '../../app/conclude-by-hand.ts';
import type { Clock } from '../../app/ports/clock.ts';
import type { Database } from '../../app/ports/engine.ts';
import { FatalError, InputError } from '../../core/errors.ts';
import { type RunId, runId } from '../../core/ids.ts';
import { parseDatabaseUrl } from '../database-url.ts';
import { type ExitCode, exitCodes, type Output } from '../output.ts';

export interface ConcludeOptions {
  readonly databaseUrl: string;
  /** Default: the run that is open on the database. */
  readonly run?: string | undefined;
  /** What the person found after looking. */
  readonly as: 'rolled-back' | 'succeeded';
  readonly reason: string;
  readonly state: string;
}

const verdicts = { 'rolled-back': 'ROLLED_BACK', succeeded: 'SUCCEEDED' } as const;

/** Closes by hand a run on a plain URL that nothing else can end; it says how it ended, and changes nothing else. */
export async function conclude(
  options: ConcludeOptions,
  output: Output,
  clock: Clock,
  signal: AbortSignal,
): Promise<ExitCode> {
  const url = parseDatabaseUrl(options.databaseUrl, process.env);
  const reason = options.reason.trim();
  if (reason === '') {
    throw new InputError('a reason is missing', [], 'say with --reason what was found and what was done');
  }
  const { startUrlPlatform } = await import('../local/url-platform.ts');
  // Held throughout: a runner at work on the database would be told of nothing.
  const platform = await startUrlPlatform({ url, clock, stateFolder: options.state, hold: true, signal });
  try {
    const id = options.run === undefined ? await openRun(platform.database, url.shown) : runId(options.run);
    const verdict = verdicts[options.as];
    const by = userInfo().username;
    const concluded = await concludeByHand(platform.app, platform.database, id, { verdict, by, reason });
    for (const line of whatWasDone(concluded, verdict)) output.say(line);
    const { run, schemaAsBefore, leftOver } = concluded;
    output.emit({
      runId: id,
      target: url.shown,
      version: run.version,
      verdict,
      by,
      reason,
      schemaAsBefore,
      leftOver,
    });
    return exitCodes.done;
  } finally {
    await platform.stop();
  }
}

async function openRun(database: Database, shown: string): Promise<RunId> {
  const { openRun } = await database.readLedger();
  if (openRun !== null) return openRun.runId;
  throw new FatalError(`no run is open on ${shown}`, {
    code: 'no-runs',
    remedy: 'nothing has to be concluded; lockkeeper history lists the runs',
  });
}

function whatWasDone(
  { run, schemaAsBefore, leftOver }: ConcludedByHand,
  verdict: (typeof verdicts)[keyof typeof verdicts],
): string[] {
  const name = [run.version, run.description].filter((part) => part !== '').join(' ');
  const applied = (verdict === 'SUCCEEDED') === (run.direction === 'up');
  const schema = schemaAsBefore ? 'as it was before the run' : 'not what it was before the run';
  return [
    `Run ${run.runId} of migration ${name} (${run.direction}) is concluded by hand: ${verdict}.`,
    `The migration counts as ${applied ? 'applied' : 'not applied'}. The schema is ${schema}.`,
    ...(leftOver.length === 0
      ? []
      : [
          'What Lockkeeper put there for the run may still be there. To take it away:',
          ...leftOver.map((statement) => `  ${statement.replaceAll(/\s+/g, ' ')};`),
        ]),
  ];
}
