import { afterEach, beforeEach, describe, it } from 'vitest';
import type { Clock } from '../../../src/app/ports/clock.ts';
import { type Effects, plainEffects } from '../../../src/app/ports/effects.ts';
import type { Database } from '../../../src/app/ports/engine.ts';
import { runId } from '../../../src/core/ids.ts';
import { RealClock } from '../../../src/local/clock/real-clock.ts';
import { eachServer, type NoServer } from '../../support/each-server.ts';
import { openDataApiWorld } from './data-api-world.ts';
import { openMysqlWorld } from './mysql-world.ts';
import { openPostgresWorld } from './postgres-world.ts';
import { openSqlServerWorld } from './sqlserver-world.ts';

/** Servers that the suite runs against. What is expected of them is typed by this: one that is missing does not compile. */
export type EngineUnderTest = 'postgres' | 'mariadb' | 'mysql57' | 'mysql8' | 'sqlserver';

/** A server and what tests open on it. */
export interface World {
  /** What this server lacks of what the engine is made for. */
  readonly gaps?: readonly Gap[];
  /** A fresh, empty database. */
  database(): Promise<TestDatabase>;
  /** After each test: whatever it opened. */
  closeAll(): Promise<void>;
  stop(): Promise<void>;
}

/** A capability that a server lacks, though the engine's own servers have it. */
export interface Gap {
  readonly capability: string;
  /** What the server does instead. */
  readonly instead: string;
  /** Names of tests (`group: behaviour`, as far as they begin alike) that cannot pass without it. */
  readonly unverified: readonly string[];
}

/** One database of a world, as the application and as Lockkeeper see it. */
export interface TestDatabase {
  /** Runs statements over a connection of their own; rows of the last one, values as text. */
  query<Row = Record<string, string | null>>(...statements: readonly string[]): Promise<readonly Row[]>;
  /** A session of the application that stays open. */
  client(): Promise<TestClient>;
  connect(options?: ConnectOptions): Promise<Database>;
}

export interface TestClient {
  query(sql: string): Promise<unknown>;
  close(): Promise<void>;
}

export interface ConnectOptions {
  readonly run?: string;
  readonly role?: string;
  readonly effects?: Effects;
  readonly clock?: Clock;
  readonly signal?: AbortSignal;
}

/** What a world makes of options: everything that is left out is filled in. */
export const connectionOf = (options: ConnectOptions) => ({
  tag: { runId: runId(options.run ?? 'run-1'), role: options.role ?? 'main' },
  effects: options.effects ?? plainEffects,
  clock: options.clock ?? new RealClock(),
  signal: options.signal ?? new AbortController().signal,
});

/** Further ways to a server, of which the same is expected. */
type Way = EngineUnderTest | 'postgres over the Data API';

const servers: Readonly<
  Record<
    Way,
    {
      /** Whose expectations hold, when not those of its own name. */
      readonly as?: EngineUnderTest;
      readonly open: () => Promise<World | NoServer>;
      /** The variable that leads to it, where nothing else does. */
      readonly variable: string | null;
    }
  >
> = {
  postgres: { open: openPostgresWorld, variable: null },
  'postgres over the Data API': { as: 'postgres', open: () => openDataApiWorld(), variable: null },
  mariadb: { open: () => openMysqlWorld('mariadb'), variable: null },
  mysql57: { open: () => openMysqlWorld('mysql57'), variable: null },
  mysql8: { open: () => openMysqlWorld('mysql8'), variable: 'LOCKKEEPER_TEST_MYSQL_URL' },
  sqlserver: { open: openSqlServerWorld, variable: 'LOCKKEEPER_TEST_MSSQL_URL' },
};

/** Describes the same for every engine, each with a fresh database a call. */
export function everyEngine<Engine extends EngineUnderTest>(
  what: string,
  tests: (engine: Engine, database: () => Promise<TestDatabase>) => void,
  engines?: readonly Engine[],
): void {
  const engineOf = (way: Way) => (servers[way].as ?? way) as Engine;
  const ways = (Object.keys(servers) as Way[]).filter((way) => engines?.includes(engineOf(way)) ?? true);
  const isNamed = (way: Way): boolean => {
    const { variable } = servers[way];
    return variable === null || (process.env[variable] ?? '') !== '';
  };
  for (const way of ways.filter((one) => !isNamed(one))) {
    describe(`${what} (${way})`, () => {
      it('is unverified', ({ skip }) =>
        skip(`${servers[way].variable} names no server: of ${what}, nothing was seen on ${way}`));
    });
  }
  eachServer(
    what,
    ways.filter(isNamed),
    (way) => servers[way].open(),
    (way, world) => {
      beforeEach((context) => {
        const gap = gapOf(world(), `${what}: ${context.task.name}`);
        if (gap !== null) context.skip(`the server lacks ${gap.capability}: ${gap.instead}`);
      });
      let used = false;
      afterEach(async () => {
        if (used) await world().closeAll();
        used = false;
      });
      tests(engineOf(way), () => {
        used = true;
        return world().database();
      });
    },
  );
}

const gapOf = ({ gaps = [] }: World, test: string): Gap | null =>
  gaps.find(({ unverified }) => unverified.some((name) => test.startsWith(name))) ?? null;

/** Closes what was opened, the latest first. */
export class Closers {
  readonly #closers: (() => Promise<unknown>)[] = [];

  add(close: () => Promise<unknown>): void {
    this.#closers.push(close);
  }

  async closeAll(): Promise<void> {
    for (const close of this.#closers.splice(0).reverse()) await close().catch(() => undefined);
  }
}
