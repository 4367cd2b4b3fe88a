import { z } from 'zod';
import type { YamlPath } from './locate.ts';
import { manifestSchema } from './schema.ts';

/** The JSON Schema (draft-07) that editors complete and check manifests with. */
export const jsonSchema = (): object => z.toJSONSchema(manifestSchema, { target: 'draft-7', io: 'input' });

interface SchemaNode {
  readonly examples?: readonly unknown[];
  readonly pattern?: string;
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly additionalProperties?: SchemaNode | boolean;
  readonly items?: SchemaNode;
  readonly anyOf?: readonly SchemaNode[];
}

const published: SchemaNode = jsonSchema();

/** What the schema says about the value at `path`; nothing where the path leads nowhere. */
export function schemaAt(path: YamlPath): {
  readonly keys: readonly string[];
  readonly examples?: readonly unknown[];
  readonly pattern?: string;
} {
  let node: SchemaNode | undefined = published;
  for (const part of path) node = node === undefined ? undefined : stepInto(node, part);
  if (node === undefined) return { keys: [] };
  const { examples, pattern } = node;
  const keys = [node, ...(node.anyOf ?? [])].flatMap((option) => Object.keys(option.properties ?? {}));
  return {
    keys,
    ...(examples === undefined ? {} : { examples }),
    ...(pattern === undefined ? {} : { pattern }),
  };
}

function stepInto(node: SchemaNode, part: string | number): SchemaNode | undefined {
  for (const option of [node, ...(node.anyOf ?? [])]) {
    const rest = typeof option.additionalProperties === 'object' ? option.additionalProperties : undefined;
    const below = typeof part === 'number' ? option.items : (option.properties?.[part] ?? rest);
    if (below !== undefined) return below;
  }
  return undefined;
}
