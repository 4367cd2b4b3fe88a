import { expect, it } from 'vitest';
import type { Check, CheckResult } from '../../../src/core/checks.ts';
import { runId } from '../../../src/core/ids.ts';
import { attempt, backfill, enter, step, until } from '../postgres/support.ts';
import { dialects, sampleTable } from './dialect.ts';
import { type EngineUnderTest, everyEngine } from './world.ts';

const run = runId('run-1');

/** Children, some without a parent, some without a name, two of one name; a constraint and no invalid index. */
const sample = [
  'CREATE TABLE parent (id int PRIMARY KEY)',
  'CREATE TABLE child (id int PRIMARY KEY, parent int, name varchar(20), CONSTRAINT child_name UNIQUE (name, id))',
  'INSERT INTO parent VALUES (1), (2)',
  `INSERT INTO child VALUES (1, 1, 'a'), (2, 2, 'b'), (3, NULL, 'b'), (4, 9, NULL)`,
];

const references = { table: 'parent', columns: ['id'] };

/** Checks of the sample, and how each comes out. */
const outcomes: readonly (readonly [Check, CheckResult['outcome'], RegExp])[] = [
  [{ check: 'no_nulls', table: 'child', columns: ['id'] }, 'passed', /none found/],
  [{ check: 'no_nulls', table: 'child', columns: ['id', 'name'] }, 'failed', /name: NULL in 1 row/],
  [{ check: 'unique', table: 'child', columns: ['name'] }, 'failed', /1 value found more than once/],
  [{ check: 'unique', table: 'child', columns: ['name', 'parent'] }, 'passed', /none found/],
  [{ check: 'no_orphans', table: 'child', columns: ['parent'], references }, 'failed', /1 row of child/],
  [{ check: 'row_count', table: 'child', expect: { is: 'exactly', rows: 4 } }, 'passed', /4 rows/],
  [{ check: 'row_count', table: 'child', expect: { is: 'at_least', rows: 5 } }, 'failed', /4 rows/],
  [{ check: 'constraint_valid', table: 'child', constraint: 'child_name' }, 'passed', /it is/],
  [{ check: 'constraint_valid', table: 'child', constraint: 'other' }, 'failed', /no such constraint/],
  [
    {
      check: 'sql',
      name: 'two parents',
      query: 'SELECT count(*) FROM parent',
      expect: { is: 'value', value: '2' },
    },
    'passed',
    /expected value/,
  ],
  [
    {
      check: 'sql',
      name: 'no parent 9',
      query: 'SELECT 1 FROM parent WHERE id = 9',
      expect: { is: 'no_rows' },
    },
    'passed',
    /no rows/,
  ],
  [
    { check: 'sql', name: 'writes', query: 'DELETE FROM parent', expect: { is: 'no_rows' } },
    'unreadable',
    /./,
  ],
  [{ check: 'no_invalid_indexes', tables: ['child', 'parent'] }, 'passed', /none found/],
  [{ check: 'privileges', tables: ['child'] }, 'passed', /it may/],
  [{ check: 'privileges', tables: ['nowhere'] }, 'failed', /no table nowhere/],
  [{ check: 'replication_lag', underSeconds: 5 }, 'passed', /behind/],
  [{ check: 'backfill_complete', table: 'child', where: 'name IS NULL' }, 'failed', /1 row still/],
  [{ check: 'backfill_complete', table: 'child', where: 'id > 10' }, 'passed', /no row is left/],
  [{ check: 'backfill_complete', table: 'child', where: 'name IS NULL -- yet' }, 'failed', /1 row still/],
  [{ check: 'no_nulls', table: 'nowhere', columns: ['id'] }, 'unreadable', /nowhere/],
];

/** An old transaction, as it is named. */
const oldestSaid: Readonly<Record<EngineUnderTest, RegExp>> = {
  postgres: /application .*, idle in transaction/,
  mariadb: /database test_\w+, Sleep/,
  mysql57: /database test_\w+, Sleep/,
  mysql8: /database test_\w+, Sleep/,
  sqlserver: /application .*, (sleeping|idle)/,
};

/** The server's words for a column type that the author wrote in one way. */
const typesShown: Readonly<Record<EngineUnderTest, readonly string[]>> = {
  postgres: ['integer', 'integer', 'character varying(20)'],
  mariadb: ['int(11)', 'int(11)', 'varchar(20)'],
  mysql57: ['int(11)', 'int(11)', 'varchar(20)'],
  mysql8: ['int', 'int', 'varchar(20)'],
  sqlserver: ['int', 'int', 'varchar(20)'],
};

