import type { Definition } from '../definition.ts';
import type { Token } from '../tokens.ts';
import type { LookThrough, Read } from './look.ts';
import { mysqlRule } from './rule.ts';

export const rule = mysqlRule({
  id: 'checks-switched-off',
  severity: 'warning',
  title: 'Rows that break a constraint are let in',
  versions: 'all',
});

export const lookThrough: LookThrough = (script) =>
  script.flatMap(({ tokens }, at) =>
    switchesIn(tokens)
      .filter(({ on }) => !on)
      .map(({ name }) => ({ at, finding: isForKeysOnly(script.slice(at + 1), name) ? inPlace : lets(name) })),
  );

const lets = (name: string) =>
  rule.finding(
    `with ${name} off, rows that break a constraint are let in and never found again`,
    'Leave it on; a constraint that cannot be met now cannot be met later.',
  );

const inPlace = rule.finding(
  'with foreign_key_checks off the foreign key is added in place, and rows that are there are not held against it',
  'Look for orphans before and after it: the check no_orphans.',
  { severity: 'note' },
);

/** The server adds foreign keys in place only while it checks none; nothing else happens until it checks again. */
function isForKeysOnly(behind: readonly Read[], name: string): boolean {
  const end = behind.findIndex(({ tokens }) => switchesIn(tokens).some((one) => one.on && one.name === name));
  return (
    name === 'foreign_key_checks' &&
    end > 0 &&
    behind.slice(0, end).every(({ definition }) => addsKeyInPlace(definition))
  );
}

const addsKeyInPlace = (definition: Definition | null): boolean =>
  definition?.by === 'alter-table' &&
  definition.actions.every(({ does }) => does === 'add-foreign-key' || does === 'clause') &&
  definition.actions.some((action) => action.does === 'clause' && action.value === 'INPLACE');

interface Switch {
  readonly name: string;
  readonly on: boolean;
}

const checks: ReadonlySet<string> = new Set([
  'foreign_key_checks',
  'unique_checks',
  'check_constraint_checks',
]);

/** `SET foreign_key_checks = 0, SESSION unique_checks = OFF`, `SET @@session.unique_checks = 0`. */
function switchesIn(tokens: readonly Token[]): readonly Switch[] {
  const [set] = tokens;
  if (set?.kind !== 'word' || set.value !== 'SET') return [];
  return tokens.flatMap(({ value }, at) => {
    const name = (value.split('.').at(-1) ?? '').replace(/^@@/, '').toLowerCase();
    const to = tokens[at + 2]?.value ?? '';
    return checks.has(name) ? [{ name, on: !/^(?:0|off|false)$/i.test(to) }] : [];
  });
}
