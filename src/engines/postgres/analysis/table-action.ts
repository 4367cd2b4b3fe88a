import type { SchemaObject } from '../../../core/analysis/statement.ts';
import { lockOn } from '../../claim.ts';
import { altered } from '../../effects.ts';
import type { ClaimDetails } from './claim.ts';
import type { LockMode } from './locks.ts';
import type { Node } from './parser.ts';
import type { ScriptMemory } from './script-memory.ts';
import { all, as } from './tree.ts';

export type AlterTable = NonNullable<ReturnType<typeof alterTableOf>>;
export type Command = NonNullable<ReturnType<typeof commandsOf>>[number];
export const alterTableOf = (node: Node) => as(node, 'AlterTableStmt');
export const commandsOf = (statement: AlterTable) => all(statement.cmds, 'AlterTableCmd');

/** One action of an ALTER TABLE, seen on its table. */
export interface Action {
  readonly table: string;
  readonly command: Command;
  readonly memory: ScriptMemory;
}

/** What an action does that only changes the catalogue. */
export function plain({ table, command }: Action, mode: LockMode): ClaimDetails {
  const object: SchemaObject = { type: 'table', name: table };
  return { locks: lockOn(mode, table), effects: [altered(object, wordsOf(command.subtype ?? ''))] };
}

/** `AT_EnableRowSecurity` → `enable row security`. */
export const wordsOf = (subtype: string): string =>
  subtype
    .slice(3)
    .replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)
    .trim();
