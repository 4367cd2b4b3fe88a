import { splitName } from '../quote.ts';
import type { Node } from './parser.ts';
import { all, as, find, strings } from './tree.ts';

export type Constraint = ReturnType<typeof find<'Constraint'>>[number];

/** NAMEDATALEN - 1: what the server keeps of a name, in bytes. */
const LONGEST_NAME = 63;

/**
 * The name that the server gives to a constraint whose author gives none (its ChooseConstraintName and
 * ChooseIndexName), or null where the text does not tell.
 * @param column that it is written at; null for one of the table
 * @param taken whether a constraint of the table's schema bears a name already, as far as that is known
 */
export function nameChosen(
  table: string,
  constraint: Constraint,
  column: string | null,
  taken: (name: string) => boolean,
): string | null {
  // An existing index keeps its name and gives it to the constraint.
  if (constraint.indexname !== undefined) return constraint.indexname;
  const label = labels[constraint.contype ?? ''];
  const about = aboutColumns(constraint, column);
  if (label === undefined || about === undefined) return null;
  const relation = splitName(table).at(-1) ?? '';
  for (let pass = 0; ; pass++) {
    const name = joined(relation, about, pass === 0 ? label : `${label}${pass}`);
    if (!taken(name)) return name;
  }
}

const labels: Readonly<Record<string, string>> = {
  CONSTR_CHECK: 'check',
  CONSTR_NOTNULL: 'not_null',
  CONSTR_FOREIGN: 'fkey',
  CONSTR_UNIQUE: 'key',
  CONSTR_PRIMARY: 'pkey',
  CONSTR_EXCLUSION: 'excl',
};

/** The middle of the name: columns, or null for a name without. Undefined where the text does not tell. */
function aboutColumns(constraint: Constraint, column: string | null): string | null | undefined {
  switch (constraint.contype) {
    case 'CONSTR_PRIMARY':
      return null;
    case 'CONSTR_CHECK':
      return onlyColumn(constraint.raw_expr);
    case 'CONSTR_FOREIGN':
      return column ?? strings(constraint.fk_attrs).join('_');
    case 'CONSTR_EXCLUSION':
      return excluded(constraint.exclusions)?.join('_');
    default:
      return [
        ...(column === null ? strings(constraint.keys) : [column]),
        ...strings(constraint.including),
      ].join('_');
  }
}

/** The column that an expression speaks of; null where it speaks of none or of several. */
function onlyColumn(expression: Node | undefined): string | null | undefined {
  const references = find(expression, 'ColumnRef');
  if (references.some(({ fields }) => all(fields, 'A_Star').length > 0)) return undefined;
  const columns = new Set(references.map(({ fields }) => strings(fields).at(-1) ?? ''));
  const [only] = columns;
  return columns.size === 1 ? (only ?? null) : null;
}

/** What an EXCLUDE is about; an expression is called after its function. */
function excluded(exclusions: readonly Node[] | undefined): readonly string[] | undefined {
  const elements = all(exclusions, 'List').flatMap(({ items }) => all(items, 'IndexElem'));
  const names = elements.map(({ name, expr }) => name ?? strings(as(expr, 'FuncCall')?.funcname).at(-1));
  return names.every((name) => name !== undefined) ? names : undefined;
}

/** `relation_about_label`, the longer of the first two cut until the whole fits (the server's makeObjectName). */
function joined(relation: string, about: string | null, label: string): string {
  const room = LONGEST_NAME - Buffer.byteLength(`_${label}`) - (about === null ? 0 : 1);
  let relationBytes = Buffer.byteLength(relation);
  let aboutBytes = Buffer.byteLength(about ?? '');
  while (relationBytes + aboutBytes > room) {
    if (relationBytes > aboutBytes) relationBytes -= 1;
    else aboutBytes -= 1;
  }
  const parts = [cut(relation, relationBytes), ...(about === null ? [] : [cut(about, aboutBytes)]), label];
  return parts.join('_');
}

/** The beginning of a text, at most so many bytes of UTF-8, never within a character. */
function cut(text: string, bytes: number): string {
  let kept = '';
  for (const character of text) {
    if (Buffer.byteLength(kept + character) > bytes) break;
    kept += character;
  }
  return kept;
}
