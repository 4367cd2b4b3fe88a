/** Escape sequences that colour text or move the cursor: they take no room. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences begin with a control character
const escapes = /\u001b\[[0-9;?]*[A-Za-z]/g;
const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' });
/** East Asian wide and full-width characters, and emoji: two columns each (Unicode UAX #11). */
const wide =
  /^(?:[\u1100-\u115f\u2e80-\u303e\u3041-\u33ff\u3400-\u4dbf\u4e00-\u9fff\ua000-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe4f\uff00-\uff60\uffe0-\uffe6]|[\u{20000}-\u{3fffd}]|\p{Emoji_Presentation})/u;

/** Columns of the terminal a stream writes to, or as few as COLUMNS asks for; 80 where neither tells. */
export function columnsOf(
  stream: { readonly columns?: number | undefined },
  environment: NodeJS.ProcessEnv = process.env,
): number {
  const there = stream.columns ?? 80;
  const asked = Number(environment.COLUMNS);
  // What is redrawn must not wrap, so no more than there are.
  return Number.isInteger(asked) && asked > 0 ? Math.min(asked, there) : there;
}

/** Columns a text takes on a terminal. */
export function displayWidth(text: string): number {
  let width = 0;
  for (const { segment } of graphemes.segment(text.replaceAll(escapes, ''))) width += widthOf(segment);
  return width;
}

const widthOf = (grapheme: string): number => (wide.test(grapheme) ? 2 : 1);

/** Fills up with spaces; longer texts stay as they are. */
export function pad(text: string, width: number, align: 'left' | 'right' = 'left'): string {
  const room = ' '.repeat(Math.max(0, width - displayWidth(text)));
  return align === 'left' ? text + room : room + text;
}

/** Cuts a text to a width, with an ellipsis; escape sequences behind the cut are kept, so that colours end. */
export function truncate(text: string, width: number): string {
  if (displayWidth(text) <= width) return text;
  let room = Math.max(0, width - 1);
  let cut = '';
  let isFull = false;
  let end = 0;
  const take = (plain: string): void => {
    for (const { segment } of graphemes.segment(plain)) {
      if (isFull) return;
      const needed = widthOf(segment);
      if (needed > room) {
        isFull = true;
        cut += width > 0 ? '…' : '';
        return;
      }
      room -= needed;
      cut += segment;
    }
  };
  for (const match of text.matchAll(escapes)) {
    take(text.slice(end, match.index));
    cut += match[0];
    end = match.index + match[0].length;
  }
  take(text.slice(end));
  return cut;
}

/**
 * Folds lines longer than `width` at spaces; what is folded is indented two columns more than its line. A word
 * that is longer by itself stays whole, so that a path or a command can still be copied.
 */
export const fold = (text: string, width: number): string =>
  text
    .split('\n')
    .map((line) => foldLine(line, width))
    .join('\n');

function foldLine(line: string, width: number): string {
  if (displayWidth(line) <= width) return line;
  const indent = /^ */.exec(line)?.[0] ?? '';
  const label = labelOf(line);
  // Two spaces set columns apart: a table is left to the terminal.
  if (/\S {2,}\S/.test(line.slice(label.length))) return line;
  const beside = displayWidth(label);
  const folded = beside > 0 && beside <= width / 2 ? ' '.repeat(beside) : `${indent}  `;
  const lines: string[] = [];
  let current = '';
  for (const word of line
    .slice(label.length || indent.length)
    .trimEnd()
    .split(' ')) {
    const begin = lines.length === 0 ? label || indent : folded;
    const longer = current === '' ? `${begin}${word}` : `${current} ${word}`;
    if (current !== '' && displayWidth(longer) > width) {
      lines.push(current);
      current = `${folded}${word}`;
    } else current = longer;
  }
  return [...lines, current].join('\n');
}

/** The first of two columns and the space behind it, as in `  expand-1  CREATE TABLE …`; empty where there is one. */
const labelOf = (line: string): string => /^ *\S+(?: \S+)* {2,}(?=\S)/.exec(line)?.[0] ?? '';

/** Makes a text from elsewhere safe for one line of a terminal: control characters become spaces. */
export const oneLine = (text: string): string => text.replaceAll(/\p{Cc}+/gu, ' ').trim();
