import { defineRule } from '../../analysis/rule.ts';
import { type Finding, type Statement, sameName } from '../../analysis/statement.ts';
import type { StatementGroup } from '../steps.ts';
import type { Subject } from './subject.ts';

export const rule = defineRule({
  id: 'lock-held-through-long-statement',
  severity: 'warning',
  title: 'A lock that stops others is held while a long statement runs',
  versions: 'all',
});

/** A file without a way down runs in one transaction, and what it has locked stays locked to the end. */
export const find = ({ expand, contract }: Subject): readonly Finding[] =>
  [...expand, ...contract].filter((group) => group.atomic).flatMap(inOneTransaction);

function inOneTransaction({ statements }: StatementGroup): readonly Finding[] {
  const findings: Finding[] = [];
  const made: string[] = [];
  let held: { readonly mode: string; readonly tables: readonly string[] } | null = null;
  for (const statement of statements) {
    if (!statement.transactional || ends.has(statement.kind)) held = null;
    else if (held !== null && statement.long) {
      findings.push({ ...stillHeld(statement, held), position: statement.position });
    }
    made.push(...tablesMade(statement));
    const tables = (statement.lock?.tables ?? []).filter(
      (table) => !made.some((one) => sameName(one, table)),
    );
    if (statement.transactional && tables.length > 0 && stopsWriters.has(statement.lock?.mode ?? '')) {
      held ??= { mode: statement.lock?.mode ?? '', tables };
    }
  }
  return findings;
}

const stillHeld = ({ verb }: Statement, { mode, tables }: { mode: string; tables: readonly string[] }) =>
  rule.finding(
    `${verb} may take long, and ${tables.join(', ')} stays locked (${mode}) by an earlier statement of the same transaction until it is done`,
    'Give it a transaction of its own: a migration by itself, or a down file or manifest beside this one, with which Lockkeeper commits each long statement alone.',
  );

const tablesMade = ({ effects }: Statement): readonly string[] =>
  effects.flatMap((effect) =>
    effect.does === 'create' && effect.object.type === 'table' ? [effect.object.name] : [],
  );

const ends: ReadonlySet<Statement['kind']> = new Set(['begin', 'commit', 'rollback']);

/** Locks that writers wait for. */
const stopsWriters: ReadonlySet<string> = new Set([
  'SHARE',
  'SHARE ROW EXCLUSIVE',
  'EXCLUSIVE',
  'ACCESS EXCLUSIVE',
]);
