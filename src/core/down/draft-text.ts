import type { Statement } from '../analysis/statement.ts';
import { settingsAfter, titleOf } from '../plan/steps.ts';
import type { DraftPart } from './undoing.ts';

/** The first line of a draft, by which it is known until a person takes the line out. */
export const draftMark = '-- Lockkeeper draft: review before use, then delete this line.';

/** Whether a file still says that it is a draft. */
export const isDraft = (text: string): boolean => text.startsWith('-- Lockkeeper draft:');

/**
 * A draft as a script: each statement under what it takes back, and in comments what a person must write or know.
 * @param statements of the forward script, whose session settings hold on the way back as well
 */
export function draftText(
  undoes: string,
  statements: readonly Statement[],
  parts: readonly DraftPart[],
): string {
  const settings = settingsBefore(statements);
  const lines = [draftMark, `-- It takes back ${undoes}, newest change first.`];
  let inForce = '';
  let above: Statement | null = null;
  for (const part of parts) {
    const { of } = part.undoing;
    const wanted = (settings.get(of) ?? []).map(({ text }) => `${text};`).join('\n');
    if (wanted !== inForce && wanted !== '') lines.push('', wanted);
    inForce = wanted;
    if (of !== above) lines.push('', `-- line ${of.position.line}: ${titleOf([of])}`);
    above = of;
    lines.push(...linesOf(part));
  }
  if (parts.length === 0) lines.push('', '-- It leaves nothing that would have to be taken back.');
  return `${lines.join('\n')}\n`;
}

function linesOf({ undoing, sql, reason }: DraftPart): readonly string[] {
  if (undoing.does === 'by-hand') {
    const suggested = sql === null ? [] : ['-- Where nothing was replaced:', `--   ${sql};`];
    return [`-- By hand: ${oneLine(undoing.reason)}.`, ...suggested];
  }
  if (sql === null)
    return [`-- By hand: ${oneLine(reason ?? 'no statement is known that takes this back')}.`];
  return [...cautions(undoing).map((caution) => `-- ${caution}`), `${sql};`];
}

function cautions(undoing: DraftPart['undoing']): readonly string[] {
  if (undoing.does !== 'drop') return [];
  const { object, doubtful } = undoing;
  const lost = { table: 'Its rows go with it.', column: 'Its values go with it.' };
  return [
    ...(object.type === 'table' || object.type === 'column' ? [lost[object.type]] : []),
    ...(doubtful ? ['It may have been there before: then take this statement out.'] : []),
  ];
}

/** What a name could hold: a line of its own would no longer be a comment. */
const oneLine = (text: string): string => text.replaceAll(/[\r\n]+/g, ' ');

/** SET and USE, such as a search path or a database by which names were meant. */
function settingsBefore(statements: readonly Statement[]): ReadonlyMap<Statement, readonly Statement[]> {
  const before = new Map<Statement, readonly Statement[]>();
  let settings: readonly Statement[] = [];
  for (const statement of statements) {
    before.set(
      statement,
      settings.filter(({ verb }) => meaning.has(verb)),
    );
    settings = settingsAfter(settings, statement);
  }
  return before;
}

const meaning: ReadonlySet<string> = new Set(['SET', 'SET LOCAL', 'USE']);
