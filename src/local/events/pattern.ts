import { AwsError, notImplemented } from '../gateway/errors.ts';
import type { JsonObject } from '../gateway/json.ts';

export type Matcher = (event: JsonObject) => boolean;

/**
 * An event pattern: every field it names must have one of the values listed. Content filters: `prefix`, `suffix`,
 * `anything-but` of texts, `exists`. Whatever else EventBridge knows is refused by its name.
 * @throws AwsError InvalidEventPatternException, NotImplemented
 */
export function parsePattern(text: string): Matcher {
  const pattern = parse(text);
  if (Object.keys(pattern).length === 0) throw invalid('Empty patterns are not allowed');
  return object(pattern, '');
}

function object(pattern: JsonObject, path: string): Matcher {
  const fields = Object.entries(pattern).map(([name, value]) => {
    if (name === '$or') throw notImplemented('events', 'patterns with $or');
    return [name, field(value, path === '' ? name : `${path}.${name}`)] as const;
  });
  return (event) => fields.every(([name, matches]) => matches(event[name]));
}

function field(pattern: unknown, path: string): (value: unknown) => boolean {
  if (Array.isArray(pattern)) {
    if (pattern.length === 0) throw invalid(`Empty arrays are not allowed at ${path}`);
    const filters = pattern.map((each) => filter(each, path));
    return (value) => {
      // A list in the event matches when one of its values does.
      const values: readonly unknown[] = Array.isArray(value) ? value : [value];
      return values.some((one) => filters.some((matches) => matches(one)));
    };
  }
  if (typeof pattern !== 'object' || pattern === null) {
    throw invalid(`"${path}" must be an object or an array`);
  }
  const inner = object(pattern as JsonObject, path);
  return (value) => typeof value === 'object' && value !== null && inner(value as JsonObject);
}

function filter(pattern: unknown, path: string): (value: unknown) => boolean {
  if (typeof pattern !== 'object' || pattern === null) return (value) => value === pattern;
  const [[name, argument] = ['', undefined], ...more] = Object.entries(pattern);
  if (more.length > 0) throw invalid(`Only one key allowed in match expression at ${path}`);
  if (name === 'prefix' && typeof argument === 'string') {
    return (value) => typeof value === 'string' && value.startsWith(argument);
  }
  if (name === 'suffix' && typeof argument === 'string') {
    return (value) => typeof value === 'string' && value.endsWith(argument);
  }
  if (name === 'exists' && typeof argument === 'boolean')
    return (value) => (value !== undefined) === argument;
  if (name === 'anything-but' && (typeof argument === 'string' || isTexts(argument))) {
    return (value) => value !== undefined && ![argument].flat().includes(String(value));
  }
  throw notImplemented('events', `the filter ${JSON.stringify(pattern)} of a pattern`);
}

const isTexts = (value: unknown): value is string[] =>
  Array.isArray(value) && value.every((each) => typeof each === 'string');

function parse(text: string): JsonObject {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as JsonObject;
  } catch {
    // Answered below, like any pattern that is no object.
  }
  throw invalid('Event pattern is not valid. Reason: it is not a JSON object');
}

const invalid = (reason: string): AwsError => new AwsError('InvalidEventPatternException', reason);
