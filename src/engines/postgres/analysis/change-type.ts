import type { Action } from './alter-table.ts';
import { altered, type ClaimDetails, lockOn } from './claim.ts';
import * as found from './findings.ts';
import { as } from './tree.ts';
import { mayLoseValues, typeText } from './types.ts';

/** ALTER COLUMN … TYPE. The old type is not in the text, so a rewrite is assumed. */
export function changeType({ table, command }: Action): ClaimDetails {
  const column = command.name ?? '';
  const definition = as(command.def, 'ColumnDef');
  const type = typeText(definition?.typeName);
  const computed = definition?.raw_default !== undefined;
  const destroys = computed || mayLoseValues(definition?.typeName);
  const how = computed ? 'replaces its values by an expression' : 'may round or cut its values';
  const loss = found.destructive(`changing column ${column} of ${table} to ${type} ${how}`);
  return {
    long: true,
    locks: lockOn('ACCESS EXCLUSIVE', table),
    effects: [altered({ type: 'column', name: column, table }, `type ${type}`)],
    destroys,
    findings: [found.typeChange(table, column, type), ...(destroys ? [loss] : [])],
  };
}
