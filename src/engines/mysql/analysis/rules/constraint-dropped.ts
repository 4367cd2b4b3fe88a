import type { Look } from './look.ts';
import { mysqlRule } from './rule.ts';

export const rule = mysqlRule({
  id: 'constraint-dropped',
  severity: 'note',
  title: 'What the constraint kept out may come in',
  versions: 'all',
});

export const look: Look = ({ definition, memory }) =>
  (definition?.actions ?? []).flatMap((action) => {
    if (definition === null || memory.isNew(definition.table)) return [];
    if (action.does !== 'drop-foreign-key' && action.does !== 'drop-constraint') return [];
    return [
      rule.finding(
        `from here on ${definition.table} takes rows that ${action.name} kept out, and one of them is enough to keep it from being added again`,
        'Drop it in the contract phase, after the code that counts on it.',
      ),
    ];
  });
