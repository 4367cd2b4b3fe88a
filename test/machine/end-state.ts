import { DescribeDBInstancesCommand, DescribeDBSnapshotsCommand, type RDSClient } from '@aws-sdk/client-rds';
import { announce } from '../../src/app/announce.ts';
import { withDatabase } from '../../src/app/open-database.ts';
import type { RunRecord } from '../../src/app/ports/run-store.ts';
import type { World } from '../support/platform.ts';

export type EndState = Awaited<ReturnType<typeof readEndState>>;

/** All that a run leaves behind, without its name and its times: equal for equal runs. */
export async function readEndState(world: World, run: RunRecord) {
  const { app } = world.platform;
  const fingerprint = await withDatabase(
    app,
    world.target,
    { runId: 'none', role: 'test' },
    { endsAt: Number.POSITIVE_INFINITY, signal: new AbortController().signal },
    (database) => database.fingerprint(),
  );
  // What a run's last function could not tell is told by the watch.
  await announce(app, run);
  const nameless = (name: string) => name.replace(run.runId, 'RUN');
  return {
    verdict: run.verdict,
    because: run.because,
    failure: run.failure?.code,
    status: run.status,
    restore: run.restore?.stage,
    fingerprint: fingerprint.hash,
    fingerprints: [run.fingerprintBefore, run.fingerprintAtGate, run.fingerprintAfter],
    ...(await readers[world.target.engine](world.query)),
    // Each was told, in the end, wherever the teller died; some of them twice.
    changes: changesTold(world, run),
    untold: (await app.store.getRun(run.runId))?.unannounced ?? [],
    lease: await app.store.readLease(world.target.name),
    tokens: await Promise.all(
      (['approval', 'contract', 'restore', 'pause'] as const).map((gate) =>
        app.store.listTokens(run.runId, gate),
      ),
    ),
    snapshots: (await snapshotsOf(world.rds)).map(nameless),
    instances: (await instancesOf(world.rds)).map(nameless),
  };
}

function changesTold({ platform }: World, { runId }: RunRecord): string[] {
  const told = platform.cloud.events.events.flatMap(({ detailType, detail }) =>
    detailType === 'Lockkeeper Run Status Change' && detail.runId === runId
      ? [`${String(detail.number).padStart(2, '0')} ${detail.from} → ${detail.to}`]
      : [],
  );
  return [...new Set(told)].sort();
}

type Query = (sql: string) => Promise<readonly { line: string }[]>;

/** What the run has made of the database, its own ledger included. */
export async function readDatabase(query: Query) {
  const lines = async (sql: string) => (await query(sql)).map(({ line }) => line);
  const entered = (await lines(`SELECT to_regclass('lockkeeper.run') IS NOT NULL AS line`)).includes(
    true as never,
  );
  const ledger = async (sql: string) => (entered ? lines(sql) : []);
  return {
    columns: await lines(`
      SELECT concat_ws(' ', attname, atttypid::regtype, CASE WHEN attnotnull THEN 'not null' END) AS line
      FROM pg_attribute WHERE attrelid = 'users'::regclass AND attnum > 0 AND NOT attisdropped ORDER BY attnum`),
    constraints: await lines(`
      SELECT concat_ws(' ', conname, CASE WHEN convalidated THEN 'valid' ELSE 'not valid' END) AS line
      FROM pg_constraint WHERE conrelid = 'users'::regclass ORDER BY 1`),
    indexes: await lines(`
      SELECT concat_ws(' ', indexrelid::regclass,
        CASE WHEN indisvalid AND indisready AND indislive THEN 'valid' ELSE 'broken' END) AS line
      FROM pg_index WHERE indrelid = 'users'::regclass ORDER BY 1`),
    rows: await lines(`
      SELECT count(*) || ' rows ' || md5(string_agg(to_jsonb(u)::text, ' ' ORDER BY id)) AS line FROM users u`),
    triggers: await lines('SELECT tgname::text AS line FROM pg_trigger WHERE NOT tgisinternal ORDER BY 1'),
    functions: await lines(`
      SELECT concat_ws('.', nspname, proname) AS line
      FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
      WHERE nspname NOT IN ('pg_catalog', 'information_schema') ORDER BY 1`),
    sessions: await lines(`
      SELECT application_name AS line FROM pg_stat_activity
      WHERE application_name LIKE 'lockkeeper/%' AND datname = current_database()`),
    history: await ledger(`
      SELECT concat_ws(' ', version, description, checksum) AS line FROM lockkeeper.history ORDER BY 1`),
    runs: await ledger(`
      SELECT concat_ws(' ', version, direction, coalesce(verdict, 'open')) AS line FROM lockkeeper.run ORDER BY 1`),
    journal: await ledger(`SELECT concat_ws(' ', step, state) AS line FROM lockkeeper.step ORDER BY 1`),
    partitions: await ledger(`
      SELECT concat_ws(' ', id, done, rows_visited, rows_changed) AS line FROM lockkeeper.partition ORDER BY 1`),
  };
}

