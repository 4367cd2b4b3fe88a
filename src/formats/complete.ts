import type { Problem } from '../core/errors.ts';
import type { Manifest } from '../core/manifest/manifest.ts';
import { parseManifest } from '../core/manifest/parse.ts';
import type { FolderFormat, Migration, SqlSource } from '../core/migration.ts';
import { checksumOf } from './checksum.ts';
import type { Draft } from './format.ts';
import { besides, samePath } from './paths.ts';

export interface Completion {
  readonly migration: Migration;
  readonly problems: readonly Problem[];
  /** The file that the manifest names as the way down, whatever it is called. */
  readonly namedDown: SqlSource | null;
}

/** Reads the manifest beside a draft, and what it says of the way down, and makes a migration of both. */
export function complete(draft: Draft, format: FolderFormat, all: readonly SqlSource[]): Completion {
  const problems: Problem[] = [];
  const manifest = draft.manifest === null ? null : readManifest(draft.manifest, draft, problems);
  const namedDown = findNamedDown(manifest, draft, all, problems);
  const down = namedDown ?? draft.down;
  if (manifest !== null) problems.push(...checkPolicy(manifest, draft, down));
  const migration: Migration = {
    version: draft.version,
    description: draft.description,
    format: draft.up === null ? 'manifest' : format,
    repeatable: draft.repeatable,
    checksum: checksumOf(draft.authored, draft.manifest?.text ?? null),
    up: draft.up,
    down,
    manifest: withChecks(manifest, draft, down),
    ...(draft.withoutTransaction === true ? { withoutTransaction: true } : {}),
    ...(draft.recorded === undefined ? {} : { recorded: draft.recorded }),
  };
  return { migration, problems, namedDown };
}

function readManifest({ path, text }: SqlSource, draft: Draft, problems: Problem[]): Manifest | null {
  const result = parseManifest(path, text);
  if (!result.ok) {
    problems.push(...result.problems);
    return null;
  }
  if (draft.up !== null || hasForward(result.manifest)) return result.manifest;
  problems.push({
    file: path,
    message: 'this manifest has no forward file and no expand',
    expected: `${draft.missing.up} beside it, or its statements under expand`,
  });
  return null;
}

/** What the files themselves want to be true beforehand is asked before what a manifest asks. */
function withChecks(manifest: Manifest | null, draft: Draft, down: SqlSource | null): Manifest | null {
  const { before = [], up } = draft;
  if (before.length === 0) return manifest;
  const policy = down === null ? 'restore' : 'down-then-restore';
  const bare = parseManifest(up?.path ?? '', `rollback: { policy: ${policy} }`);
  const base = manifest ?? (bare.ok ? bare.manifest : null);
  if (base === null) return null;
  return { ...base, checks: { ...base.checks, before: [...before, ...base.checks.before] } };
}

function findNamedDown(
  manifest: Manifest | null,
  { up }: Draft,
  all: readonly SqlSource[],
  problems: Problem[],
): SqlSource | null {
  const named = manifest?.rollback.down;
  if (named === undefined) return null;
  const path = besides(named.path, named.value);
  const isForward = up !== null && samePath(up.path, path);
  const found = all.find((source) => samePath(source.path, path));
  if (found !== undefined && !isForward) return found;
  problems.push({
    file: named.path,
    line: named.line,
    column: named.column,
    path: 'rollback.down',
    message: isForward ? `${path} is the forward file` : `there is no file ${path}`,
    expected: 'an SQL file in the folder of migrations, relative to the manifest',
  });
  return null;
}

function checkPolicy(manifest: Manifest, { missing, up }: Draft, down: SqlSource | null): Problem[] {
  const { policy, down: named } = manifest.rollback;
  const needsDown = leavesAuthored(manifest, up) && (policy === 'down' || policy === 'down-then-restore');
  if (!needsDown || down !== null || named !== undefined) return [];
  return [
    {
      file: manifest.path,
      path: 'rollback.policy',
      message: `the policy ${policy} needs a down file: ${missing.down}, or set rollback.policy`,
      expected: 'a down file, or the policy restore or none',
    },
  ];
}

/** Whether something of the author's is to be undone: what Lockkeeper does of its own accord, it takes back itself. */
function leavesAuthored(
  { deletions, replace, rebuildIndexes, expand, backfills, contract }: Manifest,
  up: SqlSource | null,
): boolean {
  if ((contract?.statements ?? []).length > 0) return true;
  // Nor does a script bring back rows that were deleted.
  if (replace !== undefined || deletions !== undefined) return false;
  if (rebuildIndexes === undefined) return true;
  return up !== null || (expand ?? []).length > 0 || backfills.length > 0;
}

const hasForward = ({ expand, deletions, replace, rebuildIndexes }: Manifest): boolean =>
  expand !== undefined || deletions !== undefined || replace !== undefined || rebuildIndexes !== undefined;
