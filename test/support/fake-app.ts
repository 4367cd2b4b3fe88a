import type { App, Budget } from '../../src/app/app.ts';
import type {
  Announcement,
  ClusterControl,
  InstanceDescription,
  Notice,
  RdsControl,
  SnapshotState,
} from '../../src/app/ports/cloud.ts';
import type { Figures } from '../../src/app/ports/metrics.ts';
import type { RunPatch, RunRecord } from '../../src/app/ports/run-store.ts';
import { planKey } from '../../src/app/runs.ts';
import { RetryableError } from '../../src/core/errors.ts';
import { type RunId, runId } from '../../src/core/ids.ts';
import type { Status } from '../../src/core/lifecycle.ts';
import type { Plan } from '../../src/core/plan/plan.ts';
import type { Target } from '../../src/core/target.ts';
import { readMigrations } from '../../src/formats/read-migrations.ts';
import { VirtualClock } from '../../src/local/clock/virtual-clock.ts';
import { FakeDatabase } from './fake-database.ts';
import { FakeStore } from './fake-store.ts';
import { planFiles, postgres, sha256 } from './planning.ts';

export const start = Date.UTC(2026, 0, 1);
export const run1 = runId('1-run');
export const arn = 'arn:execution:one';

export const shop: Target = {
  name: 'shop',
  engine: 'postgres',
  secret: 'shop/login',
  host: '127.0.0.1',
  port: 5432,
  database: 'shop',
  instance: 'shop-db',
  tls: 'off',
  restore: 'ask',
};

/** The use cases' surroundings in memory: nothing waits, everything is remembered. */
export class World {
  readonly clock = new VirtualClock(start);
  readonly store = new FakeStore(this.clock);
  readonly database = new FakeDatabase();
  readonly texts = new Map<string, string>();
  readonly told: Notice[] = [];
  readonly announced: Announcement[] = [];
  /** Nobody can be told. */
  deaf = false;
  /** What was answered to each task token, and the tokens nobody waits for any more. */
  readonly answers: string[] = [];
  readonly forgotten = new Set<string>();
  readonly running = new Set<string>([arn]);
  readonly instances = new Map<string, InstanceDescription>();
  readonly snapshots = new Map<string, SnapshotState>();
  readonly figures: { readonly target: string | null; readonly figures: Figures }[] = [];
  readonly started: { readonly name: string; readonly input: unknown }[] = [];
  quotas: Awaited<ReturnType<RdsControl['quotas']>> = {};
  deployments: Awaited<ReturnType<RdsControl['deploymentsOf']>> = [];
  proxies: readonly string[] = [];
  secret = { rotating: false, deletedAt: null as string | null };
  /** What RDS was asked to change. */
  readonly rdsCalls: string[] = [];
  target: Target = shop;

  readonly app: App = this.#app();

  /** Time left to an invocation; by default as much as a Lambda gets. */
  budget(ms = 570_000): Budget {
    return { endsAt: this.clock.now() + ms, signal: new AbortController().signal };
  }

  /** A run in the store with its plan, in a given status. */
  given(plan: Plan, status: Status = 'planned', patch: RunPatch = {}, id: RunId = run1): RunRecord {
    this.texts.set(planKey(plan.planId), JSON.stringify(plan));
    const record: RunRecord = {
      runId: id,
      target: this.target.name,
      version: plan.migration.version,
      description: plan.migration.description,
      direction: plan.migration.direction,
      planId: plan.planId,
      executionArn: arn,
      startedAt: new Date(start).toISOString(),
      ...patch,
      status,
    };
    this.store.runs.set(id, record);
    return record;
  }

  /** The run has entered the database's ledger. */
  entered(plan: Plan, id: RunId = run1): void {
    const startedAt = new Date(start).toISOString();
    this.database.fence = 7;
    this.database.openRun = { runId: id, plan, direction: plan.migration.direction, startedAt, fence: 7 };
  }

  run(id: RunId = run1): RunRecord {
    const record = this.store.runs.get(id);
    if (record === undefined) throw new Error(`no run ${id}`);
    return record;
  }

  said(kind: string): string[] {
    return this.store.events.filter(({ event }) => event.kind === kind).map(({ event }) => event.text);
  }

