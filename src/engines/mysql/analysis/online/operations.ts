import { describeServer, isAtLeast, type OnlineServer } from './version.ts';

/** How a server carries out one operation at best. */
export interface Way {
  /** `UNSAID`: no ALGORITHM clause is allowed, or none that the server keeps to. */
  readonly algorithm: 'INSTANT' | 'INPLACE' | 'COPY' | 'UNSAID';
  /** What others may do meanwhile: read and write, or only read. Null where no LOCK clause is allowed. */
  readonly lock: 'NONE' | 'SHARED' | null;
  /** The rows are written anew, which takes as long as the table is large. */
  readonly rebuilds: boolean;
  /** Takes time that grows with the table, without writing its rows anew. */
  readonly scans: boolean;
}

const instant: Way = { algorithm: 'INSTANT', lock: null, rebuilds: false, scans: false };
const inplace: Way = { algorithm: 'INPLACE', lock: 'NONE', rebuilds: false, scans: false };
const build: Way = { ...inplace, scans: true };
const rebuild: Way = { ...inplace, rebuilds: true };
/** Writers wait until it is finished. */
const shared: Way = { algorithm: 'INPLACE', lock: 'SHARED', rebuilds: true, scans: true };
const copy: Way = { algorithm: 'COPY', lock: 'SHARED', rebuilds: true, scans: true };
const unsaid: Way = { algorithm: 'UNSAID', lock: null, rebuilds: false, scans: false };
/** In place, but no LOCK clause is taken. */
const named: Way = { ...inplace, lock: null };

/** From which version on, the newest last; the first holds for all servers before. */
type Rungs = readonly (readonly [since: string, way: Way])[];

interface Operation {
  readonly mysql: Rungs;
  readonly mariadb: Rungs;
  /** Decided by what the column is now, which the statement does not tell: the server refuses where it must copy. */
  readonly depends?: true;
}

const always = (way: Way): Rungs => [['0', way]];

/**
 * Sources: MySQL 5.7, 8.0 and 8.4 Reference Manual, "Online DDL Operations" (InnoDB); MariaDB Knowledge Base, "InnoDB
 * Online DDL Operations with the INSTANT/NOCOPY/INPLACE Alter Algorithm". What stands here for MySQL 5.7.29 and MariaDB 10.11 is tried
 * on those servers by the tests; what stands for MySQL 8.0 and later was read.
 */
