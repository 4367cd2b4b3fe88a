import type { EngineName } from '../../core/ids.ts';
import type { LocalCloudOptions } from '../../local/cloud.ts';
import type { RdsEngine } from '../../local/rds/engines.ts';
import type { DemoSize, UserKey } from './data.ts';
import type { WrittenTable } from './write-log.ts';

/** The demo's application as it was before the migration of the verified e-mail address, and after. */
export type ApplicationVersion = 'old' | 'new';

export interface Login {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
  readonly database: string;
}

/** A statement of the application: a transaction of its own that changes one row, and a deleted user's orders. */
export interface Command {
  readonly sql: string;
  readonly values: readonly (string | number | boolean | null)[];
  readonly does: 'insert' | 'update' | 'delete';
}

/** The row that a command has changed. */
export interface ChangedRow {
  /** Given out by the server; null where the command named it. */
  readonly key: string | null;
  /** After the command; of a deleted row, anything. */
  readonly revision: number;
}

/**
 * The application's statements. Its old version knows only the confirmation token, which it writes when a user
 * registers. The new one writes `email_verified` and never touches the token, so that the column can go.
 */
export interface Statements {
  insertUser(
    version: ApplicationVersion,
    user: { readonly email: string; readonly name: string; readonly verified: boolean },
  ): Command;
  /** `verified` is what the new version finds out on this occasion. */
  updateUser(version: ApplicationVersion, id: string, name: string, verified: boolean): Command;
  deleteUser(id: string): Command;
  insertOrder(order: {
    readonly id: string;
    readonly user: string;
    readonly cents: number;
    readonly currency: string;
    readonly reference: string;
  }): Command;
  updateOrder(id: string, reference: string): Command;
}

/** One open connection. */
export interface Session {
  /** Tells a restored or restarted server from the one before it, which bears the same name and address. */
  identity(): Promise<string>;
  /** @returns null where there was no row to change */
  write(command: Command): Promise<ChangedRow | null>;
  /** The revisions of those rows that there are, by key. */
  revisions(table: WrittenTable, keys: readonly string[]): Promise<ReadonlyMap<string, number>>;
  close(): Promise<void>;
}

export interface SessionOptions {
  /** Shown by the server, where it shows such names. */
  readonly name?: string;
  /** Called when the connection goes by itself. */
  readonly onLost?: () => void;
  /** Milliseconds for opening. */
  readonly connectWithinMs?: number;
  /** Milliseconds after which a connection without a reply is taken for dead. */
  readonly replyWithinMs?: number;
}

/** All that the demo has to know of a kind of server. */
export interface Dialect {
  /** For a person, e.g. `PostgreSQL`. */
  readonly title: string;
  /** Said before the server is started, where the first start on a machine takes its time. */
  readonly firstTime: string | null;
  readonly engine: EngineName;
  readonly rdsEngine: RdsEngine;
  /** Its folder of migrations below `examples/demo`, or below a show's folder there. */
  readonly migrations: string;
  /** What a person would set in the instance's parameter group. */
  readonly serverSettings: NonNullable<NonNullable<LocalCloudOptions['rds']>['serverSettings']>;
  readonly statements: Statements;
  /** Creates and fills the tables, entirely on the server. */
  load(login: Login, size: DemoSize, userKey?: UserKey): Promise<void>;
  open(login: Login, options?: SessionOptions): Promise<Session>;
  /** Whether an error of `open` says that user or password is wrong. */
  isRefusedLogin(error: unknown): boolean;
  /** The server's code when it has refused a statement, so that nothing changed; null when it may have happened. */
  refusalOf(error: unknown): string | null;
}
