/** The tag by which a snapshot or an instance is known to belong to a run. */
export const runTag = 'lockkeeper:run';

/** Tags under this prefix are ours and may differ between an instance and its restored copy. */
export const ownTagPrefix = 'lockkeeper:';

/** Set on what we make, unless its owner uses the key already. */
export const managedByTag = { key: 'ManagedBy', value: 'lockkeeper' } as const;

/** RDS: identifiers of instances have at most 63 characters, those of snapshots at most 255. */
const INSTANCE_LIMIT = 63;
const SNAPSHOT_LIMIT = 255;

/** Enough for a readable run id, and short enough to leave more than half of the name to the instance. */
const RUN_LIMIT = 24;
const HASH_LENGTH = 8;

/** `lockkeeper-<target>-<purpose>-<run>`. */
export function snapshotName(target: string, runId: string, purpose: string): string {
  const run = slug(runId, RUN_LIMIT);
  const why = slug(purpose, RUN_LIMIT);
  const room = SNAPSHOT_LIMIT - 'lockkeeper-'.length - why.length - run.length - 2;
  return `lockkeeper-${slug(target, room)}-${why}-${run}`;
}

/** `<id>-rb-<run>`: the instance restored from a run's snapshot, until it takes the original's name. */
export const restoredName = (instanceId: string, runId: string): string =>
  derivedName(instanceId, 'rb', runId);

/** `<id>-failed-<run>`: what the original is called once the restored instance bears its name. */
export const failedName = (instanceId: string, runId: string): string =>
  derivedName(instanceId, 'failed', runId);

/** The infix stays whole whatever is cut: the IAM policy names `*-rb-*` and `*-failed-*`. */
function derivedName(instanceId: string, infix: string, runId: string): string {
  const run = slug(runId, RUN_LIMIT);
  const room = INSTANCE_LIMIT - infix.length - run.length - 2;
  // RDS identifiers are not case-sensitive and are stored in lower case.
  const id = slug(instanceId.toLowerCase(), room);
  return `${/^[a-z]/.test(id) ? id : `db-${slug(instanceId.toLowerCase(), room - 3)}`}-${infix}-${run}`;
}

/**
 * Lower-case letters, digits and single hyphens inside, at most `limit` characters. A text that had to be
 * changed or cut ends in a hash of the whole, so that different texts keep different names.
 */
function slug(source: string, limit: number): string {
  const clean = source
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '');
  if (clean === source && clean.length <= limit && clean !== '') return clean;
  const kept = clean.slice(0, limit - HASH_LENGTH - 1).replace(/-$/, '');
  return kept === '' ? hash(source) : `${kept}-${hash(source)}`;
}

/** FNV-1a over UTF-16 code units, 32 bits: tells names apart, protects nothing. */
function hash(source: string): string {
  let value = 0x811c9dc5;
  for (let index = 0; index < source.length; index++) {
    value = Math.imul(value ^ source.charCodeAt(index), 0x01000193) >>> 0;
  }
  return value.toString(16).padStart(HASH_LENGTH, '0');
}
