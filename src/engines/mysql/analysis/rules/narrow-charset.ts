import { columnsIn, type Definition } from '../definition.ts';
import type { Look } from './look.ts';
import { mysqlRule } from './rule.ts';

export const rule = mysqlRule({
  id: 'narrow-charset',
  severity: 'note',
  title: 'A character set other than utf8mb4 refuses what people write',
  versions: 'all',
});

/** Those that hold every character, or none but the plain ones on purpose. */
const fine: ReadonlySet<string> = new Set(['utf8mb4', 'binary', 'ascii', 'utf16', 'utf32', 'default']);

export const look: Look = ({ definition }) =>
  charsetsIn(definition)
    .filter(({ charset }) => !fine.has(charset))
    .map(({ of, charset }) =>
      rule.finding(
        `${of} is kept as ${charset}, which refuses or loses characters outside it${/^utf8(?:mb3)?$/.test(charset) ? ': emoji, and some names' : ''}`,
        'Say utf8mb4: changing it later copies the table while nobody can write to it.',
      ),
    );

function charsetsIn(
  definition: Definition | null,
): readonly { readonly of: string; readonly charset: string }[] {
  const ofTable = (definition?.actions ?? []).flatMap((action) => {
    if (action.does === 'convert-charset') return [action.charset];
    return action.does === 'option' && action.name === 'CHARSET' ? [action.value] : [];
  });
  return [
    ...ofTable.map((charset) => ({ of: definition?.table ?? '', charset: charset.toLowerCase() })),
    ...columnsIn(definition).flatMap(({ name, charset }) =>
      charset === null ? [] : [{ of: name, charset }],
    ),
  ];
}
