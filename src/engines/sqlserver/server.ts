import { z } from 'zod';
import { type Capabilities, capabilitiesOf } from './capabilities.ts';
import type { Session } from './session/session.ts';

/** Who answers, and what it can do: nobody compares names, editions or versions elsewhere. */
export interface Server extends Capabilities {
  /** As the server says it, e.g. `16.0.4135.4`. */
  readonly version: string;
  /** SERVERPROPERTY('EngineEdition'). */
  readonly engineEdition: number;
  /** As sys.databases spells it. */
  readonly database: string;
  /** The schema that names without one mean. */
  readonly schema: string;
  /** Requests and their locks are listed, so that who blocks whom can be read. */
  readonly listsRequests: boolean;
  /** Paused builds are listed (SQL Server 2017). */
  readonly listsResumable: boolean;
  /** Open transactions are listed. */
  readonly listsTransactions: boolean;
  /** Replicas of availability groups are listed. */
  readonly listsReplicas: boolean;
  /** Writes to each index are counted (sys.dm_db_index_operational_stats). */
  readonly countsWrites: boolean;
}

const answer = z.object({
  version: z.string(),
  database: z.string(),
  schema: z.string().nullable(),
  edition: z.coerce.number(),
  major: z.coerce.number(),
  requests: z.string(),
  resumable: z.string(),
  transactions: z.string(),
  replicas: z.string(),
  writes: z.string(),
});

/** Asks the server who it is. What is not SQL Server may lack views that every SQL Server has. */
export async function readServer(session: Pick<Session, 'read'>): Promise<Server> {
  const there = (view: string): string => `CASE WHEN OBJECT_ID(N'sys.${view}') IS NULL THEN '0' ELSE '1' END`;
  const [row] =
    await session.read(`SELECT CONVERT(nvarchar(128), SERVERPROPERTY('ProductVersion')) AS version,
  DB_NAME() AS [database], SCHEMA_NAME() AS [schema],
  CONVERT(int, SERVERPROPERTY('EngineEdition')) AS edition,
  CONVERT(int, SERVERPROPERTY('ProductMajorVersion')) AS major,
  ${there('dm_exec_requests')} AS requests, ${there('index_resumable_operations')} AS resumable,
  ${there('dm_tran_active_transactions')} AS transactions,
  ${there('dm_hadr_database_replica_states')} AS replicas,
  ${there('dm_db_index_operational_stats')} AS writes`);
  const { version, database, schema, edition, major, requests, resumable, transactions, replicas, writes } =
    answer.parse(row);
  return {
    ...capabilitiesOf({ engineEdition: edition, productMajorVersion: major }),
    version,
    engineEdition: edition,
    database,
    schema: schema ?? 'dbo',
    listsRequests: requests === '1',
    listsResumable: resumable === '1',
    listsTransactions: transactions === '1',
    listsReplicas: replicas === '1',
    countsWrites: writes === '1',
  };
}