/** The same of a MySQL or MariaDB server. */
export async function readMysqlDatabase(query: Query) {
  const lines = async (sql: string) => (await query(sql)).map(({ line }) => line);
  const here = 'table_schema = DATABASE()';
  const tables = await lines(`SELECT table_name AS line FROM information_schema.tables WHERE ${here}`);
  const ledger = async (sql: string) => (tables.includes('lockkeeper_run') ? lines(sql) : []);
  return {
    tables: tables.toSorted(),
    columns: await lines(`
      SELECT CONCAT_WS(' ', column_name, data_type, IF(is_nullable = 'NO', 'not null', NULL)) AS line
      FROM information_schema.columns WHERE ${here} AND table_name = 'users' ORDER BY ordinal_position`),
    constraints: await lines(`
      SELECT constraint_name AS line FROM information_schema.table_constraints
      WHERE ${here} AND table_name = 'users' ORDER BY 1`),
    indexes: await lines(`
      SELECT CONCAT_WS(' ', index_name, GROUP_CONCAT(column_name ORDER BY seq_in_index)) AS line
      FROM information_schema.statistics WHERE ${here} AND table_name = 'users' GROUP BY index_name ORDER BY 1`),
    rows: await lines(
      mysqlRows(
        await lines(`
      SELECT CONCAT('IFNULL(', column_name, ', ''~'')') AS line FROM information_schema.columns
      WHERE ${here} AND table_name = 'users' ORDER BY ordinal_position`),
      ),
    ),
    triggers: await lines(
      'SELECT trigger_name AS line FROM information_schema.triggers WHERE trigger_schema = DATABASE() ORDER BY 1',
    ),
    functions: await lines(
      'SELECT routine_name AS line FROM information_schema.routines WHERE routine_schema = DATABASE() ORDER BY 1',
    ),
    sessions: await ledger(`
      SELECT s.role AS line FROM lockkeeper_session s
      JOIN information_schema.processlist p ON p.id = s.connection_id`),
    history: await ledger(`
      SELECT CONCAT_WS(' ', version, description, checksum) AS line FROM lockkeeper_history ORDER BY 1`),
    runs: await ledger(`
      SELECT CONCAT_WS(' ', version, direction, COALESCE(verdict, 'open')) AS line FROM lockkeeper_run ORDER BY 1`),
    journal: await ledger(`SELECT CONCAT_WS(' ', step, state) AS line FROM lockkeeper_step ORDER BY 1`),
    partitions: await ledger(`
      SELECT CONCAT_WS(' ', id, done, rows_visited, rows_changed) AS line FROM lockkeeper_partition ORDER BY 1`),
  };
}

const mysqlRows = (values: readonly string[]): string => `
  SELECT CONCAT(COUNT(*), ' rows ', SUM(CRC32(CONCAT_WS('|', ${values.join(', ')})))) AS line FROM users`;

const readers = { postgres: readDatabase, mysql: readMysqlDatabase, sqlserver: readDatabase } as const;

export async function snapshotsOf(client: RDSClient): Promise<string[]> {
  const { DBSnapshots = [] } = await client.send(new DescribeDBSnapshotsCommand({}));
  return DBSnapshots.map(({ DBSnapshotIdentifier, Status }) => `${DBSnapshotIdentifier} ${Status}`).sort();
}

async function instancesOf(client: RDSClient): Promise<string[]> {
  const { DBInstances = [] } = await client.send(new DescribeDBInstancesCommand({}));
  return DBInstances.map(
    ({ DBInstanceIdentifier, DBInstanceStatus }) => `${DBInstanceIdentifier} ${DBInstanceStatus}`,
  ).sort();
}
