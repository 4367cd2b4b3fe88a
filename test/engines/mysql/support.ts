import { eachServer } from '../../support/each-server.ts';
import { openMysqlServer, type TestMysql } from '../../support/mysql.ts';
import { everyEngine, type TestDatabase } from '../contract/world.ts';

export type MysqlUnderTest = 'mariadb' | 'mysql57';

const kinds: MysqlUnderTest[] = ['mariadb', 'mysql57'];

/** Describes the same for MariaDB and MySQL. */
export function everyMysql(
  what: string,
  tests: (kind: MysqlUnderTest, database: () => Promise<TestDatabase>) => void,
): void {
  everyEngine(what, tests, kinds);
}

/** The same with the server itself, for what is below a database. */
export function everyMysqlServer(what: string, tests: (server: () => TestMysql) => void): void {
  const open = async (kind: MysqlUnderTest) => {
    const server = await openMysqlServer(kind);
    return 'reason' in server ? server : Object.assign(server, { stop: () => server.close() });
  };
  eachServer(what, kinds, open, (_kind, server) => tests(server));
}
