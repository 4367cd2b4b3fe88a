import { DescribeDBSnapshotsCommand, type RDSClient } from '@aws-sdk/client-rds';
import { withDatabase } from '../../src/app/open-database.ts';
import type { World } from '../support/platform.ts';
import type { RunRecord } from '../../src/app/ports/run-store.ts';

export type EndState = Awaited<ReturnType<typeof readEndState>>;

/** All that a run leaves behind, without its name and its times: equal for equal runs. */
export async function readEndState(world: World, run: RunRecord) {
  const { app } = world.platform;
  const rows = async (sql: string) => (await world.query<{ line: string }>(sql)).map(({ line }) => line);
  const fingerprint = await withDatabase(
    app,
    world.target,
    { runId: 'none', role: 'test' },
    { endsAt: Number.POSITIVE_INFINITY, signal: new AbortController().signal },
    (database) => database.fingerprint(),
  );
  const ledger = (await rows("SELECT to_regclass('lockkeeper.run')::text AS line"))[0] !== null;
  return {
    verdict: run.verdict,
    because: run.because,
    failure: run.failure?.code,
    status: run.status,
    schema: fingerprint.lines,
    users: await rows(`
      SELECT count(*) || ' rows ' || md5(string_agg(to_jsonb(u)::text, ' ' ORDER BY id)) AS line FROM users u`),
    sequence: await rows("SELECT last_value::text AS line FROM users_id_seq"),
    indexes: await rows(`
      SELECT concat_ws(' ', indexrelid::regclass, CASE WHEN indisvalid AND indisready AND indislive THEN 'valid' ELSE 'broken' END) AS line
      FROM pg_index WHERE indrelid = 'users'::regclass ORDER BY 1`),
    triggers: await rows(`SELECT tgname::text AS line FROM pg_trigger WHERE tgname LIKE 'lockkeeper%' ORDER BY 1`),
    functions: await rows(`
      SELECT proname::text AS line FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
      WHERE n.nspname NOT IN ('pg_catalog', 'information_schema') ORDER BY 1`),
    sessions: await rows(`
      SELECT application_name AS line FROM pg_stat_activity
      WHERE application_name LIKE 'lockkeeper/%' AND datname = current_database()`),
    history: ledger ? await rows(`
      SELECT concat_ws(' ', version, description, checksum) AS line FROM lockkeeper.history ORDER BY 1`) : [],
    runs: ledger ? await rows(`
      SELECT concat_ws(' ', version, direction, coalesce(verdict, 'open')) AS line FROM lockkeeper.run ORDER BY 1`) : [],
    journal: ledger ? await rows(`
      SELECT concat_ws(' ', step, state) AS line FROM lockkeeper.step ORDER BY 1`) : [],
    partitions: ledger ? await rows(`
      SELECT concat_ws(' ', id, done, rows_visited, rows_changed) AS line FROM lockkeeper.partition ORDER BY 1`) : [],
    lease: await app.store.readLease(world.target.name),
    tokens: await Promise.all((['approval', 'contract', 'restore', 'pause'] as const).map((gate) => app.store.listTokens(run.runId, gate))),
    snapshots: (await snapshotsOf(world.rds)).map((name) => name.replace(run.runId, 'RUN')),
  };
}

async function snapshotsOf(client: RDSClient): Promise<string[]> {
  const { DBSnapshots = [] } = await client.send(new DescribeDBSnapshotsCommand({}));
  return DBSnapshots.map(({ DBSnapshotIdentifier = '', Status }) => `${DBSnapshotIdentifier} ${Status}`).sort();
}
