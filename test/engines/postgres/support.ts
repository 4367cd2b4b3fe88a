import pg from 'pg';
import type { Clock } from '../../../src/app/ports/clock.ts';
import { type Effects, plainEffects } from '../../../src/app/ports/effects.ts';
import type { AttemptOptions, Database, Login } from '../../../src/app/ports/engine.ts';
import type { EnterResult } from '../../../src/app/ports/ledger.ts';
import { planId, type RunId, runId, stepId } from '../../../src/core/ids.ts';
import type {
  Backfill,
  ColumnBackfill,
  Direction,
  Plan,
  Step,
  UndoStep,
} from '../../../src/core/plan/plan.ts';
import { PostgresDatabase } from '../../../src/engines/postgres/database.ts';
import { Connection } from '../../../src/engines/postgres/session/connection.ts';
import { directWork } from '../../../src/engines/postgres/session/direct-work.ts';
import { RealClock } from '../../../src/local/clock/real-clock.ts';
import { startPostgres, type TestPostgres } from '../../support/postgres.ts';

/** One server for a test file, and what tests open on it. */
export class TestServer {
  readonly server: TestPostgres;
  readonly #closers: (() => Promise<unknown>)[] = [];

  private constructor(server: TestPostgres) {
    this.server = server;
  }

  static async start(settings: Readonly<Record<string, string>> = {}): Promise<TestServer> {
    return new TestServer(await startPostgres(settings));
  }

  /** A fresh database with a plain client in it, as the application would have. */
  async database(): Promise<TestDatabase> {
    const { url } = await this.server.createDatabase();
    return new TestDatabase(url, this);
  }

  onClose(close: () => Promise<unknown>): void {
    this.#closers.push(close);
  }

  /** After each test: whatever it opened. */
  async closeAll(): Promise<void> {
    for (const close of this.#closers.splice(0).reverse()) await close().catch(() => undefined);
  }

  async stop(): Promise<void> {
    await this.closeAll();
    await this.server.stop();
  }
}

export class TestDatabase {
  readonly url: string;
  readonly login: Login;
  readonly #server: TestServer;

  constructor(url: string, server: TestServer) {
    this.url = url;
    this.login = loginOf(url);
    this.#server = server;
  }

  async client(applicationName = 'application'): Promise<pg.Client> {
    const client = new pg.Client({ connectionString: this.url, application_name: applicationName });
    client.on('error', () => undefined);
    await client.connect();
    this.#server.onClose(() => client.end());
    return client;
  }

  /** Rows of one query over a connection of its own, values as text. */
  query<Row = Record<string, string | null>>(sql: string, values: unknown[] = []): Promise<Row[]> {
    return this.#connected((client) => rowsOf<Row>(client, sql, values));
  }

  /** Rows of the last of several queries over one connection, values as text. */
  queries<Row>(...statements: readonly string[]): Promise<Row[]> {
    return this.#connected(async (client) => {
      let rows: Row[] = [];
      for (const statement of statements) rows = await rowsOf<Row>(client, statement, []);
      return rows;
    });
  }

  async #connected<T>(ask: (client: pg.Client) => Promise<T>): Promise<T> {
    const client = new pg.Client({
      connectionString: this.url,
      types: { getTypeParser: () => (value: string) => value },
    });
    await client.connect();
    try {
      return await ask(client);
    } finally {
      await client.end();
    }
  }

  async value(sql: string, values: unknown[] = []): Promise<string | null> {
    return Object.values((await this.query(sql, values))[0] ?? {})[0] ?? null;
  }

  /** Connected as another role. */
  as(user: string, password: string): Promise<PostgresDatabase> {
    return this.connect({ login: { ...this.login, user, password } });
  }

  async connect(options: ConnectOptions = {}): Promise<PostgresDatabase> {
    const { run = 'run-1', role = 'main', effects = plainEffects, clock = new RealClock() } = options;
    const signal = options.signal ?? new AbortController().signal;
    const connection = await Connection.open(
      options.login ?? this.login,
      { runId: runId(run), role },
      signal,
      effects,
    );
    const database = new PostgresDatabase(connection, directWork(connection), clock);
    this.#server.onClose(() => database.close());
    return database;
  }
}

async function rowsOf<Row>(client: pg.Client, sql: string, values: unknown[]): Promise<Row[]> {
  const result: pg.QueryResult | pg.QueryResult[] = await client.query(
    sql,
    values.length > 0 ? values : undefined,
  );
  return (Array.isArray(result) ? (result.at(-1)?.rows ?? []) : result.rows) as Row[];
}

export interface ConnectOptions {
  readonly run?: string;
  readonly role?: string;
  readonly effects?: Effects;
  readonly clock?: Clock;
  readonly signal?: AbortSignal;
  readonly login?: Login;
}

