import { type AddressInfo, createConnection, createServer, type Server, type Socket } from 'node:net';

/**
 * The loopback port of one DB identifier. It keeps its number for as long as the local cloud runs and leads
 * to whatever server bears the identifier now, as the DNS name of an RDS instance does. While nobody bears
 * it, a connection is reset at once.
 */
export class NameEndpoint {
  readonly host = '127.0.0.1';
  readonly port: number;
  readonly #listener: Server;
  readonly #pairs = new Set<readonly [Socket, Socket]>();
  readonly #target: { port: number | undefined };

  private constructor(listener: Server, target: { port: number | undefined }) {
    this.#listener = listener;
    this.#target = target;
    this.port = (listener.address() as AddressInfo).port;
    listener.on('connection', (client) => this.#forward(client));
  }

  static async open(): Promise<NameEndpoint> {
    const listener = createServer({ noDelay: true });
    await new Promise<void>((resolve, reject) => {
      listener.once('error', reject);
      listener.listen(0, '127.0.0.1', resolve);
    });
    listener.unref();
    return new NameEndpoint(listener, { port: undefined });
  }

  /** Connections open through this name. */
  get connections(): number {
    return this.#pairs.size;
  }

  /** Lets new connections through to a server on this port. */
  lead(port: number): void {
    this.#target.port = port;
  }

  /** Refuses new connections until the name leads somewhere again; those that are open live on. */
  letNobodyIn(): void {
    this.#target.port = undefined;
  }

  /** Resets all connections and refuses new ones until the name leads somewhere again. */
  cut(): void {
    this.#target.port = undefined;
    for (const pair of this.#pairs) for (const socket of pair) socket.resetAndDestroy();
    this.#pairs.clear();
  }

  async close(): Promise<void> {
    this.cut();
    await new Promise<void>((resolve) => this.#listener.close(() => resolve()));
  }

  #forward(client: Socket): void {
    client.on('error', () => {});
    const { port } = this.#target;
    if (port === undefined) {
      client.resetAndDestroy();
      return;
    }
    const server = createConnection({ host: '127.0.0.1', port, noDelay: true });
    const pair = [client, server] as const;
    this.#pairs.add(pair);
    for (const [one, other] of [pair, [server, client] as const]) {
      one.on('error', () => other.resetAndDestroy());
      one.on('close', () => {
        // What one side said last, such as why it ends, still reaches the other.
        other.destroySoon();
        this.#pairs.delete(pair);
      });
    }
    client.pipe(server);
    server.pipe(client);
  }
}
