import type { Clock } from '../../app/ports/clock.ts';
import { play } from '../demo/play.ts';
import { type DemoResult, isProved, renderResult, type ScenarioResult } from '../demo/result.ts';
import { demoScenarios } from '../demo/scenarios.ts';
import { type Stage, setStage } from '../demo/stage.ts';
import { type ExitCode, exitCodes, type Output } from '../output.ts';
import { openProgress } from '../run-progress.ts';

export interface DemoOptions {
  readonly rows: number;
  /** Leave the local cloud up until Ctrl-C. */
  readonly keep: boolean;
}

/** Three migrations on a real server under live writes: one that succeeds, one undone, one restored. */
export async function demo(options: DemoOptions, output: Output, clock: Clock): Promise<ExitCode> {
  const stage = await setStage(options.rows, clock, output.say);
  try {
    const scenarios: ScenarioResult[] = [];
    for (const scenario of demoScenarios) {
      output.say(`\n${scenario.name}: ${scenario.title}`);
      const progress = openProgress(clock);
      try {
        scenarios.push(await play(stage, scenario, progress, clock));
      } finally {
        progress.close();
      }
    }
    const result: DemoResult = { scenarios };
    output.say(`\n${renderResult(result)}`);
    output.emit(result);
    if (options.keep) await keepUp(stage, output);
    return isProved(result) ? exitCodes.done : exitCodes.findings;
  } finally {
    await stage.close();
  }
}

async function keepUp(stage: Stage, output: Output): Promise<void> {
  const { endpoint } = stage.platform.cloud;
  output.say(`\nThe local cloud stays up at ${endpoint} until Ctrl-C. For example:`);
  output.say('  export AWS_ACCESS_KEY_ID=local AWS_SECRET_ACCESS_KEY=local AWS_REGION=us-east-1');
  output.say(`  aws --endpoint-url ${endpoint} rds describe-db-instances`);
  output.say(
    `  aws --endpoint-url ${endpoint} stepfunctions list-executions --state-machine-arn ${stage.platform.cloud.stateMachineArns['lockkeeper-migration']}`,
  );
  await new Promise<void>((resolve) => process.once('SIGINT', () => resolve()));
}