  #app(): App {
    const answer = (token: string, what: string): boolean => {
      if (this.forgotten.has(token)) return false;
      this.answers.push(`${token}: ${what}`);
      return true;
    };
    const world = this;
    return {
      engineFor: () => ({ ...postgres, connect: async () => this.database.connect() }),
      migrations: { read: readMigrations },
      store: this.store,
      artifacts: {
        putText: async (key, text) => void this.texts.set(key, text),
        getText: async (key) => this.texts.get(key) ?? null,
      },
      secrets: {
        current: async () => ({ user: 'owner', password: 'secret' }),
        state: async () => this.secret,
      },
      rds: {
        describeInstance: async (name) => this.instances.get(name) ?? null,
        describeSnapshot: async (name) => this.snapshots.get(name) ?? null,
        createSnapshot: async (_instance, snapshotId) => {
          this.rdsCalls.push(`snapshot ${snapshotId}`);
          const state = { snapshotId, status: 'creating', percent: 0, databaseTime: null };
          this.snapshots.set(snapshotId, state);
          return state;
        },
        restoreInstance: async (parameters) =>
          void this.rdsCalls.push(`restore ${parameters.DBInstanceIdentifier}`),
        modifyInstance: async (parameters) =>
          void this.rdsCalls.push(`modify ${Object.keys(parameters).toSorted().join(', ')}`),
        renameInstance: async (from, to) => {
          this.rdsCalls.push(`rename ${from} to ${to}`);
          const moving = this.instances.get(from);
          if (moving === undefined || this.instances.has(to)) return;
          this.instances.delete(from);
          this.instances.set(to, moving);
        },
        quotas: async () => this.quotas,
        deploymentsOf: async () => this.deployments,
        proxiesOf: async () => this.proxies,
      },
      clusters: noClusters,
      notifier: {
        notify: async (notice) => void this.told.push(notice),
        announce: async (change) => {
          if (this.deaf) throw new RetryableError('the bus is away', { code: 'aws-unreachable' });
          this.announced.push(change);
        },
      },
      executions: {
        succeed: async (token) => answer(token, 'succeed'),
        fail: async (token, error) => answer(token, error),
        isRunning: async (execution) => this.running.has(execution),
        start: async (input, name) => {
          this.started.push({ name, input });
          return `arn:execution:${name}`;
        },
        startRollback: async () => arn,
      },
      clock: this.clock,
      metrics: { put: (target, figures) => void this.figures.push({ target, figures }) },
      log: { info: () => undefined, warn: () => undefined, error: () => undefined },
      random: () => 0.5,
      pollSeconds: 15,
      sha256,
      get targets() {
        return [world.target];
      },
    };
  }
}

/** No target here is a cluster. */
const noCluster = async () => {
  throw new Error('no target of this test is a cluster');
};
const noClusters: ClusterControl = {
  describeCluster: noCluster,
  describeClusterSnapshot: noCluster,
  createClusterSnapshot: noCluster,
  restoreCluster: noCluster,
  createMember: noCluster,
  modifyCluster: noCluster,
  renameCluster: noCluster,
  switchOnDataApi: noCluster,
};

/** Adds a column, fills it, waits for the deployment, drops another one. */
export function examplePlan(
  details: {
    readonly gate?: string;
    readonly snapshot?: string;
    readonly down?: string | null;
    readonly contract?: string | null;
    readonly backfill?: string;
  } = {},
): Promise<Plan> {
  const { gate = 'deployment', snapshot = 'always', backfill = '' } = details;
  const { down = 'ALTER TABLE users DROP COLUMN seen;', contract = 'ALTER TABLE users DROP COLUMN token' } =
    details;
  return planFiles(
    {
      'V1__seen.yaml': `
expand:
  - ALTER TABLE users ADD COLUMN seen boolean
  - ALTER TABLE users ALTER COLUMN seen SET DEFAULT true
backfill:
  - { table: users, set: { seen: "true" }, where: "seen IS NULL"${backfill} }
${contract === null ? '' : `contract: { after: ${gate}, sql: ["${contract}"] }`}
snapshot: ${snapshot}
rollback: { policy: ${down === null ? 'restore' : 'down-then-restore'} }
checks: { after: [{ row_count: { table: users, unchanged: true } }] }
`,
      ...(down === null ? {} : { 'U1__seen.sql': down }),
    },
    { tables: { users: { ...knownUsers } } },
  );
}

const knownUsers = {
  table: 'public.users',
  rowsEstimate: 100_000,
  columns: ['id', 'token'].map((name) => ({ name, nullable: name !== 'id' })),
  keys: [{ name: 'users_pkey', primary: true, columns: [{ name: 'id', type: 'bigint' }], refused: null }],
};
