import { AsyncResource } from 'node:async_hooks';
import type { Clock } from '../../app/ports/clock.ts';
import { StateFailure } from '../asl/failure.ts';
import type { Host, MapRun, MapRunRequest, StartRequest } from '../asl/host.ts';
import { type Json, sizeOf } from '../asl/json.ts';
import { MAX_PAYLOAD_BYTES } from '../asl/limits.ts';
import { runBusy } from '../clock/busy-clock.ts';
import type { LambdaInvoker } from '../lambda/invoker.ts';
import { doesNotExist, StatesError } from './errors.ts';
import { Execution, type ExecutionListener, type ExecutionRequest } from './execution.ts';
import { idSource } from './ids.ts';
import type { StateMachines } from './machines.ts';
import { MapRunRecord } from './map-run.ts';
import { checkName, executionArn, mapRunArn, type Place } from './names.ts';
import { TaskTokens } from './tokens.ts';

export interface ExecutionsOptions {
  readonly clock: Clock;
  readonly invoker: LambdaInvoker;
  /** A number in [0, 1). */
  readonly random: () => number;
  readonly place: Place;
  /** The configured timeout of a Lambda function, in milliseconds. */
  readonly functionTimeoutMs: (name: string) => number;
}

/** All executions of the account, their map runs and task tokens. */
export class Executions {
  readonly tokens: TaskTokens;
  readonly #options: ExecutionsOptions;
  readonly #newId: () => string;
  readonly #machines: StateMachines;
  readonly #listener: ExecutionListener;
  readonly #executions = new Map<string, Execution>();
  readonly #mapRuns = new Map<string, MapRunRecord>();
  readonly #shutdown = new AbortController();
  readonly #runs = new Set<Promise<void>>();
  /** Runs belong to nobody's call, in particular not to the busy work that may have started them. */
  readonly #outside = new AsyncResource('Executions');

  constructor(options: ExecutionsOptions, machines: StateMachines, listener: ExecutionListener) {
    this.#options = options;
    this.#newId = idSource(options.random);
    this.#machines = machines;
    this.#listener = listener;
    this.tokens = new TaskTokens(options.clock, this.#newId);
  }

  /**
   * Starts an execution, or returns the running one of the same name and input.
   * @throws StatesError StateMachineDoesNotExist, InvalidName, InvalidExecutionInput, ExecutionAlreadyExists
   */
  start({
    stateMachineArn,
    input,
    name = this.#newId(),
  }: Omit<StartRequest, 'name'> & { name?: string }): Execution {
    const { arn: machineArn, name: machineName, machine, roleArn } = this.#machines.get(stateMachineArn);
    const arn = executionArn(this.#options.place, machineName, checkName(name));
    const existing = this.#executions.get(arn);
    if (existing) {
      const same = JSON.stringify(existing.request.input) === JSON.stringify(input);
      if (same && existing.status === 'RUNNING') return existing;
      throw new StatesError('ExecutionAlreadyExists', `Execution Already Exists: '${arn}'`);
    }
    if (sizeOf(input) > MAX_PAYLOAD_BYTES) {
      throw new StatesError('InvalidExecutionInput', `The input is larger than ${MAX_PAYLOAD_BYTES} bytes`);
    }
    const graph = machine;
    const timeoutSeconds = machine.TimeoutSeconds;
    const mapRunArn = undefined;
    return this.#run({
      arn,
      name,
      stateMachineArn: machineArn,
      machineName,
      roleArn,
      graph,
      timeoutSeconds,
      input,
      mapRunArn,
    });
  }

  /** @throws StatesError ExecutionDoesNotExist */
  get(arn: string): Execution {
    const found = this.#executions.get(arn);
    if (!found) throw doesNotExist('Execution', arn);
    return found;
  }

  /** Newest first. */
  all(): Execution[] {
    return [...this.#executions.values()].reverse();
  }

  /** @throws StatesError ResourceNotFound */
  mapRun(arn: string): MapRunRecord {
    const found = this.#mapRuns.get(arn);
    if (!found) throw doesNotExist('Map Run', arn);
    return found;
  }

  mapRuns(): MapRunRecord[] {
    return [...this.#mapRuns.values()].reverse();
  }

  /** Stops every execution, aborts every invocation, and waits until all runs have ended. */
  async close(): Promise<void> {
    this.#shutdown.abort(new Error('the local Step Functions service is closing'));
    for (const execution of this.#executions.values()) execution.stop(undefined, 'The service is closing.');
    await Promise.all(this.#runs);
  }

  #run(request: ExecutionRequest): Execution {
    const host = this.#hostFor(request);
    const execution = new Execution(request, host, this.#listener);
    this.#executions.set(request.arn, execution);
    const run = this.#outside.runInAsyncScope(() => execution.run());
    this.#runs.add(run);
    run.then(() => this.#runs.delete(run));
    return execution;
  }

  #hostFor(parent: ExecutionRequest): Host {
    const { clock, random, place, invoker, functionTimeoutMs } = this.#options;
    return {
      clock,
      random,
      region: place.region,
      // Only closing the service aborts an invocation: a stopped execution leaves its functions running.
      invoke: (name, payload) =>
        runBusy(clock, () =>
          invoker.invoke(name, payload, {
            timeoutMs: functionTimeoutMs(name),
            signal: this.#shutdown.signal,
          }),
        ),
      openTask: () => this.tokens.open(),
      startExecution: ({ name, ...request }) => {
        try {
          return this.start({ ...request, ...(name !== undefined && { name }) });
        } catch (error) {
          if (!(error instanceof StatesError)) throw error;
          throw new StateFailure(`StepFunctions.${error.code}Exception`, error.message, { cause: error });
        }
      },
      startMapRun: (request) => this.#startMapRun(parent, request),
    };
  }

  #startMapRun(parent: ExecutionRequest, request: MapRunRequest): MapRun {
    const { clock, place } = this.#options;
    const { processor, label = this.#newId(), ...settings } = request;
    const machineName = `${parent.machineName}/${label}`;
    const stateMachineArn = `${parent.stateMachineArn}/${label}`;
    const arn = mapRunArn(place, parent.machineName, label, this.#newId());
    const times = { executionArn: parent.arn, stateMachineArn, startDate: clock.now() };
    const record = new MapRunRecord({ arn, ...times, ...settings });
    this.#mapRuns.set(arn, record);
    const startChild = (input: Json): Execution => {
      const name = this.#newId();
      const child = this.#run({
        arn: executionArn(place, machineName, name),
        name,
        stateMachineArn,
        machineName,
        roleArn: parent.roleArn,
        graph: processor,
        timeoutSeconds: undefined,
        input,
        mapRunArn: arn,
      });
      record.children.push(child);
      return child;
    };
    return { arn, startChild, end: (status) => record.end(status, clock.now()) };
  }
}
