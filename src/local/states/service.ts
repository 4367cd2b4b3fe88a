import type { Json } from '../asl/json.ts';
import type { AwsRequest, AwsResponse, AwsService } from '../gateway/service.ts';
import { StatesError } from './errors.ts';
import type { Execution, ExecutionDescription, ExecutionListener, ExecutionStatus } from './execution.ts';
import { Executions, type ExecutionsOptions } from './executions.ts';
import type { HistoryEvent } from './history.ts';
import { StateMachines } from './machines.ts';
import { type Place, roleArn } from './names.ts';
import { operations } from './operations.ts';

export interface StatesServiceOptions extends Omit<ExecutionsOptions, 'place' | 'random'>, Place {
  readonly random?: () => number;
}

/** The detail of EventBridge's "Step Functions Execution Status Change"; its times are epoch milliseconds. */
export interface StatusChange {
  readonly executionArn: string;
  readonly stateMachineArn: string;
  readonly name: string;
  readonly status: ExecutionStatus;
  readonly startDate: number;
  readonly stopDate: number | null;
  /** JSON texts, as AWS sends them. */
  readonly input: string;
  readonly output: string | null;
  readonly error: string | null;
  readonly cause: string | null;
}

export interface Transition {
  readonly executionArn: string;
  /** Set for the children of a distributed Map. */
  readonly mapRunArn: string | undefined;
  readonly kind: 'entered' | 'exited';
  readonly state: string;
  readonly stateType: string;
  /** Milliseconds since the Unix epoch. */
  readonly at: number;
}

/**
 * Step Functions on this machine: the JSON 1.0 protocol for the operations the project uses, and the
 * same by direct calls for tests and the command line. Standard workflows in JSONata only.
 */
export class StatesService implements AwsService {
  readonly name = 'states';
  readonly #machines: StateMachines;
  readonly #executions: Executions;
  readonly #place: Place;
  readonly #statusListeners = new Set<(change: StatusChange) => void>();
  readonly #transitionListeners = new Set<(transition: Transition) => void>();

  constructor({ region, account, random = Math.random, ...options }: StatesServiceOptions) {
    this.#place = { region, account };
    this.#machines = new StateMachines(this.#place, options.clock);
    this.#executions = new Executions(
      { ...options, random, place: this.#place },
      this.#machines,
      this.#listener(),
    );
  }

