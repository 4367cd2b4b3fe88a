import type { ObjectType, SchemaObject } from '../../../core/analysis/statement.ts';
import type { Node } from './parser.ts';
import { as, listName, objectName, strings } from './tree.ts';

export interface ObjectKind {
  /** As SQL writes it, e.g. `MATERIALIZED VIEW`. */
  readonly words: string;
  readonly type: ObjectType;
  /** Dropping it loses data or secrets that its definition does not bring back. */
  readonly holdsData?: true;
  /** Belongs to a table, whose name comes first in the grammar's list. */
  readonly onTable?: true;
}

/** The grammar's object types, by how they are called, filed and lost. */
const kinds: Readonly<Record<string, ObjectKind>> = {
  OBJECT_ACCESS_METHOD: { words: 'ACCESS METHOD', type: 'other' },
  OBJECT_AGGREGATE: { words: 'AGGREGATE', type: 'function' },
  OBJECT_CAST: { words: 'CAST', type: 'other' },
  OBJECT_COLLATION: { words: 'COLLATION', type: 'other' },
  OBJECT_COLUMN: { words: 'COLUMN', type: 'column', onTable: true },
  OBJECT_CONVERSION: { words: 'CONVERSION', type: 'other' },
  OBJECT_DATABASE: { words: 'DATABASE', type: 'other', holdsData: true },
  OBJECT_DOMAIN: { words: 'DOMAIN', type: 'type', holdsData: true },
  OBJECT_DOMCONSTRAINT: { words: 'DOMAIN CONSTRAINT', type: 'other' },
  OBJECT_EVENT_TRIGGER: { words: 'EVENT TRIGGER', type: 'other' },
  OBJECT_EXTENSION: { words: 'EXTENSION', type: 'extension', holdsData: true },
  OBJECT_FDW: { words: 'FOREIGN DATA WRAPPER', type: 'other' },
  OBJECT_FOREIGN_SERVER: { words: 'SERVER', type: 'other' },
  OBJECT_FOREIGN_TABLE: { words: 'FOREIGN TABLE', type: 'table' },
  OBJECT_FUNCTION: { words: 'FUNCTION', type: 'function' },
  OBJECT_INDEX: { words: 'INDEX', type: 'index' },
  OBJECT_LANGUAGE: { words: 'LANGUAGE', type: 'other' },
  OBJECT_LARGEOBJECT: { words: 'LARGE OBJECT', type: 'other', holdsData: true },
  OBJECT_MATVIEW: { words: 'MATERIALIZED VIEW', type: 'view', holdsData: true },
  OBJECT_OPCLASS: { words: 'OPERATOR CLASS', type: 'other' },
  OBJECT_OPERATOR: { words: 'OPERATOR', type: 'other' },
  OBJECT_OPFAMILY: { words: 'OPERATOR FAMILY', type: 'other' },
  OBJECT_POLICY: { words: 'POLICY', type: 'policy', onTable: true },
  OBJECT_PROCEDURE: { words: 'PROCEDURE', type: 'function' },
  OBJECT_PUBLICATION: { words: 'PUBLICATION', type: 'other' },
  OBJECT_ROLE: { words: 'ROLE', type: 'other', holdsData: true },
  OBJECT_ROUTINE: { words: 'ROUTINE', type: 'function' },
  OBJECT_RULE: { words: 'RULE', type: 'other', onTable: true },
  OBJECT_SCHEMA: { words: 'SCHEMA', type: 'schema', holdsData: true },
  OBJECT_SEQUENCE: { words: 'SEQUENCE', type: 'sequence', holdsData: true },
  OBJECT_STATISTIC_EXT: { words: 'STATISTICS', type: 'other' },
  OBJECT_SUBSCRIPTION: { words: 'SUBSCRIPTION', type: 'other', holdsData: true },
  OBJECT_TABCONSTRAINT: { words: 'CONSTRAINT', type: 'constraint', onTable: true },
  OBJECT_TABLE: { words: 'TABLE', type: 'table', holdsData: true },
  OBJECT_TABLESPACE: { words: 'TABLESPACE', type: 'other', holdsData: true },
  OBJECT_TRANSFORM: { words: 'TRANSFORM', type: 'other' },
  OBJECT_TRIGGER: { words: 'TRIGGER', type: 'trigger', onTable: true },
  OBJECT_TSCONFIGURATION: { words: 'TEXT SEARCH CONFIGURATION', type: 'other' },
  OBJECT_TSDICTIONARY: { words: 'TEXT SEARCH DICTIONARY', type: 'other' },
  OBJECT_TSPARSER: { words: 'TEXT SEARCH PARSER', type: 'other' },
  OBJECT_TSTEMPLATE: { words: 'TEXT SEARCH TEMPLATE', type: 'other' },
  OBJECT_TYPE: { words: 'TYPE', type: 'type', holdsData: true },
  OBJECT_VIEW: { words: 'VIEW', type: 'view' },
};

export const kindOf = (objectType: string | undefined): ObjectKind | undefined => kinds[objectType ?? ''];

/** The object that a name list of a statement stands for. */
export function objectOf(kind: ObjectKind, node: Node | undefined): SchemaObject {
  if (kind.onTable !== true) return { type: kind.type, name: objectName(node) };
  const parts = as(node, 'List')?.items ?? [];
  const name = strings(parts).at(-1) ?? '';
  return { type: kind.type, name, table: listName(parts.slice(0, -1)) };
}
