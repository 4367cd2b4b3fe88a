import type { Finding, Severity } from '../../../core/analysis/statement.ts';
import type { SqlSource } from '../../../core/migration.ts';
import { place } from '../../words.ts';
import { type Html, html } from '../html.ts';
import { code, type Tone, tag } from '../parts.ts';
import { excerpt } from './excerpt.ts';

const tones: Readonly<Record<Severity, Tone>> = {
  error: 'stop',
  danger: 'stop',
  warning: 'gate',
  note: 'soft',
};
const order: readonly Severity[] = ['error', 'danger', 'warning', 'note'];

/** What was found in the files, the worst first, each with the place it stands at. */
export const findingsList = (findings: readonly Finding[], sources: readonly SqlSource[]): Html =>
  html`<ol class="cards">${order.flatMap((severity) =>
    findings.filter((finding) => finding.severity === severity).map((finding) => item(finding, sources)),
  )}</ol>`;

function item({ rule, severity, message, remedy, position }: Finding, sources: readonly SqlSource[]): Html {
  return html`<li>
<h3>${tag(tones[severity], severity)}${message}</h3>
<p class="soft">${code(rule)}${position === undefined ? null : html` at ${code(place(position))}`}</p>
${position === undefined ? null : excerpt(position, sources)}
${remedy === undefined ? null : html`<p><strong>Better:</strong> ${remedy}</p>`}
</li>`;
}
