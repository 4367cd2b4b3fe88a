import { AwsError, notImplemented, toAwsError } from './errors.ts';
import type { AwsRequest, AwsResponse } from './service.ts';

export type JsonObject = Readonly<Record<string, unknown>>;
export type JsonOperation = (input: JsonObject) => object | undefined | Promise<object | undefined>;

export interface JsonProtocol {
  readonly service: string;
  /** `1.0` or `1.1`: the content type of the answers. */
  readonly version: '1.0' | '1.1';
  readonly operations: Readonly<Record<string, JsonOperation>>;
}

/** Answers a request of AWS's JSON protocol through the operation in its `X-Amz-Target` header. */
export async function answerJson(protocol: JsonProtocol, request: AwsRequest): Promise<AwsResponse> {
  const action = request.headers['x-amz-target']?.split('.').at(-1) ?? '';
  const contentType = `application/x-amz-json-${protocol.version}`;
  try {
    const operation = Object.hasOwn(protocol.operations, action) ? protocol.operations[action] : undefined;
    if (operation === undefined) throw notImplemented(protocol.service, action);
    const result = await operation(parseObject(request.body));
    return {
      status: 200,
      headers: { 'content-type': contentType },
      body: JSON.stringify(result ?? {}, seconds),
    };
  } catch (thrown) {
    const error = toAwsError(thrown);
    return {
      status: error.status,
      headers: { 'content-type': contentType, 'x-amzn-errortype': error.code },
      body: JSON.stringify({ __type: error.code, message: error.message }),
    };
  }
}

/** A member that must be a non-empty string. @throws AwsError `ValidationException` */
export function requiredText(input: JsonObject, name: string): string {
  const value = input[name];
  if (typeof value !== 'string' || value === '') {
    throw new AwsError('ValidationException', `${name} must be a non-empty string.`);
  }
  return value;
}

export function optionalText(input: JsonObject, name: string): string | undefined {
  const value = input[name];
  return value === undefined || value === null ? undefined : requiredText(input, name);
}

export function objects(input: JsonObject, name: string): JsonObject[] {
  const value = input[name];
  return Array.isArray(value) ? value.filter((item) => typeof item === 'object' && item !== null) : [];
}

export function texts(input: JsonObject, name: string): string[] {
  const value = input[name];
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}

/** @throws AwsError `SerializationException` */
export function parseObject(body: Buffer): JsonObject {
  try {
    const value: unknown = body.length === 0 ? {} : JSON.parse(body.toString('utf8'));
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as JsonObject;
  } catch {
    // Answered below, like any body that is no object.
  }
  throw new AwsError('SerializationException', 'The body is not a JSON object.');
}

/** The JSON protocols carry times as seconds since the epoch; a Date has already become a text here. */
function seconds(this: unknown, key: string, value: unknown): unknown {
  const original = (this as Record<string, unknown>)[key];
  return original instanceof Date ? original.getTime() / 1000 : value;
}
