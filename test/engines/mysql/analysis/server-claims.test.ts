import mysql from 'mysql2/promise';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { analyze } from '../../../../src/engines/mysql/analysis/analyze.ts';
import { splitScript } from '../../../../src/engines/mysql/analysis/split.ts';
import {
  type MysqlTestKind,
  type NoTestMysql,
  openMysqlServer,
  present,
  type TestMysql,
} from '../../../support/mysql.ts';

/** What the statements below find. */
const given = `
  CREATE TABLE roles (id int PRIMARY KEY, label varchar(20)) ENGINE=InnoDB;
  CREATE TABLE users (id int PRIMARY KEY, email varchar(40), age int DEFAULT 1, role int, KEY by_age (age),
    CONSTRAINT has_role FOREIGN KEY (role) REFERENCES roles (id)) ENGINE=InnoDB;
  CREATE TABLE other (id int PRIMARY KEY) ENGINE=InnoDB;
  CREATE VIEW adults AS SELECT id FROM users WHERE age > 17;
  CREATE TRIGGER noop BEFORE INSERT ON other FOR EACH ROW SET NEW.id = NEW.id;
  CREATE PROCEDURE tidy() SELECT 1;
  CREATE EVENT later ON SCHEDULE EVERY 1 YEAR DO SELECT 1;`;
const gone = `
  SET FOREIGN_KEY_CHECKS = 0; DROP TABLE IF EXISTS users, people, roles, other, extra, copied, like_users, t, s;
  DROP VIEW IF EXISTS adults, grown_ups; DROP PROCEDURE IF EXISTS tidy; DROP PROCEDURE IF EXISTS tidier; DROP EVENT IF EXISTS later;
  DROP FUNCTION IF EXISTS twice; SET FOREIGN_KEY_CHECKS = 1; ROLLBACK; UNLOCK TABLES`;

interface Case {
  readonly sql: string;
  readonly only?: MysqlTestKind;
}

const both: readonly string[] = [
  'ALTER TABLE users ADD COLUMN verified boolean DEFAULT false',
  'ALTER TABLE users ADD (a int, b int, KEY (a))',
  "ALTER TABLE users MODIFY COLUMN email varchar(80) NULL COMMENT 'where to write' AFTER age",
  'ALTER TABLE users CHANGE email mail varchar(40) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin',
  "ALTER TABLE users ALTER age DROP DEFAULT, ALTER COLUMN email SET DEFAULT 'x'",
  'ALTER TABLE users ADD UNIQUE INDEX u (email(10)), DROP KEY by_age',
  'ALTER TABLE users RENAME INDEX by_age TO by_years',
  'ALTER TABLE users DROP FOREIGN KEY has_role, DROP COLUMN role',
  'ALTER TABLE users ADD CONSTRAINT f FOREIGN KEY (age) REFERENCES roles (id) ON DELETE SET NULL ON UPDATE NO ACTION',
  "ALTER TABLE users ENGINE=InnoDB ROW_FORMAT=DYNAMIC COMMENT='x'",
  'ALTER TABLE users CONVERT TO CHARACTER SET utf8mb4 COLLATE utf8mb4_bin',
  'ALTER TABLE users RENAME AS people',
  'ALTER TABLE other PARTITION BY HASH (id) PARTITIONS 2',
  'RENAME TABLE users TO people, other TO s',
  "CREATE INDEX i USING BTREE ON users (age DESC, email) COMMENT 'x'",
  'CREATE UNIQUE INDEX i ON users (email) ALGORITHM INPLACE LOCK NONE',
  'DROP INDEX by_age ON users',
  "CREATE TABLE extra (id serial, a enum('x', 'y') NOT NULL DEFAULT 'x', b timestamp(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3) ON UPDATE CURRENT_TIMESTAMP(3), c decimal(9,2) unsigned zerofill, d int GENERATED ALWAYS AS (c + 1) VIRTUAL, e json, f bit(3) DEFAULT b'101', FULLTEXT KEY ft (g), g text, CONSTRAINT pk PRIMARY KEY (id), UNIQUE (a, b)) ENGINE=InnoDB AUTO_INCREMENT=5 DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin",
  'CREATE TABLE copied AS SELECT id, email FROM users',
  'CREATE TABLE like_users LIKE users',
  'CREATE TABLE t (id int) PARTITION BY RANGE (id) (PARTITION p0 VALUES LESS THAN (10), PARTITION p1 VALUES LESS THAN MAXVALUE)',
  'CREATE OR REPLACE VIEW adults AS SELECT id, email FROM users',
  'CREATE ALGORITHM=MERGE DEFINER=CURRENT_USER SQL SECURITY INVOKER VIEW grown_ups AS SELECT id FROM users WHERE age > 20 WITH CHECK OPTION',
  'ALTER VIEW adults AS SELECT id FROM users',
  'CREATE TRIGGER second BEFORE INSERT ON other FOR EACH ROW FOLLOWS noop BEGIN SET NEW.id = NEW.id; END',
  'CREATE PROCEDURE tidier(IN n int) READS SQL DATA BEGIN DECLARE x int; SET x = n; SELECT x; END',
  'CREATE FUNCTION twice(n int) RETURNS int DETERMINISTIC RETURN n * 2',
  "ALTER PROCEDURE tidy COMMENT 'x'",
  'ALTER EVENT later DISABLE',
  'DROP EVENT later',
  'DROP TRIGGER IF EXISTS noop',
  'DROP PROCEDURE tidy',
  'DROP VIEW adults',
  'DROP TABLE IF EXISTS other, nosuch',
  'TRUNCATE TABLE other',
  'ANALYZE TABLE users',
  'OPTIMIZE TABLE users',
  'CHECK TABLE users',
  'CREATE TEMPORARY TABLE scratch (id int)',
  'DROP TEMPORARY TABLE IF EXISTS scratch',
  "INSERT INTO roles VALUES (9, 'x') ON DUPLICATE KEY UPDATE label = VALUES(label)",
  'REPLACE INTO roles (id) VALUES (9)',
  'INSERT INTO roles SELECT id + 100, label FROM roles',
  'UPDATE users u JOIN roles r ON u.role = r.id SET u.email = r.label WHERE u.id > 0',
  'DELETE u, r FROM users u JOIN roles r ON u.role = r.id WHERE u.id = 7',
  'DELETE FROM users ORDER BY id LIMIT 1',
  'SELECT id, COUNT(*) FROM users GROUP BY id HAVING COUNT(*) > 1 FOR UPDATE',
  'SELECT MAX(id) INTO @n FROM users',
  'SET @n = (SELECT COUNT(*) FROM users), @@session.sql_mode = DEFAULT',
  '/*!40101 SET @saved = @@sql_mode */',
  'SHOW TABLES',
  'EXPLAIN SELECT 1',
];

