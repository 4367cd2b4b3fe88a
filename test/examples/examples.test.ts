import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { answerGate } from '../../src/app/gates.ts';
import { lint } from '../../src/app/lint.ts';
import { settle } from '../../src/core/analysis/lint/settle.ts';
import { runId } from '../../src/core/ids.ts';
import type { Migration, SqlSource } from '../../src/core/migration.ts';
import { loadSources } from '../../src/formats/load-folder.ts';
import { readFolder } from '../../src/formats/read-folder.ts';
import { postgres, sha256 } from '../support/planning.ts';
import { startWorld, type World } from '../support/platform.ts';

type GateAnswer = 'approved' | 'rejected';

const minutes = 60_000;
const root = join(import.meta.dirname, '../../examples');

interface Example {
  readonly folder: string;
  readonly format: string;
  /** What is found in its statements: rules by their names. */
  readonly findings: readonly string[];
  /** Versions in their order, each with the end of its run. */
  readonly up: Readonly<Record<string, 'SUCCEEDED' | 'ROLLED_BACK'>>;
  /** SQL that answers one value, and what it answers once all is applied. */
  readonly afterwards: Readonly<Record<string, unknown>>;
  /** Written at the contract gate, before a person says no there; and what is read in the old table afterwards. */
  readonly turnedBack?: { readonly written: string; readonly read: string; readonly found: unknown };
  /** The history of the team's tool: what makes it, and what it says afterwards. */
  readonly history?: {
    readonly table: string;
    readonly made: string;
    readonly says: string;
    readonly after: unknown;
  };
  /** Columns that the way back does not bring back as they were, because what they held is gone. */
  readonly lost?: readonly string[];
}

const preferences =
  "SELECT count(*)::int FROM user_preferences JOIN users ON id = user_id WHERE theme = 'light'";

const examples: readonly Example[] = [
  {
    folder: '01-expand-contract',
    format: 'flyway',
    findings: [],
    up: { '001': 'SUCCEEDED' },
    afterwards: {
      'SELECT count(*)::int FROM users WHERE email_verified': 2000,
      "SELECT count(*)::int FROM information_schema.columns WHERE column_name = 'email_confirmation_token'": 0,
    },
    lost: ['email_confirmation_token'],
  },
  {
    folder: '02-blue-green-table',
    format: 'flyway',
    findings: [],
    up: { '002': 'SUCCEEDED' },
    afterwards: {
      "SELECT count(*)::int FROM orders JOIN customers c ON c.id = customer_id WHERE total_amount >= 0 AND metadata = '{}'": 2000,
      "SELECT count(*)::int FROM pg_indexes WHERE tablename = 'orders'": 3,
      "SELECT count(*)::int FROM pg_namespace WHERE nspname LIKE 'lockkeeper\\_%'": 0,
    },
    turnedBack: {
      written: `INSERT INTO orders (customer_id, total_amount, status, created_at)
        SELECT id, 12.5, 'late', timestamptz '2025-01-01' FROM customers`,
      read: `SELECT sum(amount)::int FROM orders
        WHERE state = 'late' AND placed_at = timestamptz '2025-01-01'`,
      found: 625,
    },
  },
  {
    folder: '03-not-null-online',
    format: 'flyway',
    findings: [],
    up: { '003': 'SUCCEEDED' },
    afterwards: {
      "SELECT count(*)::int FROM orders WHERE region = 'EU'": 2000,
      "SELECT is_nullable FROM information_schema.columns WHERE column_name = 'region'": 'NO',
      "SELECT count(*)::int FROM pg_constraint WHERE conname = 'orders_region_set'": 0,
    },
  },
  {
    folder: '04-flyway',
    format: 'flyway',
    findings: ['bulk-insert', 'copy-resets-time'],
    up: { '001': 'SUCCEEDED' },
    afterwards: { [preferences]: 3000 },
    history: {
      table: 'flyway_schema_history',
      made: 'CREATE TABLE flyway_schema_history (installed_rank int NOT NULL PRIMARY KEY, version varchar(50), description varchar(200) NOT NULL, type varchar(20) NOT NULL, script varchar(1000) NOT NULL, checksum int, installed_by varchar(100) NOT NULL, installed_on timestamp NOT NULL DEFAULT now(), execution_time int NOT NULL, success boolean NOT NULL)',
      says: "SELECT version || ' ' || script || ' ' || checksum FROM flyway_schema_history",
      // CRC32 of the lines, as computed by another implementation.
      after: '001 V001__add_user_preferences.sql 939262007',
    },
  },
  {
    folder: '05-alembic',
    format: 'alembic',
    findings: ['bulk-insert', 'copy-resets-time'],
    up: { '3f2a9c41d7be': 'SUCCEEDED' },
    afterwards: { [preferences]: 3000 },
    history: {
      table: 'alembic_version',
      made: 'CREATE TABLE alembic_version (version_num varchar(32) NOT NULL PRIMARY KEY)',
      says: 'SELECT version_num FROM alembic_version',
      after: '3f2a9c41d7be',
    },
  },
  {
    folder: '06-parallel-copy',
    format: 'flyway',
    findings: [],
    up: { '006': 'SUCCEEDED' },
    afterwards: { 'SELECT count(*)::int FROM events_copy': 4000 },
  },
  {
    folder: '07-index-rebuild',
    format: 'flyway',
    findings: ['bulk-insert'],
    up: { '007': 'SUCCEEDED' },
    afterwards: {
      'SELECT count(*)::int FROM measurements': 6000,
      "SELECT count(*)::int FROM pg_index WHERE indrelid = 'measurements'::regclass AND indisvalid": 3,
      "SELECT indexdef FROM pg_indexes WHERE indexname = 'measurements_sensor'":
        'CREATE INDEX measurements_sensor ON public.measurements USING btree (sensor, taken_at)',
      "SELECT string_agg(split_part(title, ' ', 1), ' ' ORDER BY finished_at) FROM lockkeeper.step":
        'drop INSERT build',
    },
  },
  {
    folder: '08-rollback-script',
    format: 'up-down',
    findings: [],
    up: { '0008': 'SUCCEEDED', '0009': 'ROLLED_BACK' },
    afterwards: {
      'SELECT count(*)::int FROM currencies': 2,
      'SELECT count(*)::int FROM invoices WHERE currency IS NOT NULL': 0,
      "SELECT count(*)::int FROM pg_class WHERE relname = 'invoices_by_currency'": 0,
    },
  },
];

