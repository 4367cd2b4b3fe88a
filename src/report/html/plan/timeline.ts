import type { Plan, Step } from '../../../core/plan/plan.ts';
import { describeEstimate, estimateBackfill, estimateStep, type TableSize } from '../../estimate.ts';
import { holdsUp, type LockWindow, lockWindow } from '../../lock-windows.ts';
import { describeGate, duration, plural } from '../../words.ts';
import { type Html, html } from '../html.ts';
import { shorten, stripes, svg } from '../svg.ts';

const width = 310;
const lanes = { reads: 193, writes: 255 } as const;
const laneWidth = 32;
const head = 30;
const rowHeight = 36;
const titleHeight = 26;

/** One line of the picture: the begin of a phase, or something that happens in it. */
type Row =
  | { readonly kind: 'phase'; readonly text: string }
  | {
      readonly kind: 'event';
      readonly id: string;
      readonly text: string;
      readonly window: LockWindow | null;
      /** How long the lock may be held, in words. */
      readonly held: string;
    };

/**
 * Time runs down; reads and writes of the application are two lanes beside it, and a lock is a bar across the lanes
 * it holds up. The lengths do not stand for seconds: nobody knows those beforehand.
 */
export function timeline(plan: Plan, sizes: readonly TableSize[]): Html {
  const rows = rowsOf(plan, sizes);
  let y = head;
  const drawn = rows.map((row) => {
    const at = y;
    y += row.kind === 'phase' ? titleHeight : rowHeight;
    return draw(row, at);
  });
  const laneHeight = y - head;
  const lane = (x: number, name: string): Html => html`
<text class="quiet" x="${x + laneWidth / 2}" y="20" text-anchor="middle">${name}</text>
<rect class="lane" x="${x}" y="${head}" width="${laneWidth}" height="${laneHeight}"/>`;
  const body = [
    ...drawn.map(({ back }) => back),
    lane(lanes.reads, 'reads'),
    lane(lanes.writes, 'writes'),
    ...drawn.map(({ front }) => front),
  ];
  return svg({
    id: 'timeline-title',
    title: summary(rows),
    width,
    height: y + 6,
    body,
    shape: 'tall',
  });
}

function draw(row: Row, y: number): { readonly back: Html; readonly front: Html } {
  if (row.kind === 'phase') {
    return {
      back: html`<rect class="band" x="0" y="${y}" width="${width}" height="${titleHeight}"/>`,
      front: html`<text class="strong" x="8" y="${y + 17}">${shorten(row.text, 34)}</text>`,
    };
  }
  return {
    back: html`<path class="rule" d="M0 ${y + rowHeight}H${width}"/>`,
    front: html`<text x="8" y="${y + 14}">${shorten(row.id, 26)}</text>
<text class="quiet mono" x="8" y="${y + 27}">${shorten(row.text, 27)}</text>${gates(row, y)}`,
  };
}

function gates({ window, held }: Extract<Row, { kind: 'event' }>, y: number): Html[] {
  if (window === null || window.blocked === 'nothing') return [];
  const names = window.blocked === 'writes' ? (['writes'] as const) : (['reads', 'writes'] as const);
  const isLong = holdsUp(window);
  const height = isLong ? rowHeight - 2 : 16;
  const top = y + (rowHeight - height) / 2;
  return names.map((name) => {
    const x = lanes[name] - 11;
    const across = laneWidth + 22;
    return html`<rect class="${isLong ? 'stop-bar' : 'gate-bar'}" x="${x}" y="${top}" width="${across}" height="${height}" rx="3"/>${
      isLong ? stripes(x, top, across, height) : null
    }${label(held, x + across / 2, y + rowHeight / 2 + 3.5, isLong)}`;
  });
}

/** On stripes, letters need a ground of their own. */
function label(text: string, x: number, y: number, onStripes: boolean): Html {
  const wide = text.length * 5.4 + 6;
  const ground = onStripes
    ? html`<rect class="gate-bar" x="${x - wide / 2}" y="${y - 9.5}" width="${wide}" height="13" rx="2"/>`
    : null;
  return html`${ground}<text class="small on-gate" x="${x}" y="${y}" text-anchor="middle">${text}</text>`;
}

function rowsOf(plan: Plan, sizes: readonly TableSize[]): Row[] {
  const of = (phase: Step['phase']): Row[] =>
    plan.steps
      .filter((step) => step.phase === phase)
      .map((step) => {
        const window = lockWindow(step, plan);
        return { kind: 'event', id: step.id, text: step.title, window, held: heldFor(step, window, sizes) };
      });
  const event = (id: string, text: string): Row => ({ kind: 'event', id, text, window: null, held: '' });
  const phase = (text: string, rows: readonly Row[]): Row[] =>
    rows.length === 0 ? [] : [{ kind: 'phase', text }, ...rows];
  const checks = (when: 'before' | 'after'): Row[] =>
    plan.checks[when].length === 0
      ? []
      : [event(plural(plan.checks[when].length, 'check'), 'questions, no locks')];
  const contract = of('contract');
  return [
    ...phase('Before', [
      ...checks('before'),
      ...(plan.restorePoint.take ? [event('snapshot', 'beside the running database')] : []),
    ]),
    ...phase('Expand', of('expand')),
    ...phase(
      'Backfill',
      plan.backfills.map((backfill) => event(backfill.table, describeEstimate(estimateBackfill(backfill)))),
    ),
    ...phase('Switch', of('switch')),
    ...phase('Validate', checks('after')),
    ...phase('Contract', contract.length === 0 ? [] : [event('gate', describeGate(plan.gate)), ...contract]),
  ];
}

/** Waiting is bounded by the timeout; work that takes long is not. */
function heldFor(step: Step, window: LockWindow, sizes: readonly TableSize[]): string {
  if (window.held === 'moment') return `≤ ${duration(window.waitsMs / 1000)}`;
  const estimate = estimateStep(step, sizes);
  return estimate === null || estimate.toSeconds < 1
    ? 'its work'
    : `~${describeEstimate(estimate).split(' to ').at(-1)}`;
}

function summary(rows: readonly Row[]): string {
  const gates = rows.flatMap((row) =>
    row.kind === 'event' && row.window !== null && row.window.blocked !== 'nothing'
      ? [`${row.id}: ${row.window.blocked ?? 'unknown'} wait ${row.held}`]
      : [],
  );
  const phases = rows.flatMap((row) => (row.kind === 'phase' ? [row.text] : []));
  return `Phases in order: ${phases.join(', ')}. ${gates.length === 0 ? 'No step holds up reads or writes.' : gates.join('; ')}`;
}
