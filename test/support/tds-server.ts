import { type AddressInfo, createServer, type Socket } from 'node:net';
import {
  done,
  doneProcedure,
  environmentDatabase,
  errorToken,
  loginAcknowledged,
  messageOf,
  preLoginAnswer,
  readCall,
  readLogin,
  resultSet,
  textOfBatch,
} from './tds-tokens.ts';

/** What a login said of itself. */
export interface TdsLogin {
  readonly user: string;
  readonly password: string;
  readonly application: string;
  readonly database: string;
}

export interface TdsError {
  readonly number: number;
  readonly message: string;
  readonly line?: number;
}

/** What the server says to a statement: rows, errors, nothing until it is cancelled, or it hangs up. */
export type TdsAnswer =
  | { readonly rows: readonly Readonly<Record<string, string | null>>[] }
  | { readonly errors: readonly TdsError[] }
  | 'silence'
  | 'hang up';

export interface TdsScript {
  readonly login?: (login: TdsLogin) => TdsError | null;
  /** @param isCall the statement came with parameters, as a call of sp_executesql */
  readonly answer: (sql: string, isCall: boolean) => TdsAnswer;
}

export interface TdsServer {
  readonly port: number;
  readonly logins: readonly TdsLogin[];
  /** Texts of all batches and calls, in the order in which they came. */
  readonly asked: readonly string[];
  /** How often a client has cancelled. */
  readonly cancelled: () => number;
  close(): Promise<void>;
}

const PRELOGIN = 0x12;
const LOGIN = 0x10;
const BATCH = 0x01;
const CALL = 0x03;
const ATTENTION = 0x06;
const LAST_PACKET = 0x01;
const HEADER_BYTES = 8;

/** A server that speaks as much of TDS 7.4, without encryption, as clients need to be tested; it knows no SQL. */
export async function startTdsServer(script: TdsScript): Promise<TdsServer> {
  const sockets = new Set<Socket>();
  const logins: TdsLogin[] = [];
  const asked: string[] = [];
  let cancelled = 0;
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    onMessages(socket, (type, payload) => {
      const send = (...tokens: readonly Buffer[]): void =>
        void socket.write(messageOf(Buffer.concat(tokens)));
      if (type === PRELOGIN) return send(preLoginAnswer);
      if (type === LOGIN) {
        const login = readLogin(payload);
        logins.push(login);
        const refused = script.login?.(login) ?? null;
        if (refused === null) return send(environmentDatabase(login.database), loginAcknowledged, done());
        return send(errorToken(refused), done({ failed: true }));
      }
      if (type === ATTENTION) {
        cancelled += 1;
        // The end of what was cancelled, and then the server's word that it was.
        send(done({ failed: true }));
        return send(done({ attention: true }));
      }
      if (type !== BATCH && type !== CALL) return;
      const sql = type === BATCH ? textOfBatch(payload) : readCall(payload);
      asked.push(sql);
      const end = type === BATCH ? done : doneProcedure;
      const answer = script.answer(sql, type === CALL);
      if (answer === 'silence') return;
      if (answer === 'hang up') return void socket.destroy();
      if ('errors' in answer) return send(...answer.errors.map(errorToken), end({ failed: true }));
      send(...(answer.rows.length === 0 ? [] : [resultSet(answer.rows)]), end());
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    logins,
    asked,
    cancelled: () => cancelled,
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Puts packets together: `type, status, length (both bytes of it), …`. */
function onMessages(socket: Socket, take: (type: number, payload: Buffer) => void): void {
  let received = Buffer.alloc(0);
  let payload = Buffer.alloc(0);
  socket.on('data', (data) => {
    received = Buffer.concat([received, data]);
    while (received.length >= HEADER_BYTES) {
      const length = received.readUInt16BE(2);
      if (received.length < length) return;
      const [type, status] = [received.readUInt8(0), received.readUInt8(1)];
      payload = Buffer.concat([payload, received.subarray(HEADER_BYTES, length)]);
      received = received.subarray(length);
      if ((status & LAST_PACKET) === 0) continue;
      const whole = payload;
      payload = Buffer.alloc(0);
      take(type, whole);
    }
  });
}
