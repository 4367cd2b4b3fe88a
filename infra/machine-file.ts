import { readFileSync } from 'node:fs';
import { functions, substitutionFor } from '../lambdas/catalog.ts';

/** The name by which the main machine's file refers to the other machine. */
export const rollbackSubstitution = 'RollbackMachine';

/** A state machine as it is shipped, and what it needs filled in. */
export interface MachineFile {
  readonly path: string;
  /** Functions of the catalog, by name, in the order in which the file first names them. */
  readonly functions: readonly string[];
  readonly startsRollback: boolean;
  /** A Distributed Map starts executions of the machine it stands in. */
  readonly startsItself: boolean;
}

const functionNames = new Map(functions.map(({ name }) => [substitutionFor(name), name]));

/** Reads which functions a state machine invokes. Throws on a name that nothing in the catalog bears. */
export function readMachineFile(path: string): MachineFile {
  const text = readFileSync(path, 'utf8');
  const names = [...new Set([...text.matchAll(/\$\{(\w+)\}/g)].map(([, name]) => String(name)))];
  const unknown = names.filter((name) => name !== rollbackSubstitution && !functionNames.has(name));
  if (unknown.length > 0) {
    throw new Error(`${path} refers to ${unknown.join(', ')}, which lambdas/catalog.ts does not know`);
  }
  return {
    path,
    functions: names.flatMap((name) => functionNames.get(name) ?? []),
    startsRollback: names.includes(rollbackSubstitution),
    startsItself: /"Mode"\s*:\s*"DISTRIBUTED"/.test(text),
  };
}
