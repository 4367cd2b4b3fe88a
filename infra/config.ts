import { z } from 'zod';
import type { Problem } from '../src/core/errors.ts';
import type { Target } from '../src/core/target.ts';
import { dataApiProblem } from './data-api.ts';
import { readYaml } from './read-yaml.ts';

/** What a deployment is made from; `lockkeeper.config.yaml` after validation, defaults filled in. */
export type InfraConfig = z.infer<typeof configSchema>;
export type ConfiguredTarget = InfraConfig['targets'][number];

/** Everything wrong with a configuration file, in file order; its message has a line for each problem. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[]) {
    super(problems.map(describe).join('\n'));
    this.problems = problems;
  }
}

const describe = ({ file, line, column, path, message }: Problem): string =>
  [[file, line, column].filter((part) => part !== undefined).join(':'), path, message]
    .filter((part) => part !== undefined && part !== '')
    .join(': ');

/**
 * Lambda holds 4 KB of environment variables in all, names included; this is what the variables besides
 * LOCKKEEPER_TARGETS take at most (two machine ARNs, the topic's, the names of the table, the bucket and the deployment).
 */
const ENVIRONMENT_BYTES = 4096;
const OTHER_VARIABLES_BYTES = 1024;

/** The values CloudWatch Logs accepts (PutRetentionPolicy). */
const retentionDays = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];

const arnOf = (service: string, resource: string, what: string) =>
  z
    .string()
    .regex(
      new RegExp(`^arn:aws[a-z-]*:${service}:[a-z0-9-]*:\\d{12}:${resource}[\\w+=,.@/-]+$`),
      `the ARN of ${what}`,
    );

/**
 * A target as src/core/target.ts knows it, stricter where a deployment is: a name goes into IAM policies as it
 * stands, where a wildcard would widen them.
 */
const targetFields = z.strictObject({
  name: z
    .string()
    .regex(
      /^(?=.{1,40}$)[a-z][a-z0-9]*(-[a-z0-9]+)*$/,
      'lower-case letters, digits and single hyphens, at most 40',
    ),
  engine: z.enum(['postgres', 'mysql', 'sqlserver']),
  secret: z
    .string()
    .regex(
      /^(arn:aws[a-z-]*:secretsmanager:[a-z0-9-]+:\d{12}:secret:)?[\w/+=.@-]+$/,
      'the name or ARN of a secret',
    ),
  host: z.string().min(1).optional(),
  port: z.number().int().min(1).max(65535).optional(),
  database: z.string().min(1).optional(),
  instance: z
    .string()
    .regex(/^[A-Za-z](-?[A-Za-z0-9]){0,62}$/, 'an RDS instance identifier')
    .optional(),
  cluster: z
    .string()
    .regex(/^[A-Za-z](-?[A-Za-z0-9]){0,62}$/, 'an Aurora cluster identifier')
    .optional(),
  /** The instances of the cluster: a restore renames them, and no others. */
  members: z
    .array(z.string().regex(/^[A-Za-z](-?[A-Za-z0-9]){0,62}$/, 'an RDS instance identifier'))
    .default([]),
  // `off` is for loopback addresses, where a Lambda function has no database.
  tls: z.literal('verify').default('verify'),
  tlsCa: z.string().optional(),
  /** The Data API needs no network to the database, and carries less: docs/operations/data-api.md. */
  transport: z.enum(['direct', 'data-api']).default('direct'),
  restore: z.enum(['ask', 'automatic']).default('ask'),
  /** Patterns of events that say the new code is out; they open a contract gate that waits for a deployment. */
  deployments: z
    .array(
      z.strictObject({
        source: z.array(z.string()).min(1, 'at least one source'),
        'detail-type': z.array(z.string()).min(1, 'at least one detail type'),
        resources: z.array(z.string()).optional(),
        detail: z.record(z.string(), z.unknown()).optional(),
      }),
    )
    .default([]),
  /** Alarms that stop work on this target when they go off. */
  alarms: z.array(arnOf('cloudwatch', 'alarm:', 'an alarm')).default([]),
  onAlarm: z.enum(['pause', 'abort']).default('pause'),
  /** What the functions may use besides, where the target needs it. */
  access: z
    .strictObject({
      /** KMS key of the secret; not needed for aws/secretsmanager. */
      secretKey: arnOf('kms', 'key/', 'a KMS key').optional(),
      /** KMS keys of the instance's storage and Performance Insights; not needed for aws/rds. */
      storageKeys: z.array(arnOf('kms', 'key/', 'a KMS key')).default([]),
      /** Roles that a restored instance is given again: Enhanced Monitoring, directory service. */
      roles: z.array(arnOf('iam', 'role/', 'an IAM role')).default([]),
    })
    .prefault({}),
});

