import { createHash } from 'node:crypto';
import { posix } from 'node:path';
import { compareVersions, type SqlSource } from '../../core/migration.ts';
import type { Draft, Format } from '../format.ts';
import { manifestWithin } from '../manifest-beside.ts';
import { besides, folderOf, isSql, samePath } from '../paths.ts';

const inFolder = /(?:^|\/)(\d+)_([^/]+)\/migration\.sql$/;

/** Prisma Migrate: `20240101120000_add_email/migration.sql`, with `down.sql` where the team has generated one. */
export const prisma: Format = {
  name: 'prisma',
  sign: 'named like',
  patterns: '<version>_<description>/migration.sql',
  findSigns: (files) => files.filter(({ path }) => inFolder.test(path)),
  read(files) {
    const scripts = files.filter(({ path }) => inFolder.test(path));
    const drafts = scripts.map((file) => toDraft(file, files));
    const placed = new Set([...scripts, ...drafts.map(({ down }) => down)]);
    return {
      drafts: drafts.toSorted((a, b) => compareVersions(a.version, b.version)),
      problems: [],
      unplaced: files.filter((file) => isSql(file.path) && !placed.has(file)),
    };
  },
};

function toDraft(file: SqlSource, files: readonly SqlSource[]): Draft {
  const [, version = '', description = ''] = inFolder.exec(file.path) ?? [];
  const name = posix.basename(folderOf(file.path));
  return {
    version,
    description,
    repeatable: false,
    up: file,
    authored: file.text,
    down: files.find(({ path }) => samePath(path, besides(file.path, 'down.sql'))) ?? null,
    manifest: manifestWithin(file.path, files),
    recorded: {
      tool: 'prisma',
      name,
      checksum: createHash('sha256').update(file.text).digest('hex'),
    },
    missing: { up: `${name}/migration.sql`, down: `add ${name}/down.sql` },
  };
}
