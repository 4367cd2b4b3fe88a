import type { Clock } from '../../../app/ports/clock.ts';
import type { Baseline, Check, CheckResult } from '../../../core/checks.ts';
import type { Connection } from '../session/connection.ts';

/** What checks ask with. */
export interface CheckContext {
  readonly connection: Connection;
  readonly clock: Clock;
  readonly baseline: Baseline;
}

/** What one check found; title and kind are the same whatever the outcome. */
export type Finding = Pick<CheckResult, 'outcome' | 'found' | 'remedy' | 'rows'>;

export type CheckOf<Kind extends Check['check']> = Extract<Check, { check: Kind }>;

export interface CheckKind<Kind extends Check['check']> {
  title(check: CheckOf<Kind>): string;
  run(check: CheckOf<Kind>, context: CheckContext): Promise<Finding>;
}

export const passed = (found: string): Finding => ({ outcome: 'passed', found });
export const failed = (found: string, remedy: string): Finding => ({ outcome: 'failed', found, remedy });
export const unreadable = (found: string, remedy: string): Finding => ({
  outcome: 'unreadable',
  found,
  remedy,
});

/** Counting stops here: a check has failed with the first row, more only tell how badly. */
export const COUNTED_AT_MOST = 1_000;

/** `3 rows`, `1000 or more rows`. */
export function rowsCounted(count: number, noun = 'row'): string {
  const number = count >= COUNTED_AT_MOST ? `${COUNTED_AT_MOST} or more` : String(count);
  return `${number} ${noun}${count === 1 ? '' : 's'}`;
}

export const listed = (names: readonly string[]): string => names.join(', ');
