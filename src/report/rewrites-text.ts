import { type DiffLine, diffOf } from '../core/rewrites/diff.ts';
import type { FileChange } from '../core/rewrites/fix-files.ts';
import { type Paint, plainPaint } from './paint.ts';
import { plural } from './words.ts';

/** Safe sequences in place of what holds others up, as a diff of the author's own files. */
export function renderRewrites(
  changes: readonly FileChange[],
  reasons: readonly string[],
  paint: Paint = plainPaint,
): string {
  return [
    paint.bold(`Safe instead (${plural(reasons.length, 'statement')}; "plan --fix" writes it)`),
    ...reasons.map((reason) => `  ${reason}`),
    ...changes.flatMap(({ path, before, after }) => [
      `  ${paint.cyan(path)}${before === null ? ' (new)' : ''}`,
      ...diffOf(before ?? '', after)
        .filter(({ sign, text }) => before !== null || sign !== '-' || text !== '')
        .map((line) => `    ${colour(line, paint)}`),
    ]),
  ].join('\n');
}

function colour({ sign, text }: DiffLine, paint: Paint): string {
  const line = `${sign} ${text}`;
  if (sign === ' ') return paint.dim(line);
  return sign === '+' ? paint.green(line) : paint.red(line);
}
