import type { Effect, Finding, SchemaObject, Statement } from '../../../core/analysis/statement.ts';
import { type LockMode, lockModes, strongest, type TableLock } from './locks.ts';

/** What one statement is taken to do: a `Statement` without its text and place. */
export type Claim = Omit<Statement, 'text' | 'position'>;

export interface ClaimDetails {
  readonly transactional?: boolean;
  readonly long?: boolean;
  readonly locks?: readonly TableLock[];
  /** Mode of a lock on a table that the text does not name. */
  readonly lockElsewhere?: LockMode;
  readonly effects?: readonly Effect[];
  readonly destroys?: boolean;
  readonly findings?: readonly Finding[];
}

/** By default a statement is transactional, short, lockless and without effect. */
export function claim(verb: string, kind: Claim['kind'], details: ClaimDetails = {}): Claim {
  return {
    verb,
    kind,
    transactional: details.transactional ?? true,
    long: details.long ?? false,
    lock:
      details.lockElsewhere === undefined
        ? strongest(details.locks ?? [])
        : { mode: details.lockElsewhere, strength: lockModes.indexOf(details.lockElsewhere), tables: [] },
    effects: details.effects ?? [],
    destroys: details.destroys ?? false,
    findings: details.findings ?? [],
  };
}

export const lockOn = (mode: LockMode, ...tables: readonly string[]): readonly TableLock[] =>
  tables.map((table) => ({ mode, table }));

export const created = (object: SchemaObject): Effect => ({ does: 'create', object });
export const dropped = (object: SchemaObject): Effect => ({ does: 'drop', object });
export const altered = (object: SchemaObject, what: string): Effect => ({ does: 'alter', object, what });
export const renamed = (object: SchemaObject, to: string): Effect => ({ does: 'rename', object, to });
export const written = (table: string): Effect => ({ does: 'write', table });
