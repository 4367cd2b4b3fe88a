import type { Asked } from '../asked.ts';
import type { Dialect } from '../dialect.ts';

/** A change as SQL: each statement on one line, without its semicolon. */
export interface Written {
  readonly up: readonly string[];
  /** Null where Liquibase knows no way back by itself either. */
  readonly down: readonly string[] | null;
}

/** Writes a structured change. What it does not ask of the element is refused. */
export type Change = (change: Asked, dialect: Dialect) => Written;

/** `schema.table`, by the attributes of the change. */
export function tableOf(change: Asked, dialect: Dialect, prefix = ''): string {
  const [table, schema] =
    prefix === '' ? ['tableName', 'schemaName'] : [`${prefix}TableName`, `${prefix}TableSchemaName`];
  const name = dialect.quote(change.required(table));
  const within = change.text(schema);
  return within === null ? name : `${dialect.quote(within)}.${name}`;
}

export const listOf = (names: readonly string[], dialect: Dialect): string =>
  names.map((name) => dialect.quote(name)).join(', ');
