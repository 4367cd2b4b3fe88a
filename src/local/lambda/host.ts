/**
 * The process that a handler runs in, bundled into a CommonJS file of its own. It is forked with an IPC
 * channel, runs one invocation at a time, and ends when its parent disappears.
 */
import { pathToFileURL } from 'node:url';
import type { InvocationMessage, ReplyMessage } from './protocol.ts';

/** Lambda's limit for a synchronous answer: 6 MB and a little for its envelope. */
const MAX_RESPONSE_BYTES = 6_291_556;

let environment: Readonly<Record<string, string>> = {};

process.on('disconnect', () => process.exit(0));
process.on('message', (message: InvocationMessage) => {
  const startedAt = performance.now();
  void run(message).then((reply) => {
    console.log(reportLine(message, performance.now() - startedAt));
    process.send?.(reply);
  });
});

async function run(message: InvocationMessage): Promise<ReplyMessage> {
  const { requestId } = message;
  const endsAt = performance.now() + message.remainingMs;
  useEnvironment(message);
  try {
    const handler = await loadHandler(message.bundle);
    const context = {
      awsRequestId: requestId,
      functionName: message.functionName,
      functionVersion: '$LATEST',
      invokedFunctionArn: message.functionArn,
      memoryLimitInMB: String(message.memoryMb),
      logGroupName: `/aws/lambda/${message.functionName}`,
      logStreamName: 'local',
      callbackWaitsForEmptyEventLoop: false,
      getRemainingTimeInMillis: () => Math.max(0, Math.floor(endsAt - performance.now())),
    };
    const payload = JSON.stringify((await handler(JSON.parse(message.payload), context)) ?? null);
    const bytes = Buffer.byteLength(payload);
    if (bytes <= MAX_RESPONSE_BYTES) return { requestId, ok: true, payload };
    throw named(
      'Function.ResponseSizeTooLarge',
      `Response payload size (${bytes} bytes) exceeded maximum allowed payload size (${MAX_RESPONSE_BYTES} bytes).`,
    );
  } catch (thrown) {
    const error = thrown instanceof Error ? thrown : named('Error', String(thrown));
    return { requestId, ok: false, errorType: error.name, errorMessage: error.message };
  }
}

/** The line Lambda closes each invocation's log with; `Max Memory Used` is the process's peak so far. */
function reportLine({ requestId, memoryMb }: InvocationMessage, durationMs: number): string {
  const usedMb = Math.ceil(process.resourceUsage().maxRSS / 1024);
  return `REPORT RequestId: ${requestId}\tDuration: ${durationMs.toFixed(2)} ms\tMemory Size: ${memoryMb} MB\tMax Memory Used: ${usedMb} MB`;
}

type Handler = (event: unknown, context: object) => unknown;

async function loadHandler(bundle: string): Promise<Handler> {
  let exported: { handler?: unknown };
  try {
    exported = await import(pathToFileURL(bundle).href);
  } catch (cause) {
    throw named('Runtime.ImportModuleError', `Error: cannot load ${bundle}: ${cause}`);
  }
  if (typeof exported.handler === 'function') return exported.handler as Handler;
  throw named('Runtime.HandlerNotFound', `${bundle} does not export handler.`);
}

/** A warm host serves many functions: the variables of the one before must not be seen. */
function useEnvironment(message: InvocationMessage): void {
  for (const name of Object.keys(environment)) delete process.env[name];
  environment = {
    ...message.environment,
    AWS_LAMBDA_FUNCTION_NAME: message.functionName,
    AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(message.memoryMb),
  };
  Object.assign(process.env, environment);
}

function named(name: string, message: string): Error {
  return Object.assign(new Error(message), { name });
}
