import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { flywayChecksum } from '../../src/formats/flyway/checksum.ts';
import { type RunResult, type Server, startServer, verdictsOf } from './command-line.ts';

let server: Server;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server?.stop());

const first = 'CREATE TABLE a (id int PRIMARY KEY);\n';
const files = {
  'm/V1__a.sql': first,
  'm/V2__b.sql': 'CREATE TABLE b (id int PRIMARY KEY);\n',
  'm/U2__b.sql': 'DROP TABLE b;\n',
};
/** The wish in the migration’s own manifest, which holds wherever the run is started. */
const wish = { 'm/V2__b.yaml': 'keep_history: true\n' };

/** As `flyway migrate` leaves a database with the first of the two. */
const afterFlyway = `${first}
CREATE TABLE flyway_schema_history (installed_rank int NOT NULL PRIMARY KEY, version varchar(50), description varchar(200) NOT NULL, type varchar(20) NOT NULL, script varchar(1000) NOT NULL, checksum int, installed_by varchar(100) NOT NULL, installed_on timestamp NOT NULL DEFAULT now(), execution_time int NOT NULL, success boolean NOT NULL);
INSERT INTO flyway_schema_history VALUES (1, '1', 'a', 'SQL', 'V1__a.sql', ${flywayChecksum(first)}, 'app', now(), 3, true)`;

describe('a database that the team’s own tool has migrated', { timeout: 90_000 }, () => {
  it('goes on where the tool had come to, and the tool where Lockkeeper has', async () => {
    const place = await server.place();
    await place.write({ ...files, ...wish });
    await place.query(afterFlyway);
    const history = () =>
      place.query(
        'SELECT version, script, checksum, success FROM flyway_schema_history ORDER BY installed_rank',
      );

    const up = await place.json<RunResult>('run', '--migrations', 'm');
    expect(up.code, up.stderr).toBe(0);
    expect(verdictsOf(up.value)).toEqual(['2 SUCCEEDED']);
    expect(await history()).toEqual([
      { version: '1', script: 'V1__a.sql', checksum: flywayChecksum(first), success: true },
      { version: '2', script: 'V2__b.sql', checksum: flywayChecksum(files['m/V2__b.sql']), success: true },
    ]);

    const down = await place.json<RunResult>('run', '--migrations', 'm', '--down', '--to', '1');
    expect(verdictsOf(down.value)).toEqual(['2 SUCCEEDED']);
    expect(await history()).toHaveLength(1);
  });

  it('is not left saying that a migration is applied which is taken back', async () => {
    const place = await server.place();
    await place.write(files);
    await place.query(
      `${afterFlyway}, (2, '2', 'b', 'SQL', 'V2__b.sql', ${flywayChecksum(files['m/V2__b.sql'])}, 'app', now(), 3, true); ${files['m/V2__b.sql']}`,
    );
    const left = await place.lockkeeper('run', '--migrations', 'm', '--down', '--to', '1');
    expect(left.code).toBe(2);
    expect(left.stderr).toContain(
      'public.flyway_schema_history says that 2 is applied, and would still say so',
    );
    expect(left.stderr).toContain('--keep-history');
  });

  it('is not built upon where a file is no longer what the tool has applied', async () => {
    const place = await server.place();
    await place.write({ ...files, 'm/V1__a.sql': `${first}SELECT 1;\n` });
    await place.query(afterFlyway);
    const refused = await place.lockkeeper('plan', '--migrations', 'm');
    expect(refused.code).toBe(2);
    expect(refused.stderr).toContain('migration 1 was edited after it had been applied');
  });

  it('needs the tool’s table before that can be kept', async () => {
    const place = await server.place();
    await place.write(files);
    const no = 'flyway has no history in this database that could be kept current';
    const asked = await place.lockkeeper('plan', '--migrations', 'm', '--keep-history');
    await place.write({ 'm/V1__a.yaml': 'keep_history: true\nrollback: { policy: none }\n' });
    const wished = await place.lockkeeper('plan', '--migrations', 'm');
    expect([asked.code, wished.code]).toEqual([2, 2]);
    expect([asked.stderr, wished.stderr]).toEqual([expect.stringContaining(no), expect.stringContaining(no)]);
  });
});
