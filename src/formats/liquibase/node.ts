/** An element of a change log, whether it was written as XML, YAML or JSON. */
export interface Node {
  readonly name: string;
  /** 1-based. */
  readonly line: number;
  /** Where its own text begins; the line of the element where it has none. */
  readonly textLine: number;
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: readonly Node[];
  readonly text: string;
}

export const childrenNamed = (node: Node, name: string): readonly Node[] =>
  node.children.filter((child) => child.name === name);

/** What an element says, whatever its spelling: attributes in order of their names, white space around texts aside. */
export const canonical = (node: Node): unknown => [
  node.name,
  [...node.attributes].toSorted(([a], [b]) => (a < b ? -1 : 1)),
  node.text.trim(),
  node.children.map(canonical),
];
