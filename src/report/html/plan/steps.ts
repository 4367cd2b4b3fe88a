import type { Plan, Step } from '../../../core/plan/plan.ts';
import { describeEstimate, estimateStep, type TableSize } from '../../estimate.ts';
import { holdsUp, lockWindow } from '../../lock-windows.ts';
import { duration, place } from '../../words.ts';
import { type Content, type Html, html } from '../html.ts';
import { code, pairs, sql, tag } from '../parts.ts';

/** The steps of a phase with their SQL, what they lock and hold up, and how long they may take. */
export const stepCards = (steps: readonly Step[], plan: Plan, sizes: readonly TableSize[]): Html =>
  html`<ol class="cards split">${steps.map((step) => card(step, plan, sizes))}</ol>`;

function card(step: Step, plan: Plan, sizes: readonly TableSize[]): Html {
  const window = lockWindow(step, plan);
  return html`<li>
<h3>${step.id} ${step.destroys ? tag('stop', 'destroys data') : null}${
    holdsUp(window) ? tag('stop', 'holds up while it works') : null
  }${step.source === null ? tag('soft', 'Lockkeeper’s own') : null}</h3>
<div>${statements(step)}</div>
${pairs([
  ['lock', lock(step)],
  ['holds up', heldUp(step, plan)],
  ...(step.lock === null ? [] : [['asks for it', `${duration(window.waitsMs / 1000)} at a time`] as const]),
  ['takes', takes(step, sizes)],
  ['transaction', step.mode === 'alone' ? 'outside any' : 'one, with its journal row'],
  ...(step.source === null ? [] : [['written at', code(place(step.source))] as const]),
])}
</li>`;
}

/** Lockkeeper's own are long and the same each time: whoever wants to reads them. */
function statements({ statements: all, source, title }: Step): Html {
  const text = sql(all.map((statement) => `${statement};`).join('\n'));
  return source === null
    ? html`<p>${code(title)}</p><details><summary>Its SQL</summary>${text}</details>`
    : text;
}

const lock = ({ lock: taken }: Step): Content =>
  taken === null
    ? 'none on a table'
    : html`${taken.mode}${taken.tables.length === 0 ? null : html` on ${code(taken.tables.join(', '))}`}`;

function heldUp(step: Step, plan: Plan): string {
  const { blocked, held } = lockWindow(step, plan);
  if (blocked === null) return 'not known';
  if (blocked === 'nothing') return 'neither reads nor writes';
  return `${blocked}, ${held === 'work' ? 'until it is finished' : 'for a moment'}`;
}

function takes(step: Step, sizes: readonly TableSize[]): string {
  if (!step.long) return 'a moment: only the catalogue is changed';
  const estimate = estimateStep(step, sizes);
  return estimate === null
    ? 'grows with the table: the server works on it alone and is asked how far it is'
    : `${describeEstimate(estimate)}, roughly, from the size of the table`;
}
