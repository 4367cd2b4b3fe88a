import {
  DescribeExecutionCommand,
  type DescribeExecutionOutput,
  SendTaskFailureCommand,
  SendTaskSuccessCommand,
  SFNClient,
  type SFNClientConfig,
  StartExecutionCommand,
} from '@aws-sdk/client-sfn';
import type { Executions } from '../app/ports/cloud.ts';
import type { Effects } from '../app/ports/effects.ts';
import { canonicalJson } from '../core/canonical-json.ts';
import { FatalError } from '../core/errors.ts';
import { awsErrorName, callAws } from './errors.ts';

export const openStepFunctions = (settings: SFNClientConfig): SFNClient => new SFNClient(settings);

export interface SfnExecutionsOptions {
  readonly client: SFNClient;
  /** With a single attempt: a second one is told that nobody waits any more. */
  readonly onceClient: SFNClient;
  /** ARNs of the state machines, or of a version or alias of each. */
  readonly migrationMachineArn: string;
  readonly rollbackMachineArn: string;
  readonly effects: Effects;
}

/** Answers that mean: the task has been answered, has timed out or its execution has ended. */
const nobodyWaits = new Set(['TaskTimedOut', 'TaskDoesNotExist', 'InvalidToken']);

/** Limits of SendTaskFailure, in characters. */
const ERROR_LIMIT = 256;
const CAUSE_LIMIT = 32_768;

export function sfnExecutions(options: SfnExecutionsOptions): Executions {
  const { client, onceClient, effects } = options;

  return {
    succeed: (taskToken, output) =>
      answer(() =>
        effects.around('states:SendTaskSuccess', () =>
          onceClient.send(new SendTaskSuccessCommand({ taskToken, output: JSON.stringify(output) })),
        ),
      ),

    fail: (taskToken, error, cause) =>
      answer(() =>
        effects.around('states:SendTaskFailure', () =>
          onceClient.send(
            new SendTaskFailureCommand({
              taskToken,
              error: error.slice(0, ERROR_LIMIT),
              cause: cause.slice(0, CAUSE_LIMIT),
            }),
          ),
        ),
      ),

    async isRunning(executionArn) {
      const execution = await describe(client, executionArn);
      return execution?.status === 'RUNNING' || execution?.status === 'PENDING_REDRIVE';
    },

    start: (input, name) => start(options, options.migrationMachineArn, input, name),
    startRollback: (input, name) => start(options, options.rollbackMachineArn, input, name),
  };
}

/** The token is a credential, so no message names it. */
async function answer(send: () => Promise<unknown>): Promise<boolean> {
  return callAws({ doing: 'answering a waiting task', repeatable: false }, async () => {
    try {
      await send();
      return true;
    } catch (error) {
      if (nobodyWaits.has(awsErrorName(error))) return false;
      throw error;
    }
  });
}

/** Null when there is no such execution, or no longer: Step Functions forgets them after 90 days. */
async function describe(client: SFNClient, executionArn: string): Promise<DescribeExecutionOutput | null> {
  return callAws({ doing: `describing ${executionArn}`, repeatable: true }, async () => {
    try {
      return await client.send(new DescribeExecutionCommand({ executionArn }));
    } catch (error) {
      if (awsErrorName(error) === 'ExecutionDoesNotExist') return null;
      throw error;
    }
  });
}

/** A name already used for the same input is the same start, whose reply was lost or which is asked for again. */
async function start(
  { client, effects }: SfnExecutionsOptions,
  stateMachineArn: string,
  input: Readonly<Record<string, unknown>>,
  name: string,
): Promise<string> {
  const command = new StartExecutionCommand({ stateMachineArn, name, input: JSON.stringify(input) });
  return callAws({ doing: `starting the execution ${name}`, repeatable: true }, async () => {
    try {
      const { executionArn } = await effects.around('states:StartExecution', () => client.send(command));
      return executionArn ?? executionArnOf(stateMachineArn, name);
    } catch (error) {
      if (awsErrorName(error) !== 'ExecutionAlreadyExists') throw error;
      const executionArn = executionArnOf(stateMachineArn, name);
      const earlier = await describe(client, executionArn);
      if (earlier?.input !== undefined && sameJson(earlier.input, input)) return executionArn;
      throw new FatalError(`there is an execution ${name} already, with another input`, {
        code: 'execution-exists',
        remedy: 'look at that execution; names are free again 90 days after its end',
        cause: error,
      });
    }
  });
}

/** `arn:…:stateMachine:<machine>[:<version or alias>]` → `arn:…:execution:<machine>:<name>`. */
function executionArnOf(stateMachineArn: string, name: string): string {
  const [arn, partition, service, region, account, , machine] = stateMachineArn.split(':');
  return [arn, partition, service, region, account, 'execution', machine, name].join(':');
}

function sameJson(text: string, value: unknown): boolean {
  try {
    return canonicalJson(JSON.parse(text)) === canonicalJson(value);
  } catch {
    return false;
  }
}
