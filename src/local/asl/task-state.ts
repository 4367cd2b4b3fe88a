import { linkedAbort } from './abort.ts';
import { endOf } from './child.ts';
import type { TaskState } from './definition.ts';
import { evaluate, evaluateInteger } from './expression.ts';
import { RunAborted, StateFailure, toFailure } from './failure.ts';
import type { Host, PendingTask } from './host.ts';
import type { Json, JsonObject } from './json.ts';
import { checkSize, MAX_SECONDS } from './limits.ts';
import type { Visit } from './visit.ts';

/** One attempt at a task: schedule, start, wait for its result or its timeouts. */
export async function runTask(visit: Visit, state: TaskState): Promise<Json> {
  const { run, trail, signal } = visit.frame;
  const pending = state.Resource.endsWith('.waitForTaskToken') ? run.host.openTask() : undefined;
  const scope = linkedAbort(signal);
  try {
    const task = await schedule(visit, state, pending);
    trail.record('TaskStarted', { taskStartedEventDetails: task.resource });
    const result = await Promise.race([
      perform(task, scope.signal),
      deadlines(task, scope.signal),
      scope.aborted,
    ]);
    checkSize(result, `${visit.where} The result of the task`);
    const details = { ...task.resource, output: JSON.stringify(result), outputDetails: { truncated: false } };
    trail.record('TaskSucceeded', { taskSucceededEventDetails: details });
    return result;
  } finally {
    pending?.close();
    scope.abort(new RunAborted('the task has ended'));
    scope.dispose();
  }
}

interface Task {
  readonly visit: Visit;
  readonly host: Host;
  readonly integration: string;
  readonly args: JsonObject;
  readonly pending: PendingTask | undefined;
  /** Milliseconds. */
  readonly timeout: number;
  readonly heartbeat: number | undefined;
  /** As the details of its events name it. */
  readonly resource: { readonly resourceType: string; readonly resource: string };
}

async function schedule(visit: Visit, state: TaskState, pending: PendingTask | undefined): Promise<Task> {
  const { run, trail } = visit.frame;
  const query = visit.query(pending ? { taskToken: pending.token } : {});
  const args = (await evaluate(state.Arguments, 'Arguments', query)) as JsonObject;
  checkSize(args, `${visit.where} The payload of Arguments`);
  const seconds = (field: 'TimeoutSeconds' | 'HeartbeatSeconds', value: number | string): Promise<number> =>
    evaluateInteger(value, field, query, { min: 1, max: MAX_SECONDS });
  const timeout =
    state.TimeoutSeconds === undefined ? undefined : await seconds('TimeoutSeconds', state.TimeoutSeconds);
  const heartbeat =
    state.HeartbeatSeconds === undefined
      ? undefined
      : await seconds('HeartbeatSeconds', state.HeartbeatSeconds);
  const [resourceType = '', resource = ''] = state.Resource.slice('arn:aws:states:::'.length).split(/:(.*)/s);
  const details = {
    resourceType,
    resource,
    region: run.host.region,
    parameters: JSON.stringify(args),
    ...(timeout !== undefined && { timeoutInSeconds: timeout }),
    ...(heartbeat !== undefined && { heartbeatInSeconds: heartbeat }),
  };
  trail.record('TaskScheduled', { taskScheduledEventDetails: details });
  return {
    visit,
    host: run.host,
    integration: `${resourceType}:${resource}`,
    args,
    pending,
    timeout: (timeout ?? MAX_SECONDS) * 1000,
    heartbeat: heartbeat === undefined ? undefined : heartbeat * 1000,
    resource: { resourceType, resource },
  };
}

async function perform(task: Task, signal: AbortSignal): Promise<Json> {
  try {
    if (task.integration.startsWith('lambda:')) return await invokeLambda(task, signal);
    return await startExecution(task, signal);
  } catch (thrown) {
    // After a timeout the failure of the abandoned work is nobody's concern.
    if (signal.aborted) throw thrown;
    const failure = toFailure(thrown);
    const taskFailedEventDetails = { ...task.resource, error: failure.error, cause: failure.causeText };
    task.visit.frame.trail.record('TaskFailed', { taskFailedEventDetails });
    throw failure;
  }
}

