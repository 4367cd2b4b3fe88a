import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { InputError } from '../../src/core/errors.ts';
import { loadFolder, loadSources } from '../../src/formats/load-folder.ts';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lockkeeper-formats-'));
});
afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

async function write(files: Readonly<Record<string, string | Uint8Array>>): Promise<void> {
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), content);
  }
}

async function refusal(work: Promise<unknown>): Promise<InputError> {
  const error = await work.then(
    () => null,
    (reason: unknown) => reason,
  );
  if (!(error instanceof InputError)) throw new Error(`expected an InputError, got ${String(error)}`);
  return error;
}

/** Problems with the folder's name taken off their paths. */
const problemsOf = (error: InputError) =>
  error.problems.map(({ file, line, message }) => ({ file: file.replace(`${folder}/`, ''), line, message }));

describe('a folder on disk', () => {
  it('is read with all that lies below it, hidden things aside', async () => {
    await write({
      'V1__a.sql': 'SELECT 1;',
      '2024/q1/V2__b.sql': 'SELECT 2;',
      '2024/q1/V2__b.yaml': 'rollback: { policy: none }',
      '.git/V3__c.sql': 'SELECT 3;',
      '.V4__d.sql': 'SELECT 4;',
    });
    const { migrations, format } = await loadFolder(folder);
    expect(format).toBe('flyway');
    expect(migrations.map(({ version, up }) => [version, up])).toEqual([
      ['1', { path: join(folder, 'V1__a.sql'), text: 'SELECT 1;' }],
      ['2', { path: join(folder, '2024/q1/V2__b.sql'), text: 'SELECT 2;' }],
    ]);
  });

  it('may hold links, even in circles', async () => {
    await write({ 'real/V1__a.sql': 'SELECT 1;', 'other/note.txt': '' });
    await symlink(folder, join(folder, 'real', 'loop'));
    await symlink(join(folder, 'real', 'V1__a.sql'), join(folder, 'other', 'V2__b.sql'));
    const { migrations } = await loadFolder(folder);
    expect(migrations.map(({ version }) => version)).toEqual(['1', '2']);
  });

  it('may be empty', async () => {
    expect(await loadFolder(folder)).toMatchObject({ format: null, migrations: [] });
  });

  it('does not read what is no migration', async () => {
    await write({
      'V1__a.sql': 'SELECT 1;',
      'dump.bin': Uint8Array.of(0xff),
      'config.yaml': Uint8Array.of(0xff),
    });
    expect((await loadSources(folder)).map(({ path }) => path)).toEqual([join(folder, 'V1__a.sql')]);
  });

  it('is read in the format asked for, other files unread', async () => {
    await write({ 'V1__a.sql': 'SELECT 1;', '2_b.up.sql': Uint8Array.of(0xff) });
    const { migrations } = await loadFolder(folder, { format: 'flyway' });
    expect(migrations.map(({ version }) => version)).toEqual(['1']);
    expect(await loadSources(folder, { format: 'flyway' })).toHaveLength(1);
  });

  it('keeps every character, beyond ASCII too', async () => {
    await write({ 'V1__a.sql': "SELECT 'ä 🜁 \u0000';" });
    const [migration] = (await loadFolder(folder)).migrations;
    expect(migration?.up?.text).toBe("SELECT 'ä 🜁 \u0000';");
  });
});

describe('a folder that cannot be read', () => {
  it.each([
    ['is missing', 'nowhere', 'does not exist'],
    ['is a file', 'V1__a.sql', 'is not a folder'],
  ])('because it %s, is bad input', async (_name, path, reason) => {
    await write({ 'V1__a.sql': '' });
    const wanted = join(folder, path);
    const error = await refusal(loadFolder(wanted));
    expect(error.message).toBe(`the folder of migrations cannot be read: ${wanted} ${reason}`);
    expect(error.problems).toEqual([
      { file: wanted, message: reason, expected: 'a folder of migration files' },
    ]);
  });

  it('names every file that cannot be read, and where it ceases to be UTF-8', async () => {
    const latin1 = Buffer.from("SELECT 1;\nSELECT 'M\xfcller';\n", 'latin1');
    await write({
      'V1__a.sql': 'SELECT 1;',
      'V2__b.sql': latin1,
      'V3__c.yaml': Uint8Array.of(0xfe, 0xff, 0, 0x61),
    });
    await symlink(join(folder, 'gone'), join(folder, 'V4__d.sql'));
    expect(problemsOf(await refusal(loadFolder(folder)))).toEqual([
      { file: 'V2__b.sql', line: 2, message: 'this file is not UTF-8' },
      { file: 'V3__c.yaml', line: 1, message: 'this file is UTF-16, not UTF-8' },
      { file: 'V4__d.sql', line: undefined, message: 'does not exist' },
    ]);
  });

  it('passes on what is wrong with the files themselves', async () => {
    await write({ 'V1__a.sql': '', 'junk.sql': '' });
    expect(problemsOf(await refusal(loadFolder(folder)))).toMatchObject([{ file: 'junk.sql' }]);
  });
});
