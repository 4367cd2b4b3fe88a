import type { SourcePosition } from '../core/analysis/statement.ts';
import type { Check } from '../core/checks.ts';
import type { ContractGate, RollbackPolicy } from '../core/manifest/manifest.ts';

/** `1,234,567`, whatever the machine's language. */
export const count = (value: number): string => value.toLocaleString('en-US');

/** `1 row`, `3 rows`. */
export const plural = (value: number, one: string, many = `${one}s`): string =>
  `${count(value)} ${value === 1 ? one : many}`;

/** `8.0 kB`, `1.5 GB`: powers of 1,000. */
export function bytes(value: number): string {
  const units = ['bytes', 'kB', 'MB', 'GB', 'TB', 'PB'];
  const power = value < 1000 ? 0 : Math.min(units.length - 1, Math.floor(Math.log10(value) / 3));
  const amount = value / 1000 ** power;
  return `${power === 0 || amount >= 100 ? Math.round(amount) : amount.toFixed(1)} ${units[power]}`;
}

/** `340 ms`, `12.3 s`, `4 min 05 s`, `3 h 07 min`, `2 d 4 h`. */
export function duration(seconds: number): string {
  if (seconds < 1) return `${Math.round(seconds * 1000)} ms`;
  if (seconds < 60) return `${(Math.floor(seconds * 10) / 10).toFixed(1)} s`;
  const whole = Math.floor(seconds);
  const two = (value: number): string => String(value).padStart(2, '0');
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${two(whole % 60)} s`;
  if (whole < 86_400) return `${Math.floor(whole / 3600)} h ${two(Math.floor((whole % 3600) / 60))} min`;
  return `${Math.floor(whole / 86_400)} d ${Math.floor((whole % 86_400) / 3600)} h`;
}

/** `file:line:column`, as editors open it. */
export const place = ({ path, line, column }: SourcePosition): string => `${path}:${line}:${column}`;

export function describeGate(gate: ContractGate): string {
  switch (gate.opens) {
    case 'immediately':
      return 'at once after the checks';
    case 'approval':
      return 'when a person approves';
    case 'deployment':
      return 'when the new code is deployed';
    case 'delay':
      return `${duration(gate.seconds)} after the checks`;
    default:
      return gate satisfies never;
  }
}

/** @param restorable whether there will be a restore point */
export function describePolicy(policy: RollbackPolicy, restorable = true): string {
  if (!restorable) return describeWithoutRestore(policy);
  switch (policy) {
    case 'down-then-restore':
      return 'the down script; the snapshot where that does not help';
    case 'down':
      return 'the down script, never a restore';
    case 'restore':
      return 'the snapshot';
    case 'none':
      return 'none without a person';
    default:
      return policy satisfies never;
  }
}

function describeWithoutRestore(policy: RollbackPolicy): string {
  switch (policy) {
    case 'down-then-restore':
    case 'down':
      return 'the down script, as there is no snapshot';
    case 'restore':
    case 'none':
      return 'none without a person';
    default:
      return policy satisfies never;
  }
}

export function describeCheck(check: Check): string {
  switch (check.check) {
    case 'no_nulls':
      return `no NULL in ${check.table} (${check.columns.join(', ')})`;
    case 'unique':
      return `no duplicates in ${check.table} (${check.columns.join(', ')})`;
    case 'no_orphans':
      return `every ${check.table} (${check.columns.join(', ')}) finds its ${check.references.table}`;
    case 'row_count':
      return describeRowCount(check);
    case 'constraint_valid':
      return `constraint ${check.constraint} of ${check.table} is valid`;
    case 'sql':
      return check.name;
    case 'no_long_transactions':
      return `no transaction open for more than ${duration(check.olderThanSeconds)}`;
    case 'no_invalid_indexes':
      return `no invalid index on ${list(check.tables)}`;
    case 'privileges':
      return check.tables.length === 0
        ? 'enough rights to change the schema'
        : `enough rights on ${list(check.tables)}`;
    case 'replication_lag':
      return `replicas less than ${duration(check.underSeconds)} behind`;
    case 'backfill_complete':
      return `no row of ${check.table} left with ${check.where}`;
    default:
      return check satisfies never;
  }
}

function describeRowCount({ table, expect }: Extract<Check, { check: 'row_count' }>): string {
  switch (expect.is) {
    case 'unchanged':
      return `as many rows in ${table} as before, but for writes since`;
    case 'exactly':
      return `exactly ${plural(expect.rows, 'row')} in ${table}`;
    case 'at_least':
      return `at least ${plural(expect.rows, 'row')} in ${table}`;
    default:
      return expect satisfies never;
  }
}

const list = (names: readonly string[]): string => (names.length === 0 ? 'no table' : names.join(', '));
