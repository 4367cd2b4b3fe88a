import type { InstanceDescription } from '../../../src/core/restore/description.ts';
import type { Roles } from '../../../src/core/restore/swap.ts';

/** How a rename in progress shows in Describe; RDS promises none of them. */
export type RenameShape = 'late-status' | 'under-both-names' | 'under-no-name' | 'at-once';

interface Sight {
  readonly status: string;
  /** Under which of the two names the instance is seen meanwhile. */
  readonly at: 'old' | 'new' | 'both' | 'none';
  readonly pending?: boolean;
}

const course: Readonly<Record<RenameShape, readonly Sight[]>> = {
  'late-status': [
    { status: 'available', at: 'old', pending: true },
    { status: 'renaming', at: 'old' },
    { status: 'renaming', at: 'new' },
    { status: 'rebooting', at: 'new' },
  ],
  'under-both-names': [
    { status: 'renaming', at: 'old' },
    { status: 'renaming', at: 'both' },
    { status: 'rebooting', at: 'new' },
  ],
  'under-no-name': [
    { status: 'renaming', at: 'old' },
    { status: 'renaming', at: 'none' },
    { status: 'renaming', at: 'none' },
    { status: 'rebooting', at: 'new' },
  ],
  'at-once': [],
};

interface Instance {
  readonly id: string;
  name: string;
  renaming: { readonly to: string; readonly left: Sight[] } | null;
}

/** RDS as far as names go: a rename takes a while, is refused when it cannot be, and shows in several ways. */
export class RenamingRds {
  /** Renames that were taken on, in order. */
  readonly accepted: string[] = [];
  readonly #instances: readonly Instance[];
  readonly #shape: RenameShape;

  constructor(shape: RenameShape, instances: Readonly<Record<string, string>>) {
    this.#shape = shape;
    this.#instances = Object.entries(instances).map(([id, name]) => ({ id, name, renaming: null }));
  }

  /** Refused silently, as a caller that retries would see it: unknown, busy, or the new name is taken. */
  rename(from: string, to: string): void {
    const instance = this.#instances.find((candidate) => candidate.name === from);
    if (instance === undefined || instance.renaming !== null) return;
    if (this.#instances.some((other) => other.name === to || other.renaming?.to === to)) return;
    this.accepted.push(`${instance.id}: ${from} → ${to}`);
    const left = [...course[this.#shape]];
    if (left.length === 0) instance.name = to;
    else instance.renaming = { to, left };
  }

  /** A while passes. */
  tick(): void {
    for (const instance of this.#instances) {
      if (instance.renaming === null) continue;
      instance.renaming.left.shift();
      if (instance.renaming.left.length > 0) continue;
      instance.name = instance.renaming.to;
      instance.renaming = null;
    }
  }

  look(names: Roles<string>): Roles<InstanceDescription | null> {
    return {
      original: this.#see(names.original),
      restored: this.#see(names.restored),
      failed: this.#see(names.failed),
    };
  }

  names(): Readonly<Record<string, string>> {
    return Object.fromEntries(this.#instances.map((instance) => [instance.id, instance.name]));
  }

  #see(name: string): InstanceDescription | null {
    for (const instance of this.#instances) {
      const sight = instance.renaming?.left[0];
      if (instance.renaming === null || sight === undefined) {
        if (instance.name === name) return { DbiResourceId: instance.id, DBInstanceStatus: 'available' };
        continue;
      }
      const underOld = instance.name === name && (sight.at === 'old' || sight.at === 'both');
      const underNew = instance.renaming.to === name && (sight.at === 'new' || sight.at === 'both');
      if (!underOld && !underNew) continue;
      return {
        DbiResourceId: instance.id,
        DBInstanceStatus: sight.status,
        PendingModifiedValues: sight.pending === true ? { DBInstanceIdentifier: instance.renaming.to } : {},
      };
    }
    return null;
  }
}
