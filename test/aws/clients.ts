import { type AwsClients, openClients } from '../../src/aws/clients.ts';
import { type LocalCloud, type LocalCloudOptions, startLocalCloud } from '../../src/local/cloud.ts';

/** Clients as production opens them, led by the environment to `variables`, which are gone again afterwards. */
export function clientsFor(
  variables: Readonly<Record<string, string>>,
  options: Parameters<typeof openClients>[0] = {},
): AwsClients {
  const before = Object.keys(variables).map((name) => [name, process.env[name]] as const);
  Object.assign(process.env, variables);
  const clients = openClients(options);
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
): Promise<{ cloud: LocalCloud; clients: AwsClients; stop(): Promise<void> }> {
  const cloud = await startLocalCloud(options);
  const clients = clientsFor(cloud.environment());
  return {
    cloud,
    clients,
    async stop() {
      clients.close();
      await cloud.stop();
    },
  };
}
