import type { SourcePosition } from '../core/analysis/statement.ts';

/** Translates the offsets a grammar counts in (bytes, code points) into those of a JavaScript string and of a person. */
export class TextMap {
  readonly #path: string;
  readonly #text: string;
  /** Index of each line's first character. */
  readonly #lineStarts: readonly number[];
  /** UTF-8 bytes before each line. */
  readonly #lineBytes: readonly number[];

  constructor(path: string, text: string) {
    this.#path = path;
    this.#text = text;
    const starts = [0];
    const bytes = [0];
    for (let index = text.indexOf('\n'); index >= 0; index = text.indexOf('\n', index + 1)) {
      bytes.push((bytes.at(-1) ?? 0) + Buffer.byteLength(text.slice(starts.at(-1), index + 1)));
      starts.push(index + 1);
    }
    this.#lineStarts = starts;
    this.#lineBytes = bytes;
  }

  /** Index into the text of a UTF-8 byte offset. */
  indexOfByte(offset: number): number {
    const line = lastAtMost(this.#lineBytes, offset);
    let bytes = this.#lineBytes[line] ?? 0;
    let index = this.#lineStarts[line] ?? 0;
    while (bytes < offset && index < this.#text.length) {
      const character = String.fromCodePoint(this.#text.codePointAt(index) ?? 0);
      bytes += Buffer.byteLength(character);
      index += character.length;
    }
    return index;
  }

  /** Index into the text of an offset in code points. */
  indexOfCodePoint(offset: number): number {
    let index = 0;
    for (let count = 0; count < offset && index < this.#text.length; count++) {
      index += (this.#text.codePointAt(index) ?? 0) > 0xffff ? 2 : 1;
    }
    return index;
  }

  /** Columns count code points, as editors do. */
  positionOf(index: number): SourcePosition {
    const line = lastAtMost(this.#lineStarts, index);
    const column = [...this.#text.slice(this.#lineStarts[line], index)].length + 1;
    return { path: this.#path, line: line + 1, column };
  }

  /** The text of the line an index stands in. */
  lineAt(index: number): string {
    const line = lastAtMost(this.#lineStarts, index);
    const end = this.#lineStarts[line + 1];
    return this.#text.slice(this.#lineStarts[line], end).replace(/\r?\n$/, '');
  }
}

/** Position of the last value ≤ `limit` in an ascending list that begins with 0. */
function lastAtMost(ascending: readonly number[], limit: number): number {
  let low = 0;
  let high = ascending.length - 1;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((ascending[middle] ?? 0) <= limit) low = middle;
    else high = middle - 1;
  }
  return low;
}
