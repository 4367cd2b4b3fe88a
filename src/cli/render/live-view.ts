import type { Frame } from './progress.ts';
import { columnsOf, truncate } from './width.ts';

/** What is needed of a terminal or a log. */
export interface Screen {
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
  readonly rows?: number | undefined;
  write(text: string): unknown;
}

export interface LiveView {
  show(frame: Frame): void;
  /** Leaves the last frame standing. */
  close(): void;
}

/** Redraws frames in place on a terminal; anywhere else prints each new line once. */
export const openLiveView = (screen: Screen): LiveView =>
  screen.isTTY === true ? new TerminalView(screen) : new LogView(screen);

const clearToLineEnd = '\u001b[K';
const clearBelow = '\u001b[J';
const up = (lines: number): string => (lines === 0 ? '' : `\u001b[${lines}A`);

class TerminalView implements LiveView {
  readonly #screen: Screen;
  #drawn: readonly string[] = [];

  constructor(screen: Screen) {
    this.#screen = screen;
  }

  show(frame: Frame): void {
    const columns = columnsOf(this.#screen);
    const { rows = 24 } = this.#screen;
    // One column and one row less: the cursor needs them, and a line that wraps could not be redrawn.
    const lines = frame.live
      .slice(0, Math.max(1, rows - 1))
      .map((line) => truncate(line, Math.max(1, columns - 1)));
    if (lines.join('\n') === this.#drawn.join('\n')) return;
    const text = lines.map((line) => `${line}${clearToLineEnd}\n`).join('');
    this.#screen.write(`${up(this.#drawn.length)}\r${text}${clearBelow}`);
    this.#drawn = lines;
  }

  close(): void {
    this.#drawn = [];
  }
}

class LogView implements LiveView {
  readonly #screen: Screen;
  readonly #marks = new Map<string, string>();

  constructor(screen: Screen) {
    this.#screen = screen;
  }

  show(frame: Frame): void {
    for (const { key, mark, text } of frame.plain) {
      if (this.#marks.get(key) === mark) continue;
      this.#marks.set(key, mark);
      this.#screen.write(`${text}\n`);
    }
  }

  close(): void {
    this.#marks.clear();
  }
}
