import { connect as connectTcp, isIP, type Socket } from 'node:net';
import type { Connection as Driver, RowDataPacket, SslOptions } from 'mysql2';
import type { Login } from '../../../app/ports/engine.ts';
import { FatalError } from '../../../core/errors.ts';
import { tlsOptions } from '../../tls.ts';

/** Milliseconds for the connection, TLS and login together. */
const CONNECT_TIMEOUT_MS = 10_000;

export type TextRow = Readonly<Record<string, string | null>>;

/** The driver as far as it is used: messages of one or more statements, answered in text. */
export class Client {
  readonly #login: Login;
  readonly #name: string;
  readonly #onLost: () => void;
  #socket: Socket | null = null;
  #driver: Driver | null = null;
  #completed = 0;

  constructor(login: Login, name: string, onLost: () => void) {
    this.#login = login;
    this.#name = name;
    this.#onLost = onLost;
  }

  /** Statements of the latest message that had completed when one failed. */
  get completed(): number {
    return this.#completed;
  }

  /** Resolves when logged in. The driver is loaded by the first that needs it. */
  async connect(): Promise<void> {
    const { host, port, user, password, database } = this.#login;
    const ssl = driverTls(this.#login);
    const { default: mysql } = await import('mysql2');
    await new Promise<void>((resolve, reject) => {
      const socket = connectTcp({ host, port, keepAlive: true, noDelay: true });
      this.#socket = socket;
      const driver = mysql.createConnection({
        host,
        port,
        user,
        password,
        database,
        ...(ssl === null ? {} : { ssl }),
        stream: () => socket,
        connectTimeout: CONNECT_TIMEOUT_MS,
        connectAttributes: { program_name: this.#name },
        charset: 'utf8mb4',
        multipleStatements: true,
        typeCast: (field) => field.string('utf8'),
      });
      this.#driver = driver;
      driver.on('error', this.#onLost);
      driver.on('end', this.#onLost);
      driver.connect((error) => (error === null ? resolve() : reject(error)));
    });
  }

  /** Sends one message; returns the rows of its last statement that has any. Rejects with the driver's error. */
  send(sql: string): Promise<{ readonly rows: readonly TextRow[] }> {
    const driver = this.#driver;
    if (driver === null) return Promise.reject(new Error('the connection was never opened'));
    this.#completed = 0;
    return new Promise((resolve, reject) => {
      const query = driver.query<RowDataPacket[][]>(sql, (error, results, fields) => {
        if (error === null) return resolve({ rows: lastRows(results, fields) });
        this.#completed = resultsBefore(query);
        reject(error);
      });
    });
  }

  /** Says goodbye; never rejects. */
  async end(): Promise<void> {
    const driver = this.#driver;
    if (driver === null) return;
    await new Promise<void>((resolve) => {
      this.#socket?.once('close', () => resolve());
      if (this.#socket?.destroyed !== false) resolve();
      driver.end(() => resolve());
    });
    this.destroy();
  }

  /** Cuts the connection at once. */
  destroy(): void {
    this.#socket?.destroy();
  }
}

/** The host name is checked against the certificate, which the driver does not do of itself, nor for addresses. */
function driverTls(login: Login): SslOptions | null {
  const options = tlsOptions(login.tls);
  if (options === false) return null;
  if (isIP(login.host) !== 0) {
    throw new FatalError(`${login.host}:${login.port}: TLS verifies names of hosts, not addresses`, {
      code: 'tls-refused',
      remedy: 'give the host by the name that its certificate carries',
    });
  }
  return { rejectUnauthorized: true, verifyIdentity: true, ca: options.ca as string | string[] };
}

/** The driver answers a single statement with its result, and several with a list of theirs. */
function lastRows(results: unknown, fields: unknown): readonly TextRow[] {
  const several = Array.isArray(fields) && fields.some((one) => one === undefined || Array.isArray(one));
  const lists = several ? (results as unknown[]) : [results];
  return (lists.findLast((one) => Array.isArray(one)) ?? []) as readonly TextRow[];
}

/** The driver counts the results it has taken in, and keeps the count to itself. */
function resultsBefore(query: unknown): number {
  const count = (query as { readonly _resultIndex?: unknown })._resultIndex;
  return typeof count === 'number' ? count : 0;
}
