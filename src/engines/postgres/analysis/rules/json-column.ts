import { defineRule } from '../../../../core/analysis/rule.ts';
import { columnsDefined } from '../definitions.ts';
import { strings } from '../tree.ts';
import type { Look } from './look.ts';

export const rule = defineRule({
  id: 'json-column',
  severity: 'warning',
  title: 'json has no equality, so that SELECT DISTINCT and UNION over it fail',
  versions: 'all',
});

/** In a new table there is no query yet that could fail. */
export const look: Look = ({ node }) =>
  columnsDefined(node)
    .filter(({ definition }) => strings(definition.typeName?.names).at(-1) === 'json')
    .map(({ table, definition, inNewTable }) =>
      rule.finding(
        `${definition.colname} of ${table} is json, which has no equality: SELECT DISTINCT, GROUP BY and UNION over the row fail`,
        'Use jsonb.',
        inNewTable ? { severity: 'note' } : {},
      ),
    );