/**
 * The failure of a function carries the error type the invoker reports. AWS's are: the class of a thrown
 * error; `Lambda.Unknown` for a function that crashed, ran out of memory or timed out (developer guide,
 * "Handle Lambda service exceptions"), for which newer runtimes say `Sandbox.Timedout` on a timeout.
 * None of them is States.Timeout, which stands for the state's own TimeoutSeconds.
 */
async function invokeLambda(task: Task, signal: AbortSignal): Promise<Json> {
  const { host, args, pending, visit } = task;
  const name = nameOfFunction(args.FunctionName);
  const invocation = host.invoke(name, args.Payload ?? {}).then((result) => {
    if (!result.ok) {
      const cause = JSON.stringify({ errorMessage: result.errorMessage, errorType: result.errorType });
      throw new StateFailure(result.errorType, cause);
    }
    return { ExecutedVersion: '$LATEST', Payload: (result.payload ?? null) as Json, StatusCode: 200 };
  });
  if (!pending) return invocation;
  const submission = invocation.then((response): Promise<Json> => {
    if (!signal.aborted)
      recordSubmitted(task, checkSize(response, `${visit.where} The response of the function`));
    return pending.result;
  });
  return Promise.race([pending.result, submission]);
}

/** Function name out of a name or an ARN, with or without a version. */
function nameOfFunction(value: Json | undefined): string {
  if (typeof value !== 'string' || value === '') {
    throw new StateFailure('States.Runtime', `FunctionName must be a string, found ${JSON.stringify(value)}`);
  }
  const parts = value.split(':');
  return (parts[0] === 'arn' ? parts[6] : parts[0]) ?? value;
}

async function startExecution(task: Task, signal: AbortSignal): Promise<Json> {
  const { args, host } = task;
  if (
    typeof args.StateMachineArn !== 'string' ||
    (args.Name !== undefined && typeof args.Name !== 'string')
  ) {
    throw new StateFailure('States.Runtime', 'StateMachineArn and Name must be strings');
  }
  const { StateMachineArn: stateMachineArn, Name: name, Input: input = {} } = args;
  const child = host.startExecution({ stateMachineArn, name, input });
  const started = { ExecutionArn: child.arn, StartDate: child.startDate };
  if (!task.integration.endsWith('.sync:2')) return started;
  recordSubmitted(task, started);
  const ended = await endOf(child, signal);
  if (ended.status === 'SUCCEEDED') return ended.description;
  throw new StateFailure('States.TaskFailed', JSON.stringify(ended.description));
}

function recordSubmitted(task: Task, response: Json): void {
  const details = { ...task.resource, output: JSON.stringify(response), outputDetails: { truncated: false } };
  task.visit.frame.trail.record('TaskSubmitted', { taskSubmittedEventDetails: details });
}

/** Rejects when the task has taken too long or gave no sign of life for too long; never resolves. */
async function deadlines(task: Task, signal: AbortSignal): Promise<never> {
  const { clock } = task.host;
  const started = clock.now();
  for (;;) {
    const lastSign = task.pending?.lastSign() ?? started;
    const heartbeatAt = lastSign + (task.heartbeat ?? Number.POSITIVE_INFINITY);
    const timeoutAt = started + task.timeout;
    const now = clock.now();
    if (now >= timeoutAt || now >= heartbeatAt) throw timedOut(task, now < timeoutAt);
    await clock.sleep(Math.min(timeoutAt, heartbeatAt) - now, signal);
  }
}

/** AWS reports a missed heartbeat as States.Timeout too. */
function timedOut(task: Task, missedHeartbeat: boolean): StateFailure {
  const taskTimedOutEventDetails = { ...task.resource, error: 'States.Timeout' };
  task.visit.frame.trail.record('TaskTimedOut', { taskTimedOutEventDetails });
  return new StateFailure('States.Timeout', undefined, { missedHeartbeat });
}
