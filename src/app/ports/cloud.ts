import type { RunId } from '../../core/ids.ts';
import type { Direction } from '../../core/plan/plan.ts';
import type { Quota } from '../../core/resource/readiness.ts';
import type { ClusterDescription } from '../../core/restore/cluster/description.ts';
import type { StatusChange } from '../status-change.ts';

/** Documents and bundles kept beside the run: plans, source descriptions, reports, the team's migration files. */
export interface Artifacts {
  putText(key: string, text: string): Promise<void>;
  /** Null when there is none. */
  getText(key: string): Promise<string | null>;
}

/** What a secret says about logging in; read anew when a login is refused. */
export interface Credentials {
  /** Of the secret they are from; absent where they are from none of Secrets Manager's. */
  readonly arn?: string;
  readonly user: string;
  readonly password: string;
  readonly host?: string;
  readonly port?: number;
  readonly database?: string;
}

export interface Secrets {
  /** The AWSCURRENT version. Throws RetryableError or FatalError, never with the value in its message. */
  current(secretId: string): Promise<Credentials>;
  /** Whether a new version of it is being made, and whether it is to be deleted (ISO 8601). Reads no value. */
  state(secretId: string): Promise<{ readonly rotating: boolean; readonly deletedAt: string | null }>;
}

/** Words for people. */
export interface Notice {
  readonly subject: string;
  readonly text: string;
}

/** A change of status as programs hear of it: identifiers and reasons, never secrets or row values. */
export interface Announcement extends StatusChange {
  readonly runId: RunId;
  readonly target: string;
  readonly version: string;
  readonly description: string;
  readonly direction: Direction;
}

/** Tells what happened. Either may be called twice for the same. */
export interface Notifier {
  /** People. */
  notify(notice: Notice): Promise<void>;
  /** Programs. */
  announce(change: Announcement): Promise<void>;
}

/** Answers state machine tasks that wait for a person. */
export interface Executions {
  /** False when the token is no longer waited for. */
  succeed(token: string, output: Readonly<Record<string, string>>): Promise<boolean>;
  fail(token: string, error: string, cause: string): Promise<boolean>;
  isRunning(executionArn: string): Promise<boolean>;
  start(input: Readonly<Record<string, unknown>>, name: string): Promise<string>;
  startRollback(input: Readonly<Record<string, unknown>>, name: string): Promise<string>;
}

/** An RDS instance's whole description as the API gives it: opaque here, interpreted by core/restore. */
export type InstanceDescription = Readonly<Record<string, unknown>>;

export interface SnapshotState {
  readonly snapshotId: string;
  readonly status: string;
  readonly percent: number;
  /** ISO 8601, once it is available. */
  readonly databaseTime: string | null;
}

export type QuotaName = 'ManualSnapshots' | 'ManualClusterSnapshots' | 'DBInstances' | 'DBClusters';

export interface RdsControl {
  /** Null when no instance bears the name. */
  describeInstance(identifier: string): Promise<InstanceDescription | null>;
  describeSnapshot(snapshotId: string): Promise<SnapshotState | null>;
  /** Succeeds when a snapshot of that name with the same run tag exists already. */
  createSnapshot(
    identifier: string,
    snapshotId: string,
    tags: Readonly<Record<string, string>>,
  ): Promise<SnapshotState>;
  restoreInstance(parameters: Readonly<Record<string, unknown>>): Promise<void>;
  modifyInstance(parameters: Readonly<Record<string, unknown>>): Promise<void>;
  renameInstance(from: string, to: string): Promise<void>;
  /** How much of the account's room in the Region is used, as far as RDS says, under RDS's own names. */
  quotas(): Promise<Readonly<Partial<Record<QuotaName, Quota>>>>;
  /** The blue/green deployments that have this instance or cluster for their source. */
  deploymentsOf(sourceArn: string): Promise<readonly { readonly name: string; readonly status: string }[]>;
  /** Names of the RDS Proxies that lead to the instance or cluster of this resource id. */
  proxiesOf(resourceId: string): Promise<readonly string[]>;
}

/** Aurora clusters; their members are renamed as instances are. What changes something returns once RDS has accepted it. */
export interface ClusterControl {
  /** With its members and custom endpoints; null when no cluster bears the name. */
  describeCluster(identifier: string): Promise<ClusterDescription | null>;
  describeClusterSnapshot(snapshotId: string): Promise<SnapshotState | null>;
  /** Succeeds when a snapshot of that name with the same run tag exists already. */
  createClusterSnapshot(
    identifier: string,
    snapshotId: string,
    tags: Readonly<Record<string, string>>,
  ): Promise<SnapshotState>;
  /** A cluster without any instance. Succeeds when one of that name with the same run tag exists already. */
  restoreCluster(parameters: Readonly<Record<string, unknown>>): Promise<void>;
  /** Succeeds when an instance of that name with the same run tag exists already. */
  createMember(parameters: Readonly<Record<string, unknown>>): Promise<void>;
  modifyCluster(parameters: Readonly<Record<string, unknown>>): Promise<void>;
  renameCluster(from: string, to: string): Promise<void>;
  switchOnDataApi(identifier: string): Promise<void>;
}
