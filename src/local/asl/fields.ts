import { findExpressionProblem, isExpression } from './expression.ts';
import { isObject, typeName } from './json.ts';

/** One thing wrong with a definition; the path is a JSON pointer, e.g. `/States/Wait/Seconds`. */
export interface Problem {
  readonly path: string;
  readonly message: string;
}

export class Report {
  readonly problems: Problem[] = [];

  add(path: string, message: string): void {
    this.problems.push({ path: path === '' ? '/' : path, message });
  }
}

/** Checks one value and reports what is wrong with it. */
export type Check = (value: unknown, path: string, report: Report) => void;

const JSONPATH_FIELDS = new Set([
  'InputPath',
  'Parameters',
  'ResultSelector',
  'ResultPath',
  'OutputPath',
  'ItemsPath',
  'SecondsPath',
  'TimestampPath',
  'TimeoutSecondsPath',
  'HeartbeatSecondsPath',
  'ErrorPath',
  'CausePath',
  'Variable',
]);

/** An object with these fields and no others. */
export function object(fields: Readonly<Record<string, Check>>, required: readonly string[] = []): Check {
  return (value, path, report) => {
    if (!isObject(value)) {
      report.add(path, `expected an object, found ${typeName(value)}`);
      return;
    }
    for (const [key, item] of Object.entries(value)) {
      const check = Object.hasOwn(fields, key) ? fields[key] : undefined;
      const kind = JSONPATH_FIELDS.has(key)
        ? 'a JSONPath field in a JSONata machine'
        : 'not a supported field here';
      if (check) check(item, `${path}/${key}`, report);
      else report.add(`${path}/${key}`, `${key} is ${kind}`);
    }
    for (const key of required) if (!(key in value)) report.add(path, `${key} is required`);
  };
}

export function list(item: Check, minLength = 0): Check {
  return (value, path, report) => {
    if (!Array.isArray(value)) {
      report.add(path, `expected an array, found ${typeName(value)}`);
      return;
    }
    if (value.length < minLength) report.add(path, 'must not be empty');
    value.forEach((element, i) => {
      item(element, `${path}/${i}`, report);
    });
  };
}

export const text: Check = (value, path, report) => {
  if (typeof value !== 'string') report.add(path, `expected a string, found ${typeName(value)}`);
};

export function oneOf(...values: readonly (string | boolean)[]): Check {
  return (value, path, report) => {
    if (!values.some((allowed) => allowed === value)) {
      report.add(path, `must be ${values.join(' or ')}, found ${JSON.stringify(value)}`);
    }
  };
}

export function number(bounds: { min: number; max: number; integer?: boolean }): Check {
  return (value, path, report) => {
    const ok = typeof value === 'number' && value >= bounds.min && value <= bounds.max;
    if (ok && (!bounds.integer || Number.isInteger(value))) return;
    const kind = bounds.integer ? 'an integer' : 'a number';
    report.add(
      path,
      `must be ${kind} between ${bounds.min} and ${bounds.max}, found ${JSON.stringify(value)}`,
    );
  };
}

export function integer(min: number, max: number): Check {
  return number({ min, max, integer: true });
}

export const expression: Check = (value, path, report) => {
  if (!isExpression(value)) {
    report.add(path, 'must be a JSONata expression between {% and %}');
    return;
  }
  const problem = findExpressionProblem(value);
  if (problem) report.add(path, problem);
};

/** The given kind of literal, or an expression that will give one. */
export function orExpression(literal: Check): Check {
  return (value, path, report) => {
    (typeof value === 'string' && hasMarker(value) ? template : literal)(value, path, report);
  };
}

/** Any JSON; each string in it that starts and ends with the markers is an expression. */
export const template: Check = (value, path, report) => {
  if (typeof value === 'string' && hasMarker(value)) {
    expression(value, path, report);
  } else if (Array.isArray(value)) {
    value.forEach((item, i) => {
      template(item, `${path}/${i}`, report);
    });
  } else if (isObject(value)) {
    for (const [key, item] of Object.entries(value)) template(item, `${path}/${key}`, report);
  }
};

/** A string with only one marker, or with blanks around them, would silently stay a literal. */
function hasMarker(value: string): boolean {
  return value.trimStart().startsWith('{%') || value.trimEnd().endsWith('%}');
}
