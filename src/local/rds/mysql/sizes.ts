import type { Dirent } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join, relative } from 'node:path';

/** Sizes of the files of a data folder, to tell how far a program is that names what it copies. */
export class Sizes {
  readonly #bytes: ReadonlyMap<string, number>;
  readonly #total: number;
  readonly #seen = new Set<string>();
  #done = 0;

  private constructor(bytes: ReadonlyMap<string, number>) {
    this.#bytes = bytes;
    this.#total = [...bytes.values()].reduce((sum, size) => sum + size, 0);
  }

  static async below(folder: string): Promise<Sizes> {
    const entries: Dirent[] = await readdir(folder, { recursive: true, withFileTypes: true });
    const bytes = new Map<string, number>();
    for (const entry of entries.filter((one) => one.isFile())) {
      const path = join(entry.parentPath, entry.name);
      // A file may have gone meanwhile.
      const size = await stat(path).then(
        (found) => found.size,
        () => 0,
      );
      bytes.set(relative(folder, path), size);
    }
    return new Sizes(bytes);
  }

  /** The share of all bytes, from 0 up to but not including 1, that precede and include this file. */
  shareAfter(path: string): number {
    if (!this.#seen.has(path)) this.#done += this.#bytes.get(path) ?? 0;
    this.#seen.add(path);
    return this.#total === 0 ? 0 : Math.min(0.99, this.#done / this.#total);
  }
}
