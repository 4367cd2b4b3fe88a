import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { InputError } from '../../src/core/errors.ts';
import { loadFolder } from '../../src/formats/load-folder.ts';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lockkeeper-alembic-'));
});
afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

async function write(path: string, text: string, mode = 0o644): Promise<void> {
  await mkdir(dirname(join(folder, path)), { recursive: true });
  await writeFile(join(folder, path), text, { mode });
}

/** Stands for the team's own: what its offline mode writes, in its own words. */
const alembic = (upgrade: string, downgrade: string): string => `#!/bin/sh
case "$*" in
  *--version*) echo "alembic 1.20.1";;
  *"alembic.ini upgrade heads --sql"*) ${upgrade};;
  *"alembic.ini downgrade heads:base --sql"*) ${downgrade};;
  *) exit 2;;
esac
`;

const program = (revision: string, parent: string): string =>
  `revision: str = '${revision}'\ndown_revision: Union[str, None] = ${parent}\n`;

async function project(upgrade: string, downgrade: string): Promise<string> {
  await write('alembic.ini', '[alembic]\n');
  await write('migrations/env.py', '');
  await write('migrations/versions/812b_one.py', program('812b', 'None'));
  await write('.venv/bin/alembic', alembic(upgrade, downgrade), 0o755);
  return join(folder, 'migrations');
}

async function refusal(work: Promise<unknown>): Promise<InputError> {
  const error = await work.catch((reason: unknown) => reason);
  if (error instanceof InputError) return error;
  throw new Error(`expected an InputError, got ${String(error)}`);
}

it('has the team’s own Alembic write what its revisions do', async () => {
  const revisions = await project(
    `printf 'BEGIN;\\n-- Running upgrade  -> 812b\\n\\nCREATE TABLE a ();\\n\\nCOMMIT;\\n'`,
    `printf -- '-- Running downgrade 812b -> \\n\\nDROP TABLE a;\\n'`,
  );
  const { migrations, format } = await loadFolder(revisions);
  expect(format).toBe('alembic');
  expect(migrations).toMatchObject([
    {
      version: '812b',
      description: 'one',
      up: { path: join(revisions, 'alembic-upgrade.sql') },
      down: { path: join(revisions, 'alembic-downgrade.sql') },
    },
  ]);
  const before = migrations[0]?.checksum;
  await write(
    '.venv/bin/alembic',
    alembic(`printf -- '-- Running upgrade  -> 812b\\nCREATE TABLE "a" ();\\n'`, 'false'),
    0o755,
  );
  const [again] = (await loadFolder(revisions)).migrations;
  expect(again, 'the checksum is of the program, and another version may write it otherwise').toMatchObject({
    checksum: before,
    down: null,
  });
});

it('says what Alembic could not write, and why', async () => {
  const revisions = await project('echo "NotImplementedError: no database offline" >&2; exit 1', 'false');
  const { message, remedy } = await refusal(loadFolder(revisions));
  expect(message).toBe(
    `Alembic could not write the revisions in ${revisions} as SQL: NotImplementedError: no database offline`,
  );
  expect(remedy).toContain('backfill');
});

it('needs alembic.ini, and says where it was looked for', async () => {
  await write('migrations/env.py', '');
  await write('migrations/versions/812b_one.py', program('812b', 'None'));
  const error = await refusal(loadFolder(join(folder, 'migrations')));
  expect(error.message).toContain('there is no alembic.ini');
  expect(error.remedy).toContain('alembic upgrade head --sql > upgrade.sql');
});

it('does not overlook a revision that the SQL beside it does not know yet', async () => {
  const revisions = await project('false', 'false');
  await write('migrations/upgrade.sql', '-- Running upgrade  -> 812b\nCREATE TABLE a ();\n');
  expect((await loadFolder(revisions)).migrations).toHaveLength(1);
  await write('migrations/versions/9e93_two.py', program('9e93', "'812b'"));
  expect((await refusal(loadFolder(revisions))).problems.map(({ message }) => message)).toEqual([
    'nothing here says what revision 9e93 does in SQL',
  ]);
});
