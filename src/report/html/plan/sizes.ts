import type { TableSize } from '../../estimate.ts';
import { bytes, count } from '../../words.ts';
import { type Html, html } from '../html.ts';
import { round, shorten, svg } from '../svg.ts';

const width = 310;
const rowHeight = 40;

/** A bar a table, the longest for the largest. */
export function sizesPicture(sizes: readonly TableSize[]): Html {
  const largest = Math.max(1, ...sizes.map((size) => size.bytes));
  const rows = [...sizes]
    .toSorted((a, b) => b.bytes - a.bytes)
    .map(({ table, rows, bytes: size }, index) => {
      const y = index * rowHeight;
      return html`<text x="0" y="${y + 14}">${shorten(table, 22)}</text>
<text class="quiet" x="${width}" y="${y + 14}" text-anchor="end">${bytes(size)}, ${count(rows)} rows</text>
<rect class="band" x="0" y="${y + 20}" width="${width}" height="10" rx="2"/>
<rect class="bar" x="0" y="${y + 20}" width="${round(Math.max(2, (size / largest) * width))}" height="10" rx="2"/>`;
    });
  const title = sizes.map(({ table, bytes: size }) => `${table} ${bytes(size)}`).join(', ');
  return svg({
    id: 'sizes-title',
    title,
    width,
    height: sizes.length * rowHeight,
    body: rows,
    shape: 'tall',
  });
}
