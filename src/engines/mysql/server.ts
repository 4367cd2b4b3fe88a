import { z } from 'zod';
import type { Session } from './session/session.ts';

/**
 * What kind of server answers and what it can do. MySQL, MariaDB and Aurora MySQL differ in this, not in name: nobody
 * compares names or versions elsewhere.
 */
export interface Server {
  /** As the server says it, e.g. `10.11.19-MariaDB-log`, `5.7.29-log`. */
  readonly version: string;
  readonly isMariaDb: boolean;
  /** One DDL statement takes effect as a whole or not at all, also when the server crashes (MySQL 8.0). */
  readonly atomicDdl: boolean;
  /** ALTER TABLE … ALGORITHM=INSTANT for columns added (MySQL 8.0.12, MariaDB 10.3). */
  readonly instantAddColumn: boolean;
  /** Instant row versions a table may have before it must be rebuilt; null where there is no such limit. */
  readonly instantRowVersions: number | null;
  /** RENAME TABLE under LOCK TABLES (MySQL 8.0.13); elsewhere error 1192. */
  readonly renameUnderLock: boolean;
  /** CHECK constraints are enforced and listed (MySQL 8.0.16, MariaDB 10.2). */
  readonly checkConstraints: boolean;
  /** The session variable that ends statements of any kind; null where the server only ends queries by itself. */
  readonly statementTimeLimit: 'max_statement_time' | null;
  /** Row locks and who waits for them: `information_schema` until MySQL 8.0, `performance_schema` from it on. */
  readonly lockWaits: 'information_schema' | 'performance_schema';
  /** performance_schema is switched on. */
  readonly performanceSchema: boolean;
  /** Names of tables are compared without regard to case. */
  readonly foldsTableNames: boolean;
  /** An UPDATE computes every value from the row as it was (MariaDB's SIMULTANEOUS_ASSIGNMENT). */
  readonly simultaneousAssignment: boolean;
}

const answer = z.object({
  version: z.string(),
  folding: z.string(),
  performance: z.string(),
});

/** Asks the server who it is. */
export async function readServer(session: Pick<Session, 'read'>): Promise<Server> {
  const [row] = await session.read(
    `SELECT VERSION() AS version, @@lower_case_table_names AS folding, @@performance_schema AS performance`,
  );
  const { version, folding, performance } = answer.parse(row);
  return describeServer(version, folding !== '0', performance === '1');
}

export function describeServer(
  version: string,
  foldsTableNames: boolean,
  performanceSchema: boolean,
): Server {
  const isMariaDb = /mariadb/i.test(version);
  const since = (mysql: string | null, mariadb: string | null): boolean => {
    const first = isMariaDb ? mariadb : mysql;
    return first !== null && isAtLeast(version, first);
  };
  return {
    version,
    isMariaDb,
    atomicDdl: since('8.0.0', null),
    instantAddColumn: since('8.0.12', '10.3.2'),
    instantRowVersions: instantRowVersions(since),
    renameUnderLock: since('8.0.13', null),
    checkConstraints: since('8.0.16', '10.2.1'),
    statementTimeLimit: since(null, '10.1.1') ? 'max_statement_time' : null,
    lockWaits: since('8.0.1', null) ? 'performance_schema' : 'information_schema',
    performanceSchema,
    foldsTableNames,
    simultaneousAssignment: since(null, '10.3.5'),
  };
}

/** 64 from MySQL 8.0.29, 255 from 9.1. */
function instantRowVersions(since: (mysql: string | null, mariadb: string | null) => boolean): number | null {
  if (since('9.1.0', null)) return 255;
  return since('8.0.29', null) ? 64 : null;
}

/** MariaDB used to put `5.5.5-` before its version, for replicas that knew no two digits. */
function isAtLeast(version: string, first: string): boolean {
  const parts = numbers(version.replace(/^5\.5\.5-(?=\d+\.\d+\.\d+-MariaDB)/i, ''));
  const wanted = numbers(first);
  for (const [index, want] of wanted.entries()) {
    const have = parts[index] ?? 0;
    if (have !== want) return have > want;
  }
  return true;
}

const numbers = (version: string): readonly number[] =>
  (/^\d+(?:\.\d+)*/.exec(version)?.[0] ?? '').split('.').map(Number);
