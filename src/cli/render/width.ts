/** Escape sequences that colour text or move the cursor: they take no room. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences begin with a control character
const escapes = /\u001b\[[0-9;?]*[A-Za-z]/g;
const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' });
/** East Asian wide and full-width characters, and emoji: two columns each (Unicode UAX #11). */
const wide =
  /^(?:[\u1100-\u115f\u2e80-\u303e\u3041-\u33ff\u3400-\u4dbf\u4e00-\u9fff\ua000-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe4f\uff00-\uff60\uffe0-\uffe6]|[\u{20000}-\u{3fffd}]|\p{Emoji_Presentation})/u;

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
  const folded = `${indent}  `;
  // Two spaces set columns apart: a table is left to the terminal.
  if (/\S {2,}\S/.test(line)) return line;
  const lines: string[] = [];
  let current = '';
  for (const word of line.trim().split(' ')) {
    const begin = lines.length === 0 ? indent : folded;
    const longer = current === '' ? `${begin}${word}` : `${current} ${word}`;
    if (current !== '' && displayWidth(longer) > width) {
      lines.push(current);
      current = `${folded}${word}`;
    } else current = longer;
  }
  return [...lines, current].join('\n');
}

/** Makes a text from elsewhere safe for one line of a terminal: control characters become spaces. */
export const oneLine = (text: string): string => text.replaceAll(/\p{Cc}+/gu, ' ').trim();
