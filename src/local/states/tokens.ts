import type { Clock } from '../../app/ports/clock.ts';
import { StateFailure } from '../asl/failure.ts';
import type { PendingTask } from '../asl/host.ts';
import type { Json } from '../asl/json.ts';
import { StatesError } from './errors.ts';

interface Task {
  readonly resolve: (output: Json) => void;
  readonly reject: (failure: StateFailure) => void;
  lastSign: number;
  open: boolean;
}

/** The task tokens given out, and what was answered with them. */
export class TaskTokens {
  readonly #tasks = new Map<string, Task>();
  readonly #clock: Clock;
  readonly #newId: () => string;

  constructor(clock: Clock, newId: () => string) {
    this.#clock = clock;
    this.#newId = newId;
  }

  open(): PendingTask {
    const token = `task-${this.#newId()}`;
    const { promise, resolve, reject } = withResolvers<Json>();
    // The task may have failed otherwise and not listen any more.
    promise.catch(() => undefined);
    const task: Task = { resolve, reject, lastSign: this.#clock.now(), open: true };
    this.#tasks.set(token, task);
    return {
      token,
      result: promise,
      lastSign: () => task.lastSign,
      close: () => {
        task.open = false;
      },
    };
  }

  /** @throws StatesError InvalidToken, TaskDoesNotExist, TaskTimedOut; so do `fail` and `heartbeat` */
  succeed(token: string, output: Json): void {
    const task = this.#take(token);
    task.open = false;
    task.resolve(output);
  }

  fail(token: string, error: string | undefined, cause: string | undefined): void {
    const task = this.#take(token);
    task.open = false;
    task.reject(new StateFailure(error, cause));
  }

  heartbeat(token: string): void {
    this.#take(token).lastSign = this.#clock.now();
  }

  #take(token: string): Task {
    if (!/^task-[0-9a-f-]{36}$/.test(token))
      throw new StatesError('InvalidToken', "Invalid Token: 'Invalid token'");
    const task = this.#tasks.get(token);
    if (!task)
      throw new StatesError('TaskDoesNotExist', "Task Does Not Exist: 'Provided task does not exist'");
    if (!task.open) {
      throw new StatesError('TaskTimedOut', "Task Timed Out: 'Provided task does not exist anymore'");
    }
    return task;
  }
}

function withResolvers<T>(): {
  promise: Promise<T>;
  resolve: (value: T) => void;
  reject: (reason: unknown) => void;
} {
  let resolve: (value: T) => void = () => undefined;
  let reject: (reason: unknown) => void = () => undefined;
  const promise = new Promise<T>((res, rej) => {
    resolve = res;
    reject = rej;
  });
  return { promise, resolve, reject };
}
