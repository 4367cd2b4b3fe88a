import type { PartitionProgress, RunEvent, RunRecord } from '../app/ports/run-store.ts';
import type { CheckResult } from '../core/checks.ts';
import type { Plan } from '../core/plan/plan.ts';

export interface ReportInput {
  readonly run: RunRecord;
  readonly plan: Plan;
  readonly events: readonly RunEvent[];
  readonly partitions: readonly PartitionProgress[];
}

/** The facts of a run, every figure measured. Plain JSON; never secrets or row values. */
export interface RunReport {
  readonly runId: string;
  readonly target: string;
  readonly migration: string;
  readonly direction: string;
  readonly planId: string;
  readonly checksum: string;
  readonly verdict: string;
  readonly because: string;
  readonly startedAt: string;
  readonly concludedAt: string | null;
  readonly seconds: number | null;
  /** The instant of the first change. */
  readonly t0: string | null;
  readonly phases: readonly {
    readonly status: string;
    readonly from: string;
    readonly seconds: number | null;
  }[];
  readonly steps: readonly { readonly id: string; readonly title: string; readonly doneAt: string | null }[];
  readonly rows: {
    readonly visited: number;
    readonly changed: number;
    readonly batches: number;
    readonly perSecond: number | null;
  };
  readonly checksBefore: readonly CheckResult[];
  readonly checksAfter: readonly CheckResult[];
  readonly fingerprintBefore: string | null;
  readonly fingerprintAfter: string | null;
  readonly snapshotId: string | null;
  readonly recoveryTime: string | null;
  readonly secondsOfWritesLost: number | null;
  readonly restoreDifferences: readonly string[];
  readonly lockWaits: number;
  readonly answers: readonly string[];
  readonly events: readonly { readonly at: string; readonly kind: string; readonly text: string }[];
}

export function runReport({ run, plan, events, partitions }: ReportInput): RunReport {
  const point = run.contractRestorePoint ?? run.restorePoint;
  const phases = phasesOf(run, events);
  const backfillSeconds = phases.find((phase) => phase.status === 'backfilling')?.seconds ?? null;
  const visited = sum(partitions, (partition) => partition.rowsVisited);
  return {
    runId: run.runId,
    target: run.target,
    migration: `${run.version} ${run.description}`.trim(),
    direction: run.direction,
    planId: run.planId,
    checksum: plan.migration.checksum,
    verdict: run.verdict ?? run.status,
    because: run.because ?? '',
    startedAt: run.startedAt,
    concludedAt: run.concludedAt ?? null,
    seconds: run.concludedAt === undefined ? null : secondsBetween(run.startedAt, run.concludedAt),
    t0: run.t0 ?? null,
    phases,
    steps: [...plan.steps, ...plan.rollback.undo].map((step) => ({
      id: step.id,
      title: step.title,
      doneAt:
        events.find((event) => event.step === step.id && event.text.startsWith(`${step.id} done`))?.at ??
        null,
    })),
    rows: {
      visited,
      changed: sum(partitions, (partition) => partition.rowsChanged),
      batches: sum(partitions, (partition) => partition.batches),
      perSecond:
        backfillSeconds === null || backfillSeconds === 0 ? null : Math.round(visited / backfillSeconds),
    },
    checksBefore: run.checksBefore ?? [],
    checksAfter: run.checksAfter ?? [],
    fingerprintBefore: run.fingerprintBefore ?? null,
    fingerprintAfter: run.fingerprintAfter ?? null,
    snapshotId: point?.snapshotId ?? null,
    recoveryTime: point?.recoveryTime ?? null,
    secondsOfWritesLost: run.restore?.secondsOfWritesLost ?? null,
    restoreDifferences: run.restore?.differences ?? [],
    lockWaits: events.filter((event) => event.kind === 'lock-wait').length,
    answers: Object.entries(run.answers ?? {}).map(
      ([gate, given]) =>
        `${gate} ${given.answer} by ${given.by} at ${given.at}${given.reason === undefined ? '' : `: ${given.reason}`}`,
    ),
    events: events.map(({ at, kind, text }) => ({ at, kind, text })),
  };
}

/** A status lasts until the next one begins. */
function phasesOf(run: RunRecord, events: readonly RunEvent[]): RunReport['phases'] {
  const reached = events
    .filter((event) => event.kind === 'status')
    .map((event) => ({ status: event.text.split(' → ')[1] ?? event.text, from: event.at }));
  return reached.map(({ status, from }, index) => {
    const end = reached[index + 1]?.from ?? run.concludedAt;
    return { status, from, seconds: end === undefined ? null : secondsBetween(from, end) };
  });
}

const secondsBetween = (from: string, to: string): number =>
  Math.round((Date.parse(to) - Date.parse(from)) / 100) / 10;

const sum = <Item>(items: readonly Item[], figure: (item: Item) => number): number =>
  items.reduce((total, item) => total + figure(item), 0);

/** The same facts for an auditor's file. */
export function renderMarkdown(report: RunReport): string {
  return [
    `# Run ${report.runId}: ${report.verdict}`,
    '',
    table([
      ['migration', `${report.migration} (${report.direction})`],
      ['target', report.target],
      ['because', report.because],
      ['started', report.startedAt],
      ['concluded', report.concludedAt === null ? 'not yet' : `${report.concludedAt} (${report.seconds} s)`],
      ['first change (T0)', report.t0 ?? 'none'],
      ['plan', report.planId],
      ['checksum of the files', report.checksum],
      ['schema before', report.fingerprintBefore ?? 'not read'],
      ['schema after', report.fingerprintAfter ?? 'not read'],
      [
        'restore point',
        report.snapshotId === null
          ? 'none'
          : `${report.snapshotId}, ${report.recoveryTime ?? 'not available'}`,
      ],
      ...(report.secondsOfWritesLost === null
        ? []
        : [['writes lost by the restore', `those of ${report.secondsOfWritesLost} s`] as const]),
      ['lock waits', String(report.lockWaits)],
    ]),
    ...part(
      'Phases',
      report.phases.map((phase) => `${phase.status}: from ${phase.from}, ${phase.seconds ?? '?'} s`),
    ),
    ...part(
      'Steps',
      report.steps.map(
        (step) => `${step.doneAt === null ? 'not done' : step.doneAt} ${step.id}: ${code(step.title)}`,
      ),
    ),
    ...part(
      'Rows',
      report.rows.batches === 0
        ? []
        : [
            `${report.rows.visited} visited, ${report.rows.changed} changed, ${report.rows.batches} batches, ${report.rows.perSecond ?? '?'} rows/s`,
          ],
    ),
    ...part('Checks before', report.checksBefore.map(checkLine)),
    ...part('Checks after', report.checksAfter.map(checkLine)),
    ...part('Answers of people', report.answers),
    ...part('Settings that differ after the restore', report.restoreDifferences),
    ...part(
      'Events',
      report.events.map((event) => `${event.at} ${event.kind}: ${event.text}`),
    ),
    '',
  ].join('\n');
}

const checkLine = (check: CheckResult): string => `${check.outcome}: ${check.title}: ${check.found}`;
const code = (text: string): string => `\`${text.replaceAll('`', "'")}\``;
const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ');

function table(rows: readonly (readonly [string, string])[]): string {
  return ['| | |', '|---|---|', ...rows.map(([name, value]) => `| ${name} | ${cell(value)} |`)].join('\n');
}

function part(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : ['', `## ${title}`, '', ...lines.map((line) => `- ${line}`)];
}
