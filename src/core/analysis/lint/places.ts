import type { SourcePosition, Statement } from '../statement.ts';

export interface Place {
  readonly line: number;
  /** In code points, from 1. */
  readonly column: number;
}

/** From the first character to behind the last. */
export interface Extent {
  readonly start: Place;
  readonly end: Place;
}

export function extentOf({ text, position }: Statement): Extent {
  const lines = text.split('\n');
  const last = [...(lines.at(-1) ?? '')].length;
  return {
    start: { line: position.line, column: position.column },
    end: {
      line: position.line + lines.length - 1,
      column: lines.length === 1 ? position.column + last : last + 1,
    },
  };
}

/** A place without a statement: the rest of its line. */
export function lineExtent({ line, column }: SourcePosition, lines: readonly string[]): Extent {
  const length = [...(lines[line - 1] ?? '').trimEnd()].length;
  return { start: { line, column }, end: { line, column: Math.max(column + 1, length + 1) } };
}

export const isBefore = (a: Place, b: Place): boolean =>
  a.line < b.line || (a.line === b.line && a.column < b.column);

export const samePlace = (a: Place, b: Place): boolean => a.line === b.line && a.column === b.column;
