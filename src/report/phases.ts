import type { RunEvent, RunRecord } from '../app/ports/run-store.ts';
import { type Status, statuses } from '../core/lifecycle.ts';

export interface Phase {
  readonly status: Status;
  /** ISO 8601. */
  readonly from: string;
  /** Null while it goes on. */
  readonly seconds: number | null;
}

/**
 * The statuses a run went through, in order, with how long each lasted. The way back announces itself by
 * what it does rather than by a status, so its events count as well.
 */
export function phasesOf(run: RunRecord, events: readonly RunEvent[]): Phase[] {
  const changes: { status: Status; from: string }[] = [{ status: 'planned', from: run.startedAt }];
  for (const event of [...events].toSorted((a, b) => compare(a.at, b.at))) {
    const before = changes.at(-1)?.status;
    const status = statusBegunBy(event, before);
    if (status !== null && status !== before) changes.push({ status, from: event.at });
  }
  const end = run.concludedAt ?? null;
  return changes
    .map(({ status, from }, index) => ({
      status,
      from,
      seconds: secondsBetween(from, changes[index + 1]?.from ?? end),
    }))
    .filter(({ status }) => status !== 'concluded');
}

function statusBegunBy(event: RunEvent, before: Status | undefined): Status | null {
  switch (event.kind) {
    case 'status':
      return statuses.find((status) => event.text.endsWith(`→ ${status}`)) ?? null;
    case 'failure':
    case 'undo':
      return before === 'restoring' ? null : 'rolling-back';
    case 'restore':
      return 'restoring';
    case 'verdict':
      return 'concluded';
    default:
      return null;
  }
}

/** Null where the end is not known. */
export function secondsBetween(from: string, to: string | null): number | null {
  if (to === null) return null;
  return Math.max(0, Date.parse(to) - Date.parse(from)) / 1000;
}

const compare = (a: string, b: string): number => (a === b ? 0 : a < b ? -1 : 1);
