/** The history of one execution, as the interpreter writes it. */
export interface History {
  /**
   * @param details the event's one details field, named as in AWS's API, e.g. `{ taskFailedEventDetails: {…} }`
   * @returns the new event's id
   * @throws StateFailure States.Runtime when the history is full
   */
  append(type: string, previousEventId: number, details?: Readonly<Record<string, unknown>>): number;
}

/** One line of events through a history: each event names the one before it on its own branch. */
export class Trail {
  readonly #history: History;
  #last: number;

  constructor(history: History, last = 0) {
    this.#history = history;
    this.#last = last;
  }

  get last(): number {
    return this.#last;
  }

  record(type: string, details?: Readonly<Record<string, unknown>>): number {
    this.#last = this.#history.append(type, this.#last, details);
    return this.#last;
  }

  /** A new branch that goes on from here. */
  fork(): Trail {
    return new Trail(this.#history, this.#last);
  }

  /** Goes on after a finished branch. */
  join(branch: Trail): void {
    this.#last = Math.max(this.#last, branch.#last);
  }
}