export function loginOf(url: string): Login {
  const { hostname, port, username, password, pathname } = new URL(url);
  return {
    host: hostname,
    port: Number(port),
    user: decodeURIComponent(username),
    password: decodeURIComponent(password),
    database: pathname.slice(1),
    tls: { mode: 'off' },
  };
}

export interface PlanOptions {
  readonly version?: string;
  readonly direction?: Direction;
  readonly repeatable?: boolean;
}

/** A plan as far as the ledger looks at it. */
export function plan({ version = '042', direction = 'up', repeatable = false }: PlanOptions = {}): Plan {
  return {
    format: 1,
    planId: planId(`plan-of-${version}`),
    target: { name: 'shop', engine: 'postgres', serverVersion: '18' },
    migration: {
      version,
      description: `migration ${version}`,
      checksum: `sum-${version}`,
      repeatable,
      direction,
    },
    steps: [],
    backfills: [],
    checks: { before: [], after: [] },
    gate: { opens: 'immediately' },
    restorePoint: { take: false, renewAfterSeconds: 0, reason: 'a test' },
    rollback: { policy: 'down', undo: [], notUndone: [] },
    findings: [],
    approvalReasons: [],
    schemaFingerprint: '',
    settings: {
      lockTimeoutMs: 500,
      lockRetryForMs: 1000,
      concurrentLockTimeoutMs: 5000,
      longTransactionSeconds: 60,
      replicationLagSeconds: 10,
    },
  };
}

/** Enters a run and returns its fence; fails the test when it is not let in. */
export async function enter(database: Database, run = 'run-1', lease = 1, of = plan()): Promise<number> {
  const result: EnterResult = await database.enterRun({ runId: runId(run), plan: of, lease });
  if (result.kind !== 'entered') throw new Error(`not entered: ${JSON.stringify(result)}`);
  return result.fence;
}

export function step(id: string, mode: Step['mode'], ...statements: string[]): Step {
  return {
    id: stepId(id),
    phase: 'expand',
    title: `step ${id}`,
    mode,
    statements,
    long: false,
    destroys: false,
    effects: [],
    lock: null,
    source: null,
  };
}

export const undo = (
  id: string,
  undoes: readonly string[],
  mode: Step['mode'],
  ...statements: string[]
): UndoStep => ({
  ...step(id, mode, ...statements),
  phase: 'undo',
  undoes: undoes.map(stepId),
});

export function attempt(fence: number, changed: Partial<AttemptOptions> = {}): AttemptOptions {
  return {
    runId: runId('run-1'),
    fence,
    lockTimeoutMs: 300,
    concurrentLockTimeoutMs: 3000,
    waitMs: 20_000,
    ...changed,
  };
}

export function backfill(
  table: string,
  key: ColumnBackfill['key'],
  changed: Partial<ColumnBackfill> = {},
): ColumnBackfill {
  return {
    ordinal: 0,
    table,
    set: { visits: 'visits + 1' },
    where: null,
    key,
    batch: { targetMs: 250, maxRows: 100_000, initialRows: 1000 },
    parallelism: 1,
    partitions: 3,
    pace: 1,
    keepCurrent: false,
    rowsEstimate: 0,
    ...changed,
  };
}

/** Works through every partition, `rows` at a time; returns the rows visited and changed. */
export async function workThrough(
  database: Database,
  fence: number,
  of: Backfill,
  rows: number,
  run: RunId = runId('run-1'),
): Promise<{ readonly visited: number; readonly changed: number; readonly batches: number }> {
  let visited = 0;
  let changed = 0;
  let batches = 0;
  for (const { id } of await database.planPartitions(run, fence, of)) {
    const worker = await database.openPartition(run, fence, of, id);
    for (let done = worker.state.done; !done; ) {
      const outcome = await worker.runBatch(rows, 10_000);
      visited += outcome.rowsVisited;
      changed += outcome.rowsChanged;
      batches += 1;
      done = outcome.done;
    }
  }
  return { visited, changed, batches };
}

/** Cuts the connection behind the effects for which `when` is true: they happen, and their reply is lost. */
export function losingReplies(
  when: (effect: string, nth: number) => boolean,
): Effects & { readonly lost: string[] } {
  const lost: string[] = [];
  let nth = 0;
  return {
    lost,
    async around(name, act, sever) {
      const result = await act();
      if (when(name, nth++)) {
        lost.push(name);
        sever?.();
      }
      return result;
    },
  };
}

/** Asks every `everyMs` until the answer is true; fails after half a minute. */
export async function until(what: string, ask: () => Promise<boolean>, everyMs = 20): Promise<void> {
  const deadline = Date.now() + 30_000;
  while (!(await ask())) {
    if (Date.now() > deadline) throw new Error(`did not happen: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, everyMs));
  }
}
