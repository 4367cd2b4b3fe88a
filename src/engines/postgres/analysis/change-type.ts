import { lockOn } from '../../claim.ts';
import { altered } from '../../effects.ts';
import type { ClaimDetails } from './claim.ts';
import * as found from './findings.ts';
import type { Action } from './table-action.ts';
import { as } from './tree.ts';
import { isCompatible, mayLoseValues, typeText } from './types.ts';

/** ALTER COLUMN … TYPE. The old type is not in the text: unless it is known otherwise, a rewrite is assumed. */
export function changeType({ table, command, memory }: Action): ClaimDetails {
  const column = command.name ?? '';
  const definition = as(command.def, 'ColumnDef');
  const type = typeText(definition?.typeName);
  const computed = definition?.raw_default !== undefined;
  const locks = lockOn('ACCESS EXCLUSIVE', table);
  const effects = [altered({ type: 'column', name: column, table }, `type ${type}`)];
  const old = memory.known.column(table, column)?.type;
  if (!computed && old !== undefined && isCompatible(old, definition?.typeName)) return { locks, effects };
  const destroys = computed || mayLoseValues(definition?.typeName);
  const how = computed ? 'replaces its values by an expression' : 'may round or cut its values';
  const loss = found.destructive(`changing column ${column} of ${table} to ${type} ${how}`);
  return {
    long: true,
    locks,
    effects,
    destroys,
    findings: [found.typeChange(table, column, type), ...(destroys ? [loss] : [])],
  };
}
