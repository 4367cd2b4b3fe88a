import type { Problem } from '../core/errors.ts';
import type { Located } from '../core/manifest/manifest.ts';
import type { Obstacle } from './ports/replacement.ts';

/** What an engine has against a part of the manifest, at the table that the part names. */
export function obstacleProblem(
  part: 'replace' | 'rebuild_indexes',
  table: Located<string>,
  { at = [], message, expected }: Obstacle,
): Problem {
  return {
    file: table.path,
    line: table.line,
    column: table.column,
    path: [part, ...at].join('.'),
    message,
    ...(expected === undefined ? {} : { expected }),
  };
}
