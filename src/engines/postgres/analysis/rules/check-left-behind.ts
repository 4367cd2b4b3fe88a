import { defineRule } from '../../../../core/analysis/rule.ts';
import type { FoundAt } from '../../../looks.ts';
import { actionsOf, constraintsDefined } from '../definitions.ts';
import { columnsProvenNotNull } from '../expressions.ts';
import type { LookThrough, Read } from './look.ts';

export const rule = defineRule({
  id: 'check-left-behind',
  severity: 'note',
  title: 'The CHECK that was to prove NOT NULL stays behind',
  versions: 'since 12',
});

/** The recipe goes: CHECK … NOT VALID, VALIDATE, SET NOT NULL, DROP CONSTRAINT. */
export const lookThrough: LookThrough = (script) =>
  script.flatMap(({ node }, at) =>
    constraintsDefined(node).flatMap(({ table, constraint }): FoundAt[] => {
      const [column, more] = columnsProvenNotNull(constraint.raw_expr);
      const name = constraint.conname;
      if (column === undefined || more !== undefined || name === undefined || !constraint.skip_validation)
        return [];
      const later = script.slice(at + 1);
      if (!does(later, 'AT_ValidateConstraint', table, name) || does(later, 'AT_DropConstraint', table, name))
        return [];
      const isSet = does(later, 'AT_SetNotNull', table, column);
      const missing = isSet
        ? ''
        : `ALTER COLUMN ${column} SET NOT NULL, which takes it for proof and reads nothing, then `;
      return [
        {
          at,
          finding: rule.finding(
            `${name} is checked with every write for good${isSet ? '' : `, and ${column} of ${table} is still nullable in the catalogue`}`,
            `End the recipe: ${missing}DROP CONSTRAINT ${name}.`,
          ),
        },
      ];
    }),
  );

const does = (script: readonly Read[], subtype: string, table: string, name: string): boolean =>
  script.some(({ node }) =>
    actionsOf(node, subtype).some((action) => action.table === table && action.command.name === name),
  );
