/** Puts statements onto the lines of the file that they come from, so that whatever is said of them is said there. */
export class Script {
  #text = '';
  #line = 1;

  /** @param line 1-based; statements that come from earlier ones follow what is there */
  add(line: number, statement: string): this {
    if (line > this.#line) this.#append('\n'.repeat(line - this.#line));
    else if (this.#text !== '') this.#append(' ');
    this.#append(endsItself(statement) ? statement : `${statement};`);
    return this;
  }

  get text(): string {
    return this.#text;
  }

  #append(text: string): void {
    this.#text += text;
    this.#line += text.split('\n').length - 1;
  }
}

/** A comment at the end would swallow a semicolon behind it. */
const endsItself = (statement: string): boolean => /;\s*$/.test(statement) || /--[^\n]*$/.test(statement);

/**
 * Text with the delimiter that its author has chosen, in the way of those that need none: the grammar itself knows
 * where a body ends. A delimiter counts at the end of a line, as Liquibase's own do.
 */
export function withSemicolons(text: string, delimiter: string | null): string {
  if (delimiter === null || delimiter.trim() === ';') return text;
  const word = delimiter.replaceAll(/^(?:\\n|\n|\\s\*)+|(?:\\n|\n|\$)+$/g, '').replaceAll('\\', '');
  const pattern = new RegExp(
    `(;?)[ \\t]*${word.replaceAll(/[.*+?^$()|[\]{}]/g, '\\$&')}[ \\t]*(?=\\r|\\n|$)`,
    'gi',
  );
  return text.replaceAll(pattern, ';');
}
