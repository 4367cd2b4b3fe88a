import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { expect } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { startPostgres, type TestPostgres } from '../support/postgres.ts';

export const repository = join(import.meta.dirname, '../..');
const program = join(repository, 'bin/lockkeeper.js');
/** A command that takes longer than this hangs. */
const patienceMs = 50_000;

/** A command that has ended, and what it wrote. */
export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Started {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
  /** What it has written so far, to either stream. */
  written(): string;
  /** Resolves once that holds the text; fails when it does not in time. */
  says(text: string | RegExp, deadlineMs?: number): Promise<void>;
}

/**
 * A working directory and an empty database of its own, and the built program to try on them. Each ended command
 * is checked for what must never be: a stack trace, or the database's password in its output.
 */
export interface Place {
  readonly folder: string;
  readonly url: string;
  readonly database: string;
  readonly password: string;
  /** Writes files, by path from the working directory. */
  write(files: Readonly<Record<string, string | Uint8Array>>): Promise<void>;
  /** `lockkeeper …` with the database named by the environment. */
  lockkeeper(...args: string[]): Promise<Ended>;
  /** The same with `--json`: what is on stdout must be one JSON value. */
  json<Value = Record<string, unknown>>(...args: string[]): Promise<Ended & { readonly value: Value }>;
  start(
    args: readonly string[],
    environment?: Readonly<Record<string, string>>,
    deadlineMs?: number,
  ): Started;
  query<Row extends pg.QueryResultRow>(sql: string): Promise<Row[]>;
  /** A session of the application. */
  connect(): Promise<pg.Client>;
  /** Schemas and tables: what a command that must change nothing has to leave alone. */
  contents(): Promise<readonly string[]>;
}

export interface Server {
  place(): Promise<Place>;
  /** Ends what the places have started, removes them, and stops the server. */
  stop(): Promise<void>;
}

export async function startServer(): Promise<Server> {
  const server = await startPostgres();
  const leftovers: (() => Promise<unknown>)[] = [];
  return {
    place: () => openPlace(server, (remove) => leftovers.push(remove)),
    async stop() {
      for (const remove of leftovers.reverse()) await remove();
      await server.stop();
    },
  };
}

async function openPlace(
  server: TestPostgres,
  atTheEnd: (remove: () => Promise<unknown>) => void,
): Promise<Place> {
  const folder = await mkdtemp(join(tmpdir(), 'lockkeeper-cli-'));
  const { url, name } = await server.createDatabase();
  const children = new Set<ChildProcess>();
  atTheEnd(async () => {
    for (const child of children) child.kill('SIGKILL');
    await rm(folder, { recursive: true, force: true });
  });
  const password = decodeURIComponent(new URL(url).password);

  const connect = async (): Promise<pg.Client> => {
    const client = new pg.Client({ connectionString: url, application_name: 'the application' });
    client.on('error', () => undefined);
    await client.connect();
    return client;
  };

  const start: Place['start'] = (args, environment = {}, deadlineMs = patienceMs) => {
    const started = startProgram(args, folder, { LOCKKEEPER_DATABASE_URL: url, ...environment }, deadlineMs);
    children.add(started.child);
    const ended = started.ended.then((result) => {
      children.delete(started.child);
      expectClean(result, password);
      return result;
    });
    ended.catch(() => undefined);
    return { ...started, ended };
  };

  const lockkeeper: Place['lockkeeper'] = (...args) => start(args).ended;

  const query = async <Row extends pg.QueryResultRow>(sql: string): Promise<Row[]> => {
    const client = await connect();
    try {
      return (await client.query<Row>(sql)).rows;
    } finally {
      await client.end();
    }
  };

  return {
    folder,
    url,
    database: name,
    password,
    connect: async () => {
      const client = await connect();
      atTheEnd(() => client.end());
      return client;
    },
    query,
    start,
    lockkeeper,
    async json<Value>(...args: string[]) {
      const ended = await lockkeeper(...args, '--json');
      return { ...ended, value: JSON.parse(ended.stdout) as Value };
    },
    async write(files) {
      for (const [path, text] of Object.entries(files)) {
        const whole = join(folder, path);
        await mkdir(join(whole, '..'), { recursive: true });
        await writeFile(whole, text);
      }
    },
    async contents() {
      const rows = await query<{ name: string }>(
        `SELECT nspname AS name FROM pg_namespace WHERE nspname !~ '^pg_' AND nspname <> 'information_schema'
         UNION ALL SELECT schemaname || '.' || tablename FROM pg_tables
                   WHERE schemaname NOT IN ('pg_catalog', 'information_schema', 'lockkeeper')
         ORDER BY name`,
      );
      return rows.map((row) => row.name);
    },
  };
}

/** Starts the built program as a person would, without waiting for it. */
export function startProgram(
  args: readonly string[],
  folder: string,
  environment: Readonly<Record<string, string>> = {},
  deadlineMs = patienceMs,
): Started {
  const child = spawn(process.execPath, [program, ...args], {
    cwd: folder,
    env: { ...cleanEnvironment(), ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  return follow(child, `lockkeeper ${args.join(' ')}`, deadlineMs);
}

/** Without what the machine's user has set for AWS, the database or colours. */
function cleanEnvironment(): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(process.env).filter(
      ([name]) => !/^(AWS_|PG|LOCKKEEPER_(?!KEPT)|FORCE_COLOR|NO_COLOR)/.test(name),
    ),
  );
}

function follow(child: ChildProcess, name: string, deadlineMs: number): Started {
  const texts = { stdout: '', stderr: '' };
  for (const stream of ['stdout', 'stderr'] as const) {
    child[stream]?.setEncoding('utf8').on('data', (text: string) => {
      texts[stream] += text;
    });
  }
  const timer = setTimeout(() => child.kill('SIGKILL'), deadlineMs);
  const ended = once(child, 'close').then((how): Ended => {
    const [code, signal] = how as [number | null, string | null];
    clearTimeout(timer);
    if (signal === 'SIGKILL') throw new Error(`${name} was killed\n${texts.stdout}${texts.stderr}`);
    return { code, ...texts };
  });
  ended.catch(() => undefined);
  return {
    child,
    ended,
    written: () => texts.stdout + texts.stderr,
    says: (text, deadlineMs) =>
      eventually(() => expect(texts.stdout + texts.stderr, name).toMatch(text), deadlineMs),
  };
}

function expectClean({ stdout, stderr }: Ended, password: string): void {
  for (const text of [stdout, stderr]) {
    expect(text).not.toMatch(/^\s+at .+(:\d+|\(|<anonymous>)/m);
    expect(text).not.toContain(password);
  }
}

/** Every file below a folder, as bytes: databases keep texts in files that are no text. */
export async function readEverything(folder: string): Promise<Buffer> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  return Buffer.concat(await Promise.all(files.map((entry) => readFile(join(entry.parentPath, entry.name)))));
}

/** The result of `run --json`. */
export interface RunResult {
  readonly nothingToDo: boolean;
  readonly notBegun: number;
  readonly runs: readonly {
    readonly runId: string;
    readonly version: string;
    readonly verdict: string;
    readonly because: string;
    readonly rows: number;
  }[];
}

/** `run --json` in short: `1 SUCCEEDED`. */
export const verdictsOf = ({ runs }: RunResult): string[] =>
  runs.map(({ version, verdict }) => `${version} ${verdict}`);
