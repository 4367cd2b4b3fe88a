import { describe, expect, it } from 'vitest';
import type { PlannedHistory } from '../../../src/core/history/tool-history.ts';
import type { ColumnBackfill } from '../../../src/core/plan/plan.ts';
import { analyze } from '../../../src/engines/sqlserver/analysis/analyze.ts';
import { batchScript, refusedColumn } from '../../../src/engines/sqlserver/backfill/batch-script.ts';
import { compareKey, keyKind, keyTexts } from '../../../src/engines/sqlserver/backfill/key-sql.ts';
import * as checks from '../../../src/engines/sqlserver/checks/queries.ts';
import { keepCurrent } from '../../../src/engines/sqlserver/keep-current.ts';
import { enterScript } from '../../../src/engines/sqlserver/ledger/enter-run.ts';
import { assertFence, claimFence } from '../../../src/engines/sqlserver/ledger/fence.ts';
import * as journal from '../../../src/engines/sqlserver/ledger/journal.ts';
import { installScript } from '../../../src/engines/sqlserver/ledger/schema.ts';
import { toolHistoryScript } from '../../../src/engines/sqlserver/ledger/tool-history.ts';
import { lockAnswer, releaseLock, takeLock } from '../../../src/engines/sqlserver/session/locks.ts';
import { sessionSettings } from '../../../src/engines/sqlserver/session/settings.ts';
import { blockersQuery } from '../../../src/engines/sqlserver/steps/blockers.ts';

const backfill = {
  table: 'dbo.users',
  set: { full_name: 'first + last -- both' },
  where: 'full_name IS NULL',
  key: [
    { name: 'tenant', type: 'uniqueidentifier' },
    { name: 'at', type: 'datetime2(7)' },
  ],
} as unknown as ColumnBackfill;

const history: PlannedHistory = {
  tool: 'flyway',
  schema: 'dbo',
  name: 'History',
  changes: [
    { does: 'remove', where: { version: null, description: "it's" } },
    {
      does: 'add',
      values: {
        rank: { is: 'next', column: 'rank' },
        id: { is: 'uuid' },
        by: { is: 'user' },
        at: { is: 'now' },
        checksum: -7,
        success: true,
        version: null,
      },
      unless: { version: null, description: "it's" },
    },
  ],
};

const pinned: Readonly<Record<string, string>> = {
  'the ledger': installScript,
  'the fence': assertFence,
  'a fence that is raised': claimFence,
  'a step that is done': journal.doneScript,
  'a step that is intended': journal.intentScript,
  'an intent withdrawn': journal.withdrawScript,
  'a batch': batchScript(backfill, true),
  'the first batch': batchScript({ ...backfill, where: null, key: [{ name: 'id', type: 'bigint' }] }, false),
  'the trigger': keepCurrent({ ...backfill, ordinal: 0, version: '1' }).install[0]?.text ?? '',
  'the trigger where an expression gives something else each time':
    keepCurrent({ ...backfill, set: { seen_at: 'SYSUTCDATETIME()' }, ordinal: 0, version: '1' }).install[0]
      ?.text ?? '',
  'the trigger’s end': keepCurrent({ ...backfill, ordinal: 0, version: '1' }).remove[0]?.text ?? '',
  'a lock taken': takeLock,
  'a lock given back': releaseLock,
  'session settings': sessionSettings(500),
  'a run entered': enterScript,
  'the history of another tool': toolHistoryScript(history, new Map([['rank', 'Rank']])),
  'who blocks': blockersQuery,
  'rows with NULL': checks.nullRows('dbo.t', ['a', 'b']),
  duplicates: checks.duplicateValues('dbo.t', ['a', 'b]']),
  orphans: checks.orphans('dbo.c', ['p'], { table: 'dbo.p', columns: ['id'] }),
  constraints: checks.constraintState,
  'invalid indexes': checks.invalidIndexes,
  'the oldest transaction': checks.oldestTransaction,
  'the oldest transaction by its session': checks.oldestBySession,
  'who waits for us': checks.waitingForUs,
  'the lag of secondaries': checks.availabilityLag,
  'counted writes': checks.writeCounters,
  'paused indexes': checks.pausedIndexes,
};

describe('generated T-SQL', () => {
  it.each(Object.entries(pinned))('stays as it was read: %s', (_, text) => {
    expect(text).toMatchSnapshot();
  });

  it.each(Object.entries(pinned))('is T-SQL as far as our own grammar tells: %s', (_, text) => {
    expect(analyze({ path: 'generated.sql', text }).length).toBeGreaterThan(0);
  });

  it('keeps an author’s comment from swallowing what follows', () => {
    expect(batchScript(backfill, true)).toContain('first + last -- both\n)');
  });

  it('seeks by the first column of a key and decides by all', () => {
    expect(compareKey(backfill.key, '>', 'k')).toBe(
      '[tenant] >= @k0 AND ([tenant] > @k0 OR ([tenant] = @k0 AND [at] > @k1))',
    );
    expect(keyTexts([{ name: 'id', type: 'bigint' }], 'k')).toBe(
      `CONCAT(N'["', STRING_ESCAPE(CONVERT(nvarchar(max), @k0), 'json'), N'"]')`,
    );
  });

  it.each(['float', 'real', 'xml', 'nvarchar(max)', 'rowversion', 'sql_variant', 'geography', 'hierarchyid'])(
    'walks along no key of type %s',
    (type) => {
      expect(keyKind(type)).toBeNull();
    },
  );

  it.each([
    [{ name: 'v', type: 'timestamp', computed: false, identity: false }, /rowversion/],
    [{ name: 'c', type: 'int', computed: true, identity: false }, /computed/],
    [{ name: 'i', type: 'int', computed: false, identity: true }, /identity/],
  ])('never sets %o', (column, why) => {
    expect(refusedColumn(column)).toMatch(why);
    expect(refusedColumn({ ...column, type: 'int', computed: false, identity: false })).toBeNull();
  });

  it('believes no code of sp_getapplock but those it knows', () => {
    expect([0, 1, -1, -2, -3].map(lockAnswer)).toEqual([
      'granted',
      'granted',
      'busy',
      'cancelled',
      'deadlock',
    ]);
    expect([-999, 2, Number.NaN].map(lockAnswer)).toEqual([null, null, null]);
  });
});
