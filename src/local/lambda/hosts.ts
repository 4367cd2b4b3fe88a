import { randomUUID } from 'node:crypto';
import type { InvocationOptions, InvocationResult, LambdaInvoker } from './invoker.ts';
import { type Fault, HostProcess } from './process.ts';
import type { InvocationMessage } from './protocol.ts';

export interface LocalFunction {
  /** Absolute path of a module that exports `handler`. */
  readonly bundle: string;
  readonly timeoutMs: number;
  /** Default 512. */
  readonly memoryMb?: number;
  readonly environment?: Readonly<Record<string, string>>;
}

/** An invocation on its way to a process; one that is delivered twice has two of them. */
export interface Delivery {
  readonly functionName: string;
  readonly payload: unknown;
  readonly sequence: number;
}

export interface LambdaHostsOptions {
  readonly functions: Readonly<Record<string, LocalFunction>>;
  /** Path of `host.ts` bundled as CommonJS. */
  readonly hostScript: string;
  /**
   * `warm` keeps processes for the next invocation of any function, `own` for the next one of the same function,
   * as AWS does; `fresh` gives each invocation a process.
   */
  readonly mode: 'warm' | 'own' | 'fresh';
  /** Processes at a time; further invocations wait. Default 8. */
  readonly maxConcurrency?: number;
  readonly region?: string;
  readonly account?: string;
  /** Variables of every function, asked for at each invocation; a function's own win. */
  readonly environment?: () => Readonly<Record<string, string>>;
  /** Every invocation is delivered twice, one after the other; the second result counts. */
  readonly deliverTwice?: boolean;
  /** Asked before each delivery; `sequence` counts all deliveries from 1. */
  readonly faults?: (delivery: Delivery) => Fault | undefined;
  /** Told how each delivery ended; the caller gets the result after that. */
  readonly onDelivered?: (delivery: Delivery, result: InvocationResult) => void | Promise<void>;
  /** Each line that a handler writes to stdout or stderr. */
  readonly onLog?: (functionName: string, line: string) => void;
}

export interface LambdaHosts extends LambdaInvoker {
  /** Timeout of a function, or undefined when there is none of that name. */
  timeoutMs(functionName: string): number | undefined;
  /** Kills all processes; what runs or waits ends as a crash. */
  stop(): Promise<void>;
}

/** Lambda's limit for a synchronous request. */
const MAX_REQUEST_BYTES = 6 * 1024 * 1024;
const DEFAULT_MEMORY_MB = 512;

/**
 * Runs handlers in child processes, with Lambda's deadline and Lambda's kinds of failure. When the signal of
 * an invocation aborts, the caller gets its answer but the handler goes on, as it does on AWS.
 */
export function createLambdaHosts(options: LambdaHostsOptions): LambdaHosts {
  const { functions, mode } = options;
  const { region = 'us-east-1', account = '000000000000', maxConcurrency = 8 } = options;
  const memoryMb = Math.max(DEFAULT_MEMORY_MB, ...Object.values(functions).map((each) => each.memoryMb ?? 0));
  const hosts = new Set<HostProcess>();
  const idle: HostProcess[] = [];
  const waiting: (() => void)[] = [];
  let running = 0;
  let sequence = 0;
  let stopped = false;

  function take(bundle: string, limitMb: number): HostProcess {
    for (const candidate of [...idle]) if (!candidate.alive) idle.splice(idle.indexOf(candidate), 1);
    const known = idle.find(({ loaded }) => loaded.has(bundle)) ?? (mode === 'own' ? undefined : idle[0]);
    if (known) {
      idle.splice(idle.indexOf(known), 1);
      return known;
    }
    const host = new HostProcess({
      script: options.hostScript,
      memoryMb: mode === 'warm' ? memoryMb : limitMb,
      onLog: options.onLog ?? (() => {}),
    });
    hosts.add(host);
    void host.exited.then(() => hosts.delete(host));
    return host;
  }

  async function deliver(message: InvocationMessage, payload: unknown): Promise<InvocationResult> {
    // A process that becomes free is handed over: the count of running ones does not change then.
    if (running >= maxConcurrency) await new Promise<void>((resolve) => waiting.push(resolve));
    else running += 1;
    try {
      if (stopped) return failure('Lambda.Unknown', 'The local cloud is stopping.');
      const { functionName } = message;
      const delivery = { functionName, payload, sequence: ++sequence };
      const fault = options.faults?.(delivery);
      if (fault?.kind === 'throttle') return failure('Lambda.TooManyRequestsException', 'Rate Exceeded.');
      const host = take(message.bundle, message.memoryMb);
      const result = await host.run(withVariables(message, fault), fault);
      if (mode !== 'fresh' && host.alive) idle.push(host);
      else {
        host.kill();
        await host.exited;
      }
      await options.onDelivered?.(delivery, result);
      return result;
    } finally {
      const next = waiting.shift();
      if (next) next();
      else running -= 1;
    }
  }

  async function invoke(
    functionName: string,
    payload: unknown,
    { timeoutMs, signal }: InvocationOptions,
  ): Promise<InvocationResult> {
    const target = Object.hasOwn(functions, functionName) ? functions[functionName] : undefined;
    if (!target) {
      return failure('Lambda.ResourceNotFoundException', `Function not found: ${functionName}`);
    }
    const text = JSON.stringify(payload ?? null);
    if (Buffer.byteLength(text) > MAX_REQUEST_BYTES) {
      return failure(
        'Lambda.RequestTooLargeException',
        `Request must be smaller than ${MAX_REQUEST_BYTES} bytes for the InvokeFunction operation`,
      );
    }
    const message: InvocationMessage = {
      requestId: randomUUID(),
      functionName,
      functionArn: `arn:aws:lambda:${region}:${account}:function:${functionName}`,
      memoryMb: target.memoryMb ?? DEFAULT_MEMORY_MB,
      bundle: target.bundle,
      environment: { ...options.environment?.(), ...target.environment },
      remainingMs: Math.min(timeoutMs, target.timeoutMs),
      payload: text,
    };
    if (options.deliverTwice) await untilAborted(deliver(message, payload), signal);
    return untilAborted(deliver(message, payload), signal);
  }

  const killAll = () => {
    for (const host of hosts) host.kill();
  };
  process.once('exit', killAll);

  return {
    invoke,
    timeoutMs: (name) => (Object.hasOwn(functions, name) ? functions[name]?.timeoutMs : undefined),
    async stop() {
      stopped = true;
      process.off('exit', killAll);
      killAll();
      await Promise.all([...hosts].map((host) => host.exited));
    },
  };
}

function withVariables(message: InvocationMessage, fault: Fault | undefined): InvocationMessage {
  if (fault?.kind !== 'with environment') return message;
  return { ...message, environment: { ...message.environment, ...fault.environment } };
}

function failure(errorType: string, errorMessage: string): InvocationResult {
  return { ok: false, errorType, errorMessage };
}

async function untilAborted(work: Promise<InvocationResult>, signal: AbortSignal): Promise<InvocationResult> {
  const aborted = (): InvocationResult =>
    failure('Lambda.Unknown', 'The caller no longer waits for the invocation.');
  if (signal.aborted) return aborted();
  let onAbort = () => {};
  const stop = new Promise<InvocationResult>((resolve) => {
    onAbort = () => resolve(aborted());
    signal.addEventListener('abort', onAbort, { once: true });
  });
  try {
    return await Promise.race([work, stop]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}
