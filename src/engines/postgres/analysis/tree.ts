import { joinName } from '../quote.ts';
import type { Node } from './parser.ts';

type Wrapped = { readonly [tag: string]: unknown };
type Tagged<All, Tag extends string> = All extends { [Key in Tag]: infer Value } ? Value : never;

/** Name of a node's type, e.g. `AlterTableStmt`. */
export function tagOf(node: Node): string {
  return Object.keys(node)[0] ?? '';
}

/** The node's content if it is of that type. */
export function as<Tag extends string>(node: Node | undefined, tag: Tag): Tagged<Node, Tag> | undefined {
  return (node as Wrapped | undefined)?.[tag] as Tagged<Node, Tag> | undefined;
}

/** Those of the nodes that are of that type. */
export function all<Tag extends string>(nodes: readonly Node[] | undefined, tag: Tag): Tagged<Node, Tag>[] {
  return (nodes ?? []).flatMap((node) => {
    const content = as(node, tag);
    return content === undefined ? [] : [content];
  });
}

/** Every node of that type at or below a tree, outermost first. */
export function find<Tag extends string>(tree: unknown, tag: Tag): Tagged<Node, Tag>[] {
  if (typeof tree !== 'object' || tree === null) return [];
  if (Array.isArray(tree)) return tree.flatMap((item) => find(item, tag));
  return Object.entries(tree).flatMap(([key, value]) => [
    ...(key === tag ? [value as Tagged<Node, Tag>] : []),
    ...find(value, tag),
  ]);
}

interface RangeVar {
  readonly schemaname?: string;
  readonly relname?: string;
}

/** A relation's name as it was qualified. */
export function relationName(relation: RangeVar | undefined): string {
  const parts = [relation?.schemaname, relation?.relname];
  return joinName(parts.filter((part) => part !== undefined));
}

/** A name given as a list of strings, without the database part that the grammar also allows. */
export function listName(names: readonly Node[] | undefined): string {
  return joinName(strings(names).slice(-2));
}

export const strings = (names: readonly Node[] | undefined): string[] =>
  all(names, 'String').map((name) => name.sval ?? '');

/** The name of an object in whichever of the grammar's forms it comes: a string, a list, a type, a signature. */
export function objectName(node: Node | undefined): string {
  if (node === undefined) return '';
  const list = as(node, 'List')?.items ?? as(node, 'ObjectWithArgs')?.objname ?? as(node, 'TypeName')?.names;
  return list === undefined ? joinName(strings([node])) : listName(list);
}

/** Gives an index the schema of its table, where the server puts it. */
export function besideTable(relation: RangeVar | undefined, name: string): string {
  const schema = relation?.schemaname;
  return joinName(schema === undefined ? [name] : [schema, name]);
}

/** Whether an option of a parenthesised list is given and not switched off. */
export function isOn(options: readonly Node[] | undefined, name: string): boolean {
  const option = all(options, 'DefElem').findLast(({ defname }) => defname === name);
  if (option === undefined) return false;
  if (option.arg === undefined) return true;
  const value =
    as(option.arg, 'String')?.sval ?? as(option.arg, 'Integer')?.ival ?? as(option.arg, 'Boolean')?.boolval;
  return !['false', 'off', '0', 'undefined'].includes(String(value));
}
