import type { Clock } from '../../app/ports/clock.ts';
import { InputError } from '../../core/errors.ts';
import { dialects } from '../demo/dialects.ts';
import type { DemoEngine } from '../demo/engines.ts';
import { play } from '../demo/play.ts';
import { type DemoResult, isProved, renderResult, type ScenarioResult } from '../demo/result.ts';
import { shows } from '../demo/scenarios.ts';
import type { ShowName } from '../demo/show-names.ts';
import { type Stage, setStage } from '../demo/stage.ts';
import { migrationMachine } from '../local/machines.ts';
import { type ExitCode, exitCodes, type Output } from '../output.ts';
import { openProgress } from '../run-progress.ts';

export interface DemoOptions {
  readonly show: ShowName;
  readonly engine: DemoEngine;
  readonly rows: number;
  /** Leave the local cloud up until Ctrl-C. */
  readonly keep: boolean;
}

/** Migrations on a real server under live writes, each to the end it has to come to. */
export async function demo(
  options: DemoOptions,
  output: Output,
  clock: Clock,
  signal: AbortSignal,
): Promise<ExitCode> {
  const show = shows[options.show];
  if (!show.engines.includes(options.engine))
    throw new InputError(
      `the demo's scenario ${options.show} is not played on ${options.engine}`,
      [],
      `give it --engine ${show.engines.join(' or ')}`,
    );
  const stage = await setStage(show, dialects[options.engine], options.rows, clock, output.say, signal);
  try {
    const scenarios: ScenarioResult[] = [];
    for (const scenario of show.scenarios) {
      signal.throwIfAborted();
      output.say(`\n${scenario.name}: ${scenario.title}`);
      const progress = openProgress(clock);
      try {
        scenarios.push(await play(stage, scenario, progress, clock, signal));
      } finally {
        progress.close();
      }
    }
    const result: DemoResult = { scenarios };
    output.say(`\n${renderResult(result, show.scenarios)}`);
    output.emit(result);
    if (options.keep) await keepUp(stage, output.json ? sayOnStderr : output.say, signal);
    return isProved(result, show.scenarios) ? exitCodes.done : exitCodes.findings;
  } finally {
    await stage.close();
  }
}

/** stdout holds one JSON value and nothing else. */
const sayOnStderr = (line: string): void => {
  process.stderr.write(`${line}\n`);
};

async function keepUp(stage: Stage, say: (line: string) => void, signal: AbortSignal): Promise<void> {
  const { endpoint, stateMachineArns } = stage.platform.cloud;
  const machine = `--state-machine-arn ${stateMachineArns[migrationMachine]}`;
  say(`\nThe local cloud stays up at ${endpoint} until Ctrl-C. For example:`);
  say('  export AWS_ACCESS_KEY_ID=local AWS_SECRET_ACCESS_KEY=local AWS_DEFAULT_REGION=us-east-1');
  say(`  aws --endpoint-url ${endpoint} rds describe-db-instances`);
  say(`  aws --endpoint-url ${endpoint} stepfunctions list-executions ${machine}`);
  say(
    `  aws --endpoint-url ${endpoint} stepfunctions start-execution ${machine} --input '{"target":"shop","migration":"2"}'`,
  );
  if (signal.aborted) return;
  await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}
