import { connect as connectTcp, isIP, type Socket } from 'node:net';
import type { SecureContextOptions } from 'node:tls';
import type { Connection as Driver, Request } from 'tedious';
import type { Login } from '../../../app/ports/engine.ts';
import { FatalError } from '../../../core/errors.ts';
import { tlsOptions } from '../../tls.ts';
import { requireEncryption } from './require-encryption.ts';
import { asText, type TextRow } from './text-row.ts';

/** Milliseconds for the connection, TLS and login together. */
const CONNECT_TIMEOUT_MS = 10_000;

/** Milliseconds a cancelled statement gets to end before the driver cuts its connection. */
const CANCEL_GRACE_MS = 5_000;

/** Texts travel as nvarchar, numbers as bigint: the server converts them to what the statement compares them with. */
export type SqlValue = string | number | null;

/** Values by the name of their parameter, without the `@`. */
export type SqlValues = Readonly<Record<string, SqlValue>>;

/** The driver as far as it is used: one message at a time, answered in text. */
export class Client {
  readonly #login: Login;
  readonly #name: string;
  readonly #onLost: () => void;
  #socket: Socket | null = null;
  #driver: Driver | null = null;
  #request: Request | null = null;

  constructor(login: Login, name: string, onLost: () => void) {
    this.#login = login;
    this.#name = name;
    this.#onLost = onLost;
  }

  /** Resolves when logged in. The driver is loaded by the first that needs it. */
  async connect(): Promise<void> {
    const { host, port, user, password, database } = this.#login;
    const credentials = driverTls(this.#login);
    const { Connection } = await importDriver();
    const driver = new Connection({
      server: host,
      authentication: { type: 'default', options: { userName: user, password } },
      options: {
        port,
        database,
        appName: this.#name,
        encrypt: credentials !== null,
        trustServerCertificate: false,
        ...(credentials === null ? {} : { cryptoCredentialsDetails: credentials }),
        connectTimeout: CONNECT_TIMEOUT_MS,
        requestTimeout: 0,
        cancelTimeout: CANCEL_GRACE_MS,
        maxRetriesOnTransientErrors: 0,
        useUTC: true,
        connector: () => this.#openSocket(host, port, credentials !== null),
      },
    });
    this.#driver = driver;
    driver.on('error', this.#onLost);
    driver.on('end', this.#onLost);
    await new Promise<void>((resolve, reject) => {
      // The login's own error comes without its number, which is in the message of the server before it.
      let told: unknown = null;
      driver.on('errorMessage', (message: unknown) => {
        told ??= message;
      });
      driver.connect((error) => {
        if (error === undefined) return resolve();
        reject(told === null ? error : Object.assign(new Error(error.message, { cause: error }), told));
      });
    });
  }

  /** Sends one batch, with values as a call of sp_executesql; returns the rows of its last statement that has any. */
  async send(sql: string, values?: SqlValues): Promise<readonly TextRow[]> {
    const driver = this.#driver;
    if (driver === null) throw new Error('the connection was never opened');
    const { Request, TYPES } = await importDriver();
    return new Promise((resolve, reject) => {
      let rows: TextRow[] = [];
      const request = new Request(sql, (error) => {
        this.#request = null;
        if (error === null || error === undefined) resolve(rows);
        else reject(error);
      });
      request.on('columnMetadata', () => {
        rows = [];
      });
      request.on('row', (columns: readonly { readonly metadata: { colName: string }; value: unknown }[]) => {
        rows.push(Object.fromEntries(columns.map((one) => [one.metadata.colName, asText(one.value)])));
      });
      for (const [name, value] of Object.entries(values ?? {})) {
        if (typeof value === 'number') request.addParameter(name, TYPES.BigInt, value);
        // One length for all short texts: the server keeps one plan of the statement, and not one a length.
        else
          request.addParameter(name, TYPES.NVarChar, value, {
            length: (value ?? '').length > 4_000 ? Number.POSITIVE_INFINITY : 4_000,
          });
      }
      this.#request = request;
      if (values === undefined) driver.execSqlBatch(request);
      else driver.execSql(request);
    });
  }

  /** Tells the server to end what is under way; the message is then rejected. */
  cancel(): void {
    this.#request?.cancel();
  }

  /** Says goodbye; never rejects. */
  async end(): Promise<void> {
    const socket = this.#socket;
    if (socket === null || socket.destroyed) return this.destroy();
    await new Promise<void>((resolve) => {
      socket.once('close', () => resolve());
      this.#driver?.close();
      socket.end();
    });
  }

  /** Cuts the connection at once. */
  destroy(): void {
    this.#socket?.destroy();
    this.#driver?.close();
  }

  #openSocket(host: string, port: number, encrypt: boolean): Promise<Socket> {
    return new Promise((resolve, reject) => {
      const socket = connectTcp({
        host,
        port,
        keepAlive: true,
        keepAliveInitialDelay: 30_000,
        noDelay: true,
      });
      this.#socket = socket;
      socket.once('error', reject);
      socket.once('connect', () => {
        socket.off('error', reject);
        if (encrypt) requireEncryption(socket);
        resolve(socket);
      });
    });
  }
}

/** CommonJS, whose parts a bundler hangs below `default` and Node beside it. */
async function importDriver(): Promise<typeof import('tedious')> {
  const module = await import('tedious');
  return 'default' in module ? (module.default as typeof import('tedious')) : module;
}

/** The driver checks the certificate against the name it was given, for which addresses do not do. */
function driverTls(login: Login): SecureContextOptions | null {
  const options = tlsOptions(login.tls);
  if (options === false) return null;
  if (isIP(login.host) !== 0) {
    throw new FatalError(`${login.host}:${login.port}: TLS verifies names of hosts, not addresses`, {
      code: 'tls-refused',
      remedy: 'give the host by the name that its certificate carries',
    });
  }
  return { ca: options.ca as string[] };
}
