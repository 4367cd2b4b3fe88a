import { LEDGER_INSTALLATION, LOCK_SPACE } from '../session/target-lock.ts';

/** Grows with every incompatible change of the tables below; a newer one than this is refused. */
export const LEDGER_FORMAT = 1;

/** Who concluded a run by hand, and why. Programs that do not know these columns leave them alone. */
export const columnsForPeople =
  'ALTER TABLE lockkeeper.run ADD COLUMN IF NOT EXISTS concluded_by text, ADD COLUMN IF NOT EXISTS reason text';

/** Creates what is missing, in one transaction, one installer at a time. Repeating it changes nothing. */
export const installStatements: readonly string[] = [
  // As a number: not every transport has a way to say nothing.
  `SELECT count(pg_advisory_xact_lock(${LOCK_SPACE}, ${LEDGER_INSTALLATION}))`,
  `CREATE SCHEMA IF NOT EXISTS lockkeeper`,
  `COMMENT ON SCHEMA lockkeeper IS 'Ledger of Lockkeeper: what was migrated here, when, by which run. Do not edit.'`,
  `CREATE TABLE IF NOT EXISTS lockkeeper.fence (
  only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
  format integer NOT NULL,
  fence bigint NOT NULL
)`,
  `COMMENT ON TABLE lockkeeper.fence IS 'One row: who may write. Writes that carry another number are refused.'`,
  `COMMENT ON COLUMN lockkeeper.fence.format IS 'Version of these tables; older programs refuse newer ones.'`,
  `COMMENT ON COLUMN lockkeeper.fence.fence IS 'Grows with every run that enters; the holder of the latest may write.'`,
  `INSERT INTO lockkeeper.fence (format, fence) VALUES (${LEDGER_FORMAT}, 0) ON CONFLICT DO NOTHING`,
  `CREATE TABLE IF NOT EXISTS lockkeeper.run (
  run_id text PRIMARY KEY,
  version text,
  description text,
  direction text CHECK (direction IN ('up', 'down')),
  repeatable boolean,
  checksum text,
  plan jsonb,
  fence bigint NOT NULL,
  started_at timestamptz NOT NULL DEFAULT now(),
  concluded_at timestamptz,
  verdict text,
  CHECK ((concluded_at IS NULL) = (verdict IS NULL))
)`,
  columnsForPeople,
  `CREATE UNIQUE INDEX IF NOT EXISTS run_open ON lockkeeper.run ((true)) WHERE concluded_at IS NULL`,
  `COMMENT ON TABLE lockkeeper.run IS 'Every run that began here. At most one is open (concluded_at is null).'`,
  `COMMENT ON COLUMN lockkeeper.run.plan IS 'What the run was to do, in full; null when the row was lost by a restore.'`,
  `COMMENT ON COLUMN lockkeeper.run.fence IS 'The number under which the run writes.'`,
  `COMMENT ON COLUMN lockkeeper.run.verdict IS 'How it ended: SUCCEEDED, REJECTED, ROLLED_BACK, RESTORED, NEEDS_ATTENTION.'`,
  `COMMENT ON COLUMN lockkeeper.run.concluded_by IS 'The person who concluded it by hand; null when it ended by itself.'`,
  `COMMENT ON COLUMN lockkeeper.run.reason IS 'What that person found.'`,
  `CREATE TABLE IF NOT EXISTS lockkeeper.step (
  run_id text NOT NULL REFERENCES lockkeeper.run,
  step text NOT NULL,
  title text NOT NULL,
  state text NOT NULL CHECK (state IN ('attempted', 'intended', 'done')),
  note jsonb,
  unattended integer NOT NULL DEFAULT 0,
  fence bigint NOT NULL,
  started_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  finished_at timestamptz,
  PRIMARY KEY (run_id, step)
)`,
  `COMMENT ON TABLE lockkeeper.step IS 'Journal of the schema changes of each run.'`,
  `COMMENT ON COLUMN lockkeeper.step.state IS
  'done: in effect. intended: outside a transaction, begun and perhaps in effect. attempted: nothing of it is in effect.'`,
  `COMMENT ON COLUMN lockkeeper.step.note IS 'What was there before the step began, where that matters for repeating it.'`,
  `COMMENT ON COLUMN lockkeeper.step.unattended IS 'How often the server was left alone with it.'`,
  `CREATE TABLE IF NOT EXISTS lockkeeper.partition (
  run_id text NOT NULL REFERENCES lockkeeper.run,
  id text NOT NULL,
  backfill integer NOT NULL,
  ordinal integer NOT NULL,
  lower_key text[],
  upper_key text[],
  cursor_key text[],
  rows_visited bigint NOT NULL DEFAULT 0,
  rows_changed bigint NOT NULL DEFAULT 0,
  batches bigint NOT NULL DEFAULT 0,
  done boolean NOT NULL DEFAULT false,
  updated_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (run_id, id)
) WITH (fillfactor = 50)`,
  `COMMENT ON TABLE lockkeeper.partition IS 'Key ranges of backfills and how far each has come.'`,
  `COMMENT ON COLUMN lockkeeper.partition.lower_key IS 'Exclusive; null: from the smallest key.'`,
  `COMMENT ON COLUMN lockkeeper.partition.upper_key IS 'Inclusive; null: the table was empty.'`,
  `COMMENT ON COLUMN lockkeeper.partition.cursor_key IS 'The last key done; written with the rows it stands for.'`,
  `CREATE TABLE IF NOT EXISTS lockkeeper.history (
  repeatable boolean NOT NULL,
  name text NOT NULL,
  version text NOT NULL,
  description text NOT NULL,
  checksum text NOT NULL,
  run_id text NOT NULL,
  applied_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (repeatable, name)
)`,
  `COMMENT ON TABLE lockkeeper.history IS 'Migrations in effect in this database.'`,
  `COMMENT ON COLUMN lockkeeper.history.name IS 'The version, or the description of a repeatable migration.'`,
  `CREATE OR REPLACE FUNCTION lockkeeper.assert_fence(expected bigint) RETURNS bigint
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $function$
DECLARE
  latest bigint;
BEGIN
  -- The share lock makes a new fence wait for the transactions under the old one.
  SELECT f.fence INTO latest FROM lockkeeper.fence f FOR SHARE;
  IF latest IS DISTINCT FROM expected THEN
    RAISE EXCEPTION USING ERRCODE = 'LK001', MESSAGE = format('fence %s is stale, the current one is %s', expected, latest);
  END IF;
  RETURN latest;
END
$function$`,
  `COMMENT ON FUNCTION lockkeeper.assert_fence IS 'Fails with LK001 unless this is the current fence.'`,
  `CREATE OR REPLACE FUNCTION lockkeeper.claim_fence(claimed bigint) RETURNS bigint
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $function$
DECLARE
  latest bigint;
BEGIN
  UPDATE lockkeeper.fence f SET fence = greatest(f.fence, claimed) RETURNING f.fence INTO latest;
  IF latest IS DISTINCT FROM claimed THEN
    RAISE EXCEPTION USING ERRCODE = 'LK001', MESSAGE = format('fence %s is stale, the current one is %s', claimed, latest);
  END IF;
  RETURN latest;
END
$function$`,
  `COMMENT ON FUNCTION lockkeeper.claim_fence IS
  'Like assert_fence, but raises an older fence: a restored ledger may have gone back in time.'`,
];
