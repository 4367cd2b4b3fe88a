import { type ChildProcess, fork } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { InvocationResult } from './invoker.ts';
import type { InvocationMessage, ReplyMessage } from './protocol.ts';

export interface HostOptions {
  /** Path of the bundled host script. */
  readonly script: string;
  readonly memoryMb: number;
  readonly onLog: (functionName: string, line: string) => void;
}

/** How an invocation is made to go wrong. */
export type Fault =
  /** The process dies before the handler starts. */
  | { readonly kind: 'crash before' }
  /** The process dies this many milliseconds after the handler has started. */
  | { readonly kind: 'crash during'; readonly afterMs: number }
  /** The handler has done its work, but its answer is lost with the process. */
  | { readonly kind: 'crash after' }
  /** Lambda refuses the invocation for now; the handler does not start. */
  | { readonly kind: 'throttle' }
  /** Nothing by itself: variables for this one delivery, by which the handler places a fault of its own. */
  | { readonly kind: 'with environment'; readonly environment: Readonly<Record<string, string>> };

/** One child process that runs one invocation at a time. */
export class HostProcess {
  readonly loaded = new Set<string>();
  readonly exited: Promise<void>;
  readonly #child: ChildProcess;
  #running: InvocationMessage | undefined;
  #alive = true;

  constructor(options: HostOptions) {
    this.#child = fork(options.script, [], {
      execArgv: [`--max-old-space-size=${options.memoryMb}`],
      env: {
        PATH: process.env.PATH,
        HOME: process.env.HOME,
        TMPDIR: process.env.TMPDIR,
        TZ: ':UTC',
        LANG: 'en_US.UTF-8',
      },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      // A Ctrl-C in the terminal is for us alone: a handler in flight finishes or is stopped by us.
      detached: true,
    });
    this.exited = new Promise((resolve) => {
      for (const event of ['exit', 'error'] as const) {
        this.#child.once(event, () => {
          this.#alive = false;
          resolve();
        });
      }
    });
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      if (!stream) continue;
      createInterface({ input: stream }).on('line', (line) =>
        options.onLog(this.#running?.functionName ?? '', line),
      );
    }
  }

  get alive(): boolean {
    return this.#alive;
  }

  /** Runs one invocation to its end, its deadline, or the end of the process, whichever is first. */
  async run(message: InvocationMessage, fault: Fault | undefined): Promise<InvocationResult> {
    this.#running = message;
    const timers: NodeJS.Timeout[] = [];
    const crash = (afterMs: number) => timers.push(setTimeout(() => this.kill(), afterMs));
    try {
      return await new Promise<InvocationResult>((resolve) => {
        const { remainingMs } = message;
        timers.push(
          setTimeout(() => {
            this.kill();
            resolve(timedOut(message));
          }, remainingMs),
        );
        const onReply = (reply: ReplyMessage) => {
          if (reply.requestId !== message.requestId) return;
          this.#child.off('message', onReply);
          if (fault?.kind === 'crash after') this.kill();
          else resolve(toResult(reply));
        };
        this.#child.on('message', onReply);
        void this.exited.then(() => resolve(crashed(message)));
        if (fault?.kind === 'crash before') this.kill();
        else this.#child.send(message, () => {});
        if (fault?.kind === 'crash during') crash(fault.afterMs);
        this.loaded.add(message.bundle);
      });
    } finally {
      for (const timer of timers) clearTimeout(timer);
      this.#running = undefined;
    }
  }

  kill(): void {
    this.#alive = false;
    this.#child.kill('SIGKILL');
  }
}

function toResult(reply: ReplyMessage): InvocationResult {
  return reply.ok
    ? { ok: true, payload: JSON.parse(reply.payload) }
    : { ok: false, errorType: reply.errorType, errorMessage: reply.errorMessage };
}

/** `Sandbox.Timedout` is what Step Functions sees of a function timeout on current runtimes. */
function timedOut({ requestId, functionName: _, remainingMs }: InvocationMessage): InvocationResult {
  const seconds = (remainingMs / 1000).toFixed(2);
  return {
    ok: false,
    errorType: 'Sandbox.Timedout',
    errorMessage: `RequestId: ${requestId} Error: Task timed out after ${seconds} seconds`,
  };
}

/**
 * Lambda's own API calls a dead process `Runtime.ExitError`; Step Functions' guide says that it reports such
 * unhandled errors (out of memory, a crash) as `Lambda.Unknown`, and that is the name used here.
 */
function crashed({ requestId }: InvocationMessage): InvocationResult {
  return {
    ok: false,
    errorType: 'Lambda.Unknown',
    errorMessage: `RequestId: ${requestId} Error: Runtime exited with error: signal: killed`,
  };
}
