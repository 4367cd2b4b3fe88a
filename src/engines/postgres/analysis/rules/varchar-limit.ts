import { defineRule } from '../../../../core/analysis/rule.ts';
import { columnsDefined } from '../definitions.ts';
import { strings } from '../tree.ts';
import { type TypeName, typeText } from '../types.ts';
import type { Look } from './look.ts';

export const rule = defineRule({
  id: 'varchar-limit',
  severity: 'note',
  title: 'Changing the limit of a varchar later locks the table',
  versions: 'all',
});

export const look: Look = ({ node }) =>
  columnsDefined(node)
    .filter(({ definition }) => isLimited(definition.typeName))
    .map(({ table, definition }) =>
      rule.finding(
        `${definition.colname} of ${table} is ${typeText(definition.typeName)}: a lower limit later rewrites the table, and a higher one still locks it for an instant`,
        'Use text, with a CHECK on its length if there must be a limit: a constraint can be exchanged without a long lock.',
      ),
    );

const isLimited = (type: TypeName | undefined): boolean =>
  strings(type?.names).at(-1) === 'varchar' && (type?.typmods ?? []).length > 0;
