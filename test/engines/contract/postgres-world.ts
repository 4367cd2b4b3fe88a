import { TestServer } from '../postgres/support.ts';
import type { TestDatabase, World } from './world.ts';

export async function openPostgresWorld(): Promise<World> {
  const server = await TestServer.start();
  return {
    async database() {
      const database = await server.database();
      const client = async () => {
        const opened = await database.client();
        return { query: (sql: string) => opened.query(sql), close: () => opened.end() };
      };
      return {
        query: <Row>(...statements: readonly string[]) => database.queries<Row>(...statements),
        client,
        connect: (options) => database.connect(options),
      } satisfies TestDatabase;
    },
    closeAll: () => server.closeAll(),
    stop: () => server.stop(),
  };
}
