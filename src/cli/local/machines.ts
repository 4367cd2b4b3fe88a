import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { functions, substitutionFor } from '../../../lambdas/catalog.ts';

const region = 'us-east-1';
const account = '000000000000';

export const machineArn = (name: string): string =>
  `arn:aws:states:${region}:${account}:stateMachine:${name}`;
export const functionArn = (name: string): string =>
  `arn:aws:lambda:${region}:${account}:function:lockkeeper-${name}`;

export const migrationMachine = 'lockkeeper-migration';
export const rollbackMachine = 'lockkeeper-rollback';

/** The shipped state machine files with the local names put in, exactly as the deployment puts in its own. */
export async function readMachines(root: string): Promise<{ name: string; definition: string }[]> {
  const substitutions: Record<string, string> = { RollbackMachine: machineArn(rollbackMachine) };
  for (const { name } of functions) substitutions[substitutionFor(name)] = functionArn(name);
  const read = async (file: string) =>
    (await readFile(join(root, 'statemachines', file), 'utf8')).replaceAll(
      /\$\{(\w+)\}/g,
      (whole, name: string) => substitutions[name] ?? whole,
    );
  return [
    { name: rollbackMachine, definition: await read('rollback.asl.json') },
    { name: migrationMachine, definition: await read('migration.asl.json') },
  ];
}
