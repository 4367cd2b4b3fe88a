import { type Document, LineCounter, parseDocument } from 'yaml';
import { z } from 'zod';
import type { Problem } from '../src/core/errors.ts';
import { didYouMean } from '../src/core/manifest/did-you-mean.ts';
import { Locator, type YamlPath } from '../src/core/manifest/locate.ts';

type Issue = z.core.$ZodIssue;

export type YamlText<Value> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/** Reads YAML of a known shape; everything wrong with it comes back at once, with line and path, in file order. */
export function readYaml<Value>(file: string, text: string, schema: z.ZodType<Value>): YamlText<Value> {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const where = new Locator(document, lines, text);
  const errors = [...document.errors, ...document.warnings];
  if (errors.length > 0) {
    const problems = errors.map((error) => ({
      file,
      ...where.at(error.pos[0]),
      message: `not well-formed YAML: ${error.message}`,
    }));
    return { ok: false, problems };
  }
  const content = toContent(file, document);
  if (!content.ok) return content;
  const result = schema.safeParse(content.value ?? {}, { reportInput: true });
  if (result.success) return { ok: true, value: result.data };
  const shape = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' });
  const problems = result.error.issues.flatMap((issue) => explain(file, issue, where, shape));
  return { ok: false, problems: inFileOrder(problems) };
}

function toContent(file: string, document: Document): YamlText<unknown> {
  try {
    return { ok: true, value: document.toJS() };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { ok: false, problems: [{ file, message: `the aliases cannot be followed: ${reason}` }] };
  }
}

function explain(file: string, issue: Issue, where: Locator, shape: Shape): Problem[] {
  const path = issue.path.map((part) => (typeof part === 'number' ? part : String(part)));
  if (issue.code !== 'unrecognized_keys') {
    return [{ file, ...where.value(path), path: asText(path), message: messageOf(issue) }];
  }
  const known = keysAt(shape, path);
  return issue.keys.map((key) => {
    const guess = didYouMean(key, known);
    return {
      file,
      ...where.key(path, key),
      path: asText([...path, key]),
      message: guess === null ? 'unknown key' : `unknown key; did you mean \`${guess}\`?`,
    };
  });
}

type Shape = z.core.JSONSchema.BaseSchema;

function keysAt(shape: Shape, path: YamlPath): readonly string[] {
  let at: unknown = shape;
  for (const part of path) {
    const { items, properties } = at as Shape;
    at = typeof part === 'number' ? items : properties?.[part];
    if (typeof at !== 'object') return [];
  }
  return Object.keys((at as Shape).properties ?? {});
}

function messageOf(issue: Issue): string {
  switch (issue.code) {
    case 'invalid_type':
      return issue.input === undefined
        ? `is missing: expected ${issue.expected}`
        : `expected ${issue.expected}`;
    case 'invalid_value':
      return `expected ${issue.values.map(String).join(' or ')}`;
    case 'invalid_format':
      return `expected ${issue.message}`;
    default:
      return issue.message;
  }
}

const asText = (path: YamlPath): string =>
  path
    .map((part, index) => (typeof part === 'number' ? `[${part}]` : `${index === 0 ? '' : '.'}${part}`))
    .join('');

const inFileOrder = (problems: Problem[]): Problem[] =>
  problems.toSorted((a, b) => (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0));
