import { z } from 'zod';
import type { EngineName } from './ids.ts';

/** One database under management. Secrets are named here, never held. */
export interface Target {
  readonly name: string;
  readonly engine: EngineName;
  /** Name or ARN of the secret with user and password, and host, port and database unless given here. */
  readonly secret: string;
  readonly host?: string | undefined;
  readonly port?: number | undefined;
  readonly database?: string | undefined;
  /** RDS instance identifier; absent, as `cluster` is, for a plain database URL, which has no snapshots. */
  readonly instance?: string | undefined;
  /** Aurora cluster identifier, instead of an instance's. */
  readonly cluster?: string | undefined;
  /** SQL travels over the Data API of the cluster; absent: over connections of our own. */
  readonly transport?: 'data-api' | undefined;
  /** `off` is accepted for loopback addresses only. */
  readonly tls: 'verify' | 'off';
  /** PEM text of certificate authorities trusted besides Amazon's and Node's. */
  readonly tlsCa?: string | undefined;
  /** A restore loses the writes made since the restore point; by default a person must agree. */
  readonly restore: 'ask' | 'automatic';
}

/** What of RDS a target is; null for a plain database URL. */
export type TargetResource = { readonly kind: 'instance' | 'cluster'; readonly id: string };

export function resourceOf({ instance, cluster }: Target): TargetResource | null {
  if (cluster !== undefined) return { kind: 'cluster', id: cluster };
  return instance === undefined ? null : { kind: 'instance', id: instance };
}

const targetFields = z.strictObject({
  name: z.string().regex(/^[a-z][a-z0-9-]{0,39}$/, 'lower-case letters, digits and hyphens, at most 40'),
  engine: z.enum(['postgres', 'mysql', 'sqlserver']),
  secret: z.string().min(1),
  host: z.string().optional(),
  port: z.number().int().min(1).max(65535).optional(),
  database: z.string().optional(),
  instance: z.string().optional(),
  cluster: z.string().optional(),
  transport: z.literal('data-api').optional(),
  tls: z.enum(['verify', 'off']).default('verify'),
  tlsCa: z.string().optional(),
  restore: z.enum(['ask', 'automatic']).default('ask'),
});

export const targetSchema = targetFields
  .refine(
    ({ instance, cluster }) => instance === undefined || cluster === undefined,
    'either an instance or a cluster',
  )
  .refine(
    ({ transport, cluster }) => transport === undefined || cluster !== undefined,
    'the Data API is that of an Aurora cluster: name the cluster',
  );

export const targetsSchema = z.array(targetSchema);
