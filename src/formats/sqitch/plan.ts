import type { Problem } from '../../core/errors.ts';
import type { SqlSource } from '../../core/migration.ts';

export interface PlannedChange {
  readonly name: string;
  readonly project: string;
  /** 1-based, in the plan. */
  readonly line: number;
}

/** The changes of a `sqitch.plan` in its order. What they depend on stands before them by Sqitch's own rule. */
export function readSqitchPlan({ path, text }: SqlSource, problems: Problem[]): readonly PlannedChange[] {
  const changes: PlannedChange[] = [];
  let project = '';
  for (const [index, raw] of text.split(/\r\n|\r|\n/).entries()) {
    const line = index + 1;
    const content = raw.replace(/#.*$/, '').trim();
    const pragma = /^%([\w-]+)=(.*)$/.exec(content);
    if (pragma?.[1] === 'project') project = pragma[2] ?? '';
    if (content === '' || pragma !== null || content.startsWith('@')) continue;
    const [, sign = '', name = ''] = /^([+-])?\s*([^\s[\]@]+)/.exec(content) ?? [];
    const refuse = (message: string, expected: string) =>
      problems.push({ file: path, line, message, expected });
    if (name === '') refuse('this line cannot be read', 'a change with its planner, or a tag');
    else if (sign === '-') refuse(`the plan reverts ${name}`, 'a change that is deployed');
    else if (changes.some((change) => change.name === name)) {
      refuse(`${name} is reworked: its script is there in two versions`, 'a change of another name');
    } else changes.push({ name, project, line });
  }
  return changes;
}
