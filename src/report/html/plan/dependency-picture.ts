import type { Plan } from '../../../core/plan/plan.ts';
import { dependenciesOf, type PlanNode } from '../../dependencies.ts';
import { type Html, html } from '../html.ts';
import { shorten, svg } from '../svg.ts';

const width = 310;
const rowHeight = 36;
const trunk = 104;

/** The steps from top to bottom, and an arc from each to those that build upon it. */
export function dependencyPicture(plan: Plan): Html {
  const nodes = dependenciesOf(plan);
  const places = new Map(nodes.map((node, index) => [node.id, index]));
  const arcs = nodes.flatMap((node, index) =>
    node.needs.map((id) => ({ from: places.get(id) ?? 0, to: index })),
  );
  return svg({
    id: 'dependencies-title',
    title: summary(nodes),
    width,
    height: nodes.length * rowHeight + 8,
    body: [...arcs.map(arc), ...nodes.map(row)],
    shape: 'tall',
  });
}

const middle = (index: number): number => index * rowHeight + rowHeight / 2 + 2;

/** To the left of the trunk, the further the longer; the head points at what needs the other. */
function arc({ from, to }: { from: number; to: number }): Html {
  const start = middle(from) + 4;
  const end = middle(to) - 4;
  const reach = Math.min(trunk - 14, 14 + (to - from) * 15);
  const x = trunk - 6;
  return html`<path class="arc" d="M${x} ${start}C${x - reach} ${start} ${x - reach} ${end} ${x - 5} ${end}"/>
<path class="tip" d="M${x + 1} ${end}l-8 -3.6v7.2z"/>`;
}

function row({ id, title }: PlanNode, index: number): Html {
  const y = middle(index);
  return html`<circle class="dot" cx="${trunk}" cy="${y}" r="5"/>
<text x="${trunk + 14}" y="${y - 2}">${shorten(id, 26)}</text>
<text class="quiet mono" x="${trunk + 14}" y="${y + 11}">${shorten(title, 30)}</text>`;
}

function summary(nodes: readonly PlanNode[]): string {
  const needy = nodes.filter(({ needs }) => needs.length > 0);
  if (needy.length === 0) return 'No step builds upon another.';
  return needy.map(({ id, needs }) => `${id} needs ${needs.join(', ')}`).join('; ');
}
