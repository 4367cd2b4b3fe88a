import { expect, it } from 'vitest';
import { plainEffects } from '../../../../src/app/ports/effects.ts';
import type { Login } from '../../../../src/app/ports/engine.ts';
import { MySqlDatabase } from '../../../../src/engines/mysql/database.ts';
import { Connection } from '../../../../src/engines/mysql/session/connection.ts';
import { RealClock } from '../../../../src/local/clock/real-clock.ts';
import { everyMysqlServer } from '../support.ts';

const rights =
  'SELECT, INSERT, UPDATE, DELETE, CREATE, DROP, ALTER, INDEX, REFERENCES, TRIGGER, CREATE ROUTINE, PROCESS';

everyMysqlServer('beside a binary log', (server) => {
  it('a plan that makes triggers is held up before it begins, unless the server trusts everybody', async () => {
    const { name } = await server().createDatabase();
    const user = `plain_${process.pid}`;
    await server().query(`CREATE USER '${user}'@'%' IDENTIFIED BY 'a-test'`);
    await server().query(`GRANT ${rights} ON *.* TO '${user}'@'%'`);
    const { host, port } = server();
    const login: Login = { host, port, user, password: 'a-test', database: name, tls: { mode: 'off' } };
    const signal = new AbortController().signal;
    const connection = await Connection.open(login, { runId: 'none', role: 'test' }, signal, plainEffects);
    const database = new MySqlDatabase(connection, new RealClock());
    const check = (makes: readonly ('trigger' | 'function')[]) =>
      database.check({ check: 'privileges', tables: [], makes }, {});
    const trust = (on: boolean) =>
      server().query(`SET GLOBAL log_bin_trust_function_creators = ${on ? 1 : 0}`);
    try {
      await trust(false);
      await connection.read('CREATE TABLE t (id int PRIMARY KEY)');
      const trigger = 'CREATE TRIGGER g BEFORE INSERT ON t FOR EACH ROW SET @x = 1';
      await expect(connection.read(trigger)).rejects.toThrow('1419');
      expect(await check(['trigger'])).toMatchObject({
        outcome: 'failed',
        found: expect.stringContaining('1419'),
        remedy: expect.stringContaining('log_bin_trust_function_creators = 1 in the DB parameter group'),
      });
      expect(await check([])).toMatchObject({ outcome: 'passed' });
      await trust(true);
      expect(await check(['trigger', 'function'])).toMatchObject({ outcome: 'passed' });
      await connection.read(trigger);
    } finally {
      await trust(false);
      await database.close();
      await server().query(`DROP USER '${user}'@'%'`);
    }
  });
});
