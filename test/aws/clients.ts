import { type AwsClients, openClients } from '../../src/aws/clients.ts';
import { type LocalCloud, type LocalCloudOptions, startLocalCloud } from '../../src/local/cloud.ts';

type Service = Exclude<keyof AwsClients, 'close'>;

/** All clients at once. */
export type OpenClients = { readonly [Name in Service]: Awaited<ReturnType<AwsClients[Name]>> } & {
  close(): void;
};

export async function openAll(options: Parameters<typeof openClients>[0] = {}): Promise<OpenClients> {
  const clients = openClients(options);
  return {
    dynamodb: await clients.dynamodb(),
    s3: await clients.s3(),
    secrets: await clients.secrets(),
    sfn: await clients.sfn(),
    sfnOnce: await clients.sfnOnce(),
    sns: await clients.sns(),
    events: await clients.events(),
    rds: await clients.rds(),
    rdsData: await clients.rdsData(),
    close: () => clients.close(),
  };
}

/** Clients as production opens them, led by the environment to `variables`, which are gone again afterwards. */
export async function clientsFor(
  variables: Readonly<Record<string, string>>,
  options: Parameters<typeof openClients>[0] = {},
): Promise<OpenClients> {
  const before = Object.keys(variables).map((name) => [name, process.env[name]] as const);
  Object.assign(process.env, variables);
  const clients = await openAll(options);
  return {
    ...clients,
    close() {
      clients.close();
      for (const [name, value] of before) {
        if (value === undefined) delete process.env[name];
        else process.env[name] = value;
      }
    },
  };
}

/** A local cloud and the clients for it. */
export async function startCloud(
  options: LocalCloudOptions = {},
): Promise<{ cloud: LocalCloud; clients: OpenClients; stop(): Promise<void> }> {
  const cloud = await startLocalCloud(options);
  const clients = await clientsFor(cloud.environment());
  return {
    cloud,
    clients,
    async stop() {
      clients.close();
      await cloud.stop();
    },
  };
}
