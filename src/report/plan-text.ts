import type { Finding, Severity } from '../core/analysis/statement.ts';
import type { Check } from '../core/checks.ts';
import { project } from '../core/cost/project.ts';
import type { Backfill, Plan, Step, UndoStep } from '../core/plan/plan.ts';
import { backfillWork, keptInStep } from './backfill-words.ts';
import { changesOf, countChanges } from './breakdown.ts';
import { lockEffect } from './lock-effect.ts';
import { type Paint, plainPaint } from './paint.ts';
import { projectionLines } from './projection.ts';
import { type Choice, strategyOf } from './strategy.ts';
import { count, describeCheck, describeGate, describePolicy, duration, place, plural } from './words.ts';

/** The plan for a person at a terminal: what happens in order, what it holds up, and every way back. */
export function renderPlan(plan: Plan, paint: Paint = plainPaint): string {
  const expand = plan.steps.filter((step) => step.phase === 'expand');
  const switching = plan.steps.filter((step) => step.phase === 'switch');
  const contract = plan.steps.filter((step) => step.phase === 'contract');
  const sections = [
    head(plan, paint),
    section('Needs consent before anything happens', plan.approvalReasons.map(warn(paint)), paint),
    section('What changes', counted(plan).map(indent), paint),
    section('Strategy', strategyOf(plan).flatMap(choice(paint)), paint),
    section('Findings', findings(plan.findings, paint), paint),
    section('Checks before', plan.checks.before.filter(hasSubject).map(describeCheck).map(indent), paint),
    section('Restore point', [indent(plan.restorePoint.reason)], paint),
    section(
      'Expand',
      expand.flatMap((step) => stepLines(step, plan, paint)),
      paint,
    ),
    section(
      'Backfill',
      plan.backfills.flatMap((backfill) => backfillLines(backfill, paint)),
      paint,
    ),
    section(
      'Switch',
      switching.flatMap((step) => stepLines(step, plan, paint)),
      paint,
    ),
    section('Checks after', plan.checks.after.map(describeCheck).map(indent), paint),
    section(
      `Contract, ${describeGate(plan.gate)}`,
      contract.flatMap((step) => stepLines(step, plan, paint)),
      paint,
    ),
    section(
      `Way back: ${describePolicy(plan.rollback.policy, plan.restorePoint.take)}`,
      wayBack(plan, paint),
      paint,
    ),
    section('Kept current', historyLines(plan), paint),
    section('Projected on AWS', projectionLines(project(plan)), paint),
  ];
  return sections.filter((text) => text !== '').join('\n\n');
}

function head({ migration, target, planId }: Plan, paint: Paint): string {
  const name = [migration.version, migration.description].filter((part) => part !== '').join(' ');
  const direction = migration.direction === 'up' ? 'up' : 'back down';
  return [
    `${paint.bold(`Migration ${name}`)}, ${direction}, on ${target.name} (${target.engine} ${target.serverVersion})`,
    ...(migration.summary === undefined ? [] : [migration.summary]),
    paint.dim(`plan ${planId.slice(0, 12)}`),
  ].join('\n');
}

/** What is written into the history of the team's own tool, in the transaction of the verdict. */
function historyLines({ history }: Plan): string[] {
  if (history === undefined) return [];
  const { tool, schema, name, changes } = history;
  const isAdded = changes.some((change) => change.does === 'add');
  return [indent(`${schema}.${name} of ${tool}: ${isAdded ? 'written' : 'taken out'} with the verdict`)];
}

const section = (title: string, lines: readonly string[], paint: Paint): string =>
  lines.length === 0 ? '' : [paint.bold(title), ...lines].join('\n');

/** A new table has no indexes yet that could be invalid. */
const hasSubject = (check: Check): boolean => check.check !== 'no_invalid_indexes' || check.tables.length > 0;

const indent = (text: string): string => `  ${text}`;

const warn =
  (paint: Paint) =>
  (text: string): string =>
    `  ${paint.yellow('!')} ${text}`;

function counted(plan: Plan): string[] {
  const counts = countChanges(changesOf(plan));
  return counts.length === 0
    ? []
    : [counts.map(({ type, does, count: many }) => `${count(many)} × ${type} ${does}`).join(', ')];
}

const choice =
  (paint: Paint) =>
  ({ what, why }: Choice): string[] => [`  ${what}`, `      ${paint.dim(why)}`];

