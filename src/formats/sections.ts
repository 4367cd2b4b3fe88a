import type { SqlSource } from '../core/migration.ts';

/** A comment that begins a part of a file. */
export interface Marker {
  readonly match: RegExpExecArray;
  /** 1-based. */
  readonly line: number;
  /** Offset of its line. */
  readonly at: number;
  /** Offset of what follows it. */
  readonly end: number;
}

/** @param pattern of whole lines, with the flags `gm` */
export function findMarkers(text: string, pattern: RegExp): readonly Marker[] {
  return [...text.matchAll(pattern)].map((match) => ({
    match,
    line: lineAt(text, match.index),
    at: match.index,
    end: match.index + match[0].length,
  }));
}

export const lineAt = (text: string, offset: number): number =>
  text.slice(0, offset).split(/\r\n|\r|\n/).length;

/** A part of a file, on the lines on which it stands there. */
export function partOf({ path, text }: SqlSource, from: number, to: number): SqlSource {
  return { path, text: blank(text.slice(0, from)) + text.slice(from, to).trimEnd() };
}

/** Nothing but its line ends. */
const blank = (text: string): string => text.replaceAll(/[^\r\n]/g, '');

/** Whether there is nothing but white space and comments. */
export const isEmptySql = (text: string): boolean =>
  text
    .replaceAll(/\/\*[\s\S]*?\*\//g, '')
    .replaceAll(/--[^\r\n]*/g, '')
    .trim() === '';

/**
 * Puts a semicolon before comments that part statements, where there is none: their tools send what stands between
 * two of them by itself.
 */
export function endStatementsAt(text: string, pattern: RegExp): string {
  let done = 0;
  let result = '';
  for (const { at, end } of findMarkers(text, pattern)) {
    const statement = text.slice(done, at);
    const isOpen = !isEmptySql(statement) && !withoutLineComments(statement).trimEnd().endsWith(';');
    result += `${statement}${isOpen ? ';' : ''}${text.slice(at, end)}`;
    done = end;
  }
  return result + text.slice(done);
}

const withoutLineComments = (text: string): string => text.replaceAll(/--[^\r\n]*/g, '');
