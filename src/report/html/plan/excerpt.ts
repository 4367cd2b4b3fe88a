import type { SourcePosition } from '../../../core/analysis/statement.ts';
import type { SqlSource } from '../../../core/migration.ts';
import { type Html, html } from '../html.ts';

/** Lines shown before and after the one that is meant. */
const around = 2;
/** A line of a dump may be megabytes long. */
const longest = 200;

/** The place in the author's own file, with a caret under it; null where the file is not at hand. */
export function excerpt({ path, line, column }: SourcePosition, sources: readonly SqlSource[]): Html | null {
  const lines = sources.find((source) => source.path === path)?.text.split(/\r?\n/);
  const meant = lines?.[line - 1];
  if (lines === undefined || meant === undefined) return null;
  const first = Math.max(1, line - around);
  const shown = lines.slice(first - 1, line + around);
  const digits = String(line + around).length;
  const number = (text: string): Html => html`<span class="number">${text.padStart(digits)} │ </span>`;
  const rows = shown.flatMap((text, index) => {
    const at = first + index;
    const cut = text.length > longest ? `${text.slice(0, longest)}…` : text;
    if (at !== line) return [html`${number(String(at))}${cut}\n`];
    // A tab is kept, so that the caret stands below its column.
    const indent = meant.slice(0, Math.min(column - 1, longest)).replaceAll(/[^\t]/g, ' ');
    return [
      html`<span class="here">${number(String(at))}${cut}</span>\n`,
      html`${number('')}${indent}<span class="caret">^</span>\n`,
    ];
  });
  return html`<pre class="excerpt"><code>${rows}</code></pre>`;
}
