import type { z } from 'zod';
import type { Problem } from '../errors.ts';
import { didYouMean } from './did-you-mean.ts';
import { durationPattern } from './duration.ts';
import { schemaAt } from './json-schema.ts';
import type { Locator, YamlPath } from './locate.ts';
import { laterStrategies } from './schema.ts';

type Issue = z.core.$ZodIssue;
interface Explanation {
  readonly message: string;
  readonly expected?: string;
}

/** Turns what the schema objects to into problems a person can click on. */
export function toProblems(file: string, issues: readonly Issue[], where: Locator): Problem[] {
  return issues.flatMap((issue) => explainAt(file, issue, [], where));
}

/** `backfill[0].set.total`; keys that are no plain words are quoted. */
export function formatPath(path: YamlPath): string {
  return path
    .map((part, index) => {
      if (typeof part === 'number') return `[${part}]`;
      if (!/^[\w-]+$/.test(part)) return `[${JSON.stringify(part)}]`;
      return index === 0 ? part : `.${part}`;
    })
    .join('');
}

function explainAt(file: string, issue: Issue, base: YamlPath, where: Locator): Problem[] {
  const path = [...base, ...issue.path.map((part) => (typeof part === 'number' ? part : String(part)))];
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => {
      const problem = { file, ...where.key(path, key), path: formatPath([...path, key]) };
      return { ...problem, ...explainUnknownKey(path, key) };
    });
  }
  if (issue.code === 'invalid_key') {
    const problem = { file, ...where.key(path.slice(0, -1), String(path.at(-1))), path: formatPath(path) };
    return [{ ...problem, message: 'is an empty name', expected: 'a name' }];
  }
  const branch = issue.code === 'invalid_union' ? nearestBranch(issue) : null;
  if (branch !== null) return branch.flatMap((inner) => explainAt(file, inner, path, where));
  return [{ file, ...where.value(path), path: formatPath(path), ...explain(issue, path) }];
}

/** The alternative whose kind of value was written: its complaints are the ones that help. */
function nearestBranch(issue: Extract<Issue, { code: 'invalid_union' }>): readonly Issue[] | null {
  const isText = typeof issue.input === 'string';
  const isAboutKind = (inner: Issue) =>
    inner.path.length === 0 && (inner.code === 'invalid_type' || (inner.code === 'invalid_value' && !isText));
  const near = issue.errors.filter((branch) => !branch.some(isAboutKind));
  return near.length === 1 ? (near[0] ?? null) : null;
}

function explainUnknownKey(path: YamlPath, key: string): Explanation {
  if (path.length === 0 && laterStrategies.includes(key)) {
    return {
      message: `\`${key}\` is not supported yet: this version knows expand, backfill, delete, replace, rebuild_indexes, checks and contract`,
    };
  }
  const known = schemaAt(path).keys;
  const guess = didYouMean(key, known);
  const expected = known.length === 0 ? {} : { expected: `one of ${known.join(', ')}` };
  return {
    message: guess === null ? `unknown key \`${key}\`` : `unknown key \`${key}\`; did you mean \`${guess}\`?`,
    ...expected,
  };
}

function explain(issue: Issue, path: YamlPath): Explanation {
  switch (issue.code) {
    case 'invalid_type':
      return explainType(issue.input, wantedAt(path, issue.expected));
    case 'invalid_union':
      return explainType(issue.input, wantedAt(path, 'union'));
    case 'invalid_value': {
      const values = issue.values.map(String);
      const others = schemaAt(path).keys;
      const mapping = others.length === 0 ? '' : `, or a mapping with ${others.join(', ')}`;
      const expected = (values.length === 1 ? `${values[0]}` : `one of ${values.join(', ')}`) + mapping;
      const isWord =
        typeof issue.input === 'string' && issue.values.every((value) => typeof value === 'string');
      if (!isWord) return explainType(issue.input, expected);
      const guess = didYouMean(String(issue.input), values);
      const message = `\`${String(issue.input)}\` is not one of its values`;
      return { message: guess === null ? message : `${message}; did you mean \`${guess}\`?`, expected };
    }
    case 'invalid_format':
      if (issue.pattern === String(durationPattern)) {
        return { message: `\`${String(issue.input)}\` is not a duration`, expected: wanted.duration };
      }
      return { message: 'is empty', expected: 'some text' };
    case 'too_small':
      if (issue.origin === 'array') return { message: 'is an empty list', expected: 'at least one item' };
      return { message: `${String(issue.input)} is too small`, expected: `${issue.minimum} or more` };
    case 'too_big':
      return { message: `${String(issue.input)} is too large`, expected: `${issue.maximum} or less` };
    case 'custom': {
      const expected: unknown = issue.params?.expected;
      return typeof expected === 'string' ? { message: issue.message, expected } : { message: issue.message };
    }
    default:
      return { message: issue.message };
  }
}

function explainType(input: unknown, expected: string): Explanation {
  if (input === undefined) return { message: 'is missing', expected };
  const quotable = typeof input === 'number' || typeof input === 'boolean' || input === null;
  const quote = quotable && expected === wanted.string ? '; put it in quotes if it is meant as text' : '';
  return { message: `is ${kindOf(input)}${quote}`, expected };
}

function kindOf(input: unknown): string {
  if (input === null) return 'empty or null';
  if (Array.isArray(input)) return 'a list';
  switch (typeof input) {
    case 'number':
      return `the number ${input}`;
    case 'boolean':
      return `the truth value ${input}`;
    case 'string':
      return 'text';
    default:
      return 'a mapping';
  }
}

const wanted = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a mapping of keys to values',
  record: 'a mapping of keys to values',
  duration: 'a duration such as 250ms, 5s, 40m or 24h',
} as const;

function wantedAt(path: YamlPath, kind: string): string {
  const schema = schemaAt(path);
  if (schema.pattern === durationPattern.source) return wanted.duration;
  if (kind === 'union' && schema.examples !== undefined) {
    return `a value such as ${schema.examples.map((example) => JSON.stringify(example)).join(' or ')}`;
  }
  return kind in wanted ? wanted[kind as keyof typeof wanted] : kind;
}
