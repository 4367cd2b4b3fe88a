import type { Problem } from '../../core/errors.ts';
import type { Node } from './node.ts';

/**
 * An element that is asked for what it says. What nobody has asked for is not understood, and is refused by name:
 * to pass over it would be to run something else than is written.
 */
export class Asked {
  readonly node: Node;
  readonly #path: string;
  readonly #problems: Problem[];
  readonly #asked = new Set<string>();

  constructor(node: Node, path: string, problems: Problem[]) {
    this.node = node;
    this.#path = path;
    this.#problems = problems;
  }

  /** An attribute; null when it is absent or empty. */
  text(name: string): string | null {
    this.#asked.add(name);
    return this.node.attributes.get(name) || null;
  }

  /** An attribute that has to be there. */
  required(name: string): string {
    const value = this.text(name);
    if (value === null) this.refuse(`${this.node.name} without ${name}`, `the attribute ${name}`);
    return value ?? '';
  }

  flag(name: string): boolean {
    return this.text(name)?.toLowerCase() === 'true';
  }

  /** A list parted by commas. */
  list(name: string): readonly string[] {
    return (
      this.text(name)
        ?.split(',')
        .map((one) => one.trim())
        .filter((one) => one !== '') ?? []
    );
  }

  children(name: string): readonly Asked[] {
    this.#asked.add(`<${name}>`);
    return this.node.children
      .filter((child) => child.name === name)
      .map((child) => new Asked(child, this.#path, this.#problems));
  }

  /** Says that these attributes make no difference here. */
  passOver(...names: readonly string[]): void {
    for (const name of names) this.#asked.add(name);
  }

  refuse(message: string, expected: string): void {
    this.#problems.push({ file: this.#path, line: this.node.line, message, expected });
  }

  /** Refuses what has not been asked for. */
  close(): void {
    const { name, attributes, children } = this.node;
    const unknown = [
      ...[...attributes.keys()].filter((key) => !this.#asked.has(key)),
      ...children.map((child) => child.name).filter((child) => !this.#asked.has(`<${child}>`)),
    ];
    for (const one of new Set(unknown)) {
      this.refuse(
        `\`${one}\` of ${name} is not understood`,
        'the change in SQL, as <sql> or in a formatted SQL file',
      );
    }
  }
}
