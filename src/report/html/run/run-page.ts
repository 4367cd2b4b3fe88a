import type { CheckResult } from '../../../core/checks.ts';
import type { RunReport } from '../../run-report.ts';
import { count, duration, plural } from '../../words.ts';
import { type Content, type Html, html } from '../html.ts';
import { renderPage, type Section } from '../page.ts';
import { bullets, code, type Facts, glance, pairs, table, tag } from '../parts.ts';
import { linePicture } from './line-picture.ts';
import { phasesPicture } from './phases-picture.ts';
import { restoreSection } from './restore.ts';

/** What a run did, as one HTML file that needs nothing else: the facts of the report and no others. */
export function renderRunPage(report: RunReport): string {
  const { migration, target } = report;
  const name = [migration.version, migration.description].filter((part) => part !== '').join(' ');
  const direction = migration.direction === 'up' ? 'up' : 'back down';
  return renderPage({
    title: `Migration ${name}: ${report.verdict ?? report.status}`,
    kicker: `Run report · ${direction} · ${target.name} (${target.engine} ${target.serverVersion})`,
    lead: migration.summary === null ? null : html`<p class="lead">${migration.summary}</p>`,
    sections: [
      outcome(report),
      { id: 'glance', title: 'At a glance', body: glance(figures(report)) },
      { id: 'phases', title: 'Phases', body: phases(report) },
      ...section('backfill', 'Backfill', report.pace, () => backfill(report)),
      ...section('pauses', 'Pauses', report.pauses, pauses),
      ...section('locks', 'Waits for locks', report.lockWaits, lockWaits),
      ...section('rows', 'Rows before and after', report.rowCounts, rows),
      { id: 'schema', title: 'Schema', body: fingerprints(report) },
      ...section('checks', 'Checks', [...report.checks.before, ...report.checks.after], () => checks(report)),
      ...section('steps', 'Steps', report.steps, steps),
      ...section('people', 'What people said', [...report.answers, ...report.orders], () => people(report)),
      ...restoreSection(report),
    ],
    footer: `Run ${report.runId}, plan ${report.planId}, execution ${report.executionArn}. Files: ${migration.checksum}.`,
  });
}

/** Left out where there is nothing to say. */
const section = <Item>(
  id: string,
  title: string,
  items: readonly Item[],
  body: (items: readonly Item[]) => Content,
): Section[] => (items.length === 0 ? [] : [{ id, title, body: body(items) }]);

function outcome({ verdict, status, because, failure }: RunReport): Section {
  const failed =
    failure === null || failure.message === because
      ? null
      : html`<p>Failed with ${code(failure.code)}: ${failure.message}</p>`;
  const remedy =
    failure?.remedy === undefined ? null : html`<p><strong>What to do:</strong> ${failure.remedy}</p>`;
  return {
    id: 'outcome',
    title: verdict ?? `Under way: ${status}`,
    body: html`<p>${because === '' ? meaning(verdict) : because}</p>${failed}${remedy}`,
    callout: verdict === 'SUCCEEDED' ? 'clear' : verdict === null ? 'waiting' : 'stopping',
  };
}

function meaning(verdict: RunReport['verdict']): string {
  switch (verdict) {
    case 'SUCCEEDED':
      return 'Every step and check is done.';
    case 'REJECTED':
      return 'Nothing was changed.';
    case 'ROLLED_BACK':
      return 'What had been changed was taken back.';
    case 'RESTORED':
      return 'The database was restored from its snapshot.';
    case 'NEEDS_ATTENTION':
      return 'A person has to look.';
    case null:
      return 'The run has not ended.';
    default:
      return verdict satisfies never;
  }
}

function figures(report: RunReport): Facts {
  const { backfill: filled, seconds, lockWaits: waits, fingerprints: schema, steps: all } = report;
  const paused = report.pauses.reduce((sum, pause) => sum + pause.seconds, 0);
  return [
    ['took', seconds === null ? 'under way' : duration(seconds)],
    ['steps done', `${count(all.filter(({ doneAt }) => doneAt !== null).length)} of ${count(all.length)}`],
    ['rows changed', count(filled.rowsChanged)],
    ['rows a second', filled.rowsPerSecond === 0 ? 'none' : count(filled.rowsPerSecond)],
    ['batches', count(filled.batches)],
    ['paused', paused === 0 ? 'never' : duration(paused)],
    ['locks given up', count(waits.length)],
    ['schema', sameSchema(schema)],
  ];
}

function sameSchema({ before, after }: RunReport['fingerprints']): string {
  if (before === null || after === null) return 'not compared';
  return before === after ? 'as before' : 'changed';
}

