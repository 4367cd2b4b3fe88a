import { posix } from 'node:path';

export const baseOf = (path: string): string => posix.basename(path);
export const folderOf = (path: string): string => posix.dirname(path);

/** A path as a file beside `file` would write it. */
export const besides = (file: string, relative: string): string => posix.join(folderOf(file), relative);

export const samePath = (a: string, b: string): boolean => posix.normalize(a) === posix.normalize(b);

export const isSql = (path: string): boolean => /\.sql$/i.test(path);

/** The innermost folder that holds all files; empty without any. */
export function commonFolder(paths: readonly string[]): string {
  const [first, ...others] = paths.map((path) => folderOf(posix.normalize(path)).split('/'));
  if (first === undefined) return '';
  const length = first.findIndex((part, index) => others.some((other) => other[index] !== part));
  return (length < 0 ? first : first.slice(0, length)).join('/');
}

/** A path as seen from a folder that holds it. */
export const within = (folder: string, path: string): string => posix.relative(folder || '.', path);
