import { execFile } from 'node:child_process';
import { access } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { InputError } from '../../core/errors.ts';
import type { SqlSource } from '../../core/migration.ts';
import { isOffline } from './alembic.ts';

const run = promisify(execFile);

/** Whether the folder holds Alembic's programs and nothing that its offline mode has written from them. */
export const needsAlembic = (paths: readonly string[], sources: readonly SqlSource[]): boolean =>
  scriptFolderOf(paths) !== null && !sources.some(isOffline);

/** The folder with `env.py` and `versions/*.py`. */
function scriptFolderOf(paths: readonly string[]): string | null {
  const program = paths.find((path) => /(?:^|\/)versions\/[^/]+\.py$/.test(path));
  const folder = program === undefined ? null : dirname(dirname(program));
  return folder !== null && paths.includes(join(folder, 'env.py')) ? folder : null;
}

/**
 * Has the team's own Alembic write its migrations as SQL, in both directions. Their `env.py` and their revisions are
 * run, no database is reached.
 * @throws InputError when there is no Alembic, no `alembic.ini`, or it fails
 */
export async function writeOffline(paths: readonly string[]): Promise<readonly SqlSource[]> {
  const folder = scriptFolderOf(paths) ?? '.';
  const settings = await findSettings(folder);
  const call = await findAlembic(settings, folder);
  const up = await call(['upgrade', 'heads', '--sql']);
  if ('reason' in up) throw failed(folder, up.reason);
  // A revision that cannot be taken back says so by failing: then there is no way back for any.
  const down = await call(['downgrade', 'heads:base', '--sql']);
  const sources = [{ path: join(folder, 'alembic-upgrade.sql'), text: up.text }];
  return 'reason' in down
    ? sources
    : [...sources, { path: join(folder, 'alembic-downgrade.sql'), text: down.text }];
}

async function findSettings(folder: string): Promise<string> {
  for (const above of ['.', '..', '../..']) {
    const path = resolve(folder, above, 'alembic.ini');
    if (await exists(path)) return path;
  }
  throw new InputError(
    `there is no alembic.ini for the revisions in ${folder}`,
    [{ file: folder, message: 'it is neither here nor in the two folders above', expected: 'alembic.ini' }],
    withoutAlembic,
  );
}

type Outcome = { readonly text: string } | { readonly reason: string };
type Call = (args: readonly string[]) => Promise<Outcome>;

/** The one of the team's own environment first, then whichever is installed. */
async function findAlembic(settings: string, folder: string): Promise<Call> {
  const home = dirname(settings);
  const candidates: readonly (readonly [string, ...string[]])[] = [
    [join(home, '.venv/bin/alembic')],
    [join(home, 'venv/bin/alembic')],
    ['alembic'],
    ['python3', '-m', 'alembic'],
  ];
  for (const [program, ...first] of candidates) {
    const call: Call = (args) => carryOut(program, [...first, '-c', settings, ...args], home);
    const answer = await carryOut(program, [...first, '--version'], home);
    if ('text' in answer) return call;
  }
  throw new InputError(
    `the revisions in ${folder} are Python programs, and no Alembic is installed here to write their SQL`,
    [],
    withoutAlembic,
  );
}

const withoutAlembic =
  'install Alembic where this runs; or write the SQL where it is installed, and put both files into the folder: ' +
  'alembic upgrade head --sql > upgrade.sql; alembic downgrade head:base --sql > downgrade.sql';

/** Far more than any history takes; a program that asks something would wait for ever. */
const longestMs = 120_000;
const mostBytes = 64 * 1024 * 1024;

async function carryOut(program: string, args: readonly string[], cwd: string): Promise<Outcome> {
  try {
    const { stdout } = await run(program, args, { cwd, timeout: longestMs, maxBuffer: mostBytes });
    return { text: stdout };
  } catch (error) {
    const said = error instanceof Error && 'stderr' in error ? String(error.stderr) : String(error);
    // The last line of a Python traceback is what went wrong; those above tell where in its libraries.
    return { reason: said.trim().split('\n').at(-1) ?? '' };
  }
}

const failed = (folder: string, reason: string): InputError =>
  new InputError(
    `Alembic could not write the revisions in ${folder} as SQL: ${reason}`,
    [],
    'a step that reads from the database cannot be written beforehand: put it into a backfill of a manifest, or into SQL',
  );

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );
