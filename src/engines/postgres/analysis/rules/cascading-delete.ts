import { defineRule } from '../../../../core/analysis/rule.ts';
import { constraintsDefined } from '../definitions.ts';
import { relationName } from '../tree.ts';
import type { Look } from './look.ts';

export const rule = defineRule({
  id: 'cascading-delete',
  severity: 'note',
  title: 'A DELETE takes rows of other tables with it',
  versions: 'all',
});

export const look: Look = ({ node }) =>
  constraintsDefined(node)
    .filter(({ constraint }) => constraint.contype === 'CONSTR_FOREIGN' && constraint.fk_del_action === 'c')
    .map(({ table, constraint }) =>
      rule.finding(
        `deleting one row of ${relationName(constraint.pktable)} deletes all rows of ${table} that refer to it, in the same transaction; a copy of ${table} does not follow`,
        'Delete in batches from the referring side first where there may be many, and give copies the same foreign key.',
      ),
    );
