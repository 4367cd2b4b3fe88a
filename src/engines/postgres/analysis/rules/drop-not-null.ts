import { defineRule } from '../../../../core/analysis/rule.ts';
import { actionsOf } from '../definitions.ts';
import type { Look } from './look.ts';

export const rule = defineRule({
  id: 'drop-not-null',
  severity: 'warning',
  title: 'Running code that counts on a value meets NULL',
  versions: 'all',
});

export const look: Look = ({ node, memory }) =>
  actionsOf(node, 'AT_DropNotNull')
    .filter(({ table }) => !memory.isNew(table))
    .map(({ table, command }) =>
      rule.finding(
        `${command.name} of ${table} may be NULL from now on, which running code does not expect; going back needs every row filled`,
        'Let code that can read NULL go out first.',
      ),
    );
