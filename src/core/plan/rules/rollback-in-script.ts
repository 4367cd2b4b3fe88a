import { defineRule } from '../../analysis/rule.ts';
import type { Finding } from '../../analysis/statement.ts';
import { type Subject, statementsOf } from './subject.ts';

export const rule = defineRule({
  id: 'rollback-in-script',
  severity: 'error',
  title: 'A script takes back its own work',
  versions: 'all',
});

/** Lockkeeper commits each step, so that it would stay. */
export const find = ({ expand, contract, down }: Subject): readonly Finding[] =>
  statementsOf([...expand, ...contract, ...down])
    .filter((statement) => statement.kind === 'rollback')
    .map((statement) => ({
      ...rule.finding(
        `${statement.verb} would take back what stands before it, but Lockkeeper commits each step`,
        'take it out of the script, together with the statements that are not meant to stay',
      ),
      position: statement.position,
    }));
