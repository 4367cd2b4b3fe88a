import { defineRule } from '../../../../core/analysis/rule.ts';
import { actionsOf } from '../definitions.ts';
import { as } from '../tree.ts';
import type { Look } from './look.ts';

export const rule = defineRule({
  id: 'detach-partition-blocks',
  severity: 'warning',
  title: 'Detaching a partition stops every query on its table',
  versions: 'since 14 it can be done concurrently',
});

export const look: Look = ({ node }) =>
  actionsOf(node, 'AT_DetachPartition')
    .filter(({ command }) => as(command.def, 'PartitionCmd')?.concurrent !== true)
    .map(({ table }) =>
      rule.finding(
        `DETACH PARTITION waits for every query on ${table} and blocks all others meanwhile`,
        'Say DETACH PARTITION … CONCURRENTLY, outside a transaction (PostgreSQL 14 and later).',
      ),
    );