everyEngine('checks', (engine, database) => {
  it('find what is there and what is not', async () => {
    const opened = await database();
    await opened.query(...sample);
    const connected = await opened.connect();
    const found = [];
    for (const [check] of outcomes) found.push(await connected.check(check, {}));
    expect(found.map(({ check, outcome, found: words }) => [check, outcome, words])).toEqual(
      outcomes.map(([check, outcome, words]) => [check.check, outcome, expect.stringMatching(words)]),
    );
    expect(await opened.query('SELECT count(*) AS n FROM parent')).toEqual([{ n: '2' }]);
  });

  it('name the oldest transaction of others, and none of ours', async () => {
    const opened = await database();
    await opened.query(...sample);
    const connected = await opened.connect();
    await enter(connected);
    const reader = await opened.client();
    await reader.query(dialects[engine].begin);
    await reader.query(dialects[engine].readAndHold('child'));
    const check: Check = { check: 'no_long_transactions', olderThanSeconds: 0 };
    await until('the transaction is old', async () => {
      const { outcome, found } = await connected.check(check, {});
      return outcome === 'failed' && oldestSaid[engine].test(found);
    });
    expect((await connected.pressure()).oldestTransactionSeconds).toBeGreaterThan(0);
  });

  it('compare row counts with those before', async () => {
    const opened = await database();
    await opened.query(...sampleTable(10));
    const connected = await opened.connect();
    const baseline = { t: await connected.readRowCount('t') };
    const check: Check = { check: 'row_count', table: 't', expect: { is: 'unchanged' } };
    expect(await connected.check(check, baseline)).toMatchObject({ outcome: 'passed' });
    expect(await connected.check(check, {})).toMatchObject({ outcome: 'unreadable' });
  });

  it('see who waits for a batch of ours', async () => {
    const opened = await database();
    await opened.query(...sampleTable(10));
    const connected = await opened.connect();
    const fence = await enter(connected);
    const slow = step(
      'expand-1',
      'transaction',
      'UPDATE t SET visits = 1 WHERE id = 1',
      `UPDATE t SET visits = 1 + ${dialects[engine].sleeping(2)} WHERE id > 1`,
    );
    expect(await connected.attemptStep(slow, attempt(fence, { waitMs: 50 }))).toMatchObject({
      kind: 'running',
    });
    const writer = await opened.client();
    // The server may not have begun with the step: a write that came before it waits for nobody.
    let waits = false;
    let writing: Promise<unknown> = Promise.resolve();
    const isSeen = async (): Promise<boolean> => {
      if (!waits) {
        waits = true;
        writing = writer.query('UPDATE t SET visits = 7 WHERE id = 1').finally(() => {
          waits = false;
        });
      }
      return (await connected.pressure()).waitingForUs === 1;
    };
    // InnoDB looks anew at who waits only when nobody has asked for a tenth of a second.
    await until('the writer is seen', isSeen, 150);
    await connected.cancelSessions(run, new AbortController().signal);
    await writing;
  });
});

everyEngine('facts', (engine, database) => {
  it('tell tables from other relations and from what is not there', async () => {
    const opened = await database();
    await opened.query(...sample, 'CREATE VIEW seen AS SELECT id FROM child');
    const connected = await opened.connect();
    const facts = await connected.facts(['child', 'seen', 'nowhere']);
    expect(facts.tables.child?.columns.map(({ type }) => type)).toEqual(typesShown[engine]);
    expect(facts.tables.child?.columns.map(({ nullable }) => nullable)).toEqual([false, true, true]);
    expect(facts.tables.child?.keys[0]).toMatchObject({
      primary: true,
      refused: null,
      columns: [{ name: 'id', type: dialects[engine].integer }],
    });
    expect(facts.tables.child?.keys[1]).toMatchObject({ refused: expect.stringContaining('may be null') });
    expect(facts.tables.nowhere).toBeNull();
    expect(facts.others).toEqual(['seen']);
    expect(facts.tableNames).toEqual(['child', 'parent']);
  });

  it('lead back to the table by the name they give it', async () => {
    const opened = await database();
    const odd = dialects[engine].quote('odd.name');
    await opened.query(
      `CREATE TABLE ${odd} (id int PRIMARY KEY, visits int)`,
      `INSERT INTO ${odd} VALUES (1, 0)`,
    );
    const connected = await opened.connect();
    const name = (await connected.facts([odd])).tables[odd]?.table ?? '';
    expect((await connected.facts([name])).tables[name]?.table).toBe(name);
    const fence = await enter(connected);
    const of = backfill(name, [{ name: 'id', type: dialects[engine].integer }]);
    expect(await connected.planPartitions(run, fence, of)).toHaveLength(1);
  });
});

everyEngine('the fingerprint', (engine, database) => {
  const changes = [
    dialects[engine].addColumn('child', 'more int'),
    'ALTER TABLE child DROP COLUMN more',
    'CREATE INDEX child_parent ON child (parent)',
    'ALTER TABLE child ADD CONSTRAINT child_of FOREIGN KEY (parent) REFERENCES parent (id)',
    'CREATE VIEW seen AS SELECT id FROM child',
    dialects[engine].addColumn('child', `kind varchar(10) NOT NULL DEFAULT 'a'`),
  ];

  it('changes with the schema and not with the rows, and is the same in another database', async () => {
    const [one, two] = [await database(), await database()];
    const prints = [];
    for (const opened of [one, two]) {
      await opened.query(...sample, 'DELETE FROM child WHERE parent = 9');
      const connected = await opened.connect();
      const seen = [await connected.fingerprint()];
      await opened.query(`INSERT INTO child VALUES (5, 1, 'z')`);
      expect((await connected.fingerprint()).hash).toBe(seen[0]?.hash);
      for (const change of changes) {
        await opened.query(change);
        seen.push(await connected.fingerprint());
      }
      prints.push(seen.map(({ hash }) => hash));
      expect(seen.at(-1)?.lines).toEqual([...(seen.at(-1)?.lines ?? [])].sort());
    }
    expect(prints[0]).toEqual(prints[1]);
    // Adding and dropping a column leaves what was there before.
    expect(new Set(prints[0]).size).toBe(changes.length);
  });
});