const targetInConfig = targetFields
  .refine(({ instance, cluster }) => instance === undefined || cluster === undefined, {
    path: ['cluster'],
    message: 'either an instance or a cluster',
  })
  .refine(({ cluster, members }) => cluster === undefined || members.length > 0, {
    path: ['members'],
    message: 'the instances of the cluster by name: the functions may rename those alone',
  })
  .check(({ value, issues }) => {
    const message = value.transport === 'data-api' ? dataApiProblem(value) : null;
    if (message !== null) issues.push({ code: 'custom', input: value, path: ['transport'], message });
  });

const id = (prefix: string, what: string) => z.string().regex(new RegExp(`^${prefix}-[0-9a-f]+$`), what);

const threshold = z.number().positive().optional();

const configSchema = z.strictObject({
  /** Begins the names of the functions, the state machines and the stack. */
  prefix: z
    .string()
    .regex(/^[a-z][a-z0-9-]{0,29}$/, 'lower-case letters, digits and hyphens, at most 30')
    .default('lockkeeper'),
  logRetentionDays: z
    .number()
    .refine((days) => retentionDays.includes(days), `one of ${retentionDays.join(', ')}`)
    .default(90),
  notify: z
    .strictObject({
      emails: z.array(z.email('an e-mail address')).default([]),
      /** A topic that exists, instead of one of our own; it must let EventBridge and CloudWatch publish. */
      topic: arnOf('sns', '', 'a topic').optional(),
      /** For alarms alone. */
      alarmTopic: arnOf('sns', '', 'a topic').optional(),
    })
    .prefault({}),
  /** Encrypts the table, the bucket, the topic and the dead letters; AWS's own keys unless given. */
  encryptionKey: arnOf('kms', 'key/', 'a KMS key').optional(),
  /** Keeps each version of what is in the evidence bucket from being deleted. Only when the stack is made. */
  objectLock: z
    .strictObject({ mode: z.enum(['governance', 'compliance']), days: z.number().int().min(1).max(36500) })
    .optional(),
  /** When alarms go off, where not after the default. */
  thresholds: z
    .strictObject({
      heartbeatMinutes: threshold,
      stalledMinutes: threshold,
      runHours: threshold,
      leaseOverdueMinutes: threshold,
      approvalHours: threshold,
      failedInstanceDays: threshold,
      snapshotQuotaPercent: threshold,
    })
    .prefault({}),
  /** Where the functions that speak SQL live; without it they stay outside any VPC. */
  network: z
    .strictObject({
      subnetIds: z.array(id('subnet', 'the id of a subnet')).min(1, 'at least one subnet'),
      securityGroupIds: z.array(id('sg', 'the id of a security group')).min(1, 'at least one security group'),
    })
    .optional(),
  targets: z
    .array(targetInConfig)
    .min(1, 'at least one target')
    .check(({ value, issues }) => {
      for (const [index, { name }] of value.entries()) {
        if (value.findIndex((other) => other.name === name) === index) continue;
        issues.push({
          code: 'custom',
          input: name,
          path: [index, 'name'],
          message: `a second target is called ${name}`,
        });
      }
    })
    .refine(
      (targets) =>
        Buffer.byteLength(JSON.stringify(targets.map(toTarget))) + OTHER_VARIABLES_BYTES <= ENVIRONMENT_BYTES,
      `the targets are larger than the ${ENVIRONMENT_BYTES - OTHER_VARIABLES_BYTES} bytes a Lambda function's environment has room for: deploy some of them under another prefix`,
    ),
});

/** The target as the functions know it: what only the deployment needs is left out. */
export function toTarget(target: z.infer<typeof targetInConfig>): Target {
  const { access: _, members: _m, transport, deployments: _d, alarms: _a, onAlarm: _o, ...told } = target;
  return transport === 'data-api' ? { ...told, transport } : told;
}

/**
 * Reads a configuration file's text.
 * @param file its path, for the problems only
 * @throws ConfigError with every problem found
 */
export function parseConfig(file: string, text: string): InfraConfig {
  const result = readYaml(file, text, configSchema);
  if (result.ok) return result.value;
  throw new ConfigError(result.problems);
}
