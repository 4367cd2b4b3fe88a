import type { Effect, Finding, SchemaObject, Statement } from '../../../core/analysis/statement.ts';
import { type LockMode, lockModes, strongest, type TableLock } from './locks.ts';

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

/** By default a statement is transactional, short, lockless and without effect. */
export function claim(verb: string, kind: Claim['kind'], details: ClaimDetails = {}): Claim {
  return {
    verb,
    kind,
    transactional: details.transactional ?? true,
    long: details.long ?? false,
    lock: strongest(details.locks ?? []),
    effects: details.effects ?? [],
    destroys: details.destroys ?? false,
    findings: details.findings ?? [],
  };
}

/** Some of these kinds decide what the whole is. */
const kinds = ['unknown', 'schema', 'data', 'query', 'session'] as const;

/** What several statements do that are sent as one. */
export function union(verb: string, claims: readonly Claim[]): Claim {
  const kind = kinds.find((each) => claims.some((one) => one.kind === each)) ?? 'query';
  const locks = claims.flatMap(({ lock }) =>
    (lock?.tables ?? []).flatMap((table) =>
      lockModes.filter((mode) => mode === lock?.mode).map((mode): TableLock => ({ mode, table })),
    ),
  );
  return claim(verb, kind, {
    transactional: claims.every((one) => one.transactional),
    long: claims.some((one) => one.long),
    locks,
    effects: claims.flatMap((one) => one.effects),
    destroys: claims.some((one) => one.destroys),
    findings: claims.flatMap((one) => one.findings),
  });
}

export const lockOn = (mode: LockMode, ...tables: readonly string[]): readonly TableLock[] =>
  tables.map((table) => ({ mode, table }));

export const created = (object: SchemaObject, hedged = false): Effect =>
  hedged ? { does: 'create', object, hedged: true } : { does: 'create', object };
export const dropped = (object: SchemaObject, ifExists = false): Effect =>
  ifExists ? { does: 'drop', object, ifExists: true } : { does: 'drop', object };
export const altered = (object: SchemaObject, what: string): Effect => ({ does: 'alter', object, what });
export const renamed = (object: SchemaObject, to: string): Effect => ({ does: 'rename', object, to });
export const written = (table: string): Effect => ({ does: 'write', table });
