import { afterAll, afterEach, beforeAll, beforeEach, describe, type TestContext } from 'vitest';
import { openMysqlServer, type TestMysql } from '../../support/mysql.ts';
import { openMysqlWorld } from '../contract/mysql-world.ts';
import type { NoWorld, TestDatabase } from '../contract/world.ts';

export type MysqlUnderTest = 'mariadb' | 'mysql57';

const kinds: readonly MysqlUnderTest[] = ['mariadb', 'mysql57'];

/** Describes the same for MariaDB and MySQL. */
export function everyMysql(
  what: string,
  tests: (kind: MysqlUnderTest, database: () => Promise<TestDatabase>) => void,
): void {
  describeEach(what, openMysqlWorld, (kind, world) => {
    afterEach(async () => {
      const opened = world();
      if (!('reason' in opened)) await opened.closeAll();
    });
    tests(kind, () => given(world()).database());
  });
}

/** The same with the server itself, for what is below a database. */
export function everyMysqlServer(what: string, tests: (server: () => TestMysql) => void): void {
  const open = async (kind: MysqlUnderTest) => {
    const server = await openMysqlServer(kind);
    return 'reason' in server ? server : Object.assign(server, { stop: () => server.close() });
  };
  describeEach(what, open, (_kind, server) => tests(() => given(server())));
}

function describeEach<Opened extends { stop(): Promise<void> }>(
  what: string,
  open: (kind: MysqlUnderTest) => Promise<Opened | NoWorld>,
  tests: (kind: MysqlUnderTest, opened: () => Opened | NoWorld) => void,
): void {
  for (const kind of kinds) {
    describe(`${what} (${kind})`, () => {
      let opened: Opened | NoWorld;
      beforeAll(async () => {
        opened = await open(kind);
      });
      beforeEach((context: TestContext) => {
        if ('reason' in opened) context.skip(opened.reason);
      });
      afterAll(async () => {
        if (!('reason' in opened)) await opened.stop();
      });
      tests(kind, () => opened);
    });
  }
}

function given<Opened extends object>(opened: Opened | NoWorld): Opened {
  if ('reason' in opened) throw new Error(String(opened.reason));
  return opened as Opened;
}
