import type { CheckResult } from '../core/checks.ts';
import type { RunReport } from './run-report.ts';
import { count, duration, plural } from './words.ts';

/** The report for the file of whoever has to show what was done: short, exact, complete. */
export function renderMarkdown(report: RunReport): string {
  const { migration, target } = report;
  const name = [migration.version, migration.description].filter((part) => part !== '').join(' ');
  const sections = [
    `# ${inline(`Migration ${name} on ${target.name}`)}: ${report.verdict ?? report.status}`,
    outcome(report),
    facts(report),
    table('Phases', ['phase', 'from', 'took'], report.phases.map(phaseRow)),
    table('Steps', ['step', 'statement', 'done'], report.steps.map(stepRow)),
    backfill(report),
    table('Pace', ['until', 'rows a second', 'rows a batch'], fewOf(report.pace).map(paceRow)),
    table('Pauses', ['because', 'times', 'in all'], report.pauses.map(pauseRow)),
    table('Rows', ['table', 'before', 'after'], report.rowCounts.map(countRow)),
    table('Checks before', checkHead, report.checks.before.map(checkRow)),
    table('Checks after', checkHead, report.checks.after.map(checkRow)),
    wayBack(report),
    table(
      'Waits for locks',
      ['at', 'step', 'what'],
      report.lockWaits.map(({ at, step, text }) => [at, step ?? '', text]),
    ),
    table(
      'Answers of people',
      ['gate', 'answer', 'by', 'at', 'reason'],
      report.answers.map(({ gate, answer, by, at, reason }) => [gate, answer, by, at, reason ?? '']),
    ),
  ];
  return `${sections.filter((text) => text !== '').join('\n\n')}\n`;
}

function outcome({ because, failure, migration }: RunReport): string {
  const remedy = failure?.remedy === undefined ? [] : [`What to do: ${inline(failure.remedy)}`];
  const failed =
    failure === null || failure.message === because
      ? []
      : [`Failed with \`${failure.code}\`: ${inline(failure.message)}`];
  const lines = [
    ...(migration.summary === null ? [] : [inline(migration.summary)]),
    ...(because === '' ? [] : [`Because: ${inline(because)}`]),
    ...failed,
    ...remedy,
  ];
  return lines.join('\n\n');
}

function facts(report: RunReport): string {
  const { migration, target, fingerprints } = report;
  const rows: readonly (readonly [string, string | null])[] = [
    ['run', code(report.runId)],
    ['plan', code(report.planId)],
    ['execution', code(report.executionArn)],
    ['server', `${target.engine} ${target.serverVersion}`],
    ['direction', migration.direction],
    ['checksum of the files', code(migration.checksum)],
    ['started', report.startedAt],
    ['first change', report.firstChangeAt ?? 'none'],
    ['concluded', report.concludedAt],
    ['took', report.seconds === null ? null : duration(report.seconds)],
    ['schema before', fingerprints.before === null ? null : code(fingerprints.before)],
    ['schema at the gate', fingerprints.atGate === null ? null : code(fingerprints.atGate)],
    ['schema after', fingerprints.after === null ? null : `${code(fingerprints.after)}${comparison(report)}`],
  ];
  return rawTable(
    ['fact', 'value'],
    rows.flatMap(([title, value]) => (value === null ? [] : [[title, value]])),
  );
}

function comparison({ fingerprints }: RunReport): string {
  if (fingerprints.before === null) return '';
  return fingerprints.before === fingerprints.after ? ' (as before)' : ' (changed)';
}

const phaseRow = ({ status, from, seconds }: RunReport['phases'][number]): string[] => [
  status,
  from,
  seconds === null ? 'under way' : duration(seconds),
];

const stepRow = ({ id, title, destroys, doneAt }: RunReport['steps'][number]): string[] => [
  id,
  `${title}${destroys ? ' (destroys data)' : ''}`,
  doneAt ?? 'no',
];

const checkHead = ['check', 'outcome', 'found'];
const checkRow = ({ title, outcome, found }: CheckResult): string[] => [title, outcome, found];

function backfill({ backfill }: RunReport): string {
  if (backfill.batches === 0) return '';
  const { rowsVisited, rowsChanged, batches, partitions, seconds, rowsPerSecond } = backfill;
  const speed = seconds > 0 ? ` in ${duration(seconds)}: ${plural(rowsPerSecond, 'row')} a second` : '';
  return [
    '## Backfill',
    '',
    `${plural(rowsVisited, 'row')} visited, ${count(rowsChanged)} changed, in ${plural(batches, 'batch', 'batches')} ` +
      `over ${plural(partitions, 'partition')}${speed}.`,
  ].join('\n');
}

/** Enough to see how it went; the JSON report has them all. */
const paceRows = 12;

function fewOf<Item>(items: readonly Item[]): readonly Item[] {
  if (items.length <= paceRows) return items;
  return Array.from({ length: paceRows }, (_, index) =>
    items.slice(Math.round((index * (items.length - 1)) / (paceRows - 1))).slice(0, 1),
  ).flat();
}

const paceRow = ({ at, rowsPerSecond, batchRows }: RunReport['pace'][number]): string[] => [
  at,
  count(rowsPerSecond),
  batchRows === null ? '' : count(batchRows),
];

const pauseRow = ({ because, times, seconds }: RunReport['pauses'][number]): string[] => [
  because,
  count(times),
  duration(seconds),
];

const countRow = ({ table, before, after }: RunReport['rowCounts'][number]): string[] => [
  table,
  before ?? 'not counted',
  after ?? 'not counted',
];

function wayBack({ restorePoints, restore }: RunReport): string {
  const points = restorePoints.map(
    ({ snapshotId, takenFor, recoveryTime }) =>
      `- Snapshot ${code(snapshotId)}, taken ${takenFor === 'start' ? 'before the first change' : 'before the contract'}: ` +
      `${recoveryTime === undefined ? 'never became available' : `recovery point ${recoveryTime}`}.`,
  );
  if (points.length === 0 && restore === null) return '';
  return ['## Restore point', '', ...points, ...(restore === null ? [] : restoreLines(restore))].join('\n');
}

function restoreLines(restore: NonNullable<RunReport['restore']>): string[] {
  const { snapshotId, restoredAs, failedKeptAs, stage, differences, secondsOfWritesLost } = restore;
  const loss =
    secondsOfWritesLost === null
      ? 'No name was changed.'
      : `The failed database is kept as ${code(failedKeptAs)}. Writes of ${secondsOfWritesLost} s between the recovery point and the swap are lost.`;
  return [
    `- Restored ${code(snapshotId)} as ${code(restoredAs)}; it got as far as "${stage}". ${loss}`,
    ...differences.map((text) => `- Difference: ${inline(text)}`),
  ];
}

const table = (title: string, head: readonly string[], rows: readonly (readonly string[])[]): string =>
  rows.length === 0
    ? ''
    : [
        `## ${title}`,
        '',
        rawTable(
          head,
          rows.map((row) => row.map(inline)),
        ),
      ].join('\n');

const rawTable = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');

/** Text from elsewhere, on one line and without meaning as Markdown or HTML. */
const inline = (text: string): string =>
  text
    .replaceAll(/\s+/g, ' ')
    .trim()
    .replaceAll(/[\\`*[\]|~]|(?<!\w)_|_(?!\w)/g, '\\$&')
    .replaceAll('<', '&lt;');

/** For identifiers, which hold no backtick and no bar. */
const code = (identifier: string): string => `\`${identifier.replaceAll(/[`|\s]+/g, ' ')}\``;
