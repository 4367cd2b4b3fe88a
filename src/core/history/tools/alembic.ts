import type { EntryOf, ToolHistory } from '../tool-history.ts';

/** Alembic: the newest revision of each branch; what they descend from counts as applied. */
export const alembic: ToolHistory<EntryOf<'alembic'>> = {
  table: { schema: null, name: 'alembic_version', columns: ['version_num'], orderBy: ['version_num'] },
  find(rows, all) {
    const applied = new Set(rows.map((row) => row.version_num));
    // Children stand behind their parents, so that one walk from the end reaches every ancestor.
    for (const { revision, parents } of all.toReversed()) {
      if (applied.has(revision)) for (const parent of parents) applied.add(parent);
    }
    return all.map(({ revision }) => (applied.has(revision) ? { at: null, edited: false } : null));
  },
  keep({ revision, parents }, direction, { all, found }) {
    const key = (name: string) => ({ version_num: name });
    const remove = (name: string) => ({ does: 'remove', where: key(name) }) as const;
    const add = (name: string) => ({ does: 'add', values: key(name), unless: key(name) }) as const;
    if (direction === 'up') return [...parents.map(remove), add(revision)];
    const applied = all.filter((entry, index) => found[index] !== null && entry.revision !== revision);
    const heads = parents.filter((parent) => !applied.some((entry) => entry.parents.includes(parent)));
    return [remove(revision), ...heads.map(add)];
  },
};
