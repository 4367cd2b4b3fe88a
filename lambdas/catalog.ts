/** One deployed function: what CDK builds, the local cloud invokes and the state machines name. */
export interface FunctionSpec {
  /** File under lambdas/ and, capitalised with `Function`, the substitution in the state machines. */
  readonly name: string;
  /** Who invokes it: a state of a machine, or a rule below. */
  readonly calledBy: 'machine' | 'rule';
  readonly does: string;
  readonly timeoutSeconds: number;
  readonly memoryMb: number;
  /** `sql` functions live in the database's network; `control` functions outside it. */
  readonly network: 'sql' | 'control';
  /** What its role is granted, by what it is used for. */
  readonly uses: readonly Grant[];
}

export type Grant =
  | 'run-table'
  | 'artifacts-read'
  | 'artifacts-write'
  | 'secret-read'
  | 'data-api'
  | 'notify'
  | 'execution-status'
  | 'execution-start'
  | 'task-tokens'
  | 'snapshot-quota'
  | 'rds-describe'
  | 'resource-describe'
  | 'rds-snapshot'
  | 'rds-restore'
  | 'rds-rename';

const sql = { calledBy: 'machine', timeoutSeconds: 600, memoryMb: 512, network: 'sql' } as const;
const control = { calledBy: 'machine', timeoutSeconds: 60, memoryMb: 256, network: 'control' } as const;
/** The run's record, and telling of its changes. */
const record = ['run-table', 'artifacts-read', 'notify'] as const;
const database = [...record, 'secret-read', 'data-api', 'rds-describe'] as const;
/** Without a change of status. */
const databaseOnly = database.filter((grant) => grant !== 'notify');

export const functions: readonly FunctionSpec[] = [
  {
    name: 'prepare',
    does: 'plans the migration',
    ...sql,
    uses: [...database, 'artifacts-write', 'execution-status', 'resource-describe'],
  },
  {
    name: 'lease',
    does: 'takes and gives back the target',
    ...control,
    uses: [...record, 'execution-status'],
  },
  { name: 'check', does: 'asks the database before and after', ...sql, uses: database },
  {
    name: 'gate',
    does: 'keeps the token of a waiting run',
    ...control,
    uses: [...record, 'task-tokens'],
  },
  { name: 'enter', does: 'takes the fence in the database', ...sql, uses: databaseOnly },
  {
    name: 'snapshot',
    does: 'takes the restore point',
    ...control,
    uses: [
      ...record,
      'artifacts-write',
      'rds-describe',
      'resource-describe',
      'snapshot-quota',
      'rds-snapshot',
    ],
  },
  { name: 'step', does: 'carries out the steps of a phase', ...sql, uses: database },
  { name: 'partition', does: 'cuts a table into key ranges', ...sql, uses: database },
  { name: 'slice', does: 'backfills one partition for a while', ...sql, uses: database },
  { name: 'fail', does: 'records why a run goes back', ...control, uses: ['run-table', 'artifacts-read'] },
  { name: 'decide', does: 'decides how to go back', ...sql, uses: [...database, 'execution-status'] },
  { name: 'undo', does: 'takes the journaled steps back', ...sql, uses: databaseOnly },
  {
    name: 'restore',
    does: 'brings the restore point up and proves it',
    ...sql,
    uses: [...database, 'rds-restore'],
  },
  {
    name: 'swap',
    does: 'gives the restored instance its name',
    ...control,
    uses: ['run-table', 'artifacts-read', 'rds-describe', 'rds-rename'],
  },
  { name: 'conclude', does: 'writes the verdict', ...sql, uses: database },
  {
    name: 'intake',
    does: 'starts, pauses, aborts and answers runs when an event says so',
    ...control,
    calledBy: 'rule',
    uses: [...record, 'execution-status', 'execution-start', 'task-tokens'],
  },
  {
    name: 'janitor',
    does: 'cleans up behind an execution that could not conclude',
    ...sql,
    calledBy: 'rule',
    uses: [...database, 'execution-status'],
  },
  {
    name: 'watch',
    does: 'measures what a run cannot say of itself',
    ...control,
    calledBy: 'rule',
    uses: [...record, 'rds-describe', 'snapshot-quota'],
  },
];

/** A rule of EventBridge that every deployment has; a text like `<Bucket>` in a pattern stands for that deployment's own. */
export interface RuleSpec {
  readonly name: string;
  readonly does: string;
  /** The function it invokes. */
  readonly invokes: string;
  readonly on: { readonly pattern: EventPattern } | { readonly everyMinutes: number };
}

export type EventPattern = Readonly<Record<string, unknown>>;

/** Detail types of the events that people and pipelines send, from any source but our own. */
export const detailTypes = {
  start: 'Lockkeeper Start Requested',
  deployment: 'Lockkeeper Deployment Succeeded',
  alarm: 'Lockkeeper Alarm',
} as const;

/** How often the functions that measure do so. */
export const watchMinutes = 5;

const notOurs = [{ 'anything-but': 'lockkeeper' }];

export const rules: readonly RuleSpec[] = [
  {
    name: 'asked',
    does: 'a start that a program asks for',
    invokes: 'intake',
    on: { pattern: { source: notOurs, 'detail-type': [detailTypes.start] } },
  },
  {
    name: 'delivered',
    does: 'a bundle of migrations that has landed in the bucket',
    invokes: 'intake',
    on: {
      pattern: {
        source: ['aws.s3'],
        'detail-type': ['Object Created'],
        detail: { bucket: { name: ['<Bucket>'] }, object: { key: [{ prefix: 'bundles/' }] } },
      },
    },
  },
  {
    name: 'deployed',
    does: 'the new code is out: opens the contract gate',
    invokes: 'intake',
    on: { pattern: { source: notOurs, 'detail-type': [detailTypes.deployment] } },
  },
  {
    name: 'interrupted',
    does: 'an execution that was stopped, timed out or failed',
    invokes: 'janitor',
    on: {
      pattern: {
        source: ['aws.states'],
        'detail-type': ['Step Functions Execution Status Change'],
        detail: {
          status: ['ABORTED', 'TIMED_OUT', 'FAILED'],
          stateMachineArn: ['<MigrationMachine>', '<RollbackMachine>'],
        },
      },
    },
  },
  {
    name: 'watch',
    does: 'the minutes between two measurements',
    invokes: 'watch',
    on: { everyMinutes: watchMinutes },
  },
];

/** The name by which a state machine file refers to a function: `${PrepareFunction}`. */
export const substitutionFor = (name: string): string => `${name[0]?.toUpperCase()}${name.slice(1)}Function`;