export const operations = {
  'add-column': {
    mysql: [
      ['0', rebuild],
      ['8.0.12', instant],
    ],
    mariadb: [
      ['0', rebuild],
      ['10.3.2', instant],
    ],
  },
  'add-column-between': {
    mysql: [
      ['0', rebuild],
      ['8.0.29', instant],
    ],
    mariadb: [
      ['0', rebuild],
      ['10.4.0', instant],
    ],
  },
  'add-auto-increment-column': { mysql: always(shared), mariadb: always(shared) },
  'add-virtual-column': {
    mysql: [
      ['0', inplace],
      ['8.0.12', instant],
    ],
    mariadb: [
      ['0', inplace],
      ['10.3.2', instant],
    ],
  },
  'add-stored-column': { mysql: always(copy), mariadb: always(copy) },
  'drop-column': {
    mysql: [
      ['0', rebuild],
      ['8.0.29', instant],
    ],
    mariadb: [
      ['0', rebuild],
      ['10.4.0', instant],
    ],
  },
  'rename-column': {
    mysql: [
      ['0', inplace],
      ['8.0.28', instant],
    ],
    mariadb: [
      ['0', inplace],
      ['10.3.2', instant],
    ],
  },
  'change-column': {
    mysql: [
      ['0', rebuild],
      ['8.0.12', instant],
    ],
    mariadb: [
      ['0', rebuild],
      ['10.3.2', instant],
    ],
    depends: true,
  },
  'column-default': {
    mysql: [
      ['0', inplace],
      ['8.0.12', instant],
    ],
    mariadb: [
      ['0', inplace],
      ['10.3.2', instant],
    ],
  },
  'column-visibility': { mysql: always(instant), mariadb: always(instant) },
  'add-index': { mysql: always(build), mariadb: always(build) },
  'add-fulltext-index': { mysql: always(shared), mariadb: always(shared) },
  'add-spatial-index': { mysql: always(shared), mariadb: always(shared) },
  'drop-index': { mysql: always(inplace), mariadb: always(inplace) },
  'rename-index': { mysql: always(inplace), mariadb: always(instant) },
  'index-visibility': { mysql: always(inplace), mariadb: always(instant) },
  'add-primary-key': { mysql: always(rebuild), mariadb: always(rebuild) },
  'drop-primary-key': { mysql: always(copy), mariadb: always(copy) },
  /** In one statement. */
  'replace-primary-key': { mysql: always(rebuild), mariadb: always(rebuild) },
  /** With foreign_key_checks on, as in a session of Lockkeeper’s. */
  'add-foreign-key': { mysql: always(copy), mariadb: always(copy) },
  'drop-foreign-key': {
    mysql: always(inplace),
    mariadb: [
      ['0', inplace],
      ['10.3.2', instant],
    ],
  },
  /** MySQL before 8.0.16 reads the constraint and forgets it. */
  'add-check': {
    mysql: [
      ['0', inplace],
      ['8.0.16', copy],
    ],
    mariadb: always(copy),
  },
  'drop-constraint': {
    mysql: always(inplace),
    mariadb: [
      ['0', inplace],
      ['10.3.2', instant],
    ],
  },
  'enforce-check': { mysql: always(copy), mariadb: always(copy) },
  'unenforce-check': { mysql: always(inplace), mariadb: always(inplace) },
  'rename-table': {
    mysql: [
      ['0', named],
      ['8.0.12', instant],
    ],
    mariadb: [
      ['0', named],
      ['10.3.2', instant],
    ],
  },
  'convert-charset': { mysql: always(copy), mariadb: always(copy) },
  /** For columns that are added later. */
  'default-charset': {
    mysql: always(inplace),
    mariadb: [
      ['0', inplace],
      ['10.3.2', instant],
    ],
  },
  'rebuild-table': { mysql: always(rebuild), mariadb: always(rebuild) },
  /** MariaDB accepts INSTANT for these two and copies all the same. */
  'change-engine': { mysql: always(copy), mariadb: always(copy) },
  partition: { mysql: always(copy), mariadb: always(copy) },
  /** Adding, dropping and exchanging whole partitions: quick, under an EXCLUSIVE lock, without a clause. */
  'whole-partitions': { mysql: always(unsaid), mariadb: always(unsaid) },
  'set-option': {
    mysql: always(inplace),
    mariadb: [
      ['0', inplace],
      ['10.3.2', instant],
    ],
  },
  'order-rows': { mysql: always(copy), mariadb: always(copy) },
  'change-versioning': { mysql: always(copy), mariadb: always(copy) },
  'move-tablespace': { mysql: always(unsaid), mariadb: always(unsaid) },
} as const satisfies Record<string, Operation>;

export type OperationName = keyof typeof operations;

/** How the server carries out the operation. */
export function wayOf(name: OperationName, server: OnlineServer): Way {
  const rungs: Rungs = operations[name][server.isMariaDb ? 'mariadb' : 'mysql'];
  return rungs.findLast(([since]) => isAtLeast(server, since))?.[1] ?? copy;
}

/** The way that the server goes, or every one that some server goes, with the words for where it does. */
export function waysOf(
  name: OperationName,
  server: OnlineServer | null,
): readonly { readonly way: Way; readonly where: string }[] {
  if (server !== null) return [{ way: wayOf(name, server), where: describeServer(server) }];
  const family = (label: string, rungs: Rungs) =>
    rungs.map(([since, way], index) => {
      const next = rungs[index + 1]?.[0];
      const from = since === '0' ? '' : ` ${since} and later`;
      return { way, where: `${label}${from}${next !== undefined && since === '0' ? ` before ${next}` : ''}` };
    });
  return [...family('MySQL', operations[name].mysql), ...family('MariaDB', operations[name].mariadb)];
}

export const isConditional = (name: OperationName): boolean => {
  const operation: Operation = operations[name];
  return operation.depends === true;
};
