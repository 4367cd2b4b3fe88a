import { readFile } from 'node:fs/promises';
import { composeApp } from '../../lambdas/entry.ts';
import type { App } from '../app/app.ts';
import type { Clock } from '../app/ports/clock.ts';
import type { RunRecord } from '../app/ports/run-store.ts';
import { openClients } from '../aws/clients.ts';
import { FatalError, InputError } from '../core/errors.ts';
import { runId as asRunId } from '../core/ids.ts';
import { connectLocally } from './local/platform.ts';
import { defaultStateFolder, isAlive, readSession, requireStateFolder } from './local/state-folder.ts';
import { startPlatformIn } from './local/url-platform.ts';

/** A Lockkeeper that is there already: deployed on AWS, or the state of local runs. */
export interface System {
  readonly app: App;
  /** `aws`, or the state folder. */
  readonly where: string;
  /** Whether state machines run there at this moment. */
  readonly running: boolean;
  close(): Promise<void>;
}

export interface ConnectOptions {
  readonly state?: string | undefined;
  /** File that `cdk deploy --outputs-file` wrote. */
  readonly outputs?: string | undefined;
}

export const defaultOutputsFile = 'lockkeeper.outputs.json';

/**
 * Finds the system that commands about existing runs speak to: the deployed one where its settings are
 * given (environment, or CDK's outputs file), else the local state folder.
 */
export async function connect(options: ConnectOptions, clock: Clock): Promise<System> {
  const deployed = options.state === undefined ? await deployedSettings(options.outputs) : null;
  if (deployed !== null) {
    const clients = openClients();
    return {
      app: composeApp(deployed, clock, clients),
      where: 'aws',
      running: true,
      close: async () => clients.close(),
    };
  }
  return connectToFolder(options.state ?? defaultStateFolder, clock);
}

async function connectToFolder(folder: string, clock: Clock): Promise<System> {
  const session = await readSession(folder);
  if (session === null) {
    throw new FatalError(`there is neither a deployed Lockkeeper nor a local state folder ${folder}`, {
      code: 'nothing-there',
      remedy: `run "lockkeeper run" here first, or "cdk deploy --outputs-file ${defaultOutputsFile}"`,
    });
  }
  if (await isAlive(session)) {
    const { app, close } = connectLocally(session.endpoint, [session.target], clock);
    return { app, where: folder, running: true, close: async () => close() };
  }
  await requireStateFolder(folder);
  const platform = await startPlatformIn(folder, clock, { targets: [session.target] });
  return { app: platform.app, where: folder, running: false, close: () => platform.stop() };
}

/** Names of the settings in the environment, and of the stack's outputs that carry them. */
const settings = {
  LOCKKEEPER_TABLE: 'RunTableName',
  LOCKKEEPER_BUCKET: 'EvidenceBucketName',
  LOCKKEEPER_TOPIC_ARN: 'TopicArn',
  LOCKKEEPER_MACHINE_ARN: 'MigrationMachineArn',
  LOCKKEEPER_ROLLBACK_MACHINE_ARN: 'RollbackMachineArn',
  LOCKKEEPER_TARGETS: 'Targets',
} as const;

async function deployedSettings(
  file: string | undefined,
): Promise<Record<string, string | undefined> | null> {
  if (process.env.LOCKKEEPER_TABLE !== undefined) return process.env;
  const text = await readFile(file ?? defaultOutputsFile, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' && file === undefined) return null;
    throw new InputError(`the outputs file cannot be read: ${error.message}`, []);
  });
  if (text === null) return null;
  const outputs = firstStack(text, file ?? defaultOutputsFile);
  return Object.fromEntries(Object.entries(settings).map(([name, output]) => [name, outputs[output]]));
}

function firstStack(text: string, file: string): Record<string, string> {
  try {
    const stacks = JSON.parse(text) as Record<string, Record<string, string>>;
    const stack = Object.values(stacks).find((outputs) => 'RunTableName' in outputs);
    if (stack !== undefined) return stack;
  } catch (cause) {
    throw new FatalError(`${file} is not JSON`, { code: 'bad-outputs', cause });
  }
  throw new FatalError(`${file} holds no Lockkeeper stack`, {
    code: 'bad-outputs',
    remedy: `write it with: npx cdk deploy --outputs-file ${file}`,
  });
}

/** The run a person names: its id, or the latest one where none is named. */
export async function findRun(app: App, named: string | undefined): Promise<RunRecord> {
  if (named !== undefined) {
    const run = await app.store.getRun(asRunId(named));
    if (run !== null) return run;
    throw new FatalError(`there is no run ${named}`, {
      code: 'no-such-run',
      remedy: 'lockkeeper history lists the runs',
    });
  }
  const runs = await Promise.all(app.targets.map((target) => app.store.listRuns(target.name, 1)));
  const latest = runs.flat().toSorted((a, b) => (a.startedAt < b.startedAt ? 1 : -1))[0];
  if (latest !== undefined) return latest;
  throw new FatalError('there are no runs yet', {
    code: 'no-runs',
    remedy: 'begin with: lockkeeper run, or lockkeeper start',
  });
}
