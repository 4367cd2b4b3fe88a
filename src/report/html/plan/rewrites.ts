import { diffOf } from '../../../core/rewrites/diff.ts';
import type { FileChange } from '../../../core/rewrites/fix-files.ts';
import { type Html, html } from '../html.ts';
import { bullets, code } from '../parts.ts';

export interface OfferedRewrites {
  readonly changes: readonly FileChange[];
  /** What each gains. */
  readonly reasons: readonly string[];
}

/** The safe sequences as a diff of the author's files; the sign at the line's head says what its colour does. */
export const rewritesList = ({ changes, reasons }: OfferedRewrites): Html => html`${bullets(reasons)}
${changes.map(
  ({ path, before, after }) => html`<h3>${code(path)}${before === null ? ' (new)' : null}</h3>
<pre><code>${diffOf(before ?? '', after)
    .filter(({ sign, text }) => before !== null || sign !== '-' || text !== '')
    .map(({ sign, text }) =>
      sign === ' '
        ? html`  ${text}\n`
        : html`<span class="${sign === '+' ? 'added' : 'removed'}">${sign} ${text}</span>\n`,
    )}</code></pre>`,
)}<p class="soft">“lockkeeper plan --fix” writes this.</p>`;
