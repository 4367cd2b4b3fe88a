import type { Extent, Place } from './places.ts';
import { isBefore } from './places.ts';

/** An author’s word that a rule does not matter somewhere: `-- lockkeeper:ignore rule-name: reason`. */
export interface Silence {
  readonly at: Place;
  readonly end: Place;
  readonly rules: readonly string[];
  /** Empty where none is given. */
  readonly reason: string;
  /** What it is about: what ends on its line before it, else what comes next; null at the end of a file. */
  readonly target: Place | null;
}

/** A comment of SQL or YAML up to the end of its line. */
const comment = /(?:--|#|\/\*)\s*lockkeeper:ignore\b(.*)$/;

/**
 * The silences of a file. Within a statement there are none: what looks like one there may stand in a literal.
 * @param extents of the statements, and of everything else that findings are about, in the order of the file
 */
export function findSilences(text: string, extents: readonly Extent[]): readonly Silence[] {
  return text.split('\n').flatMap((content, index): Silence[] => {
    const match = comment.exec(content);
    if (match === null) return [];
    const line = index + 1;
    const at: Place = { line, column: [...content.slice(0, match.index)].length + 1 };
    if (extents.some(({ start, end }) => isBefore(start, at) && isBefore(at, end))) return [];
    const ended = extents.findLast(({ end }) => end.line === line && !isBefore(at, end));
    const next = extents.find(({ start }) => isBefore(at, start));
    return [
      {
        at,
        end: { line, column: [...content.trimEnd()].length + 1 },
        ...said(match[1] ?? ''),
        target: (ended ?? next)?.start ?? null,
      },
    ];
  });
}

/** What follows the word: rules, a colon, the reason, and the end of a block comment. */
function said(text: string): Pick<Silence, 'rules' | 'reason'> {
  const plain = text.replace(/\*\/\s*$/, '').trim();
  const colon = plain.indexOf(':');
  const names = colon < 0 ? plain : plain.slice(0, colon);
  return {
    rules: names.split(/[\s,]+/).filter((name) => name !== ''),
    reason: colon < 0 ? '' : plain.slice(colon + 1).trim(),
  };
}
