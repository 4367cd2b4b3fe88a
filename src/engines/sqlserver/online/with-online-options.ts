import type { Finding, Statement } from '../../../core/analysis/statement.ts';
import { strongest } from '../analysis/locks.ts';
import { rule as indexNotOnline, neverOnline, offlineEdition } from '../analysis/rules/index-not-online.ts';
import { notResumable } from '../analysis/rules/index-not-resumable.ts';
import { queuesOthers } from '../analysis/rules/lock-queue.ts';
import type { Capabilities } from '../capabilities.ts';
import { type OnlineOperation, operationOf } from './operation.ts';

export interface OnlineLimits {
  /** How long the server may work on it before it pauses: the slice. */
  readonly sliceMs: number;
  /** How long it may wait for its lock, letting all others pass, before it gives up. */
  readonly lockWaitMs: number;
}

/** An invocation lasts 15 minutes at most, and has other things to do in them. */
export const onlineLimits: OnlineLimits = { sliceMs: 10 * 60_000, lockWaitMs: 60_000 };

/**
 * Asks for the best way that the server knows of building an index beside running reads and writes, for CREATE INDEX,
 * ALTER INDEX … REBUILD and ADD CONSTRAINT … PRIMARY KEY or UNIQUE. What the author said of ONLINE, RESUMABLE or
 * MAX_DURATION is left as it is. What the server cannot do is a finding. Other statements come back as they are.
 */
export function withOnlineOptions(
  statement: Statement,
  capabilities: Capabilities,
  limits: OnlineLimits,
): Statement {
  const operation = operationOf(statement.text);
  if (operation === null || !statement.long || operation.said.has('ONLINE')) return statement;
  const { position } = statement;
  const add = (...findings: readonly Finding[]) => [
    ...statement.findings.filter((finding) => finding.rule !== indexNotOnline.id),
    ...findings.map((finding) => ({ ...finding, position })),
  ];
  if (operation.offlineBecause !== null)
    return { ...statement, findings: add(neverOnline(operation.table, operation.offlineBecause)) };
  if (!capabilities.onlineIndex)
    return { ...statement, findings: add(offlineEdition(operation.table, capabilities.name)) };
  const resumable = isResumable(operation, capabilities);
  return {
    ...statement,
    text: operation.withOptions(optionsFor(operation, capabilities, limits, resumable)),
    // The server refuses RESUMABLE in a transaction, and a lock would be kept to the end of one.
    transactional: statement.transactional && !resumable,
    lock: strongest([{ mode: operation.lock, table: operation.table }]),
    findings: add(
      ...(resumable ? [] : [notResumable(operation.table, operation.wholeBecause ?? capabilities.name)]),
      ...(waitsAtLowPriority(operation, capabilities) ? [] : [queuesOthers(operation.table)]),
    ),
  };
}

function optionsFor(
  operation: OnlineOperation,
  capabilities: Capabilities,
  { sliceMs, lockWaitMs }: OnlineLimits,
  resumable: boolean,
): readonly string[] {
  const wait = `MAX_DURATION = ${minutes(lockWaitMs, 'up')} MINUTES, ABORT_AFTER_WAIT = SELF`;
  const online = waitsAtLowPriority(operation, capabilities)
    ? `ONLINE = ON (WAIT_AT_LOW_PRIORITY (${wait}))`
    : 'ONLINE = ON';
  if (!resumable) return [online];
  const slice = `MAX_DURATION = ${minutes(sliceMs, 'down')} MINUTES`;
  return [
    online,
    ...(operation.said.has('RESUMABLE') ? [] : ['RESUMABLE = ON']),
    ...(operation.said.has('MAX_DURATION') ? [] : [slice]),
  ];
}

function isResumable(operation: OnlineOperation, capabilities: Capabilities): boolean {
  const asked = operation.said.get('RESUMABLE');
  if (asked !== undefined) return asked === 'ON';
  return operation.wholeBecause === null && capabilities[resumes[operation.kind]];
}

const resumes = {
  create: 'resumableIndex',
  rebuild: 'resumableRebuild',
  constraint: 'resumableConstraint',
} as const;

function waitsAtLowPriority({ kind }: OnlineOperation, capabilities: Capabilities): boolean {
  if (kind === 'create') return capabilities.lowPriorityIndex;
  // The reference gives the clause to rebuilds, and plain ON to what builds the index of a constraint.
  return kind === 'rebuild' && capabilities.lowPriorityRebuild;
}

/** Both options count whole minutes, at least one. */
const minutes = (ms: number, rounded: 'up' | 'down'): number =>
  Math.max(1, rounded === 'up' ? Math.ceil(ms / 60_000) : Math.floor(ms / 60_000));
