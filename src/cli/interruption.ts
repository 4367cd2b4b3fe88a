/** SIGPIPE stands for a stdout or stderr that nobody reads any more; Node hides the signal itself. */
const exitCodeOf = { SIGHUP: 129, SIGINT: 130, SIGPIPE: 141, SIGTERM: 143 } as const;
type Reason = keyof typeof exitCodeOf;

/** The command was told to end before its work was done: by Ctrl-C, by `kill`, or by a reader that has gone. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted';
  readonly by: Reason;

  constructor(by: Reason, message = 'stopped before the end') {
    super(message);
    this.by = by;
  }

  /** As shells report it: 128 and the number of the signal. */
  get exitCode(): number {
    return exitCodeOf[this.by];
  }
}

/** What is still being stopped after this long, in milliseconds, is left to its own devices. */
const patienceMs = 10_000;

export interface Interruption {
  /** Aborts with an `Interrupted` as its reason. */
  readonly signal: AbortSignal;
  /** Nobody reads the output any more. */
  outputClosed(): void;
  close(): void;
}

/** Listens for Ctrl-C and its like, so that a command can stop what it has started. The second one ends at once. */
export function listenForInterruption(): Interruption {
  const controller = new AbortController();
  const interrupt = (by: Reason): void => {
    if (controller.signal.aborted) process.exit(exitCodeOf[by]);
    controller.abort(new Interrupted(by));
    setTimeout(() => process.exit(exitCodeOf[by]), patienceMs).unref();
  };
  const onSignal = (name: NodeJS.Signals): void => interrupt(name as Reason);
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  for (const name of signals) process.on(name, onSignal);
  return {
    signal: controller.signal,
    outputClosed: () => {
      if (!controller.signal.aborted) interrupt('SIGPIPE');
    },
    close: () => {
      for (const name of signals) process.off(name, onSignal);
    },
  };
}
