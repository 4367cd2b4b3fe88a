import { count, duration } from '../../words.ts';
import { type Html, html } from '../html.ts';
import { round, svg } from '../svg.ts';

const width = 310;
const height = 170;
const plot = { left: 46, right: 302, top: 10, bottom: 138 } as const;

export interface Line {
  readonly id: string;
  /** What is drawn, in words; figures are added. */
  readonly title: string;
  /** One value for each of some even stretches of time; null where nothing is known. */
  readonly values: readonly (number | null)[];
  readonly seconds: number;
}

/** Values over time from zero to a round number above the highest. */
export function linePicture({ id, title, values, seconds }: Line): Html {
  const known = values.flatMap((value) => (value === null ? [] : [value]));
  const top = roundAbove(Math.max(1, ...known));
  const stretch = (plot.right - plot.left) / Math.max(1, values.length);
  const y = (value: number): number => round(plot.bottom - (value / top) * (plot.bottom - plot.top));
  // A step a stretch: between two of them nothing was measured.
  const steps = values.flatMap((value, index) =>
    value === null
      ? []
      : [
          `${round(plot.left + index * stretch)} ${y(value)}`,
          `${round(plot.left + (index + 1) * stretch)} ${y(value)}`,
        ],
  );
  const path = steps.length === 0 ? '' : `M${steps.join('L')}`;
  const [first = ''] = steps[0]?.split(' ') ?? [];
  const [last = ''] = steps.at(-1)?.split(' ') ?? [];
  const area = steps.length === 0 ? '' : `${path}L${last} ${plot.bottom}L${first} ${plot.bottom}Z`;
  const ticks = [0, top / 2, top].map(
    (value) => html`<path class="rule" d="M${plot.left} ${y(value)}H${plot.right}"/>
<text class="quiet small" x="${plot.left - 6}" y="${y(value) + 3.5}" text-anchor="end">${short(value)}</text>`,
  );
  const body = html`${ticks}<path class="area" d="${area}"/><path class="line" d="${path}"/>
<text class="quiet small" x="${plot.left}" y="${plot.bottom + 18}">0</text>
<text class="quiet small" x="${plot.right}" y="${plot.bottom + 18}" text-anchor="end">${duration(seconds)}</text>`;
  const figures =
    known.length === 0 ? '' : `: ${count(Math.min(...known))} at least, ${count(Math.max(...known))} at most`;
  return svg({ id, title: `${title}${figures}`, width, height, body, shape: 'tall' });
}

/** 1, 2, 5 or 10 times a power of ten: an axis that can be read. */
function roundAbove(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value));
  return power * ([1, 2, 5, 10].find((factor) => factor * power >= value) ?? 10);
}

function short(value: number): string {
  if (value >= 1_000_000) return `${value / 1_000_000} M`;
  return value >= 1_000 ? `${value / 1_000} k` : String(value);
}
