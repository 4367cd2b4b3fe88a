import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { Database } from '../../../src/app/ports/engine.ts';
import { planHistory, readApplied } from '../../../src/app/tool-history.ts';
import { runId } from '../../../src/core/ids.ts';
import type { Migration } from '../../../src/core/migration.ts';
import type { Direction } from '../../../src/core/plan/plan.ts';
import { flywayChecksum } from '../../../src/formats/flyway/checksum.ts';
import { readFolder } from '../../../src/formats/read-folder.ts';
import { enter, plan } from '../postgres/support.ts';
import { type EngineUnderTest, everyEngine } from './world.ts';

const first = 'CREATE TABLE a (id int);\n';
const second = 'CREATE TABLE b (id int);\n';

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

interface Case {
  readonly tool: string;
  readonly files: Readonly<Record<string, string>>;
  /** What the tool itself makes and writes when the first of two migrations is applied. */
  readonly postgres: readonly string[];
  readonly mysql: readonly string[] | null;
  /** Null for tools that know no SQL Server. */
  readonly sqlserver: readonly string[] | null;
  readonly table: string;
}

const cases: readonly Case[] = [
  {
    tool: 'flyway',
    files: { 'V1__first_one.sql': first, 'V2.1__b.sql': second },
    table: 'flyway_schema_history',
    postgres: [
      `CREATE TABLE flyway_schema_history (installed_rank int NOT NULL PRIMARY KEY, version varchar(50), description varchar(200) NOT NULL, type varchar(20) NOT NULL, script varchar(1000) NOT NULL, checksum int, installed_by varchar(100) NOT NULL, installed_on timestamp NOT NULL DEFAULT now(), execution_time int NOT NULL, success boolean NOT NULL)`,
      `INSERT INTO flyway_schema_history VALUES (1, '1', 'first one', 'SQL', 'V1__first_one.sql', ${flywayChecksum(first)}, 'app', now(), 3, true)`,
    ],
    mysql: [
      'CREATE TABLE flyway_schema_history (installed_rank int NOT NULL PRIMARY KEY, version varchar(50), description varchar(200) NOT NULL, type varchar(20) NOT NULL, script varchar(1000) NOT NULL, checksum int, installed_by varchar(100) NOT NULL, installed_on timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP, execution_time int NOT NULL, success bool NOT NULL)',
      `INSERT INTO flyway_schema_history VALUES (1, '1', 'first one', 'SQL', 'V1__first_one.sql', ${flywayChecksum(first)}, 'app', now(), 3, 1)`,
    ],
    sqlserver: [
      `CREATE TABLE [dbo].[flyway_schema_history] ([installed_rank] INT NOT NULL, [version] NVARCHAR(50), [description] NVARCHAR(200), [type] NVARCHAR(20) NOT NULL, [script] NVARCHAR(1000) NOT NULL, [checksum] INT, [installed_by] NVARCHAR(100) NOT NULL, [installed_on] DATETIME NOT NULL DEFAULT GETDATE(), [execution_time] INT NOT NULL, [success] BIT NOT NULL)`,
      'ALTER TABLE [dbo].[flyway_schema_history] ADD CONSTRAINT [flyway_schema_history_pk] PRIMARY KEY ([installed_rank])',
      `INSERT INTO [dbo].[flyway_schema_history] ([installed_rank], [version], [description], [type], [script], [checksum], [installed_by], [execution_time], [success]) VALUES (1, N'1', N'first one', N'SQL', N'V1__first_one.sql', ${flywayChecksum(first)}, N'app', 3, 1)`,
    ],
  },
  {
    tool: 'golang-migrate',
    files: { '0001_a.up.sql': first, '0002_b.up.sql': second },
    table: 'schema_migrations',
    postgres: [
      'CREATE TABLE schema_migrations (version bigint NOT NULL PRIMARY KEY, dirty boolean NOT NULL)',
      'INSERT INTO schema_migrations VALUES (1, false)',
    ],
    mysql: [
      'CREATE TABLE schema_migrations (version bigint NOT NULL PRIMARY KEY, dirty boolean NOT NULL)',
      'INSERT INTO schema_migrations VALUES (1, false)',
    ],
    sqlserver: [
      'CREATE TABLE [dbo].[schema_migrations] ( version BIGINT PRIMARY KEY NOT NULL, dirty BIT NOT NULL )',
      'INSERT INTO [dbo].[schema_migrations] (version, dirty) VALUES (1, 0)',
    ],
  },
  {
    tool: 'diesel',
    files: { '2024-01-01-000000_a/up.sql': first, '2024-01-02-000000_b/up.sql': second },
    table: '__diesel_schema_migrations',
    postgres: [
      'CREATE TABLE __diesel_schema_migrations (version varchar(50) PRIMARY KEY, run_on timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP)',
      `INSERT INTO __diesel_schema_migrations (version) VALUES ('20240101000000')`,
    ],
    mysql: [
      'CREATE TABLE __diesel_schema_migrations (version varchar(50) PRIMARY KEY, run_on timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP)',
      `INSERT INTO __diesel_schema_migrations (version) VALUES ('20240101000000')`,
    ],
    sqlserver: null,
  },
  {
    tool: 'dbmate',
    files: { '20240101_a.sql': `-- migrate:up\n${first}`, '20240102_b.sql': `-- migrate:up\n${second}` },
    table: 'schema_migrations',
    postgres: [
      'CREATE TABLE schema_migrations (version varchar(128) PRIMARY KEY)',
      `INSERT INTO schema_migrations VALUES ('20240101')`,
    ],
    mysql: [
      'CREATE TABLE schema_migrations (version varchar(128) PRIMARY KEY)',
      `INSERT INTO schema_migrations VALUES ('20240101')`,
    ],
    sqlserver: null,
  },
  {
    tool: 'goose',
    files: { '00001_a.sql': `-- +goose Up\n${first}`, '00002_b.sql': `-- +goose Up\n${second}` },
    table: 'goose_db_version',
    postgres: [
      'CREATE TABLE goose_db_version (id integer PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY, version_id bigint NOT NULL, is_applied boolean NOT NULL, tstamp timestamp NOT NULL DEFAULT now())',
      'INSERT INTO goose_db_version (version_id, is_applied) VALUES (0, true), (1, true), (2, true), (2, false)',
    ],
    mysql: [
      'CREATE TABLE goose_db_version (id serial PRIMARY KEY, version_id bigint NOT NULL, is_applied boolean NOT NULL, tstamp timestamp NULL DEFAULT now())',
      'INSERT INTO goose_db_version (version_id, is_applied) VALUES (0, true), (1, true)',
    ],
    sqlserver: [
      'CREATE TABLE goose_db_version (id INT NOT NULL IDENTITY(1,1) PRIMARY KEY, version_id BIGINT NOT NULL, is_applied BIT NOT NULL, tstamp DATETIME NULL DEFAULT CURRENT_TIMESTAMP)',
      'INSERT INTO goose_db_version (version_id, is_applied) VALUES (0, 1), (1, 1)',
    ],
  },
  {
    tool: 'alembic',
    files: {
      'up.sql': `-- Running upgrade  -> ae10\n${first}-- Running upgrade ae10 -> 19e5\n${second}`,
    },
    table: 'alembic_version',
    postgres: [
      'CREATE TABLE alembic_version (version_num varchar(32) NOT NULL PRIMARY KEY)',
      `INSERT INTO alembic_version VALUES ('ae10')`,
    ],
    mysql: [
      'CREATE TABLE alembic_version (version_num varchar(32) NOT NULL PRIMARY KEY)',
      `INSERT INTO alembic_version VALUES ('ae10')`,
    ],
    sqlserver: [
      'CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL, CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num))',
      `INSERT INTO alembic_version (version_num) VALUES ('ae10')`,
    ],
  },
  {
    tool: 'liquibase',
    files: {
      'db/log/a.sql': `--liquibase formatted sql\n--changeset ann:1\n${first}`,
      'db/log/b.sql': `--liquibase formatted sql\n--changeset ann:2\n${second}`,
    },
    table: 'databasechangelog',
    postgres: [
      'CREATE TABLE databasechangelog (id varchar(255) NOT NULL, author varchar(255) NOT NULL, filename varchar(255) NOT NULL, dateexecuted timestamp NOT NULL, orderexecuted int NOT NULL, exectype varchar(10) NOT NULL, md5sum varchar(35), description varchar(255), comments varchar(255), tag varchar(255), liquibase varchar(20), contexts varchar(255), labels varchar(255), deployment_id varchar(10))',
      `INSERT INTO databasechangelog VALUES ('1', 'ann', 'log/a.sql', now(), 1, 'EXECUTED', '9:x', 'sql', '', NULL, '4.33.0', NULL, NULL, '1')`,
    ],
    mysql: [
      'CREATE TABLE DATABASECHANGELOG (ID varchar(255) NOT NULL, AUTHOR varchar(255) NOT NULL, FILENAME varchar(255) NOT NULL, DATEEXECUTED datetime NOT NULL, ORDEREXECUTED int NOT NULL, EXECTYPE varchar(10) NOT NULL, MD5SUM varchar(35), DESCRIPTION varchar(255), COMMENTS varchar(255), TAG varchar(255), LIQUIBASE varchar(20), CONTEXTS varchar(255), LABELS varchar(255), DEPLOYMENT_ID varchar(10))',
      `INSERT INTO DATABASECHANGELOG VALUES ('1', 'ann', 'log/a.sql', now(), 1, 'EXECUTED', '9:x', 'sql', '', NULL, '4.33.0', NULL, NULL, '1')`,
    ],
    sqlserver: [
      'CREATE TABLE DATABASECHANGELOG (ID nvarchar(255) NOT NULL, AUTHOR nvarchar(255) NOT NULL, FILENAME nvarchar(255) NOT NULL, DATEEXECUTED datetime2(3) NOT NULL, ORDEREXECUTED int NOT NULL, EXECTYPE nvarchar(10) NOT NULL, MD5SUM nvarchar(35), DESCRIPTION nvarchar(255), COMMENTS nvarchar(255), TAG nvarchar(255), LIQUIBASE nvarchar(20), CONTEXTS nvarchar(255), LABELS nvarchar(255), DEPLOYMENT_ID nvarchar(10))',
      `INSERT INTO DATABASECHANGELOG (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('1', 'ann', 'log/a.sql', GETDATE(), 1, '9:x', 'sql', '', 'EXECUTED', NULL, NULL, '4.33.0', '1')`,
    ],
  },
  {
    tool: 'prisma',
    files: { '20240101_a/migration.sql': first, '20240102_b/migration.sql': second },
    table: '_prisma_migrations',
    postgres: [
      'CREATE TABLE _prisma_migrations (id varchar(36) PRIMARY KEY NOT NULL, checksum varchar(64) NOT NULL, finished_at timestamptz, migration_name varchar(255) NOT NULL, logs text, rolled_back_at timestamptz, started_at timestamptz NOT NULL DEFAULT now(), applied_steps_count integer NOT NULL DEFAULT 0)',
      `INSERT INTO _prisma_migrations VALUES ('x', '${sha256(first)}', now(), '20240101_a', NULL, NULL, now(), 1)`,
    ],
    mysql: [
      'CREATE TABLE _prisma_migrations (id varchar(36) PRIMARY KEY NOT NULL, checksum varchar(64) NOT NULL, finished_at datetime(3), migration_name varchar(255) NOT NULL, logs text, rolled_back_at datetime(3), started_at datetime(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3), applied_steps_count int unsigned NOT NULL DEFAULT 0)',
      `INSERT INTO _prisma_migrations VALUES ('x', '${sha256(first)}', now(), '20240101_a', NULL, NULL, now(), 1)`,
    ],
    sqlserver: [
      'CREATE TABLE [dbo].[_prisma_migrations] (id VARCHAR(36) PRIMARY KEY NOT NULL, checksum VARCHAR(64) NOT NULL, finished_at DATETIMEOFFSET, migration_name NVARCHAR(250) NOT NULL, logs NVARCHAR(MAX) NULL, rolled_back_at DATETIMEOFFSET, started_at DATETIMEOFFSET NOT NULL DEFAULT CURRENT_TIMESTAMP, applied_steps_count INT NOT NULL DEFAULT 0)',
      `INSERT INTO [dbo].[_prisma_migrations] (id, checksum, finished_at, migration_name, started_at, applied_steps_count) VALUES ('x', '${sha256(first)}', SYSDATETIMEOFFSET(), '20240101_a', SYSDATETIMEOFFSET(), 1)`,
    ],
  },
  {
    tool: 'drizzle',
    files: {
      'meta/_journal.json': JSON.stringify({
        entries: [
          { idx: 0, when: 1700000000000, tag: '0000_a' },
          { idx: 1, when: 1700000000001, tag: '0001_b' },
        ],
      }),
      '0000_a.sql': first,
      '0001_b.sql': second,
    },
    table: 'drizzle.__drizzle_migrations',
    postgres: [
      'CREATE SCHEMA drizzle',
      'CREATE TABLE drizzle.__drizzle_migrations (id serial PRIMARY KEY, hash text NOT NULL, created_at bigint)',
      `INSERT INTO drizzle.__drizzle_migrations (hash, created_at) VALUES ('${sha256(first)}', 1700000000000)`,
    ],
    mysql: [
      'CREATE TABLE __drizzle_migrations (id serial PRIMARY KEY, hash text NOT NULL, created_at bigint)',
      `INSERT INTO __drizzle_migrations (hash, created_at) VALUES ('${sha256(first)}', 1700000000000)`,
    ],
    // It does from 1.0 on, whose folders have no journal.
    sqlserver: null,
  },
  {
    tool: 'node-pg-migrate',
    files: { '1700_a.sql': `-- Up Migration\n${first}`, '1701_b.sql': `-- Up Migration\n${second}` },
    table: 'pgmigrations',
    postgres: [
      'CREATE TABLE pgmigrations (id serial PRIMARY KEY, name varchar(255) NOT NULL, run_on timestamp NOT NULL)',
      `INSERT INTO pgmigrations (name, run_on) VALUES ('1700_a', now())`,
    ],
    mysql: null,
    sqlserver: null,
  },
];

