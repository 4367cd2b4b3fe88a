import { type Content, type Html, html } from './html.ts';

export interface Picture {
  readonly id: string;
  /** What it shows, for whoever cannot see it. */
  readonly title: string;
  readonly width: number;
  readonly height: number;
  readonly body: Content;
  /** `tall` pictures are drawn for the width of a phone and grow little beyond it. */
  readonly shape: 'tall' | 'wide';
}

/** A picture in the page itself; lengths are CSS pixels at its natural size. */
export const svg = ({ id, title, width, height, body, shape }: Picture): Html =>
  html`<svg class="${shape}" viewBox="0 0 ${round(width)} ${round(height)}" role="img" aria-labelledby="${id}">
<title id="${id}">${title}</title>
${body}
</svg>`;

export const round = (value: number): number => Math.round(value * 10) / 10;

/** Cuts a label to so many characters: text in pictures does not wrap. */
export function shorten(text: string, characters: number): string {
  const line = [...text.replaceAll(/\s+/g, ' ').trim()];
  return line.length <= characters
    ? line.join('')
    : `${line.slice(0, Math.max(0, characters - 1)).join('')}…`;
}

/** Slanted lines over a rectangle, so that it is told from its neighbours without colour. */
export function stripes(x: number, y: number, width: number, height: number): Html {
  const lines: string[] = [];
  for (let at = y + 2; at + 4 <= y + height; at += 6) lines.push(`M${x} ${at + 4}L${x + width} ${at}`);
  return html`<path class="stripes" d="${lines.join('')}"/>`;
}
