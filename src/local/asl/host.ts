import type { Clock } from '../../app/ports/clock.ts';
import type { InvocationResult } from '../lambda/invoker.ts';
import type { ItemProcessor } from './definition.ts';
import type { Json, JsonObject } from './json.ts';

/** What a running machine needs from the service around it. */
export interface Host {
  readonly clock: Clock;
  /** A number in [0, 1): jitter, `$random`, `$uuid`. */
  readonly random: () => number;
  readonly region: string;
  invoke(functionName: string, payload: Json): Promise<InvocationResult>;
  /** A new task token and what becomes of it. */
  openTask(): PendingTask;
  /** @throws StateFailure when the machine does not exist or the name is taken */
  startExecution(request: StartRequest): StartedExecution;
  startMapRun(request: MapRunRequest): MapRun;
}

export interface PendingTask {
  readonly token: string;
  /** The output given with the token; rejects with a StateFailure for SendTaskFailure. */
  readonly result: Promise<Json>;
  /** When the task was opened or last gave a heartbeat, in milliseconds since the epoch. */
  lastSign(): number;
  /** From now on the token answers TaskTimedOut. */
  close(): void;
}

export interface StartRequest {
  readonly stateMachineArn: string;
  readonly input: Json;
  readonly name: string | undefined;
}

export interface StartedExecution {
  readonly arn: string;
  /** Milliseconds since the epoch. */
  readonly startDate: number;
  readonly ended: Promise<EndedExecution>;
  stop(error: string, cause: string): void;
}

export interface EndedExecution {
  readonly status: 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT' | 'ABORTED';
  /** Only of a SUCCEEDED execution. */
  readonly output?: Json;
  /** The execution as `startExecution.sync:2` returns it. */
  readonly description: JsonObject;
}

export interface MapRunRequest {
  readonly label: string | undefined;
  readonly processor: ItemProcessor;
  readonly total: number;
  readonly maxConcurrency: number;
  readonly toleratedFailureCount: number;
  readonly toleratedFailurePercentage: number;
}

export interface MapRun {
  readonly arn: string;
  startChild(input: Json): StartedExecution;
  end(status: 'SUCCEEDED' | 'FAILED' | 'ABORTED'): void;
}
