import { once } from 'node:events';
import { mkdir, mkdtemp, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { InputError } from '../../src/core/errors.ts';
import { loadFile } from '../../src/formats/load-files.ts';
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

  it('is not read on and on when it is no folder of migrations', async () => {
    await write({ 'V1__a.sql': '', 'b/one.txt': '', 'b/two.txt': '' });
    expect(await loadSources(folder, { mostEntries: 4 })).toHaveLength(1);
    const { message } = await refusal(loadSources(folder, { mostEntries: 3 }));
    expect(message).toMatch(/more than 3 files, .*b among them$/);
  });

  it('is left alone where one file is asked for', async () => {
    const latin = new Uint8Array([0x2d, 0x2d, 0xe9]);
    await write({ 'a.sql': 'SELECT 1;', 'V1__b.sql': latin });
    const path = join(folder, 'a.sql');
    expect(await loadFile(path)).toEqual({ path, text: 'SELECT 1;' });
    expect((await refusal(loadFile(join(folder, 'V1__b.sql')))).problems[0]?.message).toBe(
      'this file is not UTF-8',
    );
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

  it('opens nothing that is no plain file: a pipe would be waited for, a device read for ever', async () => {
    await write({ 'V1__a.sql': 'SELECT 1;' });
    const socket = createServer().listen(join(folder, 'V2__b.sql'));
    await once(socket, 'listening');
    await symlink('/dev/zero', join(folder, 'V3__c.sql'));
    try {
      expect(problemsOf(await refusal(loadFolder(folder)))).toEqual([
        { file: 'V2__b.sql', line: undefined, message: 'this is not a plain file' },
        { file: 'V3__c.sql', line: undefined, message: 'this is not a plain file' },
      ]);
    } finally {
      socket.close();
    }
  });

  it('refuses what no plan could hold, before it is read', async () => {
    const large = async (name: string, mebibytes: number) => {
      await write({ [name]: '' });
      await truncate(join(folder, name), mebibytes * 1024 * 1024);
    };
    await large('V1__a.sql', 11);
    expect(problemsOf(await refusal(loadFolder(folder)))).toEqual([
      {
        file: 'V1__a.sql',
        line: undefined,
        message: 'this file has 11.0 MiB, and a migration can have 10.0 MiB',
      },
    ]);
    await large('V1__a.sql', 8);
    for (const version of [2, 3, 4, 5, 6]) await large(`V${version}__b.sql`, 8);
    const error = await refusal(loadFolder(folder));
    expect(error.message).toBe('the migrations have 48.0 MiB together, and a folder can have 40.0 MiB');
    expect(error.remedy).toContain('by other means');
  });

  it('passes on what is wrong with the files themselves', async () => {
    await write({ 'V1__a.sql': '', 'junk.sql': '' });
    expect(problemsOf(await refusal(loadFolder(folder)))).toMatchObject([{ file: 'junk.sql' }]);
  });
});