function stepLines(step: Step, { settings }: Plan, paint: Paint): string[] {
  const patience =
    step.lockTimeoutMs ?? (step.mode === 'alone' ? settings.concurrentLockTimeoutMs : settings.lockTimeoutMs);
  const facts = [
    ...(step.lock === null ? [] : [lockText(step.lock, patience)]),
    ...(step.long ? ['may take long: the server works on it alone and is asked how far it is'] : []),
    ...(step.mode === 'alone' ? ['outside a transaction'] : []),
    ...(step.source === null ? ["Lockkeeper's own"] : []),
  ];
  return [
    `  ${paint.cyan(step.id)}  ${step.title}`,
    ...(step.destroys ? [`      ${paint.red('destroys data')}`] : []),
    ...facts.map((fact) => `      ${paint.dim(fact)}`),
  ];
}

function lockText({ mode, tables }: NonNullable<Step['lock']>, patienceMs: number): string {
  const effect = lockEffect(mode);
  const waits = `waits for it ${duration(patienceMs / 1000)} at a time`;
  return `locks ${tables.join(', ')}: ${mode}${effect === null ? '' : ` (${effect})`}, ${waits}`;
}

function backfillLines(backfill: Backfill, paint: Paint): string[] {
  const { table, key, rowsEstimate, partitions, parallelism, batch, pace } = backfill;
  const keyNames = key.map(({ name, type }) => `${name} ${type}`).join(', ');
  const detail = (text: string): string => `      ${paint.dim(text)}`;
  return [
    `  ${paint.cyan(table)}  about ${plural(rowsEstimate, 'row')}, along ${keyNames}`,
    ...backfillWork(backfill).map((line) => `      ${line}`),
    detail(
      `${plural(partitions, 'partition')}, ${count(parallelism)} at a time; batches of about ${duration(batch.targetMs / 1000)}, ` +
        `${count(batch.initialRows)} rows first and ${count(batch.maxRows)} at most`,
    ),
    detail(`keeps the server busy ${Math.round(pace * 100)} % of the time at most`),
    ...[keptInStep(backfill)].filter((kept) => kept !== '').map(detail),
  ];
}

/** How each step of the author is undone, and a switch. Lockkeeper's other own steps take themselves away. */
function wayBack({ steps, rollback }: Plan, paint: Paint): string[] {
  if (rollback.policy === 'none') return [];
  return steps
    .filter((step) => step.source !== null || step.phase === 'switch')
    .map((step) => `  ${paint.cyan(step.id)}  ${undoText(step, rollback, paint)}`);
}

function undoText(step: Step, rollback: Plan['rollback'], paint: Paint): string {
  if (step.destroys) return paint.red('destroys data: only a restore brings it back');
  const undo = rollback.undo.filter((candidate) => candidate.undoes.includes(step.id));
  if (undo.length > 0) return `undone by ${undo.map((each) => each.id).join(', ')}: ${firstTitle(undo)}`;
  const reason = rollback.notUndone.find((candidate) => candidate.step === step.id)?.reason;
  if (reason !== undefined) return paint.yellow(`not undone: ${reason}`);
  return 'undone together with what it changes';
}

const firstTitle = ([first, ...others]: readonly UndoStep[]): string =>
  `${first?.title ?? ''}${others.length === 0 ? '' : ` (and ${others.length} more)`}`;

const severities: readonly Severity[] = ['error', 'danger', 'warning', 'note'];

function findings(all: readonly Finding[], paint: Paint): string[] {
  return severities.flatMap((severity) =>
    all
      .filter((finding) => finding.severity === severity)
      .flatMap((finding) => [
        `  ${colourOf(severity, paint)(severity)}  ${finding.position === undefined ? '' : `${place(finding.position)}: `}${finding.message} ${paint.dim(`[${finding.rule}]`)}`,
        ...(finding.remedy === undefined ? [] : [`      ${paint.dim(`better: ${finding.remedy}`)}`]),
      ]),
  );
}

function colourOf(severity: Severity, paint: Paint): (text: string) => string {
  switch (severity) {
    case 'error':
    case 'danger':
      return paint.red;
    case 'warning':
      return paint.yellow;
    case 'note':
      return paint.dim;
    default:
      return severity satisfies never;
  }
}
