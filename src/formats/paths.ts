import { posix } from 'node:path';

export const baseOf = (path: string): string => posix.basename(path);
export const folderOf = (path: string): string => posix.dirname(path);

/** A path as a file beside `file` would write it. */
export const besides = (file: string, relative: string): string => posix.join(folderOf(file), relative);

export const samePath = (a: string, b: string): boolean => posix.normalize(a) === posix.normalize(b);
