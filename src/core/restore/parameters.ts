import { canonicalJson } from '../canonical-json.ts';
import { type InstanceDescription, type Parameters, text } from './description.ts';
import { generalHandOver, inheritedTags } from './handed-settings.ts';
import type { Setting } from './setting.ts';
import { settings } from './settings.ts';

export interface RestoreTo {
  readonly snapshotId: string;
  readonly instanceId: string;
  /** Added to the source's own tags, which win where the keys are the same. */
  readonly tags: Readonly<Record<string, string>>;
}

/** Parameters for RestoreDBInstanceFromDBSnapshot: everything of the source that the operation can carry. */
export const restoreParameters = (source: InstanceDescription, to: RestoreTo): Parameters => ({
  DBInstanceIdentifier: to.instanceId,
  DBSnapshotIdentifier: to.snapshotId,
  ...carriedBy(settings, source),
  Tags: tagParameter(source, to.tags),
});

/** What a table's rows say of the source to the call that makes its copy. */
export const carriedBy = (table: readonly Setting[], source: InstanceDescription): Parameters =>
  Object.fromEntries(table.flatMap((setting) => Object.entries(setting.restore?.(source) ?? {})));

/**
 * Parameters for ModifyDBInstance that give the restored instance what the restore could not, or null when
 * nothing remains. Meant for one call: what still differs after it is for `diffInstances` to report.
 */
export function settleParameters(
  source: InstanceDescription,
  restored: InstanceDescription,
): Parameters | null {
  const remaining = remainingBy(settings, source, restored);
  if (remaining === null) return null;
  return {
    DBInstanceIdentifier: text(restored, 'DBInstanceIdentifier'),
    ApplyImmediately: true,
    ...remaining,
  };
}

/** What a table's rows say to the call that gives a copy what it still lacks; null when it lacks nothing. */
export function remainingBy(
  table: readonly Setting[],
  source: InstanceDescription,
  restored: InstanceDescription,
): Parameters | null {
  const remaining = table
    .filter((setting) => canonicalJson(setting.read(source)) !== canonicalJson(setting.read(restored)))
    .filter((setting) => (setting.explain?.(source, restored) ?? null) === null)
    .flatMap((setting) => Object.entries(setting.modify?.(source, restored) ?? {}));
  return remaining.length === 0 ? null : Object.fromEntries(remaining);
}

/** What the operator has to do by hand after the swap, one sentence each. */
export function handOver(source: InstanceDescription): readonly string[] {
  return [...settings.flatMap((setting) => setting.handOver?.(source) ?? []), ...generalHandOver(source)];
}

/** The source's own tags over those that are added. */
export function tagParameter(source: InstanceDescription, added: Readonly<Record<string, string>>) {
  return Object.entries({ ...added, ...inheritedTags(source) }).map(([Key, Value]) => ({ Key, Value }));
}
