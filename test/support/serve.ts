import { startGateway } from '../../src/local/gateway/gateway.ts';
import type { AwsService } from '../../src/local/gateway/service.ts';
import { localClient } from './local-client.ts';

type ClientClass<C> = Parameters<typeof localClient<C>>[0];

/** A gateway with one local service, and a real SDK client that talks to it. */
export async function serve<C extends { destroy(): void }>(service: AwsService, Client: ClientClass<C>) {
  const gateway = await startGateway({ services: [service] });
  const client = localClient(Client, gateway.endpoint);
  return {
    client,
    endpoint: gateway.endpoint,
    async stop() {
      client.destroy();
      await gateway.close();
    },
  };
}
