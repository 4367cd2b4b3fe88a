import {
  type Document,
  isAlias,
  isMap,
  isNode,
  isScalar,
  isSeq,
  type LineCounter,
  type Node,
  type Pair,
  type YAMLMap,
} from 'yaml';

export interface Position {
  /** 1-based, as is the column. */
  readonly line: number;
  readonly column: number;
}

export type YamlPath = readonly (string | number)[];

/** Finds where the parts of a YAML document stand in its text. */
export class Locator {
  readonly #document: Document;
  readonly #lines: LineCounter;
  readonly #text: string;

  constructor(document: Document, lines: LineCounter, text: string) {
    this.#document = document;
    this.#lines = lines;
    this.#text = text;
  }

  /** Where the value at `path` begins; where there is none, its nearest existing ancestor. */
  value(path: YamlPath): Position {
    const node = this.#node(path);
    if (node?.range && node.range[0] < node.range[1]) return this.at(node.range[0]);
    if (path.length === 0) return this.at(0);
    return this.#keyPosition(path) ?? this.value(path.slice(0, -1));
  }

  /** Where the key `key` of the mapping at `path` stands. */
  key(path: YamlPath, key: string): Position {
    return this.#keyPosition([...path, key]) ?? this.value(path);
  }

  /**
   * Where the first character of a text stands: after the opening quote, or on the line below the `|` of a
   * block, so that line n of the text is line `line + n - 1` of the file.
   */
  text(path: YamlPath): Position {
    const node = this.#node(path);
    if (!isScalar(node) || !node.range) return this.value(path);
    const [start] = node.range;
    switch (node.type) {
      case 'QUOTE_DOUBLE':
      case 'QUOTE_SINGLE':
        return this.at(start + 1);
      case 'BLOCK_LITERAL':
      case 'BLOCK_FOLDED': {
        const lineStart = this.#text.indexOf('\n', start) + 1;
        const spacesInFile = countSpaces(this.#text, lineStart);
        const spacesInValue = countSpaces(String(node.value), 0);
        return this.at(lineStart + Math.max(0, spacesInFile - spacesInValue));
      }
      default:
        return this.at(start);
    }
  }

  /** A scalar as it is written, e.g. `1.50` or a number too large for a JavaScript number. */
  source(path: YamlPath): string | undefined {
    const node = this.#node(path);
    return isScalar(node) ? node.source : undefined;
  }

  at(offset: number): Position {
    const { line, col } = this.#lines.linePos(offset);
    return { line, column: col };
  }

  #node(path: YamlPath): Node | null {
    let node = this.#resolve(this.#document.contents);
    for (const segment of path) {
      const next = isSeq(node)
        ? node.items[Number(segment)]
        : isMap(node)
          ? this.#pair(node, segment)?.value
          : null;
      node = this.#resolve(next);
      if (node === null) return null;
    }
    return node;
  }

  #keyPosition(path: YamlPath): Position | null {
    const key = path.at(-1);
    const parent = this.#node(path.slice(0, -1));
    if (key === undefined || !isMap(parent)) return null;
    const keyNode = this.#pair(parent, key)?.key;
    return isNode(keyNode) && keyNode.range ? this.at(keyNode.range[0]) : null;
  }

  /** The last of equal keys, as the value that counts; then what a merge key (`<<`) brings in. */
  #pair(map: YAMLMap, key: string | number): Pair | undefined {
    const own = map.items.findLast((pair) => keyText(pair) === String(key));
    if (own !== undefined) return own;
    for (const pair of map.items.filter((candidate) => keyText(candidate) === '<<')) {
      const merged = this.#resolve(pair.value);
      const sources = isSeq(merged) ? merged.items.map((item) => this.#resolve(item)) : [merged];
      for (const source of sources) {
        const found = isMap(source) && source !== map ? this.#pair(source, key) : undefined;
        if (found !== undefined) return found;
      }
    }
    return undefined;
  }

  #resolve(node: unknown): Node | null {
    if (isAlias(node)) return node.resolve(this.#document) ?? null;
    return isNode(node) ? node : null;
  }
}

const keyText = (pair: Pair): string => String(isScalar(pair.key) ? pair.key.value : pair.key);

function countSpaces(text: string, from: number): number {
  let count = 0;
  while (text[from + count] === ' ') count++;
  return count;
}
