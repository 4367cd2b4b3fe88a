import { afterAll, afterEach, beforeAll, beforeEach, describe, type TestContext } from 'vitest';
import { openMysqlWorld } from '../contract/mysql-world.ts';
import type { NoWorld, TestDatabase, World } from '../contract/world.ts';

export type MysqlUnderTest = 'mariadb' | 'mysql57';

const kinds: readonly MysqlUnderTest[] = ['mariadb', 'mysql57'];

/** Describes the same for MariaDB and MySQL. */
export function everyMysql(
  what: string,
  tests: (kind: MysqlUnderTest, database: () => Promise<TestDatabase>) => void,
): void {
  for (const kind of kinds) {
    describe(`${what} (${kind})`, () => {
      let world: World | NoWorld;
      beforeAll(async () => {
        world = await openMysqlWorld(kind);
      });
      beforeEach((context: TestContext) => {
        if ('reason' in world) context.skip(world.reason);
      });
      afterEach(async () => {
        if (!('reason' in world)) await world.closeAll();
      });
      afterAll(async () => {
        if (!('reason' in world)) await world.stop();
      });
      tests(kind, () => {
        if ('reason' in world) throw new Error(world.reason);
        return world.database();
      });
    });
  }
}
