import type { EngineUnderTest } from './world.ts';

/** What the suite has to say in the engine's own words. */
export interface Dialect {
  /** How a schema change is carried out. */
  readonly ddlMode: 'transaction' | 'alone';
  readonly ledger: (table: string) => string;
  /** An expression that takes so long for each row, and is 0. */
  readonly sleeping: (seconds: number) => string;
  /** The type of an integer column as facts name it. */
  readonly integer: string;
  readonly addColumn: (table: string, definition: string) => string;
  readonly begin: string;
  /** Reads a table so that the lock of it stays to the end of the transaction. */
  readonly readAndHold: (table: string) => string;
  /** The schema that unqualified names mean, or null for the database. */
  readonly quote: (name: string) => string;
}

/** What most have in common. */
const common = {
  addColumn: (table: string, definition: string) => `ALTER TABLE ${table} ADD COLUMN ${definition}`,
  begin: 'BEGIN',
  readAndHold: (table: string) => `SELECT * FROM ${table}`,
};

const mysql: Dialect = {
  ...common,
  ddlMode: 'alone',
  ledger: (table) => `lockkeeper_${table}`,
  sleeping: (seconds) => `SLEEP(${seconds})`,
  integer: 'int(11)',
  quote: (name) => `\`${name}\``,
};

export const dialects: Readonly<Record<EngineUnderTest, Dialect>> = {
  postgres: {
    ...common,
    ddlMode: 'transaction',
    ledger: (table) => `lockkeeper.${table}`,
    sleeping: (seconds) => `length(pg_sleep(${seconds})::text)`,
    integer: 'integer',
    quote: (name) => `"${name}"`,
  },
  mariadb: mysql,
  mysql57: mysql,
  mysql8: { ...mysql, integer: 'int' },
  sqlserver: {
    ddlMode: 'transaction',
    ledger: (table) => `lockkeeper.${table}`,
    sleeping: (seconds) => `dbo.lk_sleep(${seconds})`,
    integer: 'int',
    addColumn: (table, definition) => `ALTER TABLE ${table} ADD ${definition}`,
    begin: 'BEGIN TRANSACTION',
    readAndHold: (table) => `SELECT * FROM ${table} WITH (HOLDLOCK)`,
    quote: (name) => `[${name}]`,
  },
};

/** A table `t (id, visits)` with rows 1 to `rows`. */
export function sampleTable(rows: number): readonly string[] {
  const values = Array.from({ length: rows }, (_, index) => `(${index + 1}, 0)`);
  return [
    'CREATE TABLE t (id int PRIMARY KEY, visits int NOT NULL DEFAULT 0)',
    ...(rows === 0 ? [] : [`INSERT INTO t (id, visits) VALUES ${values.join(', ')}`]),
  ];
}
