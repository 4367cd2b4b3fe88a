import type { Check } from '../../../core/checks.ts';
import type { SqlSource } from '../../../core/migration.ts';
import type { Plan } from '../../../core/plan/plan.ts';
import { changesOf, countChanges } from '../../breakdown.ts';
import { describeEstimate, estimatePlan, type TableSize } from '../../estimate.ts';
import { holdsUp, lockWindow } from '../../lock-windows.ts';
import { strategyOf } from '../../strategy.ts';
import { bytes, count, describeCheck, describePolicy, duration } from '../../words.ts';
import { type Content, type Html, html } from '../html.ts';
import { renderPage, type Section } from '../page.ts';
import { bullets, code, type Facts, glance, table } from '../parts.ts';
import { backfillCards } from './backfills.ts';
import { dependencyPicture } from './dependency-picture.ts';
import { findingsList } from './findings.ts';
import { type OfferedRewrites, rewritesList } from './rewrites.ts';
import { sizesPicture } from './sizes.ts';
import { stepCards } from './steps.ts';
import { timeline } from './timeline.ts';
import { wayBackTable } from './way-back.ts';

export interface PlanPageInput {
  readonly plan: Plan;
  /** The author's files, for excerpts; those that are not given are named only. */
  readonly sources: readonly SqlSource[];
  /** Of the tables that exist already. */
  readonly sizes: readonly TableSize[];
  /** Safe sequences in place of what holds others up; absent where there are none. */
  readonly rewrites?: OfferedRewrites;
  /** What it will cost, where a figure is known. */
  readonly cost?: Facts;
}

/** The migration analysis report as one HTML file that needs nothing else. */
export function renderPlanPage(input: PlanPageInput): string {
  const { plan, sources, sizes, rewrites, cost = [] } = input;
  const { migration, target } = plan;
  const name = [migration.version, migration.description].filter((part) => part !== '').join(' ');
  const direction = migration.direction === 'up' ? 'up' : 'back down';
  return renderPage({
    title: `Migration ${name}`,
    kicker: `Migration analysis · ${direction} · ${target.name} (${target.engine} ${target.serverVersion})`,
    lead: migration.summary === undefined ? null : html`<p class="lead">${migration.summary}</p>`,
    sections: [
      consent(plan),
      { id: 'glance', title: 'At a glance', body: glance(figures(input)) },
      { id: 'pictures', title: 'What happens, in order', body: pictures(plan, sizes) },
      ...section('findings', 'Findings', plan.findings, (all) => findingsList(all, sources)),
      ...(rewrites === undefined
        ? []
        : [{ id: 'instead', title: 'Safe instead', body: rewritesList(rewrites) }]),
      ...section('changes', 'What changes', changesOf(plan), changes),
      { id: 'strategy', title: 'Strategy, and why', body: strategy(plan) },
      ...section('expand', 'Expand', stepsOf(plan, 'expand'), (steps) => stepCards(steps, plan, sizes)),
      ...section('backfill', 'Backfill', plan.backfills, backfillCards),
      ...section('switch', 'Switch', stepsOf(plan, 'switch'), (steps) => stepCards(steps, plan, sizes)),
      ...section('contract', 'Contract', stepsOf(plan, 'contract'), (steps) => stepCards(steps, plan, sizes)),
      ...section('checks', 'Checks', [...plan.checks.before, ...plan.checks.after], () => checks(plan)),
      ...section('tables', 'Tables', sizes, tables),
      { id: 'way-back', title: 'Way back', body: wayBack(plan) },
      ...section('cost', 'Cost', cost, glance),
    ],
    footer: `Plan ${plan.planId}. Made for the schema ${plan.schemaFingerprint}: on any other, the run does not begin.`,
  });
}

/** Left out where there is nothing to say. */
const section = <Item>(
  id: string,
  title: string,
  items: readonly Item[],
  body: (items: readonly Item[]) => Content,
): Section[] => (items.length === 0 ? [] : [{ id, title, body: body(items) }]);

const stepsOf = ({ steps }: Plan, phase: Plan['steps'][number]['phase']): Plan['steps'] =>
  steps.filter((step) => step.phase === phase);

function consent({ approvalReasons }: Plan): Section {
  if (approvalReasons.length === 0) {
    const body = html`<p>Nothing in this plan needs a person’s consent beforehand.</p>`;
    return { id: 'consent', title: 'Consent', body, callout: 'clear' };
  }
  const body = html`<p>Before anything happens, a person has to agree to this:</p>${bullets(approvalReasons)}`;
  return { id: 'consent', title: 'Needs consent', body, callout: 'stopping' };
}