const migrationsOf = ({ files }: Case): readonly Migration[] =>
  readFolder(Object.entries(files).map(([path, text]) => ({ path, text }))).migrations;

const families: Readonly<Record<EngineUnderTest, 'postgres' | 'mysql' | 'sqlserver'>> = {
  postgres: 'postgres',
  mariadb: 'mysql',
  mysql57: 'mysql',
  mysql8: 'mysql',
  sqlserver: 'sqlserver',
};

everyEngine('the history of another tool', (engine, database) => {
  describe.each(cases.filter((one) => one[families[engine]] !== null))('$tool', (one) => {
    const migrations = migrationsOf(one);
    const statements = one[families[engine]] ?? [];
    const table =
      engine !== 'postgres'
        ? one.table.replace('drizzle.', '').replace('databasechangelog', 'DATABASECHANGELOG')
        : one.table;

    const applied = async (connected: Database) => {
      const view = await readApplied(connected, await connected.readLedger(), migrations);
      return view.applied.map(({ version, checksum, by }) => ({ version, checksum, by }));
    };
    const finish = async (connected: Database, direction: Direction, id: string, repeat = 1) => {
      const view = await readApplied(connected, await connected.readLedger(), migrations);
      const [, migration] = migrations;
      if (migration === undefined) throw new Error('two migrations, please');
      const history = planHistory(view, migration, direction);
      const of = { ...plan({ version: migration.version, direction }), history };
      const fence = await enter(connected, id, 1, of);
      for (let time = 0; time < repeat; time++)
        await connected.concludeRun(runId(id), fence, 'SUCCEEDED', { history });
    };

    it('says what is applied, is kept current both ways, and reads as its tool left it', async () => {
      const place = await database();
      await place.query(...statements);
      const connected = await place.connect();
      const [a, b] = migrations;
      const known = { version: a?.version, checksum: a?.checksum, by: one.tool };
      expect(await applied(connected)).toEqual([known]);

      const before = await place.query(`SELECT * FROM ${table}`);
      // Twice, as after a lost reply.
      await finish(connected, 'up', 'run-1', 2);
      const ours = { version: b?.version, checksum: `sum-${b?.version}`, by: undefined };
      expect(await applied(connected)).toEqual([ours, known]);
      const after = await place.query(`SELECT * FROM ${table}`);
      const isOneRow = ['golang-migrate', 'alembic'].includes(one.tool);
      const isRewritten = one.tool === 'goose' && engine === 'postgres';
      expect(after).toHaveLength(before.length + (isOneRow ? 0 : isRewritten ? -1 : 1));

      await finish(connected, 'down', 'run-2', 2);
      expect(await applied(connected)).toEqual([known]);
      if (!isRewritten) expect(await place.query(`SELECT * FROM ${table}`)).toEqual(before);

      await finish(connected, 'up', 'run-3');
      // As the tool does when it takes back what it has been told of.
      await place.query(`DELETE FROM ${table}`, ...statements.slice(-1));
      expect(await applied(connected)).toEqual([known]);
    });
  });

  it('is left alone where the run does not succeed', async () => {
    const [flyway] = cases;
    if (flyway === undefined) return;
    const place = await database();
    await place.query(...(flyway[families[engine]] ?? []));
    const connected = await place.connect();
    const migrations = migrationsOf(flyway);
    const [, migration] = migrations;
    const view = await readApplied(connected, await connected.readLedger(), migrations);
    if (migration === undefined) return;
    const history = planHistory(view, migration, 'up');
    await connected.concludeRun(runId('run-1'), await enter(connected), 'ROLLED_BACK', { history });
    expect(await place.query('SELECT count(*) AS n FROM flyway_schema_history')).toEqual([{ n: '1' }]);
  });

  it('does not contradict what was applied without a word to the tool', async () => {
    const [flyway] = cases;
    if (flyway === undefined) return;
    const place = await database();
    await place.query(...(flyway[families[engine]] ?? []));
    const connected = await place.connect();
    const migrations = migrationsOf(flyway);
    const version = migrations[1]?.version ?? '';
    const fence = await enter(connected, 'run-1', 1, plan({ version }));
    await connected.concludeRun(runId('run-1'), fence, 'SUCCEEDED');
    const { applied } = await readApplied(connected, await connected.readLedger(), migrations);
    expect(applied.map((entry) => entry.version)).toEqual([version, '1']);
  });

  it('is nobody’s where a table merely bears its name', async () => {
    const place = await database();
    await place.query('CREATE TABLE schema_migrations (name int)');
    const connected = await place.connect();
    const table = { schema: null, name: 'schema_migrations', columns: ['version'], orderBy: ['version'] };
    expect(await connected.readToolHistory(table)).toBeNull();
    expect(await connected.readToolHistory({ ...table, name: 'absent' })).toBeNull();
  });
});
