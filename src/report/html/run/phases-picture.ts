import type { Phase } from '../../phases.ts';
import { duration } from '../../words.ts';
import { type Html, html } from '../html.ts';
import { round, svg } from '../svg.ts';

const width = 310;
const rowHeight = 34;

/** A bar a phase, from when it began to when it ended, to scale. */
export function phasesPicture(phases: readonly Phase[]): Html {
  const begin = Date.parse(phases[0]?.from ?? '');
  const ends = phases.map(({ from, seconds }) => Date.parse(from) + 1000 * (seconds ?? 0));
  const whole = Math.max(1, Math.max(...ends, begin) - begin);
  const rows = phases.map(({ status, from, seconds }, index) => {
    const y = index * rowHeight;
    const x = ((Date.parse(from) - begin) / whole) * width;
    const long = Math.max(2, ((1000 * (seconds ?? 0)) / whole) * width);
    return html`<text x="0" y="${y + 13}">${status}</text>
<text class="quiet" x="${width}" y="${y + 13}" text-anchor="end">${seconds === null ? 'under way' : duration(seconds)}</text>
<rect class="band" x="0" y="${y + 18}" width="${width}" height="8" rx="2"/>
<rect class="bar" x="${round(Math.min(x, width - 2))}" y="${y + 18}" width="${round(Math.min(long, width - Math.min(x, width - 2)))}" height="8" rx="2"/>`;
  });
  const title = phases.map(({ status, seconds }) => `${status} ${seconds === null ? '' : duration(seconds)}`);
  return svg({
    id: 'phases-title',
    title: title.join(', '),
    width,
    height: phases.length * rowHeight,
    body: rows,
    shape: 'tall',
  });
}