const phases = ({
  phases: all,
  startedAt,
  firstChangeAt,
  concludedAt,
}: RunReport): Html => html`<div class="pictures">
<figure>${phasesPicture(all)}<figcaption>To scale. Times are UTC.</figcaption></figure>
<div>${pairs([
  ['started', startedAt],
  ['first change', firstChangeAt ?? 'none'],
  ['concluded', concludedAt ?? 'not yet'],
])}${table(
  'Phases of the run',
  [{ title: 'phase' }, { title: 'from' }, { title: 'took', numeric: true }],
  all.map(({ status, from, seconds }) => [
    status,
    from.slice(11, 19),
    seconds === null ? 'under way' : duration(seconds),
  ]),
)}</div></div>`;

function backfill({ pace, backfill: filled }: RunReport): Html {
  const [first, ...later] = pace;
  const stretch = later[0] === undefined ? 1 : (Date.parse(later[0].at) - Date.parse(first?.at ?? '')) / 1000;
  const seconds = stretch * pace.length;
  const batches = pace.map(({ batchRows }) => batchRows);
  return html`<p>${plural(filled.rowsVisited, 'row')} visited and ${count(filled.rowsChanged)} changed, in
${plural(filled.batches, 'batch', 'batches')} over ${plural(filled.partitions, 'partition')}.</p>
<div class="pictures"><figure><h3>Rows a second</h3>
${linePicture({ id: 'pace-title', title: 'Rows a second', values: pace.map(({ rowsPerSecond }) => rowsPerSecond), seconds })}
<figcaption>All partitions together.</figcaption></figure>
<figure><h3>Rows a batch</h3>
${linePicture({ id: 'batches-title', title: 'Rows a batch', values: batches, seconds })}
<figcaption>The size follows the time that batches take.</figcaption></figure></div>`;
}

const pauses = (all: RunReport['pauses']): Html =>
  table(
    'What workers stood still for',
    [{ title: 'because' }, { title: 'times', numeric: true }, { title: 'in all', numeric: true }],
    all.map(({ because, times, seconds }) => [because, count(times), duration(seconds)]),
  );

const lockWaits = (all: RunReport['lockWaits']): Html =>
  table(
    'Locks that were asked for, given up, and asked for again',
    [{ title: 'at' }, { title: 'step' }, { title: 'what' }],
    all.map(({ at, step, text }) => [at.slice(11, 19), step ?? '', text]),
  );

const rows = (all: RunReport['rowCounts']): Html =>
  table(
    'Rows as they were counted',
    [{ title: 'table' }, { title: 'before', numeric: true }, { title: 'after', numeric: true }],
    all.map(({ table: name, before, after }) => [
      code(name),
      before ?? 'not counted',
      after ?? 'not counted',
    ]),
  );

const fingerprints = ({ fingerprints: { before, atGate, after } }: RunReport): Html =>
  html`<p>The schema is ${sameSchema({ before, atGate, after })}.</p>${pairs(
    (
      [
        ['before', before],
        ['at the gate', atGate],
        ['after', after],
      ] as const
    ).flatMap(([title, hash]) => (hash === null ? [] : [[title, code(hash)] as const])),
  )}`;

function checks({ checks: { before, after } }: RunReport): Html {
  const list = (caption: string, all: readonly CheckResult[]): Content =>
    all.length === 0
      ? null
      : table(
          caption,
          [{ title: 'check' }, { title: 'outcome' }, { title: 'found' }],
          all.map(({ title, outcome: how, found }) => [
            title,
            tag(how === 'passed' ? 'good' : 'stop', how),
            found,
          ]),
        );
  return html`${list('Before the first change', before)}${list('After the change', after)}`;
}

const steps = (all: RunReport['steps']): Html =>
  table(
    'Steps, in order',
    [{ title: 'step' }, { title: 'statement' }, { title: 'done' }],
    all.map(({ id, title, destroys, doneAt }) => [
      id,
      html`${destroys ? tag('stop', 'destroys data') : null}${code(title)}`,
      doneAt === null ? 'no' : doneAt.slice(11, 19),
    ]),
  );

const people = ({ answers, orders }: RunReport): Html =>
  bullets([
    ...answers.map(
      ({ gate, answer, by, at, reason }) =>
        html`${gate}: <strong>${answer}</strong> by ${by} at ${at}${reason === undefined ? null : html`: ${reason}`}`,
    ),
    ...orders.map(({ at, text }) => html`${at.slice(11, 19)} ${text}`),
  ]);
