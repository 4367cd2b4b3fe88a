import mysql from 'mysql2/promise';
import type { MysqlServer } from './server.ts';

export interface MasterUser {
  readonly name: string;
  readonly password: string;
  /** Every right there is, which RDS never gives. Default false. */
  readonly superuser?: boolean | undefined;
}

/** Source: "Master user account privileges" in the RDS user guide, for MariaDB and for MySQL 5.7. */
const RIGHTS = [
  'SELECT, INSERT, UPDATE, DELETE, CREATE, DROP, RELOAD, PROCESS, REFERENCES, INDEX, ALTER',
  'SHOW DATABASES, CREATE TEMPORARY TABLES, LOCK TABLES, EXECUTE, REPLICATION SLAVE, REPLICATION CLIENT',
  'CREATE VIEW, SHOW VIEW, CREATE ROUTINE, ALTER ROUTINE, CREATE USER, EVENT, TRIGGER',
].join(', ');

/** Creates the master user as RDS does: from any host, without SUPER, with `mysql_native_password`. */
export async function createMasterUser(server: MysqlServer, user: MasterUser): Promise<void> {
  const account = mysql.format('?@?', [user.name, '%']);
  const password = mysql.escape(user.password);
  const identified =
    server.programs.kind === 'mariadb'
      ? `IDENTIFIED VIA mysql_native_password USING PASSWORD(${password})`
      : `IDENTIFIED WITH mysql_native_password BY ${password}`;
  await server.asAdmin(async (connection) => {
    await connection.query(`CREATE USER ${account} ${identified}`);
    const rights = user.superuser ? 'ALL' : RIGHTS;
    await connection.query(`GRANT ${rights} ON *.* TO ${account} WITH GRANT OPTION`);
  });
}

/** Gives a user a new password, from wherever the user may log in. */
export async function setPassword(server: MysqlServer, user: string, password: string): Promise<void> {
  await server.asAdmin(async (connection) => {
    const [hosts] = await connection.query<mysql.RowDataPacket[]>(
      'SELECT Host FROM mysql.user WHERE User = ?',
      [user],
    );
    if (hosts.length === 0) throw new Error(`there is no user ${user}`);
    for (const { Host } of hosts) {
      await connection.query('ALTER USER ?@? IDENTIFIED BY ?', [user, Host, password]);
    }
  });
}
