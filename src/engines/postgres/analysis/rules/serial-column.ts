import { defineRule } from '../../../../core/analysis/rule.ts';
import { columnsDefined } from '../definitions.ts';
import { isSerial } from '../types.ts';
import type { Look } from './look.ts';

export const rule = defineRule({
  id: 'serial-column',
  severity: 'note',
  title: 'A serial column owns a sequence that privileges and defaults do not follow',
  versions: 'since 10',
});

export const look: Look = ({ node }) =>
  columnsDefined(node)
    .filter(({ definition }) => isSerial(definition.typeName))
    .map(({ table, definition }) =>
      rule.finding(
        `${definition.colname} of ${table} is serial: its sequence needs privileges of its own, and any INSERT may override it`,
        'Say bigint GENERATED ALWAYS AS IDENTITY, the form of the SQL standard.',
      ),
    );
