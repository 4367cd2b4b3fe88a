import { randomBytes } from 'node:crypto';
import { relative } from 'node:path';
import { storeBundle } from '../../app/bundle.ts';
import type { Clock } from '../../app/ports/clock.ts';
import { FatalError } from '../../core/errors.ts';
import type { Target } from '../../core/target.ts';
import { loadSources } from '../../formats/load-folder.ts';
import { AwsError } from '../../local/gateway/errors.ts';
import { type Platform, startPlatform } from '../local/platform.ts';
import { packageRoot } from '../package-root.ts';
import { demoSize } from './data.ts';
import type { Dialect, Login } from './dialect.ts';
import { demoMigrations, type Show } from './scenarios.ts';
import { startWriters, type Writers } from './writers.ts';

/** Everything the demo plays on: the platform, a database "instance" with data, and writers at work. */
export interface Stage {
  readonly platform: Platform;
  readonly target: Target;
  readonly dialect: Dialect;
  readonly writers: Writers;
  readonly bundle: string;
  /** For looking at the database past Lockkeeper; always the current password and server. */
  readonly connect: () => Login;
  close(): Promise<void>;
}

const instance = 'shop';
const database = 'shop';
const secret = 'shop/database';

/** Writers and their pace: enough to notice every lock, little enough to leave two cores to the migration. */
const writerCount = 4;
const writerPauseMs = 10;

export async function setStage(
  show: Show,
  dialect: Dialect,
  rows: number,
  clock: Clock,
  say: (line: string) => void,
  signal: AbortSignal,
): Promise<Stage> {
  const target: Target = {
    name: 'shop',
    engine: dialect.engine,
    secret,
    instance,
    database,
    tls: 'off',
    restore: 'ask',
  };
  const platform = await startPlatform({
    targets: [target],
    clock,
    rds: { serverSettings: dialect.serverSettings },
  });
  try {
    const masterPassword = randomBytes(18).toString('base64url');
    if (dialect.firstTime !== null) say(dialect.firstTime);
    const server = await createInstance(platform, dialect, masterPassword);
    platform.cloud.secrets.create(secret, { username: 'keeper', password: masterPassword });
    say(
      `${dialect.title} "${instance}" is up on ${server.host}:${server.port}; loading ${rows.toLocaleString('en')} users`,
    );
    const connect = () => ({
      host: server.host,
      port: server.port,
      user: 'keeper',
      password: masterPassword,
      database,
    });
    signal.throwIfAborted();
    const size = demoSize(rows);
    await dialect.load(connect(), size, show.userKey);
    signal.throwIfAborted();
    const bundle = await storeBundle(platform.app, target.name, await readMigrationFiles(show, dialect));
    const writers = await startWriters({
      dialect,
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
      dialect,
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

async function createInstance(platform: Platform, dialect: Dialect, masterPassword: string) {
  try {
    return await platform.cloud.rds.createInstance({
      identifier: instance,
      engine: dialect.rdsEngine,
      masterUsername: 'keeper',
      masterPassword,
      dbName: database,
    });
  } catch (error) {
    if (!(error instanceof AwsError) || error.code !== 'InsufficientDBInstanceCapacity') throw error;
    throw new FatalError(error.message, {
      code: 'no-server',
      remedy: `install ${dialect.title}, or give the demo another --engine`,
      cause: error,
    });
  }
}

/** Named within their folder: where this package is installed is of no interest in plans and messages. */
async function readMigrationFiles(show: Show, dialect: Dialect) {
  const folder = demoMigrations(packageRoot(), show, dialect);
  return (await loadSources(folder)).map(({ path, text }) => ({ path: relative(folder, path), text }));
}
