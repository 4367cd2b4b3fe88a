import { notImplemented } from '../gateway/errors.ts';
import type { JsonObject } from '../gateway/json.ts';

/** Where a rule's events go, and as what. */
export interface Target {
  readonly functionName: string;
  /** What the function gets for an event. */
  input(event: JsonObject): unknown;
}

const implemented = new Set(['Id', 'Arn', 'Input', 'InputTransformer', 'RetryPolicy', 'DeadLetterConfig']);

/**
 * A target of PutTargets: a Lambda function, or an alias or version of one, with an input of its own, a transformer, or
 * the event as it is. @throws AwsError NotImplemented for targets of other services and for other parameters
 */
export function toTarget(target: JsonObject): Target {
  const arn = String(target.Arn);
  const functionName = /^arn:aws:lambda:[^:]+:\d{12}:function:([\w-]+)(:[\w$-]+)?$/.exec(arn)?.[1];
  if (functionName === undefined) throw notImplemented('events', `a target ${arn}`);
  const unknown = Object.keys(target).find((name) => !implemented.has(name));
  if (unknown !== undefined) throw notImplemented('events', `targets with ${unknown}`);
  return { functionName, input: inputOf(target) };
}

function inputOf({ Input, InputTransformer }: JsonObject): (event: JsonObject) => unknown {
  if (typeof Input === 'string') return () => JSON.parse(Input);
  if (InputTransformer === undefined) return (event) => event;
  const { InputPathsMap = {}, InputTemplate } = InputTransformer as {
    InputPathsMap?: Readonly<Record<string, string>>;
    InputTemplate: string;
  };
  for (const path of Object.values(InputPathsMap)) {
    if (!/^\$(\.[\w-]+)+$/.test(path)) throw notImplemented('events', `the path ${path} of a transformer`);
  }
  return (event) => {
    const filled = InputTemplate.replaceAll(
      /("?)<([\w.-]+)>("?)/g,
      (whole, open: string, name: string, close: string) => {
        const path = InputPathsMap[name];
        if (path === undefined) return whole;
        const value = valueAt(event, path.slice(2).split('.'));
        // Within a text the characters alone; by itself a JSON value.
        return open === '"' && close === '"'
          ? JSON.stringify(String(value ?? ''))
          : `${open}${JSON.stringify(value ?? '')}${close}`;
      },
    );
    return JSON.parse(filled);
  };
}

const valueAt = (event: JsonObject, path: readonly string[]): unknown =>
  path.reduce<unknown>(
    (value, name) => (typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined),
    event,
  );
