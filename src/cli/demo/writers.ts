import type { Clock } from '../../app/ports/clock.ts';
import { LastingConnection } from './connection.ts';
import type { DemoSize } from './data.ts';
import type { ApplicationVersion, Dialect, Login } from './dialect.ts';
import { type Mark, Measurements, type WriterFigures } from './figures.ts';
import { seededRandom } from './random.ts';
import { WriteLog } from './write-log.ts';
import { Writer } from './writer.ts';

export interface WritersOptions {
  readonly dialect: Dialect;
  readonly connect: () => Login;
  /** The current password, asked for when a login is refused, as after a rotation. */
  readonly password?: () => Promise<string>;
  readonly size: DemoSize;
  readonly writers: number;
  /** Between two statements of one writer. */
  readonly pauseMs: number;
  readonly clock: Clock;
  readonly seed: number;
  readonly version?: ApplicationVersion;
}

/** The application of the demo at work. */
export interface Writers {
  readonly log: WriteLog;
  /** The deployment: resolves once no statement of another version is under way. */
  switchTo(version: ApplicationVersion): Promise<void>;
  /** Resolves once no statement is under way; none begins before `resume`. */
  pause(): Promise<void>;
  resume(): void;
  mark(): Mark;
  /** Everything measured, or what was measured since a mark. */
  figures(since?: Mark): WriterFigures;
  /** The longest statement of those under way between two instants, milliseconds since the epoch; itself in milliseconds. */
  longestBetween(from: number, to: number): number;
  stop(): Promise<void>;
}

/** Milliseconds since the epoch that only grow, with fractions. */
const stopwatch = (): number => performance.timeOrigin + performance.now();

/** Starts the writers. Throws what connecting throws; later losses of the connection are overcome. */
export async function startWriters(options: WritersOptions): Promise<Writers> {
  const { clock, seed } = options;
  const stopping = new AbortController();
  const log = new WriteLog();
  const measurements = new Measurements();
  const shared = { version: options.version ?? ('old' as ApplicationVersion), gate: new Gate() };
  // Two generators a writer: how often it had to reconnect must not change what it writes.
  const clients = Array.from({ length: options.writers }, (_, number) => {
    const connection = new LastingConnection({
      dialect: options.dialect,
      connect: options.connect,
      ...(options.password === undefined ? {} : { password: options.password }),
      name: `demo-writer-${number + 1}`,
      clock,
      random: seededRandom(seed + 1000 + number),
      signal: stopping.signal,
    });
    const writer = new Writer({
      number,
      writers: options.writers,
      size: options.size,
      tag: `${seed}-${clock.now().toString(36)}`,
      connection,
      log,
      measurements,
      clock,
      stopwatch,
      random: seededRandom(seed + number),
      statements: options.dialect.statements,
      version: () => shared.version,
    });
    return { connection, writer, underWay: Promise.resolve() };
  });
  type Client = (typeof clients)[number];

  const run = async (client: Client): Promise<void> => {
    while (!stopping.signal.aborted) {
      if (!client.connection.isOpen) await reconnect(client);
      // Asked again after each wait: between its opening and this turn the gate may have closed.
      while (!shared.gate.isOpen) await shared.gate.passed;
      if (stopping.signal.aborted || !client.connection.isOpen) continue;
      client.underWay = client.writer.step();
      await client.underWay;
      await clock.sleep(options.pauseMs, stopping.signal).catch(() => undefined);
    }
  };
  const reconnect = async (client: Client): Promise<void> => {
    const lostAt = performance.now();
    const identity = await client.connection.reopen();
    if (identity === null) return;
    measurements.outage(performance.now() - lostAt);
    client.writer.connectedTo(identity);
  };
  const quiet = () => Promise.all(clients.map((client) => client.underWay)).then(() => undefined);
  const closeAll = () => Promise.all(clients.map((client) => client.connection.close()));

  try {
    for (const client of clients) client.writer.connectedTo(await client.connection.open());
  } catch (error) {
    await closeAll();
    throw error;
  }
  const running = clients.map(run);
  return {
    log,
    switchTo: async (version) => {
      shared.version = version;
      await quiet();
    },
    pause: async () => {
      shared.gate.close();
      await quiet();
    },
    resume: () => shared.gate.open(),
    mark: () => measurements.mark(),
    figures: (since) => measurements.figures(stopwatch(), since),
    longestBetween: (from, to) => measurements.longestBetween(from, to),
    stop: async () => {
      stopping.abort();
      shared.gate.open();
      await Promise.all(running);
      await closeAll();
    },
  };
}

/** Open at first; while it is closed, `passed` is pending. */
class Gate {
  isOpen = true;
  passed: Promise<void> = Promise.resolve();
  #open: () => void = () => undefined;

  close(): void {
    if (!this.isOpen) return;
    this.isOpen = false;
    this.passed = new Promise((resolve) => {
      this.#open = resolve;
    });
  }

  open(): void {
    this.isOpen = true;
    this.#open();
  }
}