let world: World;
beforeAll(async () => {
  world = await startWorld({ schema: 'SELECT 1' });
});
afterAll(() => world?.stop());

it('each of them is tried here', async () => {
  const folders = (await readdir(root)).filter((name) => /^\d/.test(name));
  expect(folders.toSorted()).toEqual(examples.map(({ folder }) => folder));
});

describe.each(examples)('$folder', (example) => {
  let files: readonly SqlSource[] = [];
  let migrations: readonly Migration[] = [];
  beforeAll(async () => {
    const folder = join(root, example.folder);
    files = (await loadSources(join(folder, 'migrations'))).map(({ path, text }) => ({
      path: path.slice(folder.length + 1),
      text,
    }));
    const result = readFolder(files);
    expect(result.format).toBe(example.format);
    migrations = result.migrations;
  });

  it('is linted', async () => {
    const { findings } = settle(await lint(postgres, { migrations, scripts: [], files }), sha256);
    const shown = findings.filter(({ severity }) => severity !== 'note').map(({ rule }) => rule);
    expect(shown.toSorted()).toEqual(example.findings.toSorted());
  });

  /** A database with the example's data, and how to carry one of its migrations out. */
  async function begin() {
    await world.fresh();
    await world.query(await readFile(join(root, example.folder, 'setup.sql'), 'utf8'));
    const { history } = example;
    if (history !== undefined) await world.query(history.made);
    const bundle = await world.upload(files);
    return async (version: string, direction: 'up' | 'down', atContract?: () => Promise<GateAnswer>) => {
      openGates(atContract);
      const { run } = await world.finish(
        world.start({
          migration: version,
          direction,
          bundle,
          acceptRisk: { by: 'the test', reason: 'an example' },
          ...(history === undefined ? {} : { keepHistory: true }),
        }),
      );
      world.interfere();
      return `${run.verdict} ${run.verdict === 'SUCCEEDED' ? '' : (run.because ?? '')}`.trim();
    };
  }

  it('goes up and back through the state machine', { timeout: 5 * minutes }, async () => {
    const run = await begin();
    const { history } = example;
    const before = await columns();
    for (const [version, verdict] of Object.entries(example.up)) {
      expect(await run(version, 'up')).toMatch(new RegExp(`^${verdict}`));
    }
    for (const [sql, expected] of Object.entries(example.afterwards))
      expect(await value(sql), sql).toEqual(expected);
    if (history !== undefined) expect(await value(history.says)).toBe(history.after);

    const applied = Object.entries(example.up).filter(([, verdict]) => verdict === 'SUCCEEDED');
    for (const [version] of applied.toReversed()) expect(await run(version, 'down')).toBe('SUCCEEDED');
    const { lost = [] } = example;
    const isKept = (column: string): boolean => !lost.some((name) => column.includes(name));
    expect((await columns()).filter(isKept)).toEqual(before.filter(isKept));
    if (history !== undefined) expect(await value(`SELECT count(*)::int FROM ${history.table}`)).toBe(0);
  });

  const { turnedBack } = example;
  if (turnedBack !== undefined)
    it('goes back from its contract gate with what was written there', { timeout: 5 * minutes }, async () => {
      const run = await begin();
      const before = await columns();
      const [version = ''] = Object.keys(example.up);
      const end = await run(version, 'up', async () => {
        await world.query(turnedBack.written);
        return 'rejected';
      });
      expect(end).toMatch(/^ROLLED_BACK rejected/);
      expect(await columns()).toEqual(before);
      expect(await value(turnedBack.read)).toEqual(turnedBack.found);
    });
});

/** Answers each gate as it is reached. */
function openGates(atContract: () => Promise<GateAnswer> = () => Promise.resolve('approved')): void {
  world.interfere({
    onDelivered: async ({ payload }, result) => {
      const { gate, runId: id } = payload as { gate?: string; runId: string };
      if (!result.ok || (gate !== 'approval' && gate !== 'contract')) return;
      const answer = gate === 'contract' ? await atContract() : 'approved';
      void world.clock.busy(() =>
        answerGate(world.platform.app, runId(id), gate, { answer, by: 'the test' }),
      );
    },
  });
}

async function value(sql: string): Promise<unknown> {
  const [row] = await world.query<Record<string, unknown>>(sql);
  return row === undefined ? undefined : Object.values(row)[0];
}

async function columns(): Promise<readonly string[]> {
  const rows = await world.query<{ line: string }>(
    `SELECT table_name || '.' || column_name || ' ' || data_type || ' ' || is_nullable AS line
     FROM information_schema.columns WHERE table_schema = 'public' ORDER BY 1`,
  );
  return rows.map(({ line }) => line);
}
