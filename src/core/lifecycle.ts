/**
 * Every status of a run and every legal arrow, each with its reason. `-ing` words are under way,
 * the others are reached. What is not listed is illegal.
 */
export const lifecycle = {
  planned: {
    'awaiting-approval': 'the plan needs a person',
    leased: 'the target is ours',
    concluded: 'refused before anything was touched',
  },
  'awaiting-approval': {
    leased: 'a person approved',
    concluded: 'a person rejected it, or nobody answered in time',
  },
  leased: {
    checked: 'every check before the change passed',
    concluded: 'a check failed or the target was not free; nothing was changed',
  },
  checked: {
    snapshotted: 'the restore point exists, or the plan needs none',
    'rolling-back': 'taking the restore point failed; the ledger entry is closed',
  },
  snapshotted: {
    expanding: 'the first change',
    'rolling-back': 'stopped before the first change',
  },
  expanding: {
    backfilling: 'every expand step is journaled',
    validating: 'every expand step is journaled and there is nothing to backfill',
    paused: 'the operator paused it',
    'rolling-back': 'a step failed or the operator aborted',
  },
  backfilling: {
    switching: 'every partition is done: a new table is proved equal, or indexes are to be built again',
    validating: 'every partition is done',
    paused: 'the operator paused it',
    'rolling-back': 'a partition failed or the operator aborted',
  },
  switching: {
    validating: 'every switch step is journaled: the new table has the name, the indexes are there',
    paused: 'the operator paused it',
    'rolling-back': 'a switch step failed or the operator aborted',
  },
  validating: {
    'awaiting-contract': 'the contract waits for its gate',
    contracting: 'the gate opens immediately',
    concluded: 'nothing to contract',
    'rolling-back': 'a check after the change failed',
  },
  'awaiting-contract': {
    contracting: 'the gate opened and the schema is as it was left',
    'rolling-back': 'rejected, timed out, or the schema changed meanwhile',
  },
  contracting: {
    concluded: 'every contract step is journaled and the last checks passed',
    paused: 'the operator paused it',
    'rolling-back': 'a contract step failed or the operator aborted',
  },
  paused: {
    expanding: 'resumed',
    backfilling: 'resumed',
    switching: 'resumed',
    contracting: 'resumed',
    'rolling-back': 'aborted while paused',
  },
  'rolling-back': {
    concluded: 'undone, or nothing there to undo, or a person has to look',
    'awaiting-restore': 'only a restore helps and a person must agree to the writes it loses',
    restoring: 'only a restore helps and policy allows it',
  },
  'awaiting-restore': {
    restoring: 'a person agreed to the restore',
    concluded: 'a person declined the restore',
  },
  restoring: {
    concluded: 'the restored database bears the name, or a person has to look',
  },
  concluded: {
    'rolling-back': 'an operator asked to go back after the end',
    checked: 'it needed attention, and a person has started it again',
  },
} as const satisfies Record<string, Record<string, string>>;

export type Status = keyof typeof lifecycle;
export const statuses = Object.keys(lifecycle) as readonly Status[];

/** How a run ended. REJECTED: nothing was changed. NEEDS_ATTENTION: a person has to decide, nothing was deleted. */
export const verdicts = ['SUCCEEDED', 'REJECTED', 'ROLLED_BACK', 'RESTORED', 'NEEDS_ATTENTION'] as const;
export type Verdict = (typeof verdicts)[number];

/** The reason for a legal arrow, or null where there is none. */
export function arrow(from: Status, to: Status): string | null {
  const arrows: Readonly<Record<string, string>> = lifecycle[from];
  // A status read back from a store may be any word, `constructor` included.
  return Object.hasOwn(arrows, to) ? (arrows[to] ?? null) : null;
}

const forward: readonly Status[] = [
  'planned',
  'awaiting-approval',
  'leased',
  'checked',
  'snapshotted',
  'expanding',
  'backfilling',
  'switching',
  'validating',
  'awaiting-contract',
  'contracting',
  'concluded',
];

/** How far forward a status is; null for those beside the way (paused, going back). */
export function rank(status: Status): number | null {
  const index = forward.indexOf(status);
  return index < 0 ? null : index;
}
