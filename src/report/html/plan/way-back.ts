import type { Plan, Step } from '../../../core/plan/plan.ts';
import { type Content, type Html, html } from '../html.ts';
import { code, table, tag } from '../parts.ts';

/** How each step of the author is taken back; Lockkeeper's own take themselves away. */
export const wayBackTable = (plan: Plan): Html =>
  table(
    'How each step is taken back',
    [{ title: 'step' }, { title: 'what it does' }, { title: 'taken back by' }],
    plan.steps
      .filter((step) => step.source !== null)
      .map((step) => [step.id, code(step.title), undoOf(step, plan)]),
  );

function undoOf(step: Step, { rollback, restorePoint }: Plan): Content {
  if (step.destroys) {
    const way = restorePoint.take ? 'a restore of the snapshot' : 'nothing: there is no snapshot';
    return html`${tag('stop', 'destroys data')}${way}`;
  }
  const undo = rollback.undo.filter((candidate) => candidate.undoes.includes(step.id));
  if (undo.length > 0) return undo.map((each) => html`<div>${each.id}: ${code(each.title)}</div>`);
  const reason = rollback.notUndone.find((candidate) => candidate.step === step.id)?.reason;
  if (reason !== undefined) return html`${tag('gate', 'not undone')}${reason}`;
  return 'taken back together with what it changes';
}
