import { randomBytes } from 'node:crypto';
import type { ClusterRecord } from './clusters/records.ts';
import type { DatabaseServer, PhysicalSnapshot } from './database-server.ts';
import type { RdsEngine } from './engines.ts';
import type { Settings } from './settings.ts';

export interface Tag {
  readonly Key: string;
  readonly Value: string;
}

/** Statuses of a DB instance that the local cloud goes through, in RDS's words. */
export type InstanceStatus =
  | 'creating'
  | 'backing-up'
  | 'available'
  | 'modifying'
  | 'resetting-master-credentials'
  | 'renaming'
  | 'rebooting'
  | 'deleting'
  | 'failed';

export interface InstanceRecord {
  identifier: string;
  readonly resourceId: string;
  readonly masterUsername: string;
  readonly databaseName: string | undefined;
  readonly engine: RdsEngine;
  readonly engineVersion: string;
  readonly createdMs: number;
  status: InstanceStatus;
  settings: Settings;
  /** What waits for the maintenance window, and the name to come during a rename. */
  pending: Partial<Settings> & { DBInstanceIdentifier?: string; MasterUserPassword?: string };
  tags: readonly Tag[];
  server: DatabaseServer | undefined;
  /** Of a member of an Aurora cluster, which has no server of its own. */
  readonly cluster?: ClusterRecord;
  readonly promotionTier?: number;
  /** Order of the members: the first is the writer. */
  readonly memberNumber?: number;
  /** Why the status is `failed`. */
  failure?: Error;
}

export interface SnapshotRecord {
  readonly identifier: string;
  readonly createdMs: number;
  /** The source as it was when the snapshot was requested. */
  readonly source: Readonly<Omit<InstanceRecord, 'server' | 'pending' | 'failure' | 'cluster'>>;
  readonly tags: { list: readonly Tag[] };
  status: 'creating' | 'available' | 'failed';
  /** 0 to 1. */
  progress: number;
  content: PhysicalSnapshot | undefined;
  failure?: Error;
}

/** An id as RDS makes them: `db-` and 26 characters. */
export function newResourceId(): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
  return `db-${[...randomBytes(26)].map((byte) => alphabet[byte % 32]).join('')}`;
}
