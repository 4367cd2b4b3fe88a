import type { PartitionProgress, RunEvent, RunRecord } from '../../app/ports/run-store.ts';
import type { Backfill, Plan } from '../../core/plan/plan.ts';
import { type Paint, plainPaint } from '../../report/paint.ts';
import { count, duration } from '../../report/words.ts';
import { partitionBars } from './partition-bars.ts';
import { phaseLine } from './phase-line.ts';
import { fold, oneLine } from './width.ts';

export interface ProgressInput {
  readonly run: RunRecord;
  readonly plan: Plan;
  readonly events: readonly RunEvent[];
  readonly partitions: readonly PartitionProgress[];
  /** Milliseconds since the epoch. */
  readonly nowMs: number;
  /** A log leaves out what happened before, in milliseconds since the epoch. */
  readonly logFrom?: number;
  /** Of the terminal; default 80 by 24. */
  readonly columns?: number;
  readonly rows?: number;
}

/** One moment of a run, for a terminal and for a log. */
export interface Frame {
  /** What a terminal shows, in place of what it showed before. */
  readonly live: readonly string[];
  /** What a log says: each line once, and again only when its mark has changed. */
  readonly plain: readonly { readonly key: string; readonly mark: string; readonly text: string }[];
}

const eventsShown = 5;
const barWidth = 24;
/** A log gets a line for each tenth of a backfill. */
const tenths = 10;
/** Workers report about once a second: one that has been silent for longer than this may be gone. */
const staleAfterMs = 10_000;

export function renderProgress(input: ProgressInput, paint: Paint = plainPaint): Frame {
  const { run, events, logFrom = 0 } = input;
  const backfills = backfillsAtHand(input);
  const person = waitsForPerson(input);
  const waits = person ?? waitText(run, input.nowMs);
  return {
    live: [
      titleLine(input, paint),
      `  ${phaseLine(input, paint, (input.columns ?? 80) - 3)}`,
      ...backfills.flatMap((state) => backfillLines(state, input, paint)),
      ...(waits === null ? [] : whole(`  ${paint.yellow(waits)}`, input.columns)),
      ...events.slice(-eventsShown).map((event) => `  ${paint.dim(eventText(event))}`),
    ],
    plain: [
      ...events
        .map((event, index) => ({ key: `event ${index}`, mark: '', text: eventText(event), at: event.at }))
        .filter(({ at }) => Date.parse(at) >= logFrom)
        .map(({ key, mark, text }) => ({ key, mark, text })),
      ...backfills.flatMap((state) => plainBackfill(state)),
      // A log that falls silent without a word would look like a run that hangs.
      ...(person === null ? [] : [{ key: 'person', mark: run.status, text: person }]),
    ],
  };
}

/** What a person has to read or to type is not cut off at the end of a narrow line. */
const whole = (line: string, columns = 80): string[] => fold(line, columns - 1).split('\n');

function titleLine({ run, nowMs }: ProgressInput, paint: Paint): string {
  const end = run.concludedAt === undefined ? nowMs : Date.parse(run.concludedAt);
  const since = duration(Math.max(0, end - Date.parse(run.startedAt)) / 1000);
  const name = oneLine(`${run.version} ${run.description}`);
  const title = run.verdict ?? run.status;
  const isGood = run.verdict === undefined || run.verdict === 'SUCCEEDED';
  const colour = isGood ? paint.green : paint.yellow;
  return `${colour(paint.bold(title))}  ${name} on ${run.target}  ${paint.dim(since)}`;
}

interface BackfillState {
  readonly backfill: Backfill;
  readonly partitions: readonly PartitionProgress[];
  readonly isDone: boolean;
  readonly rows: number;
  readonly total: number;
  /** 0 to 1. */
  readonly share: number;
  readonly rowsPerSecond: number;
  readonly secondsLeft: number | null;
  readonly pauses: readonly string[];
}

/** The backfills that have begun. */
function backfillsAtHand({ run, plan, events, partitions, nowMs }: ProgressInput): BackfillState[] {
  // Partitions that have not begun are not listed: only the next status says that all are done.
  const isDone =
    run.status === 'validating' ||
    events.some((event) => event.kind === 'status' && event.text.endsWith('→ validating'));
  return plan.backfills.flatMap((backfill) => {
    const own = partitions.filter(({ partition }) => partition.startsWith(`b${backfill.ordinal + 1}-`));
    return own.length === 0 ? [] : [stateOf(backfill, own, isDone, nowMs)];
  });
}

function stateOf(
  backfill: Backfill,
  partitions: readonly PartitionProgress[],
  isDone: boolean,
  nowMs: number,
): BackfillState {
  const open = partitions.filter((partition) => !partition.done);
  const rows = partitions.reduce((sum, partition) => sum + partition.rowsVisited, 0);
  // The estimate may be below the truth; and above it, the last partition's end says so.
  const total = isDone ? rows : Math.max(backfill.rowsEstimate, rows);
  const rowsPerSecond = open
    .filter((partition) => nowMs - Date.parse(partition.updatedAt) < staleAfterMs)
    .reduce((sum, partition) => sum + partition.rowsPerSecond, 0);
  return {
    backfill,
    partitions,
    isDone,
    rows,
    total,
    share: isDone ? 1 : total === 0 ? 0 : Math.min(rows / total, 0.99),
    rowsPerSecond: isDone ? 0 : rowsPerSecond,
    secondsLeft: isDone || rowsPerSecond === 0 || rows === total ? null : (total - rows) / rowsPerSecond,
    pauses: [
      ...new Set(open.map((partition) => oneLine(partition.pausedBecause)).filter((text) => text !== '')),
    ],
  };
}

