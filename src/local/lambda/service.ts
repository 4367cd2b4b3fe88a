import { AwsError, notImplemented, toAwsError } from '../gateway/errors.ts';
import type { AwsRequest, AwsResponse, AwsService } from '../gateway/service.ts';
import type { LambdaHosts } from './hosts.ts';
import type { InvocationResult } from './invoker.ts';

/** Lambda's Invoke operation over the local hosts. */
export class LambdaService implements AwsService {
  readonly name = 'lambda';
  readonly #hosts: Pick<LambdaHosts, 'invoke' | 'timeoutMs'>;

  constructor(hosts: Pick<LambdaHosts, 'invoke' | 'timeoutMs'>) {
    this.#hosts = hosts;
  }

  async handle(request: AwsRequest): Promise<AwsResponse> {
    try {
      return await this.#invoke(request);
    } catch (thrown) {
      const error = toAwsError(thrown);
      return {
        status: error.status,
        headers: { 'content-type': 'application/json', 'x-amzn-errortype': error.code },
        body: JSON.stringify({ Type: 'User', Message: error.message, message: error.message }),
      };
    }
  }

  async #invoke(request: AwsRequest): Promise<AwsResponse> {
    const target = /^\/2015-03-31\/functions\/([^/]+)\/invocations$/.exec(request.path)?.[1];
    if (request.method !== 'POST' || target === undefined) {
      throw notImplemented('lambda', `${request.method} ${request.path}`);
    }
    const functionName = nameOf(decodeURIComponent(target));
    const timeoutMs = this.#hosts.timeoutMs(functionName);
    if (timeoutMs === undefined) {
      throw new AwsError('ResourceNotFoundException', `Function not found: ${functionName}`, 404);
    }
    const payload = parse(request.body);
    const type = request.headers['x-amz-invocation-type'] ?? 'RequestResponse';
    const invocation = this.#hosts.invoke(functionName, payload, {
      timeoutMs,
      signal: new AbortController().signal,
    });
    if (type === 'Event') {
      void invocation.catch(() => {});
      return { status: 202 };
    }
    if (type !== 'RequestResponse') throw notImplemented('lambda', `Invoke with the type ${type}`);
    return answer(await invocation);
  }
}

function answer(result: InvocationResult): AwsResponse {
  const headers = { 'content-type': 'application/json', 'x-amz-executed-version': '$LATEST' };
  if (result.ok) return { status: 200, headers, body: JSON.stringify(result.payload) };
  const { errorType, errorMessage } = result;
  return {
    status: 200,
    headers: { ...headers, 'x-amz-function-error': 'Unhandled' },
    // Step Functions has a word of its own for a dead process; here is Lambda's.
    body: JSON.stringify({
      errorType: errorType === 'Lambda.Unknown' ? 'Runtime.ExitError' : errorType,
      errorMessage,
    }),
  };
}

/** `name`, `name:alias`, or a whole function ARN with or without a qualifier. */
function nameOf(target: string): string {
  const parts = target.split(':');
  const at = parts.indexOf('function');
  return (at < 0 ? parts[0] : parts[at + 1]) ?? target;
}

function parse(body: Buffer): unknown {
  try {
    return body.length === 0 ? {} : JSON.parse(body.toString('utf8'));
  } catch {
    throw new AwsError('InvalidRequestContentException', 'Could not parse request body into json.');
  }
}
