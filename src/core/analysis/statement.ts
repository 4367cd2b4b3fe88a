import type { StrongestLock } from './lock.ts';

/** Where a statement stands in its author's file; lines and columns count from 1. */
export interface SourcePosition {
  readonly path: string;
  readonly line: number;
  readonly column: number;
}

export type ObjectType =
  | 'schema'
  | 'table'
  | 'column'
  | 'index'
  | 'constraint'
  | 'view'
  | 'sequence'
  | 'function'
  | 'trigger'
  | 'type'
  | 'extension'
  | 'policy'
  | 'other';

/** A schema object as a statement names it, folded the way the server folds it. */
export interface SchemaObject {
  readonly type: ObjectType;
  /** Schema-qualified only where the statement qualified it. */
  readonly name: string;
  /** The table a column, constraint, trigger or policy belongs to. */
  readonly table?: string;
  /** Its name is its table's own, so that other tables may have one of the same name (indexes, on some engines). */
  readonly inTable?: true;
}

/** What a statement does to the schema or its data, as far as its text tells. */
export type Effect =
  | (Tolerance & {
      readonly does: 'create';
      readonly object: SchemaObject;
      /** A column created with a non-null default: existing rows already carry a value. */
      readonly withDefault?: boolean;
      /** The statement tolerates that the object exists already: IF NOT EXISTS, OR REPLACE. */
      readonly hedged?: true;
    })
  | (Tolerance & { readonly does: 'drop'; readonly object: SchemaObject })
  | (Tolerance & { readonly does: 'alter'; readonly object: SchemaObject; readonly what: string })
  | (Tolerance & { readonly does: 'rename'; readonly object: SchemaObject; readonly to: string })
  | { readonly does: 'write'; readonly table: string };

interface Tolerance {
  /** The statement tolerates that the object, or the table it belongs to, is not there. */
  readonly ifExists?: true;
}

export type Severity = 'error' | 'danger' | 'warning' | 'note';

/**
 * What analysis says about a statement.
 * `error` refuses the plan; `danger` (destructive, unknown) needs a person; the others inform.
 */
export interface Finding {
  readonly rule: string;
  readonly severity: Severity;
  readonly message: string;
  readonly remedy?: string;
  readonly position?: SourcePosition;
  /** The table whose size decides how much it hurts. */
  readonly table?: string;
}

/** One statement of a script, split and understood by its engine. */
export interface Statement {
  /** The text to execute, without the trailing semicolon. */
  readonly text: string;
  /**
   * Where the server lets its client say how it shall do it: the texts to be sent instead, the best first. The next one
   * is for a server that refuses how, not what; after the last one the statement has failed.
   */
  readonly attempts?: readonly string[];
  readonly position: SourcePosition;
  /** e.g. `ALTER TABLE`, `CREATE INDEX CONCURRENTLY`, `INSERT`. */
  readonly verb: string;
  /**
   * `session`: holds for the statements after it, and is said again in each later session of its script.
   * `overruled`: sets what is Lockkeeper's own to set; it is left out, and a finding says so.
   */
  readonly kind:
    | 'schema'
    | 'data'
    | 'query'
    | 'session'
    | 'overruled'
    | 'begin'
    | 'commit'
    | 'rollback'
    | 'unknown';
  /** False for what the server refuses inside a transaction block. */
  readonly transactional: boolean;
  /** May run longer than one slice on a large table: scans, rewrites or builds. */
  readonly long: boolean;
  /** Strongest table lock taken. */
  readonly lock: StrongestLock | null;
  readonly effects: readonly Effect[];
  /** Loses data or objects that a down script cannot bring back. */
  readonly destroys: boolean;
  readonly findings: readonly Finding[];
}

/** Equality of objects as far as their names tell: an unqualified name matches any schema. */
export function sameObject(a: SchemaObject, b: SchemaObject): boolean {
  if (a.type !== b.type || !sameName(a.name, b.name)) return false;
  return a.table === undefined || b.table === undefined || sameName(a.table, b.table);
}

/** `users` and `public.users` are taken for the same; `app.users` and `public.users` are not. */
export function sameName(a: string, b: string): boolean {
  if (a === b) return true;
  const aParts = a.split('.');
  const bParts = b.split('.');
  if (aParts.length === bParts.length) return false;
  return aParts.at(-1) === bParts.at(-1);
}
