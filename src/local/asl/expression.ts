import jsonata from 'jsonata';
import { QueryFailure } from './failure.ts';
import { isObject, type Json, type JsonObject, typeName } from './json.ts';

/** What the expressions of a state see, and how their failures name the state. */
export interface QueryScope {
  /** `states`, the variables and the added functions, without their `$`. */
  readonly bindings: Readonly<Record<string, unknown>>;
  /** Start of each failure's text, as AWS words it: "An error occurred while executing the state …". */
  readonly where: string;
  /** Told of each failure before it is thrown, so that the history can record it. */
  readonly onFailure?: (failure: QueryFailure) => void;
}

const compiled = new Map<string, jsonata.Expression>();

export function isExpression(value: unknown): value is string {
  return typeof value === 'string' && value.startsWith('{%') && value.endsWith('%}') && value.length >= 4;
}

/** Problems of one expression that can be seen without running it. */
export function findExpressionProblem(text: string): string | undefined {
  try {
    const ast: unknown = compile(bodyOf(text)).ast();
    return mentionsVariable(ast, 'eval', new Set())
      ? '$eval is not available in Step Functions; use $parse'
      : undefined;
  } catch (error) {
    return `not a JSONata expression: ${textOf(error)}`;
  }
}

/**
 * Evaluates each expression inside a JSON template; everything else stands for itself.
 * @param field the field that holds the template, named in failures as AWS does (`Output/rows`)
 * @throws QueryFailure when an expression throws, gives nothing, or gives something that is not JSON
 */
export async function evaluate(template: Json, field: string, scope: QueryScope): Promise<Json> {
  if (isExpression(template)) return evaluateExpression(template, field, scope);
  // One after the other: the first failure is the only one, and random numbers are drawn in a fixed order.
  if (Array.isArray(template)) {
    const items: Json[] = [];
    for (const [i, item] of template.entries()) items.push(await evaluate(item, `${field}[${i}]`, scope));
    return items;
  }
  if (!isObject(template)) return template;
  const entries: [string, Json][] = [];
  for (const [key, value] of Object.entries(template as JsonObject)) {
    entries.push([key, await evaluate(value, `${field}/${key}`, scope)]);
  }
  return Object.fromEntries(entries);
}

/** Like `evaluate`, for a field that must come out as one JSON type. */
export async function evaluateAs<T extends Json>(
  expected: 'number' | 'boolean' | 'string' | 'array',
  template: Json,
  field: string,
  scope: QueryScope,
): Promise<T> {
  const value = await evaluate(template, field, scope);
  if (typeName(value) === expected) return value as T;
  const text = `returned an unexpected result type. Expected '${expected}', but was '${typeName(value)}' for value: ${JSON.stringify(value)}`;
  throw fault(template, field, scope, text);
}

/** Like `evaluate`, for a field that must come out as an integer within bounds. */
export async function evaluateInteger(
  template: number | string,
  field: string,
  scope: QueryScope,
  bounds: { readonly min: number; readonly max: number },
): Promise<number> {
  const value = await evaluateAs<number>('number', template, field, scope);
  if (Number.isInteger(value) && value >= bounds.min && value <= bounds.max) return value;
  const text = `returned ${value}, which is not an integer between ${bounds.min} and ${bounds.max}`;
  throw fault(template, field, scope, text);
}

async function evaluateExpression(template: string, field: string, scope: QueryScope): Promise<Json> {
  let value: unknown;
  try {
    // No input document: $ and unqualified names mean nothing in Step Functions.
    value = await compile(bodyOf(template)).evaluate(undefined, { ...scope.bindings });
  } catch (error) {
    throw fault(template, field, scope, `threw an error during evaluation. ${textOf(error)}`, error);
  }
  if (value === undefined) throw fault(template, field, scope, 'returned nothing (undefined).');
  const json = toJson(value);
  if (json === undefined) throw fault(template, field, scope, 'returned an unsupported result type.');
  return json;
}

function compile(body: string): jsonata.Expression {
  let expression = compiled.get(body);
  if (!expression) {
    expression = jsonata(body);
    compiled.set(body, expression);
  }
  return expression;
}

function bodyOf(text: string): string {
  return text.slice(2, -2).trim();
}

function fault(
  template: Json,
  field: string,
  scope: QueryScope,
  text: string,
  cause?: unknown,
): QueryFailure {
  const body = isExpression(template) ? bodyOf(template) : JSON.stringify(template);
  const sentence = `The JSONata expression '${body}' specified for the field '${field}' ${text}`;
  const failure = new QueryFailure(field, `${scope.where} ${sentence}`, cause);
  scope.onFailure?.(failure);
  return failure;
}

/** A copy that is plain JSON (JSONata's arrays carry marks), or undefined for functions and the like. */
function toJson(value: unknown): Json | undefined {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value === 'number') return Number.isFinite(value) ? value : undefined;
  if (Array.isArray(value)) {
    const items = value.map(toJson);
    return items.includes(undefined) ? undefined : (items as Json[]);
  }
  if (!isObject(value) || '_jsonata_lambda' in value || '_jsonata_function' in value) return undefined;
  const copy: Record<string, Json> = {};
  for (const [key, item] of Object.entries(value)) {
    if (item === undefined) continue;
    const json = toJson(item);
    if (json === undefined) return undefined;
    Object.defineProperty(copy, key, { value: json, enumerable: true, writable: true, configurable: true });
  }
  return copy;
}

function mentionsVariable(node: unknown, name: string, seen: Set<unknown>): boolean {
  if (typeof node !== 'object' || node === null || seen.has(node)) return false;
  seen.add(node);
  if ('type' in node && 'value' in node && node.type === 'variable' && node.value === name) return true;
  return Object.values(node).some((child) => mentionsVariable(child, name, seen));
}

function textOf(error: unknown): string {
  if (!isObject(error)) return String(error);
  const code = typeof error.code === 'string' ? `${error.code}: ` : '';
  return code + (typeof error.message === 'string' ? error.message : JSON.stringify(error));
}
