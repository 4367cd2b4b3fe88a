import { openDatabase } from '../../app/open-database.ts';
import type { Clock } from '../../app/ports/clock.ts';
import type { Database, Engine } from '../../app/ports/engine.ts';
import { FatalError } from '../../core/errors.ts';
import type { UrlTarget } from '../database-url.ts';
import { type Platform, type PlatformOptions, startPlatform } from './platform.ts';
import { writeSession } from './state-folder.ts';

/** The local platform on a plain database URL, with a session of our own held on the target throughout. */
export interface UrlPlatform extends Platform {
  readonly engine: Engine;
  /** For reading; it also keeps other runners out while it is open. */
  readonly database: Database;
}

export interface UrlPlatformOptions {
  readonly url: UrlTarget;
  readonly clock: Clock;
  /** Kept in memory when omitted: for what changes nothing. */
  readonly stateFolder?: string;
  /** Take the target for ourselves, or only look. */
  readonly hold: boolean;
  readonly lambda?: PlatformOptions['lambda'];
  readonly functionEnvironment?: PlatformOptions['functionEnvironment'];
}

/**
 * Starts the platform and connects. Throws FatalError when another runner works on the same database, and
 * what `connect` throws when it cannot be reached.
 */
export async function startUrlPlatform(options: UrlPlatformOptions): Promise<UrlPlatform> {
  const { target, secret } = options.url;
  const platform = await startPlatform({
    targets: [target],
    clock: options.clock,
    ...(options.stateFolder === undefined ? {} : { dataDir: options.stateFolder }),
    ...(options.lambda === undefined ? {} : { lambda: options.lambda }),
    ...(options.functionEnvironment === undefined
      ? {}
      : { functionEnvironment: options.functionEnvironment }),
  });
  try {
    platform.cloud.secrets.create(target.secret, secret);
    const { app } = platform;
    const never = new AbortController().signal;
    const database = await openDatabase(
      app,
      target,
      { runId: 'none', role: 'runner' },
      { endsAt: Number.POSITIVE_INFINITY, signal: never },
    ).catch((error: unknown) => {
      throw aboutTheUrl(error, options.url.shown);
    });
    try {
      if (options.hold) await hold(database);
      if (options.stateFolder !== undefined) {
        await writeSession(options.stateFolder, {
          endpoint: platform.cloud.endpoint,
          pid: process.pid,
          target,
        });
      }
    } catch (error) {
      await database.close();
      throw error;
    }
    return {
      ...platform,
      engine: app.engineFor(target.engine),
      database,
      stop: async () => {
        await database.close();
        await platform.stop();
      },
    };
  } catch (error) {
    await platform.stop();
    throw error;
  }
}

/** The secret is our own doing: the person gave a URL. */
function aboutTheUrl(error: unknown, shown: string): unknown {
  if (!(error instanceof FatalError) || error.code !== 'login-refused') return error;
  return new FatalError(`${shown} refuses the user and password`, {
    code: error.code,
    remedy: 'check both in the URL; the password may also come from PGPASSWORD',
    cause: error,
  });
}

async function hold(database: Database): Promise<void> {
  const holder = await database.holdForRunner();
  if (holder === null) return;
  throw new FatalError(`another lockkeeper run is working on this database: ${holder}`, {
    code: 'target-busy',
    remedy: 'wait until it has ended, or stop it first',
  });
}
