import type { Difference } from '../../core/restore/diff.ts';
import type { InstanceState } from '../../core/restore/state.ts';
import type { Target, TargetResource } from '../../core/target.ts';
import { resourceOf } from '../../core/target.ts';
import type { App } from '../app.ts';
import type { InstanceDescription, SnapshotState } from '../ports/cloud.ts';
import type { RestoreState } from '../ports/run-store.ts';
import { clusterOf } from './cluster.ts';
import { instanceOf } from './instance.ts';

/** What RDS says of an instance, or of a cluster with its members; read by what is restorable alone. */
export type Description = InstanceDescription;

/** What of RDS a restore brings back as one: an instance, or an Aurora cluster with its members. */
export interface Restorable {
  readonly kind: TargetResource['kind'];
  /** The name that applications know. */
  readonly id: string;
  describe(name: string): Promise<Description | null>;
  /** With all that belongs to it. */
  stateOf(description: Description): InstanceState;
  endpointOf(description: Description): { readonly host: string; readonly port: number } | null;
  masterOf(description: Description): string | null;

  describeSnapshot(snapshotId: string): Promise<SnapshotState | null>;
  createSnapshot(snapshotId: string, tags: Tags): Promise<SnapshotState>;

  /** Asks for the copy; it has the name that `state` says. */
  begin(source: Description, state: RestoreState, tags: Tags): Promise<void>;
  /** Asks for what still has to be made beside the copy; false when nothing has. */
  complete(source: Description, restored: Description, runId: string, tags: Tags): Promise<boolean>;
  /** Gives the copy what the restore could not carry, and a password where it is its master's. */
  settle(source: Description, restored: Description, password: string | null): Promise<void>;
  /** What was asked of it and is not in force yet. */
  pendingOf(restored: Description): readonly string[];
  diff(source: Description, restored: Description, runId: string): readonly Difference[];
  handOver(source: Description): readonly string[];
  /** What tells the copy from the source, whatever they are called. */
  identityOf(
    source: Description,
    restored: Description,
    runId: string,
  ): Pick<RestoreState, 'restoredResourceId' | 'restoredMembers'>;

  /** The next step of the swap, from what Describe says now. */
  nextMove(source: Description, state: RestoreState, runId: string): Promise<Move>;
}

export type Tags = Readonly<Record<string, string>>;

export type Move =
  | { readonly do: 'act'; readonly words: string; readonly act: () => Promise<void> }
  | { readonly do: 'wait' | 'attention'; readonly because: string }
  | { readonly do: 'done' };

/** Null for a target that is a plain database URL. */
export function restorableOf(app: App, target: Target): Restorable | null {
  const resource = resourceOf(target);
  if (resource === null) return null;
  return resource.kind === 'cluster' ? clusterOf(app, resource.id) : instanceOf(app, resource.id);
}
