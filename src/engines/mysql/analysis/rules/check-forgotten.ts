import type { Definition } from '../definition.ts';
import { isAtLeast } from '../online/version.ts';
import type { Look } from './look.ts';
import { mysqlRule } from './rule.ts';

export const rule = mysqlRule({
  id: 'check-forgotten',
  severity: 'warning',
  title: 'A CHECK is read and forgotten',
  versions: 'MySQL before 8.0.16',
});

export const look: Look = ({ definition, known: { server } }) => {
  const keeps = server !== null && (server.isMariaDb || isAtLeast(server, '8.0.16'));
  if (keeps || !hasCheck(definition)) return [];
  return [
    rule.finding(
      'MySQL before 8.0.16 reads the CHECK and makes no constraint of it: every row is let in',
      'Keep the rule in the application or in triggers until the server is newer.',
      server === null ? { severity: 'note' } : {},
    ),
  ];
};

const hasCheck = (definition: Definition | null): boolean =>
  (definition?.actions ?? []).some(
    (action) =>
      action.does === 'add-check' ||
      ((action.does === 'add-column' || action.does === 'change-column') && action.column.checks.length > 0),
  );
