import type { Graph } from '../asl/definition.ts';
import { RunAborted, type StateFailure, toFailure } from '../asl/failure.ts';
import { Variables } from '../asl/frame.ts';
import type { EndedExecution, Host, StartedExecution } from '../asl/host.ts';
import { runGraph } from '../asl/interpreter.ts';
import type { Json, JsonObject } from '../asl/json.ts';
import { MAX_EXECUTION_SECONDS } from '../asl/limits.ts';
import { Trail } from '../asl/trail.ts';
import { ExecutionHistory, type HistoryEvent } from './history.ts';

export type ExecutionStatus = 'RUNNING' | EndedExecution['status'];

/** An execution as DescribeExecution shows it; times are milliseconds since the Unix epoch. */
export interface ExecutionDescription {
  readonly executionArn: string;
  readonly stateMachineArn: string;
  readonly name: string;
  readonly status: ExecutionStatus;
  readonly startDate: number;
  readonly stopDate?: number;
  readonly input: Json;
  readonly output?: Json;
  readonly error?: string;
  readonly cause?: string;
  /** Of a child of a distributed Map. */
  readonly mapRunArn?: string;
}

export interface ExecutionRequest {
  readonly arn: string;
  readonly name: string;
  readonly stateMachineArn: string;
  /** As in the execution's ARN. */
  readonly machineName: string;
  readonly roleArn: string;
  readonly graph: Graph;
  readonly timeoutSeconds: number | undefined;
  readonly input: Json;
  readonly mapRunArn: string | undefined;
}

export interface ExecutionListener {
  onStatus(execution: Execution): void;
  onEvent(execution: Execution, event: HistoryEvent): void;
}

/** One run of a machine, or of a distributed Map's item processor. */
export class Execution implements StartedExecution {
  readonly arn: string;
  readonly startDate: number;
  readonly request: ExecutionRequest;
  readonly history: ExecutionHistory;
  /** Settles once, when the execution has ended; never rejects. */
  readonly ended: Promise<EndedExecution>;
  readonly #host: Host;
  readonly #listener: ExecutionListener;
  readonly #controller = new AbortController();
  #settle: (ended: EndedExecution) => void = () => undefined;
  #outcome:
    | { status: EndedExecution['status']; stopDate: number; output?: Json; failure?: Failure }
    | undefined;

  constructor(request: ExecutionRequest, host: Host, listener: ExecutionListener) {
    this.arn = request.arn;
    this.request = request;
    this.startDate = host.clock.now();
    this.#host = host;
    this.#listener = listener;
    this.history = new ExecutionHistory(host.clock, (event) => listener.onEvent(this, event));
    this.ended = new Promise((resolve) => {
      this.#settle = resolve;
    });
  }

  get status(): ExecutionStatus {
    return this.#outcome?.status ?? 'RUNNING';
  }

  get description(): ExecutionDescription {
    const { name, stateMachineArn, input, mapRunArn } = this.request;
    const { stopDate, output, failure } = this.#outcome ?? {};
    return {
      executionArn: this.arn,
      stateMachineArn,
      name,
      status: this.status,
      startDate: this.startDate,
      ...(stopDate !== undefined && { stopDate }),
      input,
      ...(output !== undefined && { output }),
      ...(failure?.error !== undefined && { error: failure.error }),
      ...(failure?.cause !== undefined && { cause: failure.cause }),
      ...(mapRunArn !== undefined && { mapRunArn }),
    };
  }

  /** Runs to the end; what goes wrong becomes the execution's status. */
  async run(): Promise<void> {
    const { graph, input, roleArn } = this.request;
    const started = { input: JSON.stringify(input), inputDetails: { truncated: false }, roleArn };
    this.history.append('ExecutionStarted', 0, { executionStartedEventDetails: started });
    this.#listener.onStatus(this);
    const trail = new Trail(this.history);
    const run = { host: this.#host, context: this.#context() };
    const { signal } = this.#controller;
    const timer = this.#startTimer();
    try {
      const output = await runGraph(graph, input, { run, variables: new Variables(), trail, signal });
      this.#end({ status: 'SUCCEEDED', output }, trail.last);
    } catch (error) {
      if (!(error instanceof RunAborted))
        this.#end({ status: 'FAILED', failure: plain(toFailure(error)) }, trail.last);
    } finally {
      timer.abort();
    }
  }

  /** Ends the execution at once: no Catch runs, and what its tasks have begun goes on. */
  stop(error?: string, cause?: string): void {
    this.#abort('ABORTED', { error, cause });
  }

  #startTimer(): AbortController {
    const timer = new AbortController();
    const seconds = Math.min(this.request.timeoutSeconds ?? MAX_EXECUTION_SECONDS, MAX_EXECUTION_SECONDS);
    this.#host.clock.sleep(seconds * 1000, timer.signal).then(
      () => this.#abort('TIMED_OUT', { error: undefined, cause: undefined }),
      () => undefined,
    );
    return timer;
  }

  #abort(status: 'ABORTED' | 'TIMED_OUT', failure: Failure): void {
    this.#end({ status, failure }, 0);
    this.#controller.abort(new RunAborted(`the execution is ${status}`));
  }

  #end(
    outcome: { status: EndedExecution['status']; output?: Json; failure?: Failure },
    previous: number,
  ): void {
    if (this.#outcome) return;
    const { status, output, failure } = outcome;
    this.#outcome = { ...outcome, stopDate: this.#host.clock.now() };
    const type = EVENT_TYPES[status];
    const details =
      output === undefined
        ? { ...failure }
        : { output: JSON.stringify(output), outputDetails: { truncated: false } };
    this.history.close(`Execution${type}`, previous, { [`execution${type}EventDetails`]: details });
    this.#settle({
      status,
      ...(output !== undefined && { output }),
      description: taskDescription(this.description),
    });
    this.#listener.onStatus(this);
  }

  #context(): JsonObject {
    const { arn, startDate, request } = this;
    return {
      Execution: {
        Id: arn,
        Input: request.input,
        Name: request.name,
        RoleArn: request.roleArn,
        StartTime: new Date(startDate).toISOString(),
        RedriveCount: 0,
      },
      StateMachine: { Id: request.stateMachineArn, Name: request.machineName },
    };
  }
}

interface Failure {
  readonly error: string | undefined;
  readonly cause: string | undefined;
}

const EVENT_TYPES = {
  SUCCEEDED: 'Succeeded',
  FAILED: 'Failed',
  TIMED_OUT: 'TimedOut',
  ABORTED: 'Aborted',
} as const;

function plain(failure: StateFailure): Failure {
  return { error: failure.error, cause: failure.causeText };
}

/** The shape in which `startExecution.sync:2` returns an execution: Input and Output as JSON, not as text. */
function taskDescription(execution: ExecutionDescription): JsonObject {
  return {
    ExecutionArn: execution.executionArn,
    Input: execution.input,
    InputDetails: { Included: true },
    Name: execution.name,
    ...(execution.output !== undefined && { Output: execution.output, OutputDetails: { Included: true } }),
    ...(execution.error !== undefined && { Error: execution.error }),
    ...(execution.cause !== undefined && { Cause: execution.cause }),
    StartDate: execution.startDate,
    StateMachineArn: execution.stateMachineArn,
    Status: execution.status,
    ...(execution.stopDate !== undefined && { StopDate: execution.stopDate }),
  };
}
