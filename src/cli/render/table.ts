import { displayWidth, oneLine, pad } from './width.ts';

export type Align = 'left' | 'right';

/**
 * An aligned table for people; columns are as wide as their widest cell.
 * @param align by column; left where nothing is said
 */
export function renderTable(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  align: readonly Align[] = [],
): string {
  const safe = rows.map((row) => head.map((_, column) => oneLine(row[column] ?? '')));
  const widths = head.map((title, column) =>
    safe.reduce((most, row) => Math.max(most, displayWidth(row[column] ?? '')), displayWidth(title)),
  );
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, column) => pad(cell, widths[column] ?? 0, align[column]))
      .join('  ')
      .trimEnd();
  return [line(head), widths.map((width) => '─'.repeat(width)).join('  '), ...safe.map(line)].join('\n');
}
