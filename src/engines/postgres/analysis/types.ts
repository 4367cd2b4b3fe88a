import type { Node } from './parser.ts';
import { as, listName, strings } from './tree.ts';

interface TypeName {
  readonly names?: Node[];
  readonly typmods?: Node[];
  readonly arrayBounds?: Node[];
  readonly pct_type?: boolean;
}

/** The grammar's internal names in the words of SQL. */
const spoken: Readonly<Record<string, string>> = {
  bool: 'boolean',
  int2: 'smallint',
  int4: 'integer',
  int8: 'bigint',
  float4: 'real',
  float8: 'double precision',
  bpchar: 'char',
  timestamptz: 'timestamp with time zone',
  timetz: 'time with time zone',
};

/** `numeric(10,2)`, `text[]`, `app.status`. */
export function typeText(type: TypeName | undefined): string {
  const parts = strings(type?.names);
  const builtIn = parts[0] === 'pg_catalog' ? parts[1] : undefined;
  const base = builtIn === undefined ? listName(type?.names) : (spoken[builtIn] ?? builtIn);
  const modifiers = (type?.typmods ?? []).map((node) => as(node, 'A_Const')?.ival?.ival ?? '?');
  return `${base}${modifiers.length === 0 ? '' : `(${modifiers.join(',')})`}${'[]'.repeat(type?.arrayBounds?.length ?? 0)}`;
}

/** `serial` and its kin: an integer with a sequence behind it. */
export const isSerial = (type: TypeName | undefined): boolean =>
  /^(?:small|big)?serial[248]?$/.test(listName(type?.names));

/**
 * Types into which values come whole, or the change fails, from the types that are usually widened to them.
 * (A `bigint` made from `numeric` loses fractions: the old type is not in the statement.)
 */
const wide = new Set(['text', 'varchar', 'int8', 'bigint', 'citext']);
const wideWithoutModifier = new Set(['numeric', 'timestamptz']);

/** Values may be rounded, cut or lost on their way into the type, without an error. */
export function mayLoseValues(type: TypeName | undefined): boolean {
  const name = strings(type?.names).at(-1) ?? '';
  if ((type?.arrayBounds?.length ?? 0) > 0) return true;
  if (wide.has(name)) return false;
  return !(wideWithoutModifier.has(name) && (type?.typmods ?? []).length === 0);
}
