import { type Document, isMap, isNode, isScalar, LineCounter, parseDocument } from 'yaml';
import { z } from 'zod';
import type { Problem } from '../src/core/errors.ts';

type Issue = z.core.$ZodIssue;
type Shape = z.core.JSONSchema.BaseSchema;
type Path = readonly (string | number)[];

export type YamlText<Value> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/** Reads YAML of a known shape; everything wrong with it comes back at once, with line and path, in file order. */
export function readYaml<Value>(file: string, text: string, schema: z.ZodType<Value>): YamlText<Value> {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const at = (offset: number) => {
    const { line, col } = lines.linePos(offset);
    return { file, line, column: col };
  };
  const malformed = [...document.errors, ...document.warnings].map((error) => ({
    ...at(error.pos[0]),
    message: `not well-formed YAML: ${error.message}`,
  }));
  if (malformed.length > 0) return { ok: false, problems: malformed };
  const content = toContent(file, document);
  if (!content.ok) return content;
  const result = schema.safeParse(content.value ?? {}, { reportInput: true });
  if (result.success) return { ok: true, value: result.data };
  const shape = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' });
  const problems = result.error.issues
    .flatMap((issue) => explain(issue, shape))
    .map(({ path, message }) => ({ ...at(offsetOf(document, path)), path: asText(path), message }));
  return { ok: false, problems: problems.toSorted((a, b) => a.line - b.line || a.column - b.column) };
}

function toContent(file: string, document: Document): YamlText<unknown> {
  try {
    return { ok: true, value: document.toJS() };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { ok: false, problems: [{ file, message: `the aliases cannot be followed: ${reason}` }] };
  }
}

/** Where the key or the item at `path` begins; where there is none, its nearest existing ancestor. */
function offsetOf(document: Document, path: Path): number {
  const last = path.at(-1);
  if (last === undefined) return 0;
  const parent = document.getIn(path.slice(0, -1), true);
  const pair = isMap(parent)
    ? parent.items.find(({ key }) => isScalar(key) && key.value === last)
    : undefined;
  const node = pair?.key ?? document.getIn(path, true);
  return (isNode(node) ? node.range?.[0] : undefined) ?? offsetOf(document, path.slice(0, -1));
}

interface Explanation {
  readonly path: Path;
  readonly message: string;
}

function explain(issue: Issue, shape: Shape): Explanation[] {
  const path = issue.path.map((part) => (typeof part === 'number' ? part : String(part)));
  if (issue.code !== 'unrecognized_keys') return [{ path, message: messageOf(issue) }];
  const known = keysAt(shape, path).join(', ');
  return issue.keys.map((key) => ({ path: [...path, key], message: `unknown key (known here: ${known})` }));
}

function messageOf(issue: Issue): string {
  switch (issue.code) {
    case 'invalid_type':
      return issue.input === undefined
        ? `is missing (expected ${issue.expected})`
        : `is not what was expected (${issue.expected})`;
    case 'invalid_value': {
      const values = issue.values.map(String).join(' or ');
      return issue.input === undefined ? `is missing (expected ${values})` : `expected ${values}`;
    }
    case 'invalid_format':
      return `expected ${issue.message}`;
    default:
      return issue.message;
  }
}

function keysAt(shape: Shape, path: Path): readonly string[] {
  let at: unknown = shape;
  for (const part of path) {
    const { items, properties } = at as Shape;
    at = typeof part === 'number' ? items : properties?.[part];
    if (typeof at !== 'object') return [];
  }
  return Object.keys((at as Shape).properties ?? {});
}

/** `targets[0].secret`. */
const asText = (path: Path): string =>
  path
    .map((part, index) => (typeof part === 'number' ? `[${part}]` : `${index === 0 ? '' : '.'}${part}`))
    .join('');
