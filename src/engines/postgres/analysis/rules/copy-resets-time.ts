import { defineRule } from '../../../../core/analysis/rule.ts';
import { copyOf } from '../copies.ts';
import { columnsDefined, type DefinedColumn } from '../definitions.ts';
import { functionsIn } from '../expressions.ts';
import { all, find } from '../tree.ts';
import type { LookThrough } from './look.ts';

export const rule = defineRule({
  id: 'copy-resets-time',
  severity: 'warning',
  title: 'Copied rows are as old as the copy',
  versions: 'all',
});

/** Into a table that the script makes, without the columns that are then given the time of the copy. */
export const lookThrough: LookThrough = (script) =>
  script.flatMap(({ node }, at) => {
    const copy = copyOf(node);
    const columns = copy?.columns ?? null;
    if (copy === null || columns === null) return [];
    return script
      .slice(0, at)
      .flatMap((earlier) => columnsDefined(earlier.node))
      .filter(({ table, definition }) => table === copy.into && !columns.includes(definition.colname ?? ''))
      .filter(isNow)
      .map(({ definition: { colname = '' } }) => ({
        at,
        finding: rule.finding(
          `the copy leaves out ${colname} of ${copy.into}, so that every row of ${copy.from.join(', ')} is said to be made while it is copied`,
          `Copy ${colname} as well, or set it to what is known of the old rows.`,
        ),
      }));
  });

/** Its default is the time. */
const isNow = ({ definition }: DefinedColumn): boolean =>
  all(definition.constraints, 'Constraint').some(
    ({ contype, raw_expr }) =>
      contype === 'CONSTR_DEFAULT' &&
      (find(raw_expr, 'SQLValueFunction').some(
        ({ op = '' }) => /CURRENT|LOCAL/.test(op) && !/ROLE|USER|CATALOG|SCHEMA/.test(op),
      ) ||
        functionsIn(raw_expr).some((name) => times.has(name))),
  );

const times: ReadonlySet<string> = new Set([
  'now',
  'clock_timestamp',
  'statement_timestamp',
  'transaction_timestamp',
]);
