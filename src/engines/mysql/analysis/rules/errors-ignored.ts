import type { Look } from './look.ts';
import { mysqlRule } from './rule.ts';

export const rule = mysqlRule({
  id: 'errors-ignored',
  severity: 'warning',
  title: 'IGNORE turns errors into rows that are lost or changed',
  versions: 'all',
});

export const look: Look = ({ tokens }) => {
  const [first, ...rest] = tokens.filter(({ kind }) => kind === 'word').map(({ value }) => value);
  const verb = first ?? '';
  if (!['INSERT', 'UPDATE', 'DELETE'].includes(verb)) return [];
  const says = rest.slice(
    0,
    rest.findIndex((word) => !modifiers.has(word)),
  );
  if (!says.includes('IGNORE')) return [];
  return [
    rule.finding(
      `${verb} IGNORE passes over every error, not only a duplicate: rows that break a foreign key are left out, texts are cut, NULL becomes 0`,
      verb === 'INSERT'
        ? 'To pass over duplicates alone, write ON DUPLICATE KEY UPDATE id = id.'
        : 'Leave IGNORE out, and restrict the rows instead.',
    ),
  ];
};

const modifiers: ReadonlySet<string> = new Set([
  'LOW_PRIORITY',
  'HIGH_PRIORITY',
  'DELAYED',
  'QUICK',
  'IGNORE',
]);
