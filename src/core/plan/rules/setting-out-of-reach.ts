import { defineRule } from '../../analysis/rule.ts';
import type { Finding } from '../../analysis/statement.ts';
import { outOfReach, titleOf } from '../steps.ts';
import type { Subject } from './subject.ts';

export const rule = defineRule({
  id: 'setting-out-of-reach',
  severity: 'error',
  title: 'A setting ends with its transaction before the statement it is meant for',
  versions: 'all',
});

/** What ends with its transaction does not hold for a statement outside any. */
export const find = ({ expand, contract, down }: Subject): readonly Finding[] =>
  outOfReach([...expand, ...contract, ...down]).map(({ statement, lost }) => ({
    ...rule.finding(
      `${lost.verb} holds for one transaction, and what comes after it runs outside any: ${titleOf([statement])}`,
      lost.verb === 'SET LOCAL'
        ? 'say SET without LOCAL; or put it between BEGIN and COMMIT, with the statements that it is meant for'
        : 'leave it out; or put it between BEGIN and COMMIT, with the statements that it is meant for',
    ),
    position: lost.position,
  }));
