import { chown, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { CreateSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import {
  CreateStateMachineAliasCommand,
  CreateStateMachineCommand,
  PublishStateMachineVersionCommand,
  SFNClient,
} from '@aws-sdk/client-sfn';
import { z } from 'zod';
import { composeApp } from '../../lambdas/entry.ts';
import type { App } from '../../src/app/app.ts';
import { openClients } from '../../src/aws/clients.ts';
import { RealClock } from '../../src/local/clock/real-clock.ts';
import { type LocalCloud, startLocalCloud } from '../../src/local/cloud.ts';
import { serverAccount } from '../../src/local/rds/host/account.ts';
import { runCommand } from '../../src/local/rds/host/command.ts';
import { localClient } from '../support/local-client.ts';
import { postgresDatabase, type WorldClient } from '../support/world-database.ts';
import { askUnsigned } from './ask-unsigned.ts';
import { assets, type Deployment, place, readDeployment } from './deployment.ts';
import { startFront } from './gateway.ts';
import { certificate, privateKey } from './loopback-certificate.ts';
import { startMoto } from './moto.ts';

/** What runs in the local cloud; all else is moto. */
const ours = new Set(['states', 'lambda', 'rds', 'events']);

const root = join(import.meta.dirname, '../..');
const target = {
  name: 'orders',
  secret: 'prod/orders/lockkeeper',
  instance: 'orders-prod',
  database: 'orders',
};

/** The stack as `cdk deploy` has left it in moto, running in the local cloud over a real PostgreSQL. */
export interface DeployedWorld {
  /** One address for both. */
  readonly endpoint: string;
  /** For commands: they speak to that address. */
  readonly environment: Readonly<Record<string, string>>;
  readonly outputs: { readonly MigrationMachineArn: string };
  readonly target: typeof target;
  readonly password: string;
  readonly app: App;
  readonly cloud: LocalCloud;
  connect(): Promise<WorldClient>;
  stop(): Promise<void>;
}

/** @param python one that has moto */
export async function deployWorld(python: string): Promise<DeployedWorld> {
  const opened: (() => Promise<void> | void)[] = [];
  const stop = async () => {
    for (let close = opened.pop(); close; close = opened.pop()) await close();
  };
  try {
    const folder = await mkdtemp(join(tmpdir(), 'lockkeeper-deploy-'));
    opened.push(() => rm(folder, { recursive: true, force: true }));
    const moto = await startMoto(python);
    opened.push(moto.stop);
    const running: { endpoint?: string } = {};
    const front = await startFront((service) =>
      ours.has(service) && running.endpoint !== undefined ? running.endpoint : moto.endpoint,
    );
    opened.push(front.close);
    const environment = environmentFor(front);
    await bootstrap(front.endpoint);
    const outputs = await deploy(folder, environment);
    const deployment = await readDeployment(moto.endpoint, python, folder);
    const cloud = await startCloud(deployment, front.endpoint, await tlsSettings(folder));
    opened.push(cloud.stop);
    running.endpoint = cloud.endpoint;
    await register(deployment, cloud);
    const password = await createDatabase(cloud, front.endpoint);
    const { app, close } = connectApp(deployment, front.endpoint);
    opened.push(close);
    const { host, port } = cloud.rds.instance(target.instance);
    const { database } = target;
    return {
      endpoint: front.endpoint,
      environment,
      outputs,
      target,
      password,
      app,
      cloud,
      connect: () => postgresDatabase.open({ host, port, user: 'owner', password, database }),
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

function environmentFor({ endpoint, port }: { endpoint: string; port: number }): Record<string, string> {
  return {
    AWS_ENDPOINT_URL: endpoint,
    // moto takes a template from its own bucket under this name only.
    AWS_ENDPOINT_URL_S3_FOR_CLOUDFORMATION: `http://localhost:${port}`,
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
    AWS_REGION: place.region,
    AWS_DEFAULT_REGION: place.region,
    AWS_EC2_METADATA_DISABLED: 'true',
    PATH: String(process.env.PATH),
    HOME: String(process.env.HOME),
  };
}

const outputsSchema = z.object({ lockkeeper: z.object({ MigrationMachineArn: z.string() }) });

/** What the CDK looks for of `cdk bootstrap`: the bucket for its files, and the version of what made it. */
async function bootstrap(endpoint: string): Promise<void> {
  const s3 = localClient(S3Client, endpoint);
  await s3.send(new CreateBucketCommand({ Bucket: assets }));
  s3.destroy();
  await askUnsigned(endpoint, 'ssm', {
    method: 'POST',
    headers: { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': 'AmazonSSM.PutParameter' },
    body: JSON.stringify({ Name: '/cdk-bootstrap/hnb659fds/version', Type: 'String', Value: '30' }),
  });
}

/** `cdk deploy`, as a person calls it. */
async function deploy(folder: string, env: Record<string, string>) {
  const config = join(folder, 'lockkeeper.config.yaml');
  await writeFile(config, JSON.stringify(configuration));
  const outputs = join(folder, 'outputs.json');
  await runCommand(
    process.execPath,
    [
      join(root, 'node_modules/aws-cdk/bin/cdk'),
      'deploy',
      ...['-c', `config=${config}`, '--output', join(folder, 'cdk.out'), '--outputs-file', outputs],
      ...['--method=direct', '--require-approval', 'never', '--no-notices', '--ci'],
    ],
    { cwd: root, env },
  );
  return outputsSchema.parse(JSON.parse(await readFile(outputs, 'utf8'))).lockkeeper;
}

const configuration = {
  prefix: 'lockkeeper',
  targets: [{ ...target, engine: 'postgres', restore: 'automatic', tlsCa: certificate }],
};

/** The server's certificate, readable by the account that the server runs under and by nobody else. */
async function tlsSettings(folder: string): Promise<Record<string, string>> {
  const account = serverAccount();
  const files = { ssl_cert_file: certificate, ssl_key_file: privateKey };
  const settings: Record<string, string> = { ssl: 'on' };
  for (const [setting, text] of Object.entries(files)) {
    const path = join(folder, `${setting}.pem`);
    await writeFile(path, text, { mode: 0o600 });
    if (account !== undefined) await chown(path, account.uid, account.gid);
    settings[setting] = path;
  }
  if (account !== undefined) await runCommand('chmod', ['711', folder]);
  return settings;
}

/** The functions get what they were deployed with, and where AWS is. */
function startCloud(
  { functions }: Deployment,
  endpoint: string,
  serverSettings: Record<string, string>,
): Promise<LocalCloud> {
  const told = { AWS_ENDPOINT_URL: endpoint, LOCKKEEPER_POLL_SECONDS: '1' };
  const located = Object.entries(functions).map(([name, each]) => [
    name,
    { ...each, environment: { ...each.environment, ...told } },
  ]);
  return startLocalCloud({
    ...place,
    functions: Object.fromEntries(located),
    lambda: { hostScript: join(root, 'dist/local/lambda-host.cjs'), mode: 'own' },
    rds: {
      durability: 'relaxed',
      serverSettings: { postgres: { ...postgresDatabase.settings, ...serverSettings } },
    },
  });
}

/** Machines, their version and alias, and rules, as they were deployed. */
async function register({ machines, rules }: Deployment, cloud: LocalCloud): Promise<void> {
  const sfn = localClient(SFNClient, cloud.endpoint);
  const roleArn = `arn:aws:iam::${place.account}:role/machine`;
  for (const machine of machines) {
    const { stateMachineArn } = await sfn.send(new CreateStateMachineCommand({ ...machine, roleArn }));
    const { stateMachineVersionArn } = await sfn.send(
      new PublishStateMachineVersionCommand({ stateMachineArn }),
    );
    const routingConfiguration = [{ stateMachineVersionArn, weight: 100 }];
    await sfn.send(new CreateStateMachineAliasCommand({ name: 'live', routingConfiguration }));
  }
  sfn.destroy();
  for (const { rule, targets } of rules) cloud.events.addRule(rule, targets);
}

/** @returns the password, which is in the secret as well */
async function createDatabase(cloud: LocalCloud, endpoint: string): Promise<string> {
  const password = `master-${Math.random().toString(36).slice(2)}-password`;
  const { instance: identifier, database: dbName } = target;
  await cloud.rds.createInstance({ identifier, masterUsername: 'owner', masterPassword: password, dbName });
  const secrets = localClient(SecretsManagerClient, endpoint);
  const SecretString = JSON.stringify({ username: 'owner', password, dbInstanceIdentifier: identifier });
  await secrets.send(new CreateSecretCommand({ Name: target.secret, SecretString }));
  secrets.destroy();
  return password;
}

/** The ports as a function has them. */
function connectApp({ functions }: Deployment, endpoint: string): { app: App; close(): void } {
  const at = { endpoint, region: place.region, accessKeyId: 'local', secretAccessKey: 'local' };
  const clients = openClients({ at });
  const settings = functions['lockkeeper-intake']?.environment ?? {};
  return { app: composeApp(settings, new RealClock(), clients), close: () => clients.close() };
}
