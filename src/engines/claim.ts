import type { StrongestLock, TableLock } from '../core/analysis/lock.ts';
import type { Effect, Finding, Statement } from '../core/analysis/statement.ts';

/** What one statement is taken to do: a `Statement` without its text and place. */
export type Claim = Omit<Statement, 'text' | 'position'>;

export interface ClaimDetails {
  readonly transactional?: boolean;
  readonly long?: boolean;
  readonly lock?: StrongestLock | null;
  readonly effects?: readonly Effect[];
  readonly destroys?: boolean;
  readonly findings?: readonly Finding[];
}

/** By default a statement is transactional, short, lockless and without effect. */
export const claimOf = (verb: string, kind: Claim['kind'], details: ClaimDetails): Claim => ({
  verb,
  kind,
  transactional: details.transactional ?? true,
  long: details.long ?? false,
  lock: details.lock ?? null,
  effects: details.effects ?? [],
  destroys: details.destroys ?? false,
  findings: details.findings ?? [],
});

export const lockOn = <Mode extends string>(
  mode: Mode,
  ...tables: readonly string[]
): readonly TableLock<Mode>[] => tables.map((table) => ({ mode, table }));
