import { randomBytes } from 'node:crypto';
import { checkDown, type DownCheck } from '../../app/check-down.ts';
import type { Clock } from '../../app/ports/clock.ts';
import { plainEffects } from '../../app/ports/effects.ts';
import type { Engine } from '../../app/ports/engine.ts';
import type { Scratch } from '../../app/ports/scratch.ts';
import { FatalError, InputError } from '../../core/errors.ts';
import type { EngineName } from '../../core/ids.ts';
import { bareVersion, type FolderFormat } from '../../core/migration.ts';
import { createEngines } from '../../engines/registry.ts';
import { loadFolder } from '../../formats/load-folder.ts';
import { parseDatabaseUrl, type UrlTarget } from '../database-url.ts';
import { type ExitCode, exitCodes, type Output } from '../output.ts';
import { loginOf } from '../url-connection.ts';

export interface CheckDownOptions {
  readonly version?: string | undefined;
  readonly migrations: string;
  readonly format?: FolderFormat | undefined;
  /** An empty database on another server than this program's own. */
  readonly scratchUrl?: string | undefined;
  /** The database of the migrations, which is never used as the scratch one. */
  readonly databaseUrl?: string | undefined;
  /** What server of this program's own to try them on; that of the URL, else PostgreSQL, when absent. */
  readonly server?: OwnServer | undefined;
}

/** The servers that this program can start, and whose SQL they speak. */
export const ownServers = {
  postgres: 'postgres',
  mariadb: 'mysql',
  mysql: 'mysql',
} as const satisfies Partial<Record<string, EngineName>>;

export type OwnServer = keyof typeof ownServers;

/** Where neither a URL nor an option says another. */
const usualServer: OwnServer = 'postgres';

/** The option by which `check-down` tries an engine’s scripts on a server of its own; empty where it does so anyway. */
export function serverOptionFor(engine: EngineName): string {
  if (ownServers[usualServer] === engine) return '';
  const server = (Object.keys(ownServers) as OwnServer[]).find((one) => ownServers[one] === engine);
  return server === undefined ? '' : ` --server ${server}`;
}

/** Runs each migration up and down in a scratch database and says whether the schema is what it was. */
export async function checkDownOf(
  options: CheckDownOptions,
  output: Output,
  clock: Clock,
  signal: AbortSignal,
): Promise<ExitCode> {
  const { migrations } = await loadFolder(
    options.migrations,
    options.format === undefined ? {} : { format: options.format },
  );
  const real = urlOf(options.databaseUrl);
  const url = urlOf(options.scratchUrl);
  if (url !== null && real !== null && isSame(url, real)) {
    throw new InputError(
      'the scratch database is the one that the migrations are for',
      [{ file: '--scratch-url', message: `${url.shown} is named by --database-url as well` }],
      'name an empty database for it, or leave it out',
    );
  }
  const own = options.server ?? serverOf(options.databaseUrl) ?? usualServer;
  const given = url ?? (options.server === undefined ? real : null);
  const engine = createEngines({ effects: plainEffects, clock })(given?.target.engine ?? ownServers[own]);
  try {
    const checks = await checkDown(
      {
        engine,
        migrations,
        version: options.version === undefined ? null : bareVersion(options.version),
        report: (check) => {
          for (const line of linesOf(check)) output.say(line);
        },
      },
      () => (url === null ? openOwn(engine, own, signal) : openGiven(engine, url, signal)),
    );
    const undone = checks.filter(({ result }) => result === 'undone').length;
    output.say(`${undone} of ${checks.length} down scripts undo their migration`);
    output.emit({ checks });
    return undone === checks.length ? exitCodes.done : exitCodes.findings;
  } catch (error) {
    throw signal.aborted ? signal.reason : error;
  }
}

const urlOf = (text: string | undefined): UrlTarget | null =>
  text === undefined || text === '' ? null : parseDatabaseUrl(text, process.env);

/** By its scheme, which tells MariaDB from MySQL. */
const serverOf = (url: string | undefined): OwnServer | undefined =>
  (Object.keys(ownServers) as OwnServer[]).find((server) => url?.startsWith(`${server}:`));

const isSame = ({ secret: a }: UrlTarget, { secret: b }: UrlTarget): boolean =>
  a.host === b.host && a.port === b.port && a.dbname === b.dbname;

function linesOf(check: DownCheck): readonly string[] {
  switch (check.result) {
    case 'undone':
      return [`${check.version}  undone`];
    case 'failed':
      return [`${check.version}  the down script fails: ${check.message}`];
    case 'differs': {
      const { missing, left } = check.difference;
      return [
        `${check.version}  the schema is not what it was before: - is missing, + was left`,
        ...missing.map((line) => `  - ${line}`),
        ...left.map((line) => `  + ${line}`),
      ];
    }
    default:
      return check satisfies never;
  }
}

async function openGiven(engine: Engine, url: UrlTarget, signal: AbortSignal): Promise<Scratch> {
  return open(engine, loginOf(url), signal);
}

/** On a server of this program's own, which is stopped and removed with it. */
async function openOwn(engine: Engine, server: OwnServer, signal: AbortSignal): Promise<Scratch> {
  if (engine.openScratch === undefined) throw noScratch(engine);
  const { Launchers } = await import('../../local/rds/launchers.ts');
  const launchers = new Launchers();
  try {
    const launcher = await launchers.of(server);
    const [user, password, database] = ['lockkeeper', randomBytes(16).toString('hex'), 'scratch'];
    const { port } = await launcher.create({
      masterUsername: user,
      masterPassword: password,
      database,
      durability: 'relaxed',
    });
    const login = { host: '127.0.0.1', port, user, password, database, tls: { mode: 'off' } } as const;
    const scratch = await open(engine, login, signal);
    // The databases go with their server.
    return { ...scratch, close: () => launchers.close() };
  } catch (error) {
    await launchers.close();
    throw error;
  }
}

async function open(
  engine: Engine,
  login: ReturnType<typeof loginOf>,
  signal: AbortSignal,
): Promise<Scratch> {
  if (engine.openScratch === undefined) throw noScratch(engine);
  return engine.openScratch(login, randomBytes(4).toString('hex'), signal);
}

const noScratch = ({ name }: Engine): FatalError =>
  new FatalError(`down scripts for ${name} cannot be tried out yet`, {
    code: 'no-scratch',
    remedy: 'try them on a copy of the database',
  });
