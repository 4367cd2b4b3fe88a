import { stat } from 'node:fs/promises';
import type { LintSources } from '../../app/lint.ts';
import { InputError } from '../../core/errors.ts';
import type { SqlSource } from '../../core/migration.ts';
import { loadFile } from '../../formats/load-files.ts';
import { loadSources } from '../../formats/load-folder.ts';
import type { FolderFormat } from '../../formats/naming.ts';
import { isNamedMigration, readFolder } from '../../formats/read-folder.ts';

/**
 * Reads what is to be linted: folders of migrations in any convention, folders of plain SQL, and single files,
 * which are taken by themselves whatever they are called.
 * @throws InputError with everything that cannot be read
 */
export async function readLintSources(
  paths: readonly string[],
  format: FolderFormat | undefined,
): Promise<LintSources> {
  const all = await Promise.all(paths.map((path) => readOne(path, format)));
  const files = new Map(all.flatMap((one) => one.files).map((file) => [file.path, file]));
  if (files.size === 0) {
    throw new InputError(
      `there is no SQL in ${paths.join(', ')}`,
      [],
      'name files, or folders that hold some',
    );
  }
  return {
    migrations: all.flatMap((one) => one.migrations),
    scripts: all.flatMap((one) => one.scripts),
    files: [...files.values()],
  };
}

async function readOne(path: string, format: FolderFormat | undefined): Promise<LintSources> {
  if ((await stat(path)).isDirectory()) return readMigrationFolder(path, format);
  const files = [await readFile(path)];
  return { migrations: [], scripts: files, files };
}

async function readMigrationFolder(path: string, format: FolderFormat | undefined): Promise<LintSources> {
  const options = format === undefined ? {} : { format };
  const files = await loadSources(path, options);
  if (format === undefined && !files.some((file) => isNamedMigration(file.path))) {
    const scripts = files.filter((file) => /\.sql$/i.test(file.path));
    return { migrations: [], scripts, files: scripts };
  }
  const { migrations } = readFolder(files, { ...options, askedWith: '--read-as' });
  return { migrations, scripts: [], files };
}

async function readFile(path: string): Promise<SqlSource> {
  if (/\.sql$/i.test(path)) return loadFile(path);
  throw new InputError(
    `${path} is not an SQL file`,
    [],
    'name a file ending in .sql, or the folder of a manifest',
  );
}
