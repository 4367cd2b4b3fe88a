import { type Document, isNode, isScalar, LineCounter, parseDocument, visit, type YAMLError } from 'yaml';
import type { Problem } from '../errors.ts';
import { buildManifest } from './build.ts';
import { Locator } from './locate.ts';
import type { Manifest } from './manifest.ts';
import { toProblems } from './problems.ts';
import { type ManifestYaml, manifestSchema } from './schema.ts';

export type ParsedManifest =
  | { readonly ok: true; readonly manifest: Manifest }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/**
 * Reads a migration's YAML. Never throws: everything wrong with the text comes back at once, in file order.
 * @param path of the file, for positions only
 */
export function parseManifest(path: string, text: string): ParsedManifest {
  const plain = text.startsWith('\uFEFF') ? text.slice(1) : text;
  if (plain.includes('\0')) {
    const message = 'a NUL character: the file is not UTF-8 text (UTF-16 files look like this)';
    return { ok: false, problems: [{ file: path, message }] };
  }
  const lines = new LineCounter();
  const document = parseDocument(plain, { lineCounter: lines, prettyErrors: false, merge: true });
  const where = new Locator(document, lines, plain);

  const malformed = [
    ...findSyntaxProblems(path, document, where),
    ...findUnreadableNodes(path, document, where),
  ];
  if (malformed.length > 0) return { ok: false, problems: firstOfEachLine(malformed) };
  const content = toContent(path, document);
  if (!content.ok) return { ok: false, problems: [content.problem] };

  const problems = findDuplicateKeys(path, document, where);
  const result = manifestSchema.safeParse(content.value, { reportInput: true });
  if (!result.success) problems.push(...toProblems(path, result.error.issues, where));
  else problems.push(...findContradictions(path, result.data, where));
  if (!result.success || problems.length > 0) return { ok: false, problems: inFileOrder(problems) };
  return { ok: true, manifest: buildManifest(path, result.data, where) };
}

const syntaxMessages: Readonly<Record<string, string>> = {
  TAB_AS_INDENT: 'a tab indents this line; YAML allows only spaces there',
  MULTIPLE_DOCS: 'a second document begins here; a manifest is one document',
};

function findSyntaxProblems(path: string, document: Document, where: Locator): Problem[] {
  const errors: readonly YAMLError[] = [...document.errors, ...document.warnings];
  return errors
    .filter((error) => error.code !== 'DUPLICATE_KEY')
    .map((error) => ({
      file: path,
      ...where.at(error.pos[0]),
      message: syntaxMessages[error.code] ?? `not well-formed YAML: ${error.message}`,
    }));
}

/** What is well-formed YAML and still cannot be read as keys and values. */
function findUnreadableNodes(path: string, document: Document, where: Locator): Problem[] {
  const problems: Problem[] = [];
  const report = (node: unknown, message: string) => {
    const position = isNode(node) && node.range ? where.at(node.range[0]) : {};
    problems.push({ file: path, ...position, message });
  };
  visit(document, {
    Pair: (_key, pair) => {
      if (!isScalar(pair.key)) report(pair.key, 'a key must be a single word');
      else if (pair.key.value === '__proto__')
        report(pair.key, '`__proto__` is no name that a manifest can use');
    },
    Alias: (_key, alias) => {
      if (alias.resolve(document) !== undefined) return;
      report(alias, `\`*${alias.source}\` refers to an anchor that is not set before it`);
    },
  });
  return problems;
}

function findDuplicateKeys(path: string, document: Document, where: Locator): Problem[] {
  return document.errors
    .filter((error) => error.code === 'DUPLICATE_KEY')
    .map((error) => ({
      file: path,
      ...where.at(error.pos[0]),
      message: 'this key stands here for the second time in the same mapping',
      expected: 'each key once',
    }));
}

type Content =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly problem: Problem };

function toContent(path: string, document: Document): Content {
  if (document.contents === null) {
    const problem = { file: path, message: 'the manifest is empty', expected: 'at least one key' };
    return { ok: false, problem };
  }
  try {
    return { ok: true, value: document.toJS() };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { ok: false, problem: { file: path, message: `the aliases cannot be followed: ${reason}` } };
  }
}

/**
 * What has to have a migration of its own. A new table is tried out on the server when the plan is made: nothing may
 * change the old one in between. Rows that are deleted come back by a restore only: nothing else may fail beside that.
 */
const aloneIn = (yaml: ManifestYaml): 'replace' | 'delete' | null =>
  (['replace', 'delete'] as const).find((key) => yaml[key] !== undefined) ?? null;

const isEmpty = (value: unknown): boolean =>
  value === undefined || (Array.isArray(value) && value.length === 0);

/** Values that are fine each by itself but not together. */
function findContradictions(path: string, yaml: ManifestYaml, where: Locator): Problem[] {
  const problems: Problem[] = [];
  if (yaml.rollback?.policy === 'restore' && yaml.snapshot === 'never') {
    problems.push({
      file: path,
      ...where.value(['rollback', 'policy']),
      path: 'rollback.policy',
      message: 'the policy is to restore, but `snapshot: never` leaves nothing to restore from',
      expected: 'another policy, or a snapshot',
    });
  }
  if (yaml.contract !== undefined && yaml.contract.sql === undefined && yaml.replace === undefined) {
    problems.push({
      file: path,
      ...where.value(['contract']),
      path: 'contract.sql',
      message: 'is missing',
      expected: 'a list',
    });
  }
  const alone = aloneIn(yaml);
  for (const key of ['expand', 'backfill', 'delete', 'rebuild_indexes', 'replace', 'contract'] as const) {
    if (alone === null || key === alone || isEmpty(yaml[key])) continue;
    if (key === 'contract' && alone === 'replace') continue;
    problems.push({
      file: path,
      ...where.key([], key),
      path: key,
      message: `\`${key}\` does not go together with \`${alone}\``,
      expected: 'a migration of its own for one of them',
    });
  }
  for (const [index, check] of (yaml.checks?.before ?? []).entries()) {
    if (check.row_count?.unchanged === undefined) continue;
    problems.push({
      file: path,
      ...where.key(['checks', 'before', index, 'row_count'], 'unchanged'),
      path: `checks.before[${index}].row_count.unchanged`,
      message: 'before the change there is no earlier count to compare with',
      expected: 'equals or at_least, or this check under `after`',
    });
  }
  return problems;
}

/** Of several on one line the later ones are mostly consequences of the first. */
const firstOfEachLine = (problems: readonly Problem[]): Problem[] =>
  inFileOrder(problems).filter((problem, index, all) => index === 0 || all[index - 1]?.line !== problem.line);

function inFileOrder(problems: readonly Problem[]): Problem[] {
  return problems.toSorted((a, b) => (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0));
}
