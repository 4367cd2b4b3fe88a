import { failureOf } from '../../app/record-failure.ts';
import type { Verdict } from '../../core/lifecycle.ts';
import { type Migration, migrationName } from '../../core/migration.ts';
import type { Direction } from '../../core/plan/plan.ts';
import { count, duration, plural } from '../../report/words.ts';
import type { Followed, Snapshot } from '../local/follow.ts';
import { type ExitCode, exitCodes } from '../output.ts';
import { exitCodeOfVerdict } from '../render/errors.ts';
import { oneLine } from '../render/width.ts';

/** What one migration came to. */
export interface MigrationOutcome {
  /** Null where no run was begun. */
  readonly runId: string | null;
  readonly version: string;
  readonly description: string;
  readonly verdict: Verdict | 'WAITING';
  readonly because: string;
  readonly seconds: number;
  readonly rows: number;
  readonly batches: number;
  /** The files or flags were at fault, and nothing had begun. */
  readonly badInput: boolean;
}

export function outcomeOf(
  migration: Migration,
  snapshot: Snapshot | null,
  ended: Followed['ended'],
  seconds: number,
): MigrationOutcome {
  const run = snapshot?.run;
  const partitions = snapshot?.partitions ?? [];
  return {
    runId: run?.runId ?? null,
    version: migrationName(migration),
    description: migration.description,
    verdict:
      ended === null ? 'WAITING' : (run?.verdict ?? (run === undefined ? 'REJECTED' : 'NEEDS_ATTENTION')),
    because: run?.because ?? (ended === null ? waitsFor(snapshot) : reasonOf(ended)),
    seconds: Math.round(seconds * 10) / 10,
    rows: partitions.reduce((sum, partition) => sum + partition.rowsVisited, 0),
    batches: partitions.reduce((sum, partition) => sum + partition.batches, 0),
    badInput: run === undefined && ended?.error === 'InputError',
  };
}

const reasonOf = ({ error, cause }: NonNullable<Followed['ended']>): string =>
  failureOf({ Error: error, Cause: cause }).message;

function waitsFor(snapshot: Snapshot | null): string {
  if (snapshot === null) return 'it has not begun';
  const { run, plan } = snapshot;
  if (run.status === 'awaiting-approval') return 'it needs consent before anything happens';
  switch (plan.gate.opens) {
    case 'deployment':
      return 'expanded; the contract waits until the new code is out';
    case 'delay':
      return `expanded; the contract waits until ${run.gateOpensAt ?? `${duration(plan.gate.seconds)} have passed`}`;
    case 'approval':
      return 'expanded; the contract waits until a person approves';
    default:
      return 'it waits at a gate';
  }
}

export interface Outcomes {
  readonly direction: Direction;
  readonly outcomes: readonly MigrationOutcome[];
  readonly notBegun: readonly string[];
  /** What the other commands need to find these runs, e.g. ` --state DIR`. */
  readonly stateOption: string;
  /** What those that look at the database need besides; the URL itself may hold a password. */
  readonly urlOption: string;
}

/** The end of `run` for a person: a line for each migration, and what to type next where something is left. */
export function renderOutcomes({
  direction,
  outcomes,
  notBegun,
  stateOption,
  urlOption,
}: Outcomes): string[] {
  const last = outcomes.at(-1);
  return [
    ...outcomes.flatMap((outcome) => outcomeLines(outcome, direction)),
    ...(last === undefined ? [] : whatNext(last, stateOption, urlOption)),
    ...(notBegun.length === 0 ? [] : [`Not begun: ${notBegun.join(', ')}`]),
    ...(last?.verdict === 'SUCCEEDED' ? [doneLine(direction, outcomes)] : []),
  ];
}

function outcomeLines(outcome: MigrationOutcome, direction: Direction): string[] {
  const { version, description, verdict, because, seconds, rows, batches } = outcome;
  const name = version === description ? version : `${version} ${description}`;
  const backfilled =
    rows > 0 ? `, ${plural(rows, 'row')} backfilled in ${plural(batches, 'batch', 'batches')}` : '';
  if (verdict === 'SUCCEEDED') {
    return [
      `  ${oneLine(name)}  ${direction === 'up' ? 'applied' : 'taken back'} in ${duration(seconds)}${backfilled}`,
    ];
  }
  // Several problems of wrong input come as lines.
  const [first = '', ...others] = because.split('\n');
  return [`  ${oneLine(name)}  ${verdict}: ${first}`, ...others.map((line) => `    ${line}`)];
}

function whatNext(
  { runId, verdict, badInput }: MigrationOutcome,
  stateOption: string,
  urlOption: string,
): string[] {
  if (runId === null)
    return badInput ? ['Nothing was changed by it. Mend that, and the same command goes on with it.'] : [];
  switch (verdict) {
    case 'WAITING':
      return [
        `Run ${runId} stays open. To finish it:`,
        `  lockkeeper approve ${runId}${stateOption}`,
        '  and this same command again; or this same command with --open-gates, which does both',
        `To take it back: lockkeeper reject ${runId}${stateOption}, and this same command again`,
      ];
    case 'ROLLED_BACK':
      return ['It was taken back. The same command begins it anew.'];
    case 'REJECTED':
      return ['Nothing was changed by it. The same command begins it anew.'];
    case 'NEEDS_ATTENTION':
      return [
        `A person has to look: lockkeeper report ${runId}${stateOption} says what was done and what was not`,
        'This same command tries again where it can. Otherwise put it right by hand, then say how it ended:',
        `  lockkeeper conclude ${runId}${stateOption}${urlOption} --as rolled-back --reason "…"   (or --as succeeded)`,
      ];
    default:
      return [];
  }
}

function doneLine(direction: Direction, outcomes: readonly MigrationOutcome[]): string {
  const seconds = outcomes.reduce((sum, outcome) => sum + outcome.seconds, 0);
  const what = plural(outcomes.length, 'migration');
  const rows = outcomes.reduce((sum, outcome) => sum + outcome.rows, 0);
  const backfilled = rows > 0 ? `, ${count(rows)} rows backfilled` : '';
  return `Done: ${what} ${direction === 'up' ? 'applied' : 'taken back'} in ${duration(seconds)}${backfilled}.`;
}

export function exitCodeOfOutcome(outcome: MigrationOutcome | undefined): ExitCode {
  if (outcome === undefined || outcome.verdict === 'WAITING') return exitCodes.done;
  return outcome.badInput ? exitCodes.usage : exitCodeOfVerdict(outcome.verdict);
}
