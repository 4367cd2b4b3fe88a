import { canonicalJson } from '../canonical-json.ts';
import { type InstanceDescription, type Parameters, text } from './description.ts';
import { generalHandOver, inheritedTags } from './handed-settings.ts';
import { settings } from './settings.ts';

export interface RestoreTo {
  readonly snapshotId: string;
  readonly instanceId: string;
  /** Added to the source's own tags, which win where the keys are the same. */
  readonly tags: Readonly<Record<string, string>>;
}

/** Parameters for RestoreDBInstanceFromDBSnapshot: everything of the source that the operation can carry. */
export function restoreParameters(source: InstanceDescription, to: RestoreTo): Parameters {
  const carried = settings.flatMap((setting) => Object.entries(setting.restore?.(source) ?? {}));
  return {
    DBInstanceIdentifier: to.instanceId,
    DBSnapshotIdentifier: to.snapshotId,
    ...Object.fromEntries(carried),
    Tags: tagParameter(source, to.tags),
  };
}

/**
 * Parameters for ModifyDBInstance that give the restored instance what the restore could not, or null when
 * nothing remains. Meant for one call: what still differs after it is for `diffInstances` to report.
 */
export function settleParameters(
  source: InstanceDescription,
  restored: InstanceDescription,
): Parameters | null {
  const remaining = settings
    .filter((setting) => canonicalJson(setting.read(source)) !== canonicalJson(setting.read(restored)))
    .filter((setting) => (setting.explain?.(source, restored) ?? null) === null)
    .flatMap((setting) => Object.entries(setting.modify?.(source, restored) ?? {}));
  if (remaining.length === 0) return null;
  return {
    DBInstanceIdentifier: text(restored, 'DBInstanceIdentifier'),
    ApplyImmediately: true,
    ...Object.fromEntries(remaining),
  };
}

/** What the operator has to do by hand after the swap, one sentence each. */
export function handOver(source: InstanceDescription): readonly string[] {
  return [...settings.flatMap((setting) => setting.handOver?.(source) ?? []), ...generalHandOver(source)];
}

function tagParameter(source: InstanceDescription, added: Readonly<Record<string, string>>) {
  return Object.entries({ ...added, ...inheritedTags(source) }).map(([Key, Value]) => ({ Key, Value }));
}
