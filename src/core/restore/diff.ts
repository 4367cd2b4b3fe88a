import { canonicalJson } from '../canonical-json.ts';
import type { InstanceDescription } from './description.ts';
import type { Setting } from './setting.ts';
import { settings } from './settings.ts';

export interface Difference {
  readonly setting: string;
  /** Both values as texts to show. */
  readonly source: string;
  readonly restored: string;
  /** Why this is as it should be; null stops the swap. */
  readonly explained: string | null;
}

/** Every setting in which two instances differ, unexplained ones first. */
export const diffInstances = (
  source: InstanceDescription,
  restored: InstanceDescription,
): readonly Difference[] => openFirst(diffBy(settings, source, restored));

/** Every setting of a table, and every field that it does not know, in which two descriptions differ. */
export const diffBy = (
  table: readonly Setting[],
  source: InstanceDescription,
  restored: InstanceDescription,
): readonly Difference[] => [
  ...knownDifferences(table, source, restored),
  ...unknownDifferences(table, source, restored),
];

/** Unexplained differences before the others. */
export function openFirst(differences: readonly Difference[]): readonly Difference[] {
  const isOpen = (difference: Difference) => difference.explained === null;
  return [...differences.filter(isOpen), ...differences.filter((difference) => !isOpen(difference))];
}

/** The differences for which nobody has a reason. */
export const unexplained = (differences: readonly Difference[]): readonly Difference[] =>
  differences.filter((difference) => difference.explained === null);

/** `backup window: 03:00-04:00 became 07:10-07:40 (…why)`. */
export function describeDifference(difference: Difference): string {
  const words = `${difference.setting}: ${difference.source} became ${difference.restored}`;
  return `${words} (${difference.explained ?? 'unexplained'})`;
}

function knownDifferences(
  table: readonly Setting[],
  source: InstanceDescription,
  restored: InstanceDescription,
): readonly Difference[] {
  return table.flatMap((setting) => {
    const before = setting.read(source);
    const after = setting.read(restored);
    if (canonicalJson(before) === canonicalJson(after)) return [];
    const explained = setting.explain?.(source, restored) ?? null;
    return [{ setting: setting.setting, source: show(before), restored: show(after), explained }];
  });
}

/** A field that RDS has added since the table was written is compared as it stands: better to ask than to lose it. */
function unknownDifferences(
  table: readonly Setting[],
  source: InstanceDescription,
  restored: InstanceDescription,
): readonly Difference[] {
  const known = new Set(table.flatMap((setting) => setting.fields));
  const names = new Set([...Object.keys(source), ...Object.keys(restored)]);
  return [...names]
    .filter((name) => !known.has(name))
    .sort()
    .flatMap((name) => {
      const before = normalise(source[name]);
      const after = normalise(restored[name]);
      if (canonicalJson(before) === canonicalJson(after)) return [];
      return [{ setting: name, source: show(before), restored: show(after), explained: null }];
    });
}

/** Absent, null and an empty list say the same. */
function normalise(value: unknown): unknown {
  return value === undefined || (Array.isArray(value) && value.length === 0) ? null : value;
}

function show(value: unknown): string {
  if (value === null || value === undefined) return 'nothing';
  return typeof value === 'string' ? value : canonicalJson(value);
}
