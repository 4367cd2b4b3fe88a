import type { Clock } from '../../app/ports/clock.ts';
import type { LastingConnection } from './connection.ts';
import type { DemoSize } from './data.ts';
import type { ApplicationVersion, Statements } from './dialect.ts';
import type { Measurements } from './figures.ts';
import type { WriteLog } from './write-log.ts';

/** What one client of the application works with. */
export interface WriterParts {
  /** 0-based, of `writers` in all: decides which preloaded rows are this one's. */
  readonly number: number;
  readonly writers: number;
  readonly size: DemoSize;
  /** Goes into every operation's id, so that no two runs of the writers use the same. */
  readonly tag: string;
  readonly connection: LastingConnection;
  readonly log: WriteLog;
  readonly measurements: Measurements;
  readonly clock: Clock;
  /** Milliseconds since the epoch that only grow, for latencies. */
  readonly stopwatch: () => number;
  readonly random: () => number;
  readonly statements: Statements;
  /** Of the application, now. */
  readonly version: () => ApplicationVersion;
}
