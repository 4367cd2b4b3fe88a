import type { DatabaseServer, PhysicalSnapshot } from '../database-server.ts';
import type { RdsEngine } from '../engines.ts';
import type { InstanceStatus, Tag } from '../records.ts';
import type { ClusterSettings } from './settings.ts';

/** The engines of Aurora, and the server that stands in for each. */
export const auroraEngines = {
  'aurora-postgresql': 'postgres',
  'aurora-mysql': 'mariadb',
} as const satisfies Record<string, RdsEngine>;

export type AuroraEngine = keyof typeof auroraEngines;

export const isAuroraEngine = (name: string): name is AuroraEngine => Object.hasOwn(auroraEngines, name);

export interface ClusterRecord {
  identifier: string;
  readonly resourceId: string;
  readonly engine: AuroraEngine;
  readonly engineVersion: string;
  readonly masterUsername: string;
  readonly databaseName: string | undefined;
  readonly createdMs: number;
  status: InstanceStatus;
  settings: ClusterSettings;
  pending: { DBClusterIdentifier?: string; MasterUserPassword?: string };
  tags: readonly Tag[];
  /** The storage, and the one server that serves it to all members. */
  server: DatabaseServer | undefined;
  failure?: Error;
}

export interface ClusterSnapshotRecord {
  readonly identifier: string;
  readonly createdMs: number;
  /** The source as it was when the snapshot was requested. */
  readonly source: Readonly<Omit<ClusterRecord, 'server' | 'pending' | 'failure'>>;
  readonly tags: { list: readonly Tag[] };
  status: 'creating' | 'available' | 'failed';
  /** 0 to 1. */
  progress: number;
  content: PhysicalSnapshot | undefined;
  failure?: Error;
}
