import type { Effect } from '../../../core/analysis/statement.ts';
import { lockOn } from '../../claim.ts';
import { altered } from '../../effects.ts';
import type { ClaimDetails } from './claim.ts';
import * as found from './findings.ts';
import { type Action, plain } from './table-action.ts';
import { as, relationName } from './tree.ts';

export function addInherit(action: Action): ClaimDetails {
  const parent = relationName(as(action.command.def, 'RangeVar'));
  const details = plain(action, 'ACCESS EXCLUSIVE');
  return { ...details, locks: [...(details.locks ?? []), ...lockOn('SHARE UPDATE EXCLUSIVE', parent)] };
}

export function attachPartition(action: Action): ClaimDetails {
  const partition = relationName(as(action.command.def, 'PartitionCmd')?.name);
  const small = action.memory.isSmall(partition);
  // Nobody knows a partition that the script has just made.
  const locked = action.memory.isNew(partition) ? [] : [partition];
  return {
    ...plain(action, 'SHARE UPDATE EXCLUSIVE'),
    locks: [...lockOn('SHARE UPDATE EXCLUSIVE', action.table), ...lockOn('ACCESS EXCLUSIVE', ...locked)],
    long: !small,
    findings: small || action.memory.isProven(partition) ? [] : [found.attachPartitionScan(partition)],
  };
}

export function detachPartition(action: Action): ClaimDetails {
  const command = as(action.command.def, 'PartitionCmd');
  const effects: Effect[] = [
    altered({ type: 'table', name: action.table }, `detach partition ${relationName(command?.name)}`),
  ];
  if (command?.concurrent) {
    return {
      transactional: false,
      long: true,
      locks: lockOn('SHARE UPDATE EXCLUSIVE', action.table),
      effects,
    };
  }
  return { locks: lockOn('ACCESS EXCLUSIVE', action.table, relationName(command?.name)), effects };
}
