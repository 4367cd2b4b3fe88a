import type { Clock } from '../../app/ports/clock.ts';
import type { Database, Engine } from '../../app/ports/engine.ts';
import { FatalError } from '../../core/errors.ts';
import type { UrlTarget } from '../database-url.ts';
import { connectToUrl } from '../url-connection.ts';
import { type Platform, type PlatformOptions, startPlatform } from './platform.ts';
import { isAlive, prepareStateFolder, readSession, writeSession } from './state-folder.ts';

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
  /** Ends the wait for the database. */
  readonly signal: AbortSignal;
  readonly lambda?: PlatformOptions['lambda'];
  readonly functionEnvironment?: PlatformOptions['functionEnvironment'];
}

/**
 * Starts the platform and connects. Throws FatalError when another runner works on the same database or with the
 * same state folder, InputError when that folder cannot be used, and what `connect` throws when the database
 * cannot be reached.
 */
export async function startUrlPlatform(options: UrlPlatformOptions): Promise<UrlPlatform> {
  const { target, secret } = options.url;
  const { stateFolder } = options;
  if (stateFolder !== undefined) {
    await prepareStateFolder(stateFolder);
    await refuseBusyFolder(stateFolder);
  }
  const platform = await startPlatformIn(stateFolder, options.clock, {
    targets: [target],
    ...(options.lambda === undefined ? {} : { lambda: options.lambda }),
    ...(options.functionEnvironment === undefined
      ? {}
      : { functionEnvironment: options.functionEnvironment }),
  });
  try {
    platform.cloud.secrets.create(target.secret, secret);
    const { app } = platform;
    const engine = app.engineFor(target.engine);
    const database = await connectToUrl(engine, options.url, 'runner', options.signal);
    try {
      if (options.hold) await hold(database);
      if (stateFolder !== undefined) {
        await writeSession(stateFolder, {
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
      engine,
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

/** How long, in milliseconds, the short commands may keep a state folder. */
const shortCommandMs = 5_000;

/** Starts the platform with its state in a folder; waits for other commands that only look into it. */
export async function startPlatformIn(
  folder: string | undefined,
  clock: Clock,
  options: Omit<PlatformOptions, 'clock' | 'dataDir'>,
): Promise<Platform> {
  const deadline = clock.now() + shortCommandMs;
  for (;;) {
    try {
      return await startPlatform({ ...options, clock, ...(folder === undefined ? {} : { dataDir: folder }) });
    } catch (error) {
      if (!(error instanceof FatalError) || error.code !== 'state-locked') throw error;
      if (clock.now() >= deadline) throw folderBusy(folder ?? '', 'another process', error);
      await clock.sleep(100);
    }
  }
}

async function refuseBusyFolder(folder: string): Promise<void> {
  // A damaged session is written anew; only commands that look for a run need it.
  const session = await readSession(folder).catch(() => null);
  if (session === null || !(await isAlive(session))) return;
  throw folderBusy(folder, `lockkeeper run (process ${session.pid}, on ${session.target.name})`);
}

const folderBusy = (folder: string, holder: string, cause?: unknown): FatalError =>
  new FatalError(`${holder} is using the state folder ${folder}`, {
    code: 'target-busy',
    remedy:
      'wait until it has ended; for another database at the same time, give another folder: --state DIR',
    cause,
  });

async function hold(database: Database): Promise<void> {
  const holder = await database.holdForRunner();
  if (holder === null) return;
  throw new FatalError(`another lockkeeper run is working on this database: ${holder}`, {
    code: 'target-busy',
    remedy: 'wait until it has ended, or stop it first',
  });
}
