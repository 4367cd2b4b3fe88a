import { describe, expect, it } from 'vitest';
import type { Effects } from '../../../../src/app/ports/effects.ts';
import { runId } from '../../../../src/core/ids.ts';
import { attempt, enter, step, undo } from '../../postgres/support.ts';
import { everyMysql } from '../support.ts';

const run = runId('run-1');
const done = { kind: 'done', alreadyDone: false };

/** The effect happens, and neither its reply nor anything else is heard of its client again. */
const dying = (at: string): Effects => ({
  async around(name, act, sever) {
    const result = await act();
    if (name === at) sever?.();
    return result;
  },
});

/** The client dies with its intent written, before the server has heard of the statement. */
const dyingBefore = (at: string): Effects => ({
  async around(name, act, sever) {
    if (name === at) sever?.();
    return act();
  },
});

/** Tables and what belongs to them, by a number. */
const sample = (n: number): readonly string[] => [
  `CREATE TABLE p${n} (id int PRIMARY KEY)`,
  `CREATE TABLE t${n} (id int PRIMARY KEY, a int, b varchar(10), KEY i (a),
     CONSTRAINT f${n} FOREIGN KEY (a) REFERENCES p${n} (id))`,
  `CREATE TABLE u${n} (id int PRIMARY KEY)`,
  `CREATE VIEW v${n} AS SELECT id FROM t${n}`,
  `CREATE TRIGGER g${n} BEFORE INSERT ON t${n} FOR EACH ROW SET NEW.a = 1`,
];

/** Statements of every kind that can be found out about afterwards, one after the other. */
const statements = (n: number): readonly string[] => [
  `CREATE TABLE n${n} (id int)`,
  `CREATE TABLE m${n} LIKE t${n}`,
  `RENAME TABLE u${n} TO w${n}`,
  `DROP TABLE w${n}`,
  `ALTER TABLE t${n} ADD COLUMN c int`,
  `ALTER TABLE t${n} DROP COLUMN c`,
  `ALTER TABLE t${n} MODIFY b varchar(20) NOT NULL`,
  `ALTER TABLE t${n} ALTER b SET DEFAULT 7`,
  `ALTER TABLE t${n} CHANGE b d varchar(20)`,
  `ALTER TABLE t${n} ADD INDEX (d)`,
  `ALTER TABLE t${n} ADD INDEX j (d), MODIFY d varchar(30)`,
  `ALTER TABLE t${n} DROP FOREIGN KEY f${n}`,
  `ALTER TABLE t${n} DROP PRIMARY KEY, ADD PRIMARY KEY (id, a)`,
  `ALTER TABLE t${n} COMMENT 'seen'`,
  `CREATE INDEX k ON t${n} (d, a)`,
  `DROP INDEX i ON t${n}`,
  `CREATE VIEW x${n} AS SELECT 1 AS one`,
  `DROP VIEW v${n}`,
  `CREATE TRIGGER h${n} AFTER INSERT ON t${n} FOR EACH ROW SET @x = 1`,
  `DROP TRIGGER g${n}`,
  `CREATE PROCEDURE q${n}() SELECT 1`,
  `CREATE EVENT e${n} ON SCHEDULE EVERY 1 DAY DISABLE DO DELETE FROM n${n}`,
];

