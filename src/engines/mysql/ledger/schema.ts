import { ledgerTable } from './names.ts';

/** Grows with every incompatible change of the tables below; a newer one than this is refused. */
export const LEDGER_FORMAT = 1;

/**
 * Creates what is missing. Every statement can be repeated and leaves alone what is there, so two installers do not
 * hurt each other, and a script that was cut off is simply run again: the row of the fence, which comes last, says that
 * all of it is there. Instants are UTC, by the server's clock.
 */
export function installScript(session: { readonly database: string }): string {
  const name = (table: Parameters<typeof ledgerTable>[1]): string => ledgerTable(session, table);
  return `
CREATE TABLE IF NOT EXISTS ${name('run')} (
  run_id varchar(128) NOT NULL PRIMARY KEY,
  version varchar(512),
  description text,
  direction varchar(4) COMMENT 'up or down',
  repeatable tinyint,
  checksum varchar(128),
  plan longtext COMMENT 'What the run was to do, in full; null when the row was lost by a restore.',
  fence bigint unsigned NOT NULL COMMENT 'The number under which the run writes.',
  started_at datetime(6) NOT NULL,
  concluded_at datetime(6),
  verdict varchar(32) COMMENT 'How it ended: SUCCEEDED, REJECTED, ROLLED_BACK, RESTORED, NEEDS_ATTENTION.',
  concluded_by text COMMENT 'The person who concluded it by hand; null when it ended by itself.',
  reason text COMMENT 'What that person found.',
  only_open tinyint AS (IF(concluded_at IS NULL, 1, NULL)) STORED,
  UNIQUE KEY run_open (only_open)
) ${options} COMMENT 'Every run that began here. At most one is open (concluded_at is null).';

CREATE TABLE IF NOT EXISTS ${name('step')} (
  run_id varchar(128) NOT NULL,
  step varchar(64) NOT NULL,
  title text NOT NULL,
  state varchar(16) NOT NULL COMMENT 'done: in effect. intended: outside a transaction, begun and perhaps in effect. attempted: nothing of it is in effect.',
  note longtext COMMENT 'What was there before the step began, where that matters for repeating it.',
  unattended int NOT NULL DEFAULT 0 COMMENT 'How often the server was left alone with it.',
  fence bigint unsigned NOT NULL,
  started_at datetime(6) NOT NULL,
  finished_at datetime(6),
  PRIMARY KEY (run_id, step)
) ${options} COMMENT 'Journal of the schema changes of each run.';

CREATE TABLE IF NOT EXISTS ${name('partition')} (
  run_id varchar(128) NOT NULL,
  id varchar(32) NOT NULL,
  backfill int NOT NULL,
  ordinal int NOT NULL,
  lower_key text COMMENT 'JSON array of texts, exclusive; null: from the smallest key.',
  upper_key text COMMENT 'Inclusive; null: the table was empty.',
  cursor_key text COMMENT 'The last key done; written with the rows it stands for.',
  rows_visited bigint NOT NULL DEFAULT 0,
  rows_changed bigint NOT NULL DEFAULT 0,
  batches bigint NOT NULL DEFAULT 0,
  done tinyint NOT NULL DEFAULT 0,
  updated_at datetime(6) NOT NULL,
  PRIMARY KEY (run_id, id)
) ${options} COMMENT 'Key ranges of backfills and how far each has come.';

CREATE TABLE IF NOT EXISTS ${name('history')} (
  repeatable tinyint NOT NULL,
  name varchar(512) NOT NULL COMMENT 'The version, or the description of a repeatable migration.',
  version varchar(512) NOT NULL,
  description text NOT NULL,
  checksum varchar(128) NOT NULL,
  run_id varchar(128) NOT NULL,
  applied_at datetime(6) NOT NULL,
  PRIMARY KEY (repeatable, name)
) ${options} COMMENT 'Migrations in effect in this database.';

CREATE TABLE IF NOT EXISTS ${name('session')} (
  token char(32) NOT NULL PRIMARY KEY COMMENT 'Part of the name of a lock that the session holds while it lives.',
  connection_id bigint unsigned NOT NULL,
  run_id varchar(128) NOT NULL,
  role varchar(255) NOT NULL,
  shares_target tinyint NOT NULL DEFAULT 0 COMMENT 'A partition worker: steps and other runs have to wait for it.',
  KEY session_connection (connection_id)
) ${options} COMMENT 'Sessions of Lockkeeper and what each is for.';

CREATE TABLE IF NOT EXISTS ${name('fence')} (
  only_row tinyint NOT NULL PRIMARY KEY,
  format int NOT NULL COMMENT 'Version of these tables; older programs refuse newer ones.',
  fence bigint unsigned NOT NULL COMMENT 'Grows with every run that enters; the holder of the latest may write.'
) ${options} COMMENT 'Ledger of Lockkeeper. One row: who may write. Writes that carry another number are refused. Do not edit.';

INSERT IGNORE INTO ${name('fence')} (only_row, format, fence) VALUES (1, ${LEDGER_FORMAT}, 0)`;
}

const options = 'ENGINE=InnoDB ROW_FORMAT=DYNAMIC DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin';
