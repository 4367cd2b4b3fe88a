import { type Content, type Html, html, nothing } from './html.ts';

export interface Column {
  readonly title: string;
  readonly numeric?: true;
}

/** A table that scrolls by itself where the page is too narrow; the first cell of a row is its heading. */
export function table(
  caption: string,
  columns: readonly Column[],
  rows: readonly (readonly Content[])[],
): Html {
  const kind = (column: Column | undefined): Html =>
    column?.numeric === true ? html` class="number"` : nothing;
  const cell = (content: Content, index: number): Html =>
    index === 0
      ? html`<th scope="row"${kind(columns[0])}>${content}</th>`
      : html`<td${kind(columns[index])}>${content}</td>`;
  return html`<div class="wide" role="region" aria-label="${caption}" tabindex="0"><table>
<caption>${caption}</caption>
<thead><tr>${columns.map((column) => html`<th scope="col"${kind(column)}>${column.title}</th>`)}</tr></thead>
<tbody>${rows.map((row) => html`<tr>${row.map(cell)}</tr>`)}</tbody>
</table></div>
`;
}

export type Facts = readonly (readonly [string, Content])[];

/** The few figures that matter, large. */
export const glance = (facts: Facts): Html =>
  html`<dl class="facts">${facts.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>`;

/** Names and values, line by line. */
export const pairs = (facts: Facts): Html =>
  facts.length === 0
    ? nothing
    : html`<dl class="pairs">${facts.map(([name, value]) => html`<dt>${name}</dt><dd>${value}</dd>`)}</dl>`;

export const bullets = (items: readonly Content[]): Html =>
  html`<ul>${items.map((item) => html`<li>${item}</li>`)}</ul>`;

export type Tone = 'stop' | 'gate' | 'good' | 'soft';

/** A word in a frame; its colour says nothing that the word does not. */
export const tag = (tone: Tone, word: string): Html => html`<span class="tag ${tone}">${word}</span>`;

export const code = (text: string): Html => html`<code>${text}</code>`;
export const sql = (text: string): Html => html`<pre><code>${text}</code></pre>`;