const mariadb: readonly string[] = [
  'ALTER TABLE users ADD COLUMN IF NOT EXISTS email int, DROP COLUMN IF EXISTS nosuch, ADD INDEX IF NOT EXISTS i (age)',
  'ALTER TABLE IF EXISTS nosuch ADD a int',
  'ALTER TABLE users ADD COLUMN secret int INVISIBLE, ALTER INDEX by_age IGNORED',
  'ALTER TABLE users ADD SYSTEM VERSIONING',
  'ALTER TABLE users ADD COLUMN a int DEFAULT (age + 1) CHECK (a > 0)',
  'ALTER ONLINE TABLE users ADD COLUMN a uuid',
  'ALTER TABLE users WAIT 5 ADD a inet6',
  'CREATE OR REPLACE TABLE other (id int)',
  'CREATE INDEX IF NOT EXISTS by_age ON users (age)',
  'CREATE OR REPLACE INDEX by_age ON users (age)',
  'DROP INDEX IF EXISTS nosuch ON users',
  'CREATE TABLE t (id int, a int AS (id + 1) PERSISTENT) WITH SYSTEM VERSIONING',
  'CREATE OR REPLACE TRIGGER noop BEFORE INSERT ON other FOR EACH ROW SET NEW.id = NEW.id',
  "INSERT INTO roles VALUES (9, 'x') RETURNING id",
  'DELETE FROM users WHERE id = 9 RETURNING id',
  'RENAME TABLE IF EXISTS nosuch TO s',
];

const cases: readonly Case[] = [
  ...both.map((sql) => ({ sql })),
  ...mariadb.map((sql) => ({ sql, only: 'mariadb' as const })),
];

describe.each<MysqlTestKind>(['mariadb', 'mysql57', 'mysql8'])(
  'what is said of a statement holds on %s',
  (kind) => {
    let opened: TestMysql | NoTestMysql;
    let connection: mysql.Connection;

    beforeAll(async () => {
      opened = await openMysqlServer(kind);
      if ('reason' in opened) return;
      const { url } = await opened.createDatabase();
      connection = await mysql.createConnection({ uri: url, multipleStatements: true });
      await connection.query('SET lock_wait_timeout = 10; CREATE TABLE mark (id int) ENGINE=InnoDB');
    });

    afterAll(async () => {
      await connection?.end();
      if ('close' in opened) await opened.close();
    });

    it.for(cases.filter(({ only = kind }) => only === kind))('$sql', async ({ sql }, test) => {
      present(opened, test);
      const [claim, more] = await analyze({ path: 'claim.sql', text: sql });
      expect(more).toBeUndefined();
      // It was understood, with the grammar or without.
      expect(claim?.kind).not.toBe('unknown');
      await connection.query(`${gone}; DELETE FROM mark; ${given}`);
      await connection.query('START TRANSACTION; INSERT INTO mark VALUES (1)');
      await connection.query(claim?.text ?? '');
      await connection.query('ROLLBACK');
      const [rows] = await connection.query<mysql.RowDataPacket[]>('SELECT id FROM mark');
      expect(claim?.transactional).toBe(rows.length === 0);
    });

    it('a script for the mysql client is taken as the client takes it', async (test) => {
      present(opened, test);
      const script = `
-- a dump
/*!40101 SET NAMES utf8mb4 */;
DELIMITER $$
CREATE TRIGGER noop BEFORE INSERT ON other FOR EACH ROW BEGIN
  IF NEW.id IS NULL THEN SET NEW.id = CASE WHEN 1 THEN 5 ELSE 6 END; END IF; -- $ here
END$$
DELIMITER ;
INSERT INTO other VALUES (7); # done; really
CREATE PROCEDURE tidy() BEGIN SELECT ';'; SELECT "it's"; END;
INSERT INTO roles VALUES (1, 'a;\\'b''c'), (2, "x;""y");`;
      await connection.query(
        `${gone}; CREATE TABLE other (id int); CREATE TABLE roles (id int, label varchar(20))`,
      );
      const parts = splitScript({ path: 'dump.sql', text: script });
      expect(parts).toHaveLength(5);
      for (const { text } of parts) await connection.query(text);
      const [rows] = await connection.query('SELECT label FROM roles ORDER BY id');
      expect(rows).toEqual([{ label: `a;'b'c` }, { label: 'x;"y' }]);
    });
  },
);
