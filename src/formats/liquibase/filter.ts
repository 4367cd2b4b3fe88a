/**
 * Whether an expression of Liquibase's holds for a set of names: `a`, `!a`, `not a`, `a and b`, `a or b`, with
 * brackets; a comma is an `or`. Null where it cannot be read.
 */
export function holds(expression: string, names: ReadonlySet<string>): boolean | null {
  const words = expression.toLowerCase().match(/[(),!]|[^\s(),!]+/g) ?? [];
  let next = 0;
  const take = (...wanted: readonly string[]): boolean => {
    const isWanted = wanted.includes(words[next] ?? '');
    if (isWanted) next += 1;
    return isWanted;
  };
  const either = (): boolean | null => {
    let result = both();
    while (take(',', 'or')) result = join(result, both(), (a, b) => a || b);
    return result;
  };
  const both = (): boolean | null => {
    let result = one();
    while (take('and')) result = join(result, one(), (a, b) => a && b);
    return result;
  };
  const one = (): boolean | null => {
    if (take('!', 'not')) {
      const value = one();
      return value === null ? null : !value;
    }
    if (take('(')) {
      const value = either();
      return take(')') ? value : null;
    }
    const word = words[next];
    if (word === undefined || /^(?:[(),!]|and|or)$/.test(word)) return null;
    next += 1;
    return names.has(word.replace(/^@/, ''));
  };
  const result = either();
  return next === words.length ? result : null;
}

const join = (
  a: boolean | null,
  b: boolean | null,
  how: (a: boolean, b: boolean) => boolean,
): boolean | null => (a === null || b === null ? null : how(a, b));

export const namesIn = (list: string): ReadonlySet<string> =>
  new Set(
    list
      .toLowerCase()
      .split(',')
      .map((name) => name.trim())
      .filter((name) => name !== ''),
  );