everyMysql('a statement that commits by itself', (_kind, database) => {
  it.each([
    ['before', dyingBefore],
    ['after', dying],
  ] as const)('of every kind is done once when its client dies %s it', async (_place, effectsAt) => {
    const wrong: string[] = [];
    const opened = await database();
    await opened.query(...sample(1));
    const connected = await opened.connect();
    const fence = await enter(connected);
    let last = (await connected.fingerprint()).hash;
    for (const [index, sql] of statements(1).entries()) {
      const of = step(`expand-${index}`, 'alone', sql);
      const victim = await opened.connect({ role: 'victim', effects: effectsAt(`step expand-${index}`) });
      await victim.attemptStep(of, attempt(fence)).catch((error: unknown) => error);
      await victim.close();
      if ((await connected.journal(run)).length !== index + 1) wrong.push(`${sql}: no intent`);
      const outcome = await connected.attemptStep(of, attempt(fence)).catch((error: unknown) => error);
      const now = (await connected.fingerprint()).hash;
      if (JSON.stringify(outcome) !== JSON.stringify(done)) wrong.push(`${sql}: ${outcome}`);
      if (now === last) wrong.push(`${sql}: nothing has changed`);
      last = now;
    }
    const journal = await connected.journal(run);
    expect(journal.every(({ state }) => state === 'done')).toBe(true);
    expect(wrong).toEqual([]);
  });

  it('that died between two tables goes on with the second', async () => {
    const opened = await database();
    await opened.query('CREATE TABLE a (id int)', 'CREATE TABLE b (id int)', 'CREATE TABLE c (id int)');
    const connected = await opened.connect();
    const fence = await enter(connected);
    const of = step('contract-1', 'alone', 'DROP TABLE a, b');
    const victim = await opened.connect({ role: 'victim', effects: dyingBefore('step contract-1') });
    await victim.attemptStep(of, attempt(fence)).catch(() => undefined);
    await victim.close();
    // What a crash of a server without atomic DDL leaves.
    await opened.query('DROP TABLE a');
    expect(await connected.attemptStep(of, attempt(fence))).toEqual(done);
    expect(await opened.query(`SHOW TABLES LIKE '_'`)).toHaveLength(1);
  });

  it('that names a table which is not there does not begin', async () => {
    const opened = await database();
    await opened.query('CREATE TABLE a (id int)');
    const connected = await opened.connect();
    const fence = await enter(connected);
    const of = step('contract-1', 'alone', 'DROP TABLE a, nosuch');
    await expect(connected.attemptStep(of, attempt(fence))).rejects.toMatchObject({
      class: 'fatal',
      code: 'no-such-object',
    });
    expect(await opened.query(`SHOW TABLES LIKE 'a'`)).toHaveLength(1);
    expect(await connected.journal(run)).toEqual([]);
    const tolerant = step('contract-2', 'alone', 'DROP TABLE IF EXISTS a, nosuch');
    expect(await connected.attemptStep(tolerant, attempt(fence))).toEqual(done);
    expect(await opened.query(`SHOW TABLES LIKE 'a'`)).toEqual([]);
  });

  it('leaves alone what was there before, and so does its undo', async () => {
    const opened = await database();
    await opened.query('CREATE TABLE a (id int)');
    const connected = await opened.connect();
    const fence = await enter(connected);
    const plain = step('expand-1', 'alone', 'CREATE TABLE a (id int)');
    await expect(connected.attemptStep(plain, attempt(fence))).rejects.toMatchObject({
      code: 'already-exists',
    });
    const tolerant = step('expand-2', 'alone', 'CREATE TABLE IF NOT EXISTS a (id int)');
    expect(await connected.attemptStep(tolerant, attempt(fence))).toEqual(done);
    const back = undo('undo-1', ['expand-2'], 'alone', 'DROP TABLE a');
    expect(await connected.attemptStep(back, attempt(fence))).toEqual(done);
    expect(await opened.query(`SHOW TABLES LIKE 'a'`)).toHaveLength(1);
    const never = undo('undo-2', ['expand-9'], 'alone', 'DROP TABLE nosuch');
    expect(await connected.attemptStep(never, attempt(fence))).toEqual(done);
  });

  it('is resumed at the second of three statements when that one has failed', async () => {
    const opened = await database();
    await opened.query('CREATE TABLE a (id int PRIMARY KEY, n int)', 'INSERT INTO a VALUES (1, 5), (2, 5)');
    const connected = await opened.connect();
    const fence = await enter(connected);
    const steps = [
      step('expand-1', 'alone', 'ALTER TABLE a ADD COLUMN c int'),
      step('expand-2', 'alone', 'ALTER TABLE a ADD UNIQUE KEY a_n (n)'),
      step('expand-3', 'alone', 'ALTER TABLE a ADD COLUMN d int'),
    ];
    const outcomes = [];
    for (const of of steps.slice(0, 2)) {
      outcomes.push(
        await connected.attemptStep(of, attempt(fence)).catch((error: { code: string }) => error.code),
      );
    }
    expect(outcomes).toEqual([done, 'sql-error']);
    expect((await connected.journal(run)).map((entry) => entry.step)).toEqual(['expand-1']);
    expect(await opened.query('SELECT count(*) AS n FROM a')).toEqual([{ n: '2' }]);
    await opened.query('UPDATE a SET n = 6 WHERE id = 2');
    for (const of of steps)
      expect(await connected.attemptStep(of, attempt(fence))).toMatchObject({ kind: 'done' });
  });

  it('that nobody can find out about is left to a person', async () => {
    const opened = await database();
    await opened.query('CREATE TABLE a (id int)', 'INSERT INTO a VALUES (1)');
    const connected = await opened.connect();
    const fence = await enter(connected);
    const of = step('contract-1', 'alone', 'TRUNCATE TABLE a');
    const victim = await opened.connect({ role: 'victim', effects: dying('step contract-1') });
    await victim.attemptStep(of, attempt(fence)).catch(() => undefined);
    await expect(connected.attemptStep(of, attempt(fence))).rejects.toMatchObject({
      code: 'unverifiable-step',
    });
  });

  it('is refused a success that somebody else has brought about by halves', async () => {
    const opened = await database();
    await opened.query('CREATE TABLE a (id int)');
    const connected = await opened.connect();
    const fence = await enter(connected);
    const of = step('expand-1', 'alone', 'ALTER TABLE a ADD COLUMN c int, ADD COLUMN d int');
    const victim = await opened.connect({ role: 'victim', effects: dyingBefore('step expand-1') });
    await victim.attemptStep(of, attempt(fence)).catch(() => undefined);
    await victim.close();
    await opened.query('ALTER TABLE a ADD COLUMN c int');
    await expect(connected.attemptStep(of, attempt(fence))).rejects.toMatchObject({ code: 'half-done' });
  });

  describe('with settings before it', () => {
    it('is carried out, and looked for, under them', async () => {
      const [opened, other] = [await database(), await database()];
      const [row] = await other.query<{ name: string }>('SELECT DATABASE() AS name');
      const connected = await opened.connect();
      const fence = await enter(connected);
      const of = step(
        'expand-1',
        'alone',
        `USE \`${row?.name}\``,
        'SET SESSION lock_wait_timeout = 99, @mine = 7',
        'CREATE TABLE elsewhere (id int)',
      );
      expect(await connected.attemptStep(of, attempt(fence))).toEqual(done);
      expect(await other.query(`SHOW TABLES LIKE 'elsewhere'`)).toHaveLength(1);
      expect(await connected.journal(run)).toMatchObject([{ step: 'expand-1', state: 'done' }]);
    });
  });

  it('shows how far it has come while the server works on it alone', async () => {
    const opened = await database();
    const rows = Array.from({ length: 2000 }, (_, index) => `(${index}, REPEAT('x', 200))`).join(', ');
    await opened.query('CREATE TABLE big (id int, t varchar(200))', `INSERT INTO big VALUES ${rows}`);
    for (let round = 0; round < 6; round++) await opened.query('INSERT INTO big SELECT * FROM big');
    const connected = await opened.connect();
    const fence = await enter(connected);
    const of = step('expand-1', 'alone', 'ALTER TABLE big ADD COLUMN c int, ALGORITHM=COPY');
    const seen = [];
    for (let round = 0; round < 200; round++) {
      const outcome = await connected.attemptStep(of, attempt(fence, { waitMs: 10 }));
      if (outcome.kind !== 'running') break;
      seen.push(outcome.progress?.phase ?? '');
    }
    expect(seen.length).toBeGreaterThan(0);
    expect(seen.some((phase) => /copy/i.test(phase))).toBe(true);
    expect(await connected.attemptStep(of, attempt(fence))).toEqual({ kind: 'done', alreadyDone: true });
  });
});
