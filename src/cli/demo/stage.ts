import { randomBytes } from 'node:crypto';
import { relative } from 'node:path';
import type pg from 'pg';
import { storeBundle } from '../../app/bundle.ts';
import type { Clock } from '../../app/ports/clock.ts';
import type { Target } from '../../core/target.ts';
import { loadSources } from '../../formats/load-folder.ts';
import { type Platform, startPlatform } from '../local/platform.ts';
import { packageRoot } from '../package-root.ts';
import { loadData } from './data.ts';
import { demoMigrations } from './scenarios.ts';
import { startWriters, type Writers } from './writers.ts';

/** Everything the demo plays on: the platform, a database "instance" with data, and writers at work. */
export interface Stage {
  readonly platform: Platform;
  readonly target: Target;
  readonly writers: Writers;
  readonly bundle: string;
  /** For looking at the database past Lockkeeper; always the current password and server. */
  readonly connect: () => pg.ClientConfig;
  close(): Promise<void>;
}

const instance = 'shop';
const database = 'shop';
const secret = 'shop/database';

/** Writers and their pace: enough to notice every lock, little enough to leave two cores to the migration. */
const writerCount = 4;
const writerPauseMs = 10;

export async function setStage(
  rows: number,
  clock: Clock,
  say: (line: string) => void,
  signal: AbortSignal,
): Promise<Stage> {
  const target: Target = {
    name: 'shop',
    engine: 'postgres',
    secret,
    instance,
    database,
    tls: 'off',
    restore: 'ask',
  };
  const platform = await startPlatform({ targets: [target], clock });
  try {
    const masterPassword = randomBytes(18).toString('base64url');
    const server = await platform.cloud.rds.createInstance({
      identifier: instance,
      masterUsername: 'keeper',
      masterPassword,
      dbName: database,
    });
    platform.cloud.secrets.create(secret, { username: 'keeper', password: masterPassword });
    say(
      `PostgreSQL "${instance}" is up on ${server.host}:${server.port}; loading ${rows.toLocaleString('en')} users`,
    );
    const connect = () => ({
      host: server.host,
      port: server.port,
      user: 'keeper',
      password: masterPassword,
      database,
    });
    signal.throwIfAborted();
    const size = await loadData(connect(), rows);
    signal.throwIfAborted();
    const bundle = await storeBundle(platform.app, target.name, await readMigrationFiles());
    const writers = await startWriters({
      connect,
      size,
      writers: writerCount,
      pauseMs: writerPauseMs,
      clock,
      seed: 42,
    });
    return {
      platform,
      target,
      writers,
      bundle,
      connect,
      async close() {
        await writers.stop();
        await platform.stop();
      },
    };
  } catch (error) {
    await platform.stop();
    throw error;
  }
}

/** Named within their folder: where this package is installed is of no interest in plans and messages. */
async function readMigrationFiles() {
  const folder = demoMigrations(packageRoot());
  return (await loadSources(folder)).map(({ path, text }) => ({ path: relative(folder, path), text }));
}
