import pg from 'pg';
import { AwsError } from '../gateway/errors.ts';
import type { Bound } from './parameters.ts';

export interface Account {
  readonly port: number;
  readonly user: string;
  readonly password: string;
  readonly database: string;
}

export type ServerRow = readonly (string | null)[];

export interface ServerAnswer {
  readonly columns: readonly { readonly name: string; readonly type: number }[];
  readonly rows: readonly ServerRow[];
  /** Rows changed, by the server's count. */
  readonly changed: number;
}

const asText = { getTypeParser: () => (value: string) => value };

/** A connection that nobody has used before: of a pool's, nobody may count on more either. */
export class ServerConnection {
  readonly #client: pg.Client;
  readonly #account: Account;
  #lost = false;

  private constructor(client: pg.Client, account: Account) {
    this.#client = client;
    this.#account = account;
    client.on('error', () => {
      this.#lost = true;
    });
  }

  static async open(account: Account): Promise<ServerConnection> {
    const { port, user, password, database } = account;
    const client = new pg.Client({
      host: '127.0.0.1',
      port,
      user,
      password: () => password,
      database,
      application_name: 'rds-data',
      options: '-c TimeZone=UTC',
      types: asText,
    });
    const connection = new ServerConnection(client, account);
    try {
      await client.connect();
    } catch (error) {
      throw refused(error);
    }
    return connection;
  }

  get lost(): boolean {
    return this.#lost;
  }

  /** One statement; several in one text are refused. @throws AwsError */
  async run({ text, values }: Bound): Promise<ServerAnswer> {
    try {
      const query = { text, values: [...values], rowMode: 'array', queryMode: 'extended' } as const;
      const { fields, rows, rowCount } = await this.#client.query<(string | null)[]>(query);
      return {
        columns: fields.map(({ name, dataTypeID }) => ({ name, type: dataTypeID })),
        rows,
        changed: fields.length === 0 ? (rowCount ?? 0) : 0,
      };
    } catch (error) {
      throw refused(error);
    }
  }

  /** Which of these types are enumerations. */
  async enumsAmong(types: readonly number[]): Promise<ReadonlySet<number>> {
    if (types.length === 0) return new Set();
    const { rows } = await this.run({
      text: `SELECT oid::int FROM pg_type WHERE typtype = 'e' AND oid = ANY ($1::oid[])`,
      values: [`{${types.join(',')}}`],
    });
    return new Set(rows.map(([oid]) => Number(oid)));
  }

  /** Ends the statement that is under way, from beside it. */
  async cancel(): Promise<void> {
    const { processID } = this.#client as unknown as { readonly processID: number };
    const beside = await ServerConnection.open(this.#account);
    await beside.run({ text: `SELECT pg_cancel_backend(${processID})`, values: [] });
    await beside.close();
  }

  async close(): Promise<void> {
    await this.#client.end().catch(() => undefined);
  }
}

/** A refusal of the server in the words of the Data API. */
function refused(error: unknown): AwsError {
  const message = error instanceof Error ? error.message : String(error);
  if (!(error instanceof Error) || !('code' in error) || !('severity' in error)) {
    return new AwsError('DatabaseErrorException', `An I/O error occurred: ${message}`);
  }
  if (/cannot insert multiple commands/.test(message)) {
    return new AwsError('ValidationException', "Multistatements aren't supported.");
  }
  const position = 'position' in error && error.position !== undefined ? `; Position: ${error.position}` : '';
  const text = `${error.severity}: ${message}${position}; SQLState: ${error.code}`;
  return new AwsError('DatabaseErrorException', text);
}
