import type { Effect, Finding, SchemaObject, Statement } from '../../../core/analysis/statement.ts';
import { type LockMode, strongest, type TableLock } from './locks.ts';

/** What one statement is taken to do: a `Statement` without its text and place. */
export type Claim = Omit<Statement, 'text' | 'position'>;

export interface ClaimDetails {
  readonly transactional?: boolean;
  readonly long?: boolean;
  readonly locks?: readonly TableLock[];
  readonly effects?: readonly Effect[];
  readonly destroys?: boolean;
  readonly findings?: readonly Finding[];
}

/** By default a statement is short, lockless and without effect; one that changes the schema commits by itself. */
export function claim(verb: string, kind: Claim['kind'], details: ClaimDetails = {}): Claim {
  return {
    verb,
    kind,
    transactional: details.transactional ?? kind !== 'schema',
    long: details.long ?? false,
    lock: strongest(details.locks ?? []),
    effects: details.effects ?? [],
    destroys: details.destroys ?? false,
    findings: details.findings ?? [],
  };
}

export const lockOn = (mode: LockMode, ...tables: readonly string[]): readonly TableLock[] =>
  tables.map((table) => ({ mode, table }));

export const created = (object: SchemaObject, hedged = false): Effect =>
  hedged ? { does: 'create', object, hedged: true } : { does: 'create', object };
export const dropped = (object: SchemaObject, ifExists = false): Effect =>
  ifExists ? { does: 'drop', object, ifExists: true } : { does: 'drop', object };
export const altered = (object: SchemaObject, what: string, ifExists = false): Effect =>
  ifExists ? { does: 'alter', object, what, ifExists: true } : { does: 'alter', object, what };
export const renamed = (object: SchemaObject, to: string, ifExists = false): Effect =>
  ifExists ? { does: 'rename', object, to, ifExists: true } : { does: 'rename', object, to };
export const written = (table: string): Effect => ({ does: 'write', table });

/** An index belongs to its table: two tables may have indexes of one name. */
export const indexOf = (table: string, name: string): SchemaObject => ({
  type: 'index',
  name,
  table,
  inTable: true,
});
