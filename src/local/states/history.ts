import type { Clock } from '../../app/ports/clock.ts';
import { StateFailure } from '../asl/failure.ts';
import { MAX_HISTORY_EVENTS } from '../asl/limits.ts';
import type { History } from '../asl/trail.ts';

/** One event as GetExecutionHistory returns it, but for the time. */
export interface HistoryEvent {
  readonly id: number;
  readonly previousEventId: number;
  /** Milliseconds since the Unix epoch. */
  readonly timestamp: number;
  readonly type: string;
  /** The event's details field under AWS's own name, e.g. `taskFailedEventDetails`. */
  readonly details: Readonly<Record<string, unknown>>;
}

/** The events of one execution. After its last event it takes no more, silently: AWS's also ends there. */
export class ExecutionHistory implements History {
  readonly events: HistoryEvent[] = [];
  readonly #clock: Clock;
  readonly #onEvent: (event: HistoryEvent) => void;
  #closed = false;

  constructor(clock: Clock, onEvent: (event: HistoryEvent) => void) {
    this.#clock = clock;
    this.#onEvent = onEvent;
  }

  append(type: string, previousEventId: number, details: Readonly<Record<string, unknown>> = {}): number {
    if (this.#closed) return this.events.length;
    // One place is kept for the event that ends the execution.
    if (this.events.length >= MAX_HISTORY_EVENTS - 1) {
      const text = `The execution reached the maximum number of history events (${MAX_HISTORY_EVENTS}).`;
      throw new StateFailure('States.Runtime', text);
    }
    return this.#push(type, previousEventId, details);
  }

  close(type: string, previousEventId: number, details: Readonly<Record<string, unknown>>): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#push(type, previousEventId, details);
  }

  #push(type: string, previousEventId: number, details: Readonly<Record<string, unknown>>): number {
    const id = this.events.length + 1;
    const event = { id, previousEventId, timestamp: this.#clock.now(), type, details };
    this.events.push(event);
    this.#onEvent(event);
    return id;
  }
}
