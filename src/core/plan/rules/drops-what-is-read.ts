import { defineRule } from '../../analysis/rule.ts';
import { type Finding, type SchemaObject, type SourcePosition, sameName } from '../../analysis/statement.ts';
import type { Check } from '../../checks.ts';
import type { BackfillSpec } from '../../manifest/manifest.ts';
import type { StatementGroup } from '../steps.ts';
import type { Subject } from './subject.ts';

export const rule = defineRule({
  id: 'drops-what-is-read',
  severity: 'error',
  title: 'A column is dropped that the migration itself still reads',
  versions: 'all',
});

/**
 * Backfills and checks run between expand and contract. What expand drops they no longer find; what a contract
 * without a gate drops, the code that is running still reads.
 */
export function find({ migration, backfills, expand, contract }: Subject): readonly Finding[] {
  const gate = migration.manifest?.contract?.gate.opens ?? 'immediately';
  const checks = (migration.manifest?.checks.after ?? []).map(({ value }) => value);
  return [
    ...drops(expand).flatMap((drop) => {
      const by = backfills.some((backfill) => reads(backfill, drop.object) || sets(backfill, drop.object))
        ? 'backfill'
        : checks.some((check) => looksAt(check, drop.object))
          ? 'check after it'
          : null;
      return by === null ? [] : [tooEarly(drop, by)];
    }),
    ...drops(contract).flatMap((drop) => {
      const isRead = backfills.some((backfill) => reads(backfill, drop.object));
      // Of two columns that are each kept as the other, the one that goes is filled for the code that is running.
      if (!isRead && backfills.some((backfill) => sets(backfill, drop.object))) return [inVain(drop)];
      return isRead && gate === 'immediately' ? [atOnce(drop)] : [];
    }),
  ];
}

interface Drop {
  readonly object: SchemaObject;
  readonly position: SourcePosition;
}

const drops = (groups: readonly StatementGroup[]): readonly Drop[] =>
  groups
    .flatMap((group) => group.statements)
    .flatMap(({ effects, position }) =>
      effects.flatMap((effect) =>
        effect.does === 'drop' && (effect.object.type === 'column' || effect.object.type === 'table')
          ? [{ object: effect.object, position }]
          : [],
      ),
    );

const tooEarly = ({ object, position }: Drop, by: string): Finding => ({
  ...rule.finding(
    `${named(object)} is dropped before the ${by} that needs it`,
    'Drop it in the contract phase.',
  ),
  position,
});

const atOnce = ({ object, position }: Drop): Finding => ({
  ...rule.finding(
    `${named(object)} is dropped as soon as the backfill has read it, while the code that is running still uses it`,
    'Say contract: after: deployment, so that the new code is out first.',
    { severity: 'warning' },
  ),
  position,
});

const inVain = ({ object, position }: Drop): Finding => ({
  ...rule.finding(`${named(object)} is filled by the backfill and then dropped`, 'Take one of the two out.', {
    severity: 'warning',
  }),
  position,
});

const named = ({ type, name, table }: SchemaObject): string =>
  table === undefined ? `${type} ${name}` : `${type} ${name} of ${table}`;

const isOn = (table: string, { type, name, table: of = name }: SchemaObject): boolean =>
  sameName(table, type === 'table' ? name : of);

function reads({ table, set, where, key }: BackfillSpec, object: SchemaObject): boolean {
  if (!isOn(table.value, object)) return false;
  if (object.type === 'table') return true;
  return [...Object.values(set), where ?? '', ...(key ?? [])].some((text) => mentions(text, object.name));
}

const sets = ({ table, set }: BackfillSpec, object: SchemaObject): boolean =>
  object.type === 'column' && isOn(table.value, object) && Object.hasOwn(set, object.name);

function looksAt(check: Check, object: SchemaObject): boolean {
  if (!('table' in check) || !isOn(check.table, object)) return false;
  return object.type === 'table' || ('columns' in check && check.columns.includes(object.name));
}

/** As a word by itself, outside of literals. */
function mentions(expression: string, column: string): boolean {
  const escaped = column.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`(^|[^\\w$])${escaped}($|[^\\w$])`, 'i').test(
    expression.replaceAll(/'(?:[^']|'')*'/g, "''"),
  );
}
