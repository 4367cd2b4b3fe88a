import { defineRule } from '../../../../core/analysis/rule.ts';
import { columnsDefined } from '../definitions.ts';
import { strings } from '../tree.ts';
import { typeText } from '../types.ts';
import type { Look } from './look.ts';

export const rule = defineRule({
  id: 'char-column',
  severity: 'note',
  title: 'char(n) is padded with spaces',
  versions: 'all',
});

export const look: Look = ({ node }) =>
  columnsDefined(node)
    .filter(({ definition }) => strings(definition.typeName?.names).at(-1) === 'bpchar')
    .map(({ table, definition }) =>
      rule.finding(
        `${definition.colname} of ${table} is ${typeText(definition.typeName)}: values are padded with spaces that comparisons pass over and other types keep`,
        'Use text, with a CHECK on its length if it must be exact.',
      ),
    );