/** What stands around the bars: title, way, backfill, its reasons, what is waited for, events. */
const linesAround = 6 + eventsShown;
/** Below this width the figures of a backfill get a line of their own. */
const narrow = 100;

function backfillLines(
  state: BackfillState,
  { columns = 80, rows: height = 24 }: ProgressInput,
  paint: Paint,
): string[] {
  const { backfill, partitions, isDone, rows, total, share, rowsPerSecond, secondsLeft, pauses } = state;
  const width = Math.max(8, Math.min(barWidth, columns - backfill.table.length - 6));
  const full = Math.floor(share * width);
  const bar = paint.cyan('█'.repeat(full)) + paint.dim('░'.repeat(width - full));
  const facts = [
    percent(share),
    share === 1 ? `${count(rows)} rows` : `${count(rows)} of about ${count(total)} rows`,
    ...(rowsPerSecond > 0 ? [`${count(rowsPerSecond)} rows/s`] : []),
    ...(secondsLeft === null ? [] : [`${duration(Math.ceil(secondsLeft))} left`]),
  ];
  const title = `  ${backfill.table}  ${bar}`;
  const lines =
    columns >= narrow ? [`${title}  ${facts.join('  ')}`] : [title, ...wrapped(facts, columns - 5)];
  const room = Math.max(0, height - linesAround);
  return [
    ...lines,
    ...(isDone ? [] : partitionBars(backfill, partitions, paint, { columns, lines: room })),
    ...(pauses.length === 0 ? [] : whole(`  ${paint.yellow(`pausing: ${pauses.join('; ')}`)}`, columns)),
  ];
}

/** As many facts on a line as there is room for. */
function wrapped(facts: readonly string[], width: number): string[] {
  const lines: string[] = [];
  for (const fact of facts) {
    const last = lines.at(-1);
    if (last === undefined || last.length + fact.length + 2 > width) lines.push(fact);
    else lines[lines.length - 1] = `${last}  ${fact}`;
  }
  return lines.map((line) => `    ${line}`);
}

function plainBackfill(state: BackfillState): Frame['plain'][number][] {
  const { backfill, rows, total, share, rowsPerSecond, pauses } = state;
  const key = `backfill ${backfill.ordinal}`;
  const speed = rowsPerSecond > 0 ? `, ${count(rowsPerSecond)} rows/s` : '';
  return [
    {
      key,
      mark: String(Math.floor(share * tenths)),
      text: `backfill of ${backfill.table}: ${percent(share)}, ${count(rows)} of about ${count(total)} rows${speed}`,
    },
    // The first word tells one reason from another; figures in it change all the time.
    ...(pauses.length === 0
      ? []
      : [
          {
            key: `${key} pause`,
            mark: pauses.map((text) => text.replaceAll(/[\d.,]+/g, '')).join(),
            text: `backfill of ${backfill.table} is pausing: ${pauses.join('; ')}`,
          },
        ]),
  ];
}

/** What a person has to do for the run to go on. */
function waitsForPerson({ run, plan }: ProgressInput): string | null {
  if (run.abortRequested === true) return null;
  switch (run.status) {
    case 'awaiting-approval':
      return run.answers?.approval === undefined
        ? `waits for approval: lockkeeper approve ${run.runId}`
        : null;
    case 'awaiting-contract': {
      if (run.answers?.contract !== undefined) return null;
      if (run.gateOpensAt !== undefined) return `waits until ${run.gateOpensAt}`;
      const what = plan.gate.opens === 'approval' ? 'a person approves' : 'the new code is out';
      return `waits until ${what}: lockkeeper approve ${run.runId}`;
    }
    case 'awaiting-restore':
      return `waits for a decision, a restore loses writes: lockkeeper approve ${run.runId}`;
    case 'paused':
      return `paused: lockkeeper resume ${run.runId}`;
    default:
      return null;
  }
}

/** What the run is waiting for, other than people and its own work. */
function waitText(run: RunRecord, nowMs: number): string | null {
  const point = run.contractRestorePoint ?? run.restorePoint;
  if (run.verdict !== undefined) return null;
  if (run.lockWaitSince) {
    const seconds = Math.max(0, nowMs - Date.parse(run.lockWaitSince)) / 1000;
    return `${run.at ?? 'the step'} has been waiting for its lock for ${duration(seconds)}`;
  }
  if (point !== undefined && point.recoveryTime === undefined)
    return `snapshot ${point.snapshotId}: ${point.percent ?? 0} %`;
  if (run.status === 'restoring') return `restore: ${run.restore?.stage ?? 'beginning'}`;
  return null;
}

const eventText = ({ at, text }: RunEvent): string => `${at.slice(11, 19)} ${oneLine(text)}`;

/** Rounded down: 100 % is said only of what is done. */
const percent = (share: number): string => `${Math.floor(share * 100)} %`;
