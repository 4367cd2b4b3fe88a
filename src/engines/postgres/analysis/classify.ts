import type { Claim } from '../../claim.ts';
import { alterTable } from './alter-table.ts';
import * as catalogue from './catalog-only.ts';
import { claim } from './claim.ts';
import * as creates from './creates.ts';
import * as data from './data.ts';
import { drop, dropOutside } from './drops.ts';
import * as found from './findings.ts';
import { createIndex, reindex } from './indexes.ts';
import * as maintenance from './maintenance.ts';
import type { Node } from './parser.ts';
import { rename, setSchema } from './renames.ts';
import type { ScriptMemory } from './script-memory.ts';
import * as session from './session.ts';
import { tolerant } from './tolerance.ts';
import { tagOf } from './tree.ts';
import * as types from './types-and-domains.ts';

type Family = (node: Node, memory: ScriptMemory) => Claim | null;

/** Says what a statement does; one that no family knows is taken to do anything. */
export function classify(node: Node, memory: ScriptMemory): Claim {
  for (const family of families) {
    const known = family(node, memory);
    if (known !== null) return { ...known, effects: tolerant(node, known.effects) };
  }
  const name = tagOf(node).replace(/Stmt$/, '');
  return claim(name, 'unknown', {
    long: true,
    destroys: true,
    findings: [found.unknown(`the statement (${name}) is not one that Lockkeeper knows`)],
  });
}

/** Each answers for its own node types and leaves the others (null). */
const families: readonly Family[] = [
  alterTable,
  createIndex,
  reindex,
  drop,
  dropOutside,
  rename,
  setSchema,
  creates.createTable,
  creates.createTableAs,
  creates.createView,
  creates.createSequence,
  creates.alterSequence,
  (node, memory) => creates.createSchema(node, memory, (inner) => classify(inner, memory)),
  creates.createTrigger,
  creates.createRule,
  creates.createFunction,
  creates.define,
  types.createType,
  types.alterEnum,
  types.alterDomain,
  catalogue.alterCatalogue,
  catalogue.createNamed,
  catalogue.comment,
  catalogue.grant,
  catalogue.alterOwner,
  catalogue.alterPolicy,
  catalogue.alterExtension,
  catalogue.alterSubscription,
  data.query,
  data.truncate,
  data.copy,
  (node, memory) => data.explain(node, (inner) => classify(inner, memory)),
  session.transactionControl,
  session.setVariable,
  session.lockTable,
  session.quietly,
  session.discard,
  session.opaquely,
  maintenance.vacuum,
  maintenance.cluster,
  maintenance.refresh,
];
