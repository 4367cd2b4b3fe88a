import type { Node } from './parser.ts';
import { as, listName, strings } from './tree.ts';

export interface TypeName {
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

/**
 * Changes that touch no row and no index (manual, notes of ALTER TABLE; the casts' planner support functions):
 * a longer or unlimited varchar, varchar and text for each other, and more digits of a numeric of the same scale.
 * @param old as `format_type` writes it
 */
export function isCompatible(old: string, type: TypeName | undefined): boolean {
  const name = strings(type?.names).at(-1) ?? '';
  const isArray = (type?.arrayBounds?.length ?? 0) > 0;
  if (isArray) return false;
  const [precision, scale = 0] = (type?.typmods ?? []).map((node) => as(node, 'A_Const')?.ival?.ival ?? 0);
  const text = /^(?:text|character varying(?:\((\d+)\))?)$/.exec(old);
  if (text !== null && name === 'text') return true;
  if (text !== null && name === 'varchar')
    return precision === undefined || precision >= Number(text[1] ?? Infinity);
  const numeric = /^numeric(?:\((\d+),(\d+)\))?$/.exec(old);
  if (numeric === null || name !== 'numeric') return false;
  if (precision === undefined) return true;
  return numeric[1] !== undefined && precision >= Number(numeric[1]) && scale === Number(numeric[2]);
}
