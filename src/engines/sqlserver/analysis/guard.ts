import type { Token } from './lexer.ts';

/** What an IF looks for in the catalogue before it lets its statement run; null for any other condition. */
export function guardOf(condition: readonly Token[]): 'absent' | 'present' | null {
  const words = condition.map((token) =>
    token.kind === 'text' || token.kind === 'name' ? '' : token.value.toUpperCase(),
  );
  const asksCatalogue = words.some(
    (word, index) =>
      lookups.has(word) || ((word === 'SYS' || word === 'INFORMATION_SCHEMA') && words[index + 1] === '.'),
  );
  // Names of the catalogue may come in brackets: [sys].[objects].
  const asksQuoted = condition.some(
    (token, index) =>
      token.kind === 'name' &&
      /^(sys|information_schema)$/i.test(token.value) &&
      condition[index + 1]?.raw === '.',
  );
  if (!asksCatalogue && !asksQuoted) return null;
  const asked = outside(words);
  // Of two conditions the other one decides as well.
  if (asked.includes('OR') || asked.includes('AND')) return null;
  const text = asked.join(' ');
  if (/^NOT EXISTS\b/.test(text)) return 'absent';
  if (/^EXISTS\b/.test(text)) return 'present';
  if (/\bIS NOT NULL$/.test(text)) return 'present';
  if (/\bIS NULL$/.test(text)) return 'absent';
  return null;
}

const lookups = new Set(
  `OBJECT_ID COL_LENGTH TYPE_ID SCHEMA_ID INDEXPROPERTY COLUMNPROPERTY OBJECTPROPERTY DATABASE_PRINCIPAL_ID USER_ID`.split(
    ' ',
  ),
);

/** Without what stands in parentheses, and those that stand around the whole. */
function outside(words: readonly string[]): readonly string[] {
  let depth = 0;
  const kept = words.filter((word) => {
    if (word === ')') depth--;
    const isOutside = depth === 0 && word !== '(' && word !== ')';
    if (word === '(') depth++;
    return isOutside;
  });
  return kept.length === 0 && words.length > 2 ? outside(words.slice(1, -1)) : kept;
}
