import { literal } from '../quote.ts';

/** Grows with every incompatible change of the tables below; a newer one than this is refused. */
export const LEDGER_FORMAT = 1;

/** The number of the error that a stale fence raises; a program's own begin at 50000. */
export const STALE_FENCE = 51001;

/** The number of the error for a partition that is not where its worker believes it to be. */
export const PARTITION_MOVED = 51002;

/** Keys are compared byte by byte, whatever the database's collation. */
const exact = 'COLLATE Latin1_General_100_BIN2';

interface Table {
  readonly name: string;
  readonly about: string;
  readonly columns: string;
  /** Made right behind it. */
  readonly index?: string;
}

const tables: readonly Table[] = [
  {
    name: 'run',
    about: 'Every run that began here. At most one is open (concluded_at is null).',
    columns: `run_id nvarchar(128) ${exact} NOT NULL CONSTRAINT run_key PRIMARY KEY,
  version nvarchar(512),
  description nvarchar(max),
  direction varchar(4) CONSTRAINT run_direction CHECK (direction IN ('up', 'down')),
  repeatable bit,
  checksum varchar(128),
  [plan] nvarchar(max),
  fence bigint NOT NULL,
  started_at datetime2(7) NOT NULL CONSTRAINT run_started DEFAULT SYSUTCDATETIME(),
  concluded_at datetime2(7),
  verdict varchar(32),
  concluded_by nvarchar(max),
  reason nvarchar(max),
  CONSTRAINT run_concluded CHECK ((concluded_at IS NULL AND verdict IS NULL) OR (concluded_at IS NOT NULL AND verdict IS NOT NULL))`,
    // A unique index takes two NULLs for the same: there is one open run at most.
    index: 'CREATE UNIQUE INDEX run_open ON lockkeeper.run (concluded_at) WHERE concluded_at IS NULL;',
  },
  {
    name: 'step',
    about: 'Journal of the schema changes of each run.',
    columns: `run_id nvarchar(128) ${exact} NOT NULL,
  step nvarchar(64) ${exact} NOT NULL,
  title nvarchar(max) NOT NULL,
  state varchar(16) NOT NULL CONSTRAINT step_state CHECK (state IN ('attempted', 'intended', 'done')),
  note nvarchar(max),
  unattended int NOT NULL CONSTRAINT step_unattended DEFAULT 0,
  fence bigint NOT NULL,
  started_at datetime2(7) NOT NULL CONSTRAINT step_started DEFAULT SYSUTCDATETIME(),
  finished_at datetime2(7),
  CONSTRAINT step_key PRIMARY KEY (run_id, step)`,
  },
  {
    name: 'partition',
    about: 'Key ranges of backfills and how far each has come; keys are JSON arrays of texts.',
    columns: `run_id nvarchar(128) ${exact} NOT NULL,
  id nvarchar(32) ${exact} NOT NULL,
  backfill int NOT NULL,
  ordinal int NOT NULL,
  lower_key nvarchar(max),
  upper_key nvarchar(max),
  cursor_key nvarchar(max),
  rows_visited bigint NOT NULL CONSTRAINT partition_visited DEFAULT 0,
  rows_changed bigint NOT NULL CONSTRAINT partition_changed DEFAULT 0,
  batches bigint NOT NULL CONSTRAINT partition_batches DEFAULT 0,
  done bit NOT NULL CONSTRAINT partition_done DEFAULT 0,
  updated_at datetime2(7) NOT NULL CONSTRAINT partition_updated DEFAULT SYSUTCDATETIME(),
  CONSTRAINT partition_key PRIMARY KEY (run_id, id)`,
  },
  {
    name: 'history',
    about: 'Migrations in effect in this database.',
    columns: `repeatable bit NOT NULL,
  name nvarchar(512) ${exact} NOT NULL,
  version nvarchar(512) NOT NULL,
  description nvarchar(max) NOT NULL,
  checksum varchar(128) NOT NULL,
  run_id nvarchar(128) NOT NULL,
  applied_at datetime2(7) NOT NULL CONSTRAINT history_applied DEFAULT SYSUTCDATETIME(),
  CONSTRAINT history_key PRIMARY KEY NONCLUSTERED (repeatable, name)`,
  },
  {
    name: 'fence',
    about: 'One row: who may write. Writes that carry another number are refused. Do not edit.',
    columns: `only_row bit NOT NULL CONSTRAINT fence_key PRIMARY KEY CONSTRAINT fence_only CHECK (only_row = 1),
  format int NOT NULL,
  fence bigint NOT NULL`,
  },
];

/**
 * Creates what is missing, in one transaction, one installer at a time: the lock of the application is held to its end.
 * Repeating it changes nothing. CREATE SCHEMA has to stand alone in its batch, hence the text it is carried out from.
 */
export const installScript = `SET XACT_ABORT ON;
BEGIN TRANSACTION;
DECLARE @lk_lock int;
EXEC @lk_lock = sys.sp_getapplock @Resource = N'lockkeeper/install', @LockMode = 'Exclusive',
  @LockOwner = 'Transaction', @LockTimeout = 10000;
IF @lk_lock < 0 THROW 51003, 'another installer of the ledger is at work', 1;
IF SCHEMA_ID(N'lockkeeper') IS NULL EXEC (N'CREATE SCHEMA lockkeeper');
${tables.map(createTable).join('\n')}
IF NOT EXISTS (SELECT 1 FROM lockkeeper.fence)
  INSERT INTO lockkeeper.fence (only_row, format, fence) VALUES (1, ${LEDGER_FORMAT}, 0);
COMMIT TRANSACTION;`;

function createTable({ name, about, columns, index }: Table): string {
  return `IF OBJECT_ID(N'lockkeeper.${name}', N'U') IS NULL
BEGIN
CREATE TABLE lockkeeper.${name} (
  ${columns}
);${index === undefined ? '' : `\n${index}`}
EXEC sys.sp_addextendedproperty @name = N'MS_Description', @value = ${literal(about)},
  @level0type = N'SCHEMA', @level0name = N'lockkeeper', @level1type = N'TABLE', @level1name = N'${name}';
END;`;
}
