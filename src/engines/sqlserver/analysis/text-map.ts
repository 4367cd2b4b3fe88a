import type { SourcePosition } from '../../../core/analysis/statement.ts';

/** Finds the line and column of an index into a text. */
export class TextMap {
  readonly #path: string;
  readonly #text: string;
  readonly #lineStarts: readonly number[];

  constructor(path: string, text: string) {
    this.#path = path;
    this.#text = text;
    const starts = [0];
    for (let index = text.indexOf('\n'); index >= 0; index = text.indexOf('\n', index + 1))
      starts.push(index + 1);
    this.#lineStarts = starts;
  }

  /** Columns count code points, as editors do. */
  positionOf(index: number): SourcePosition {
    const line = this.#lineOf(index);
    const column = [...this.#text.slice(this.#lineStarts[line], index)].length + 1;
    return { path: this.#path, line: line + 1, column };
  }

  /** The text of the line an index stands in. */
  lineAt(index: number): string {
    const line = this.#lineOf(index);
    return this.#text.slice(this.#lineStarts[line], this.#lineStarts[line + 1]).replace(/\r?\n$/, '');
  }

  #lineOf(index: number): number {
    let low = 0;
    let high = this.#lineStarts.length - 1;
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if ((this.#lineStarts[middle] ?? 0) <= index) low = middle;
      else high = middle - 1;
    }
    return low;
  }
}
