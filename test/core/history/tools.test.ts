import { describe, expect, it } from 'vitest';
import { viewHistory } from '../../../src/core/history/all.ts';
import type { Recorded } from '../../../src/core/history/recorded.ts';
import type { HistoryRow } from '../../../src/core/history/tool-history.ts';
import { flywayChecksum } from '../../../src/formats/flyway/checksum.ts';

type Entry<Tool extends Recorded['tool']> = Extract<Recorded, { tool: Tool }>;

const flyway = (version: string | null, checksum = 7): Entry<'flyway'> => ({
  tool: 'flyway',
  version,
  description: 'x',
  script: 'V__x.sql',
  checksum,
});

const row = (values: HistoryRow): HistoryRow => ({
  installed_rank: '1',
  version: '1',
  description: 'x',
  type: 'SQL',
  checksum: '7',
  installed_on: '2024-01-01',
  success: 't',
  ...values,
});

const seen = (entries: readonly Recorded[], rows: readonly HistoryRow[]) => {
  const [first] = entries;
  if (first === undefined) throw new Error('one entry at least');
  const { found, refused } = viewHistory(first.tool, rows, entries);
  return refused ?? found.map((one) => (one === null ? '-' : one.edited ? 'edited' : 'applied')).join(' ');
};

describe('Flyway’s history', () => {
  it.each([
    ['counts versions as equal by value', [row({ version: '1.0' })], 'applied - -'],
    ['knows an edited file by its checksum', [row({ checksum: '8' })], 'edited - -'],
    [
      'takes a baseline for all up to it',
      [row({ version: '2', type: 'BASELINE', checksum: null })],
      'applied applied -',
    ],
    ['forgets what was undone', [row({}), row({ type: 'UNDO_SQL' })], '- - -'],
    ['does not forget what was done again', [row({}), row({ type: 'UNDO_SQL' }), row({})], 'applied - -'],
    [
      'is not built upon where a migration has failed',
      [row({ success: 'f' })],
      /1 has failed .* flyway repair/,
    ],
    ['tells a repeatable one by its description', [row({ version: null })], '- - applied'],
  ])('%s', (_what, rows, expected) => {
    const answer = seen([flyway('1'), flyway('2'), flyway(null)], rows);
    if (typeof expected === 'string') expect(answer).toBe(expected);
    else expect(answer).toMatch(expected);
  });

  it('has checksums over the lines, without their ends', () => {
    // As CRC32 of "SELECT 1;SELECT 2;" by another implementation, beyond 2^31 as a signed number.
    expect(flywayChecksum('SELECT 1;\nSELECT 2;\n')).toBe(flywayChecksum('\uFEFFSELECT 1;\r\nSELECT 2;'));
    expect(flywayChecksum('123456789')).toBe(0xcbf43926 | 0);
  });
});

describe('other tools’ histories', () => {
  const alembic = (revision: string, ...parents: readonly string[]): Recorded => ({
    tool: 'alembic',
    revision,
    parents,
  });
  const branched = [alembic('a'), alembic('b', 'a'), alembic('c', 'a'), alembic('d', 'b', 'c')];
  const migrate = (version: string): Recorded => ({ tool: 'golang-migrate', version });

  it.each([
    [
      'Alembic’s heads stand for their ancestors',
      branched,
      [{ version_num: 'd' }],
      'applied applied applied applied',
    ],
    ['Alembic’s branches are told apart', branched, [{ version_num: 'c' }], 'applied - applied -'],
    [
      'a dirty version of golang-migrate stands in the way',
      [migrate('1')],
      [{ version: '1', dirty: 't' }],
      'version 1 is dirty: it has failed half-way; put it right, then: migrate force 1',
    ],
    [
      'goose’s last row counts',
      [{ tool: 'goose', version: '1' }],
      [
        { version_id: '1', is_applied: 't' },
        { version_id: '1', is_applied: 'f' },
      ],
      '-',
    ],
    [
      'a migration of Prisma’s that has not finished stands in the way',
      [{ tool: 'prisma', name: 'a', checksum: 'x' }],
      [{ migration_name: 'a', finished_at: null, rolled_back_at: null }],
      'a has begun and not finished; put it right, then: prisma migrate resolve',
    ],
    [
      'one of Prisma’s that was edited is known',
      [{ tool: 'prisma', name: 'a', checksum: 'x' }],
      [{ migration_name: 'a', finished_at: 'now', rolled_back_at: null, checksum: 'y' }],
      'edited',
    ],
    [
      'Sqitch’s changes are those of their project',
      [
        { tool: 'sqitch', project: 'p', change: 'a' },
        { tool: 'sqitch', project: 'q', change: 'a' },
      ],
      [{ change: 'a', project: 'p', committed_at: 'now' }],
      'applied -',
    ],
  ] as const)('%s', (_what, entries, rows, expected) => {
    expect(seen(entries, rows)).toBe(expected);
  });

  it('of Alembic goes back to the heads that are left', () => {
    const { keep } = viewHistory('alembic', [{ version_num: 'd' }], branched);
    const added = (changes: ReturnType<typeof keep>) =>
      'refused' in changes ? [] : changes.map((one) => (one.does === 'add' ? one.values.version_num : null));
    expect(added(keep(3, 'down'))).toEqual([null, 'b', 'c']);
    const inTwo = viewHistory('alembic', [{ version_num: 'b' }, { version_num: 'c' }], branched);
    expect(added(inTwo.keep(2, 'down')), 'a is still under b').toEqual([null]);
    expect(added(inTwo.keep(3, 'up'))).toEqual([null, null, 'd']);
  });

  it('of golang-migrate stays at its newest when an older one is applied late', () => {
    const { keep } = viewHistory(
      'golang-migrate',
      [{ version: '3', dirty: 'f' }],
      ['1', '2', '3'].map(migrate),
    );
    expect(keep(1, 'up')).toMatchObject([{ does: 'remove' }, { values: { version: '3' } }]);
    expect(keep(2, 'down')).toMatchObject([{ does: 'remove' }, { values: { version: '2' } }]);
    expect(keep(0, 'down')).toEqual([{ does: 'remove', where: {} }]);
  });

  it.each([
    ['changelog/a.sql', 'changelog/b.sql'],
    ['classpath:db/changelog/a.sql', 'classpath:db/changelog/b.sql'],
    ['a.sql', 'b.sql'],
    ['src/db/changelog/a.sql', 'src/db/changelog/b.sql'],
  ])('of Liquibase names files as it did before: %s', (there, expected) => {
    const change = (id: string, file: string): Recorded => ({ tool: 'liquibase', id, author: 'ann', file });
    const entries = [change('1', 'db/changelog/a.sql'), change('2', 'db/changelog/b.sql')];
    const rows = [{ id: '1', author: 'ann', filename: there, exectype: 'EXECUTED' }];
    expect(viewHistory('liquibase', rows, entries).keep(1, 'up')).toMatchObject([
      { values: { filename: expected } },
    ]);
  });

  it('of Sqitch is Sqitch’s own to write', () => {
    const change: Recorded = { tool: 'sqitch', project: 'p', change: 'users' };
    expect(viewHistory('sqitch', [], [change]).keep(0, 'up')).toEqual({
      refused:
        'its rows are named by hashes that only Sqitch makes; run afterwards: sqitch deploy --log-only --to users',
    });
  });
});
