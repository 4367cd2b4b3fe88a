import { arrow, type Status, type Verdict } from '../core/lifecycle.ts';
import type { RunPatch, RunRecord } from './ports/run-store.ts';

/** One move of a run along an arrow of its lifecycle. */
export interface StatusChange {
  /** Counts the changes of one run from 0, so that whoever hears of one twice, or out of order, can tell. */
  readonly number: number;
  /** Null when the run has just been made. */
  readonly from: Status | null;
  readonly to: Status;
  /** ISO 8601. */
  readonly at: string;
  /** In words; never a secret or a row's value. */
  readonly because: string;
  /** Where the run has concluded. */
  readonly verdict?: Verdict;
}

/** A message of the event bus holds 256 KB and a run's item 400 KB: a sentence needs a fraction of either. */
const BECAUSE_LIMIT = 2_000;

/** A run that has just been made, or made anew after its record was lost. */
export const firstChange = ({ status, startedAt }: RunRecord): StatusChange => ({
  number: 0,
  from: null,
  to: status,
  at: startedAt,
  because: status === 'planned' ? 'planned' : 'its record was lost and has been rebuilt from the ledger',
});

/** The change that a run store is about to write, kept in the same write until it has been told. */
export function statusChange(
  run: RunRecord,
  to: Status,
  patch: RunPatch,
  { number, at }: Pick<StatusChange, 'number' | 'at'>,
): StatusChange {
  const verdict = to === 'concluded' ? patch.verdict : undefined;
  return {
    number,
    from: run.status,
    to,
    at,
    because: reasonFor(run, to, patch).slice(0, BECAUSE_LIMIT),
    ...(verdict === undefined ? {} : { verdict }),
  };
}

function reasonFor(run: RunRecord, to: Status, patch: RunPatch): string {
  const usual = arrow(run.status, to) ?? '';
  switch (to) {
    case 'concluded':
      return patch.because || usual;
    case 'rolling-back':
      return (patch.failure ?? run.failure)?.message ?? usual;
    case 'awaiting-restore':
    case 'restoring':
      return run.because || usual;
    default:
      return usual;
  }
}
