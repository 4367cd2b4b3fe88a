/** A part of a statement in which `:name` means nothing: quoted, or a comment. Block comments nest. */
const opaque =
  /'(?:[^']|'')*'|"(?:[^"]|"")*"|\$([A-Za-z_][A-Za-z_0-9]*)?\$[\s\S]*?\$\1\$|--[^\n]*|\/\*(?:[^*]|\*(?!\/))*\*\//y;
const escaped = /[eE]'(?:[^'\\]|\\[\s\S]|'')*'/y;
const name = /:([A-Za-z_][A-Za-z_0-9]*)/y;
const word = /[A-Za-z_0-9$\u0080-\uffff]+/y;

/**
 * Puts something else in the place of each `:name` of a statement. Casts (`::`), assignments (`:=`) and what stands
 * in quotes or comments are left alone.
 */
export function replaceNames(sql: string, replacement: (name: string) => string): string {
  let text = '';
  let at = 0;
  const take = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = at;
    return pattern.exec(sql);
  };
  while (at < sql.length) {
    const kept = take(escaped) ?? take(opaque) ?? take(word);
    if (kept !== null) {
      text += kept[0];
      at += kept[0].length;
      continue;
    }
    if (sql.startsWith('::', at)) {
      text += '::';
      at += 2;
      continue;
    }
    const found = take(name);
    text += found === null ? sql[at] : replacement(found[1] ?? '');
    at += found === null ? 1 : found[0].length;
  }
  return text;
}
