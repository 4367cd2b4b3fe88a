import { compareVersions, type SqlSource } from '../../core/migration.ts';
import type { Draft, Format } from '../format.ts';
import { manifestBeside } from '../manifest-beside.ts';
import { baseOf, isSql } from '../paths.ts';

const fileName = /^(\d+(?:\.\d+)*)[-_. ]+(.+)\.sql$/i;
const ownDirection = /\.(?:up|down)\.sql$/i;

/** Numbered SQL files of no tool's convention: forward only, unless a manifest names the way down. */
export const plain: Format = {
  name: 'plain',
  sign: 'numbered like',
  patterns: '<number>_<description>.sql',
  findSigns: (files) => files.filter(({ path }) => fileName.test(baseOf(path)) && !ownDirection.test(path)),
  read(files) {
    const scripts = files.filter(({ path }) => isSql(path) && fileName.test(baseOf(path)));
    return {
      drafts: scripts
        .map((file) => toDraft(file, files))
        .toSorted((a, b) => compareVersions(a.version, b.version)),
      problems: [],
      unplaced: files.filter((file) => isSql(file.path) && !scripts.includes(file)),
    };
  },
};

function toDraft(file: SqlSource, files: readonly SqlSource[]): Draft {
  const [, version = '', description = ''] = fileName.exec(baseOf(file.path)) ?? [];
  return {
    version,
    description,
    repeatable: false,
    up: file,
    authored: file.text,
    down: null,
    manifest: manifestBeside(file.path, files),
    missing: { up: baseOf(file.path), down: 'name one as rollback.down' },
  };
}