  /** An operation that is not implemented answers 501 with its name. */
  async handle(request: AwsRequest): Promise<AwsResponse> {
    const operation = request.headers['x-amz-target']?.split('.').at(-1) ?? '';
    const run = Object.hasOwn(operations, operation) ? operations[operation] : undefined;
    if (!run)
      return answer(501, { __type: 'NotImplemented', message: `states: ${operation} is not implemented` });
    try {
      const body: unknown = JSON.parse(request.body.toString('utf8') || '{}');
      return answer(200, run({ machines: this.#machines, executions: this.#executions }, body));
    } catch (error) {
      if (error instanceof StatesError) return answer(400, { __type: error.code, message: error.message });
      if (error instanceof SyntaxError)
        return answer(400, { __type: 'SerializationException', message: error.message });
      throw error;
    }
  }

  /**
   * @param options.definition JSON text or the parsed definition
   * @returns the machine's ARN
   * @throws StatesError InvalidName, InvalidDefinition, StateMachineAlreadyExists
   */
  createStateMachine(options: { name: string; definition: unknown }): string {
    return this.#machines.create(options.name, textOf(options.definition), roleArn(this.#place)).arn;
  }

  /** @throws StatesError StateMachineDoesNotExist, InvalidDefinition */
  updateStateMachine(options: { stateMachineArn: string; definition: unknown }): void {
    this.#machines.update(options.stateMachineArn, { definition: textOf(options.definition) });
  }

  /** @throws StatesError as `StartExecution` does */
  startExecution(options: { stateMachineArn: string; input?: Json; name?: string }): ExecutionDescription {
    return this.#executions.start({ input: {}, ...options }).description;
  }

  /** @throws StatesError ExecutionDoesNotExist; so do the other functions that take an ARN */
  describeExecution(executionArn: string): ExecutionDescription {
    return this.#executions.get(executionArn).description;
  }

  /** Resolves when the execution has ended, however it ended. */
  async waitForExecution(executionArn: string): Promise<ExecutionDescription> {
    const execution = this.#executions.get(executionArn);
    await execution.ended;
    return execution.description;
  }

  /** Ends it as ABORTED. No Catch runs; functions it has invoked run on. */
  stopExecution(executionArn: string, error?: string, cause?: string): void {
    this.#executions.get(executionArn).stop(error, cause);
  }

  history(executionArn: string): readonly HistoryEvent[] {
    return this.#executions.get(executionArn).history.events;
  }

  /** Executions, newest first, of one machine (or all) or of one map run. */
  listExecutions(filter: { stateMachineArn?: string; mapRunArn?: string } = {}): ExecutionDescription[] {
    const { stateMachineArn, mapRunArn } = filter;
    return this.#executions
      .all()
      .map((execution) => execution.description)
      .filter((one) => stateMachineArn === undefined || one.stateMachineArn === stateMachineArn)
      .filter((one) => mapRunArn === undefined || one.mapRunArn === mapRunArn);
  }

  /** Completes a task that waits for its token. @throws StatesError TaskDoesNotExist, TaskTimedOut */
  sendTaskSuccess(taskToken: string, output: Json): void {
    this.#executions.tokens.succeed(taskToken, output);
  }

  /** @throws StatesError TaskDoesNotExist, TaskTimedOut */
  sendTaskFailure(taskToken: string, error?: string, cause?: string): void {
    this.#executions.tokens.fail(taskToken, error, cause);
  }

  /** Called at each change of status, also of a map run's children. Listeners must not throw. */
  onStatusChange(listener: (change: StatusChange) => void): () => void {
    this.#statusListeners.add(listener);
    return () => this.#statusListeners.delete(listener);
  }

  /** Called when a state is entered or exited. Listeners must not throw. */
  onTransition(listener: (transition: Transition) => void): () => void {
    this.#transitionListeners.add(listener);
    return () => this.#transitionListeners.delete(listener);
  }

  /** Stops all executions and aborts all invocations. */
  close(): Promise<void> {
    return this.#executions.close();
  }

  #listener(): ExecutionListener {
    return {
      onStatus: (execution) => {
        const change = toStatusChange(execution.description);
        for (const listener of this.#statusListeners) listener(change);
      },
      onEvent: (execution, event) => {
        const transition = toTransition(execution, event);
        if (transition) for (const listener of this.#transitionListeners) listener(transition);
      },
    };
  }
}

function textOf(definition: unknown): string {
  return typeof definition === 'string' ? definition : JSON.stringify(definition);
}

function toStatusChange(execution: ExecutionDescription): StatusChange {
  const { executionArn, stateMachineArn, name, status, startDate } = execution;
  return {
    executionArn,
    stateMachineArn,
    name,
    status,
    startDate,
    stopDate: execution.stopDate ?? null,
    input: JSON.stringify(execution.input),
    output: execution.output === undefined ? null : JSON.stringify(execution.output),
    error: execution.error ?? null,
    cause: execution.cause ?? null,
  };
}

function toTransition(execution: Execution, event: HistoryEvent): Transition | undefined {
  const match = /^(.*)State(Entered|Exited)$/.exec(event.type);
  if (!match) return undefined;
  const kind = match[2] === 'Entered' ? 'entered' : 'exited';
  const details = event.details[kind === 'entered' ? 'stateEnteredEventDetails' : 'stateExitedEventDetails'];
  const state = (details as { name: string }).name;
  const { mapRunArn } = execution.request;
  return {
    executionArn: execution.arn,
    mapRunArn,
    kind,
    state,
    stateType: match[1] ?? '',
    at: event.timestamp,
  };
}

function answer(status: number, body: unknown): AwsResponse {
  return { status, headers: { 'content-type': 'application/x-amz-json-1.0' }, body: JSON.stringify(body) };
}
