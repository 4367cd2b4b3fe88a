import type { Backfill } from '../../../core/plan/plan.ts';
import { backfillWork, keptInStep } from '../../backfill-words.ts';
import { describeEstimate, estimateBackfill } from '../../estimate.ts';
import { count, duration, plural } from '../../words.ts';
import { type Html, html } from '../html.ts';
import { pairs, sql } from '../parts.ts';

export const backfillCards = (backfills: readonly Backfill[]): Html =>
  html`<ol class="cards">${backfills.map(card)}</ol>`;

function card(backfill: Backfill): Html {
  const { table, key, rowsEstimate, partitions, parallelism, batch, pace } = backfill;
  return html`<li>
<h3>${table}</h3>
${work(backfill)}
${pairs([
  ['rows', `about ${count(rowsEstimate)}`],
  ['along', key.map(({ name, type }) => `${name} (${type})`).join(', ')],
  ['cut into', `${plural(partitions, 'partition')}, ${count(parallelism)} at a time`],
  [
    'batches',
    `of about ${duration(batch.targetMs / 1000)}; ${count(batch.initialRows)} rows first, ${count(batch.maxRows)} at most`,
  ],
  ['busy', `${Math.round(pace * 100)} % of the time at most`],
  ['written meanwhile', keptInStep(backfill) || 'left to the application'],
  ['takes', `${describeEstimate(estimateBackfill(backfill))}, roughly`],
])}
</li>`;
}

function work(backfill: Backfill): Html {
  if (backfill.carries !== undefined || backfill.deletes !== undefined)
    return html`${backfillWork(backfill).map((line) => html`<p>${line}</p>`)}`;
  const { set, where } = backfill;
  const assignments = Object.entries(set).map(([column, expression]) => `${column} = ${expression}`);
  return sql(
    [`SET   ${assignments.join(',\n      ')}`, ...(where === null ? [] : [`WHERE ${where}`])].join('\n'),
  );
}
