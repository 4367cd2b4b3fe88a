import { arrayLiteral } from '../quote.ts';
import type { SqlValue } from '../session/session.ts';

/** A statement whose `$1` are `:p1`, for the Data API; arrays travel as text, which the statement casts. */
export function named(
  sql: string,
  values: readonly SqlValue[] = [],
): { readonly sql: string; readonly values: Readonly<Record<string, string | number | boolean | null>> } {
  if (values.length === 0) return { sql, values: {} };
  return {
    sql: sql.replace(/\$(\d+)/g, ':p$1'),
    values: Object.fromEntries(values.map((value, index) => [`p${index + 1}`, scalar(value)])),
  };
}

const scalar = (value: SqlValue): string | number | boolean | null =>
  typeof value === 'object' && value !== null ? arrayLiteral(value) : value;
