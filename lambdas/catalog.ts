/** One deployed function: what CDK builds, the local cloud invokes and the state machines name. */
export interface FunctionSpec {
  /** File under lambdas/ and, capitalised with `Function`, the substitution in the state machines. */
  readonly name: string;
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
  | 'notify'
  | 'execution-status'
  | 'task-tokens'
  | 'rds-describe'
  | 'rds-snapshot'
  | 'rds-restore'
  | 'rds-rename';

const sql = { timeoutSeconds: 600, memoryMb: 512, network: 'sql' } as const;
const control = { timeoutSeconds: 60, memoryMb: 256, network: 'control' } as const;
const database = ['run-table', 'artifacts-read', 'secret-read', 'rds-describe'] as const;

export const functions: readonly FunctionSpec[] = [
  {
    name: 'prepare',
    does: 'plans the migration',
    ...sql,
    uses: [...database, 'artifacts-write', 'execution-status'],
  },
  {
    name: 'lease',
    does: 'takes and gives back the target',
    ...control,
    uses: ['run-table', 'artifacts-read', 'execution-status'],
  },
  { name: 'check', does: 'asks the database before and after', ...sql, uses: database },
  {
    name: 'gate',
    does: 'keeps the token of a waiting run',
    ...control,
    uses: ['run-table', 'artifacts-read', 'notify', 'task-tokens'],
  },
  { name: 'enter', does: 'takes the fence in the database', ...sql, uses: database },
  {
    name: 'snapshot',
    does: 'takes the restore point',
    ...control,
    uses: ['run-table', 'artifacts-read', 'artifacts-write', 'rds-describe', 'rds-snapshot'],
  },
  { name: 'step', does: 'carries out expand and contract steps', ...sql, uses: database },
  { name: 'partition', does: 'cuts a table into key ranges', ...sql, uses: database },
  { name: 'slice', does: 'backfills one partition for a while', ...sql, uses: database },
  { name: 'fail', does: 'records why a run goes back', ...control, uses: ['run-table', 'artifacts-read'] },
  { name: 'decide', does: 'decides how to go back', ...sql, uses: [...database, 'execution-status'] },
  { name: 'undo', does: 'takes the journaled steps back', ...sql, uses: database },
  {
    name: 'restore',
    does: 'brings the restore point up and proves it',
    ...sql,
    uses: [...database, 'notify', 'rds-restore'],
  },
  {
    name: 'swap',
    does: 'gives the restored instance its name',
    ...control,
    uses: ['run-table', 'artifacts-read', 'rds-describe', 'rds-rename'],
  },
  { name: 'conclude', does: 'writes the verdict', ...sql, uses: [...database, 'notify'] },
];

/** The name by which a state machine file refers to a function: `${PrepareFunction}`. */
export const substitutionFor = (name: string): string => `${name[0]?.toUpperCase()}${name.slice(1)}Function`;