function figures({ plan, sizes }: PlanPageInput): Facts {
  const windows = plan.steps.map((step) => lockWindow(step, plan));
  const blocking = windows.filter(({ blocked }) => blocked !== 'nothing');
  const long = windows.filter(holdsUp).length;
  const rows = plan.backfills.reduce((sum, { rowsEstimate }) => sum + rowsEstimate, 0);
  const longest = Math.max(0, ...blocking.map(({ waitsMs }) => waitsMs));
  return [
    ['steps', count(plan.steps.length)],
    ['that hold up reads or writes', count(blocking.length)],
    [
      'longest lock',
      long > 0
        ? `as long as the work of ${long === 1 ? 'one step' : `${count(long)} steps`}`
        : blocking.length === 0
          ? 'none'
          : `${duration(longest / 1000)}, then given up`,
    ],
    ['rows to backfill', rows === 0 ? 'none' : `about ${count(rows)}`],
    ['work, roughly', describeEstimate(estimatePlan(plan, sizes))],
    ['snapshot', plan.restorePoint.take ? 'taken first' : 'none'],
    ['way back', shortWayBack(plan)],
    ['findings', count(plan.findings.length)],
  ];
}

function shortWayBack({ rollback: { policy }, restorePoint }: Plan): string {
  const script = policy === 'down' || policy === 'down-then-restore';
  const snapshot = restorePoint.take && (policy === 'restore' || policy === 'down-then-restore');
  const ways = [...(script ? ['down script'] : []), ...(snapshot ? ['snapshot'] : [])];
  return ways.length === 0 ? 'by a person' : ways.join(', else ');
}

const pictures = (plan: Plan, sizes: readonly TableSize[]): Html => html`<div class="pictures">
<figure><h3>Locks along the way</h3>
${timeline(plan, sizes)}
<figcaption>Time runs down. The lanes are the application’s reads and writes; a bar is a lock across them. A narrow bar
is a wait of at most the time it says, then the lock is given up and asked for again. A tall, striped bar is held while
rows are read or written. Lengths do not stand for seconds.</figcaption></figure>
${plan.steps.length + plan.backfills.length < 2 ? null : dependencies(plan)}
</div>`;

const dependencies = (plan: Plan): Html => html`<figure><h3>What builds upon what</h3>
${dependencyPicture(plan)}
<figcaption>An arrow leads from a step to one that uses what it made, or drops what it used, as far as names
tell.</figcaption></figure>`;

function changes(all: ReturnType<typeof changesOf>): Html {
  const counted = countChanges(all).map(
    ({ type, does, count: many }) => html`<span class="together">${count(many)} × ${type} ${does}</span>`,
  );
  return html`<p>${counted.flatMap((each, index) => (index === 0 ? [each] : [' · ', each]))}</p>
${table(
  'Every change, in order',
  [{ title: 'what' }, { title: 'is' }, { title: 'name' }, { title: 'in' }],
  all.map(({ type, does, name, step }) => [type, does, code(name), step]),
)}`;
}

const strategy = (plan: Plan): Html =>
  html`<ol>${strategyOf(plan).map(({ what, why }) => html`<li><strong>${what}.</strong> <span class="soft">${capital(why)}.</span></li>`)}</ol>`;

function checks({ checks: { before, after } }: Plan): Html {
  const list = (title: string, all: readonly Check[]): Content =>
    all.length === 0 ? null : html`<h3>${title}</h3>${bullets(all.map(describeCheck))}`;
  return html`<p>A check that fails, or cannot be answered, stops the run.</p>
${list('Before the first change', before)}${list('Before the contract', after)}`;
}

const tables = (
  sizes: readonly TableSize[],
): Html => html`<div class="pictures"><figure>${sizesPicture(sizes)}
<figcaption>With their indexes.</figcaption></figure>
${table(
  'Sizes of the tables touched',
  [{ title: 'table' }, { title: 'size', numeric: true }, { title: 'rows, about', numeric: true }],
  sizes.map((size) => [code(size.table), bytes(size.bytes), count(size.rows)]),
)}</div>`;

const wayBack = (plan: Plan): Html => html`<p>${describePolicy(plan.rollback.policy, plan.restorePoint.take)}.
Restore point: ${plan.restorePoint.reason}.</p>
${plan.rollback.policy === 'none' ? null : wayBackTable(plan)}`;

const capital = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
