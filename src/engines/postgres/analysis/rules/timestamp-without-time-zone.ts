import { defineRule } from '../../../../core/analysis/rule.ts';
import { columnsDefined } from '../definitions.ts';
import { strings } from '../tree.ts';
import type { Look } from './look.ts';

export const rule = defineRule({
  id: 'timestamp-without-time-zone',
  severity: 'note',
  title: 'A timestamp without time zone is no point in time',
  versions: 'all',
});

export const look: Look = ({ node }) =>
  columnsDefined(node)
    .filter(({ definition }) => strings(definition.typeName?.names).at(-1) === 'timestamp')
    .map(({ table, definition }) =>
      rule.finding(
        `${definition.colname} of ${table} is a timestamp without time zone: which instant it means depends on who reads it`,
        'Use timestamptz; it takes as much room, and a change later rewrites the table unless the session’s time zone is UTC.',
      ),
    );
