import type { EntryOf, ToolHistory } from '../tool-history.ts';

/** golang-migrate: one row, the newest version; every one up to it counts as applied. */
export const golangMigrate: ToolHistory<EntryOf<'golang-migrate'>> = {
  table: { schema: null, name: 'schema_migrations', columns: ['version', 'dirty'], orderBy: ['version'] },
  refuse(rows) {
    const dirty = rows.find((row) => row.dirty === 't' || row.dirty === '1');
    return dirty === undefined
      ? null
      : `version ${dirty.version} is dirty: it has failed half-way; put it right, then: migrate force ${dirty.version}`;
  },
  find(rows, all) {
    const newest = rows[0]?.version ?? null;
    return all.map(({ version }) =>
      newest !== null && BigInt(version) <= BigInt(newest) ? { at: null, edited: false } : null,
    );
  },
  keep({ version }, direction, { all, rows }) {
    const newest = BigInt(rows[0]?.version ?? -1);
    const below = all.map((entry) => BigInt(entry.version)).filter((other) => other < BigInt(version));
    const largest = (versions: readonly bigint[]): bigint | undefined =>
      versions.toSorted((a, b) => (a < b ? -1 : 1)).at(-1);
    const left = direction === 'up' ? largest([newest, BigInt(version)]) : largest(below);
    const remove = { does: 'remove', where: {} } as const;
    if (left === undefined) return [remove];
    const values = { version: left.toString(), dirty: false };
    return [remove, { does: 'add', values, unless: { version: left.toString() } }];
  },
};
