import { stat } from 'node:fs/promises';
import type { LintSources } from '../../app/lint.ts';
import { InputError } from '../../core/errors.ts';
import type { EngineName } from '../../core/ids.ts';
import type { FolderFormat, SqlSource } from '../../core/migration.ts';
import { detectFormat } from '../../formats/detect.ts';
import { loadFile } from '../../formats/load-files.ts';
import { loadSources } from '../../formats/load-folder.ts';
import { readFolder } from '../../formats/read-folder.ts';

/**
 * Reads what is to be linted: folders of migrations in any convention, folders of plain SQL, and single files,
 * which are taken by themselves whatever they are called.
 * @throws InputError with everything that cannot be read
 */
export async function readLintSources(
  paths: readonly string[],
  format: FolderFormat | undefined,
  engine: EngineName,
): Promise<LintSources> {
  const all = await Promise.all(paths.map((path) => readOne(path, format, engine)));
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

async function readOne(
  path: string,
  format: FolderFormat | undefined,
  engine: EngineName,
): Promise<LintSources> {
  if ((await stat(path)).isDirectory()) return readMigrationFolder(path, format, engine);
  const files = [await readFile(path)];
  return { migrations: [], scripts: files, files };
}

async function readMigrationFolder(
  path: string,
  format: FolderFormat | undefined,
  engine: EngineName,
): Promise<LintSources> {
  const options = format === undefined ? {} : { format };
  const files = await loadSources(path, options);
  const detected = detectFormat(files, format, '--read-as').format?.name ?? null;
  const scripts = files.filter((file) => /\.sql$/i.test(file.path));
  // Files that are merely numbered need no order to be linted, unless manifests stand beside them.
  const isNumbered = detected === 'plain' && scripts.length === files.length;
  if (detected === null || (format === undefined && isNumbered)) {
    return { migrations: [], scripts, files: scripts };
  }
  const { migrations } = readFolder(files, { ...options, engine, askedWith: '--read-as' });
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
