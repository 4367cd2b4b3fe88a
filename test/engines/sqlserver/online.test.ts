import { describe, expect, it } from 'vitest';
import type { Statement } from '../../../src/core/analysis/statement.ts';
import { analyze } from '../../../src/engines/sqlserver/analysis/analyze.ts';
import { capabilitiesOf } from '../../../src/engines/sqlserver/capabilities.ts';
import { withOnlineOptions } from '../../../src/engines/sqlserver/online/with-online-options.ts';

const enterprise = (productMajorVersion: number) => capabilitiesOf({ engineEdition: 3, productMajorVersion });
const servers = {
  2014: enterprise(12),
  2017: enterprise(14),
  2019: enterprise(15),
  2022: enterprise(16),
  standard: capabilitiesOf({ engineEdition: 2, productMajorVersion: 16 }),
  azure: capabilitiesOf({ engineEdition: 5, productMajorVersion: 12 }),
  unknown: capabilitiesOf({ engineEdition: 99, productMajorVersion: 16 }),
};
const limits = { sliceMs: 10.9 * 60_000, lockWaitMs: 500 };

function online(server: keyof typeof servers, text: string): Statement {
  const [statement] = analyze({ path: 'V1.sql', text });
  if (statement === undefined) throw new Error('no statement');
  return withOnlineOptions(statement, servers[server], limits);
}
const rules = (statement: Statement) => statement.findings.map(({ rule }) => rule);

describe('what a server can do', () => {
  const names = [
    'onlineIndex',
    'instantDefault',
    'onlineAlterColumn',
    'lowPriorityRebuild',
    'resumableRebuild',
    'resumableIndex',
    'lowPriorityIndex',
    'resumableConstraint',
  ] as const;
  it.each<[keyof typeof servers, number]>([
    ['standard', 0],
    ['unknown', 0],
    [2014, 3],
    [2017, 5],
    [2019, 6],
    [2022, 8],
    ['azure', 8],
  ])('on %s', (server, count) => {
    expect(names.filter((name) => servers[server][name])).toHaveLength(count);
  });

  it('is told with the name that people know', () => {
    expect(servers.standard.name).toBe('SQL Server 2022, Standard edition');
    expect(servers.azure.name).toBe('Azure SQL Database');
  });
});

const wait = 'WAIT_AT_LOW_PRIORITY (MAX_DURATION = 1 MINUTES, ABORT_AFTER_WAIT = SELF)';
const sliced = 'RESUMABLE = ON, MAX_DURATION = 10 MINUTES';

describe('online options', () => {
  it.each<[keyof typeof servers, string, string, string[]]>([
    [
      2022,
      'CREATE INDEX i ON dbo.t (a)',
      `CREATE INDEX i ON dbo.t (a) WITH (ONLINE = ON (${wait}), ${sliced})`,
      [],
    ],
    [
      'azure',
      'CREATE INDEX i ON dbo.t (a)',
      `CREATE INDEX i ON dbo.t (a) WITH (ONLINE = ON (${wait}), ${sliced})`,
      [],
    ],
    [
      2019,
      'CREATE INDEX i ON t (a)',
      `CREATE INDEX i ON t (a) WITH (ONLINE = ON, ${sliced})`,
      ['lock-queue'],
    ],
    [
      2014,
      'CREATE INDEX i ON t (a)',
      'CREATE INDEX i ON t (a) WITH (ONLINE = ON)',
      ['index-not-resumable', 'lock-queue'],
    ],
    [
      2022,
      'CREATE INDEX i ON t (a) WHERE a > 0',
      `CREATE INDEX i ON t (a) WHERE a > 0 WITH (ONLINE = ON (${wait}))`,
      ['index-not-resumable'],
    ],
    [
      2022,
      'CREATE INDEX i ON t (a) INCLUDE (b) ON fg',
      `CREATE INDEX i ON t (a) INCLUDE (b) WITH (ONLINE = ON (${wait}), ${sliced}) ON fg`,
      [],
    ],
    [
      2022,
      'CREATE INDEX i ON t (a) WITH (FILLFACTOR = 80) ON fg',
      `CREATE INDEX i ON t (a) WITH (ONLINE = ON (${wait}), ${sliced}, FILLFACTOR = 80) ON fg`,
      [],
    ],
    [
      2022,
      'CREATE INDEX i ON t (a) WITH (MAX_DURATION = 5)',
      `CREATE INDEX i ON t (a) WITH (ONLINE = ON (${wait}), RESUMABLE = ON, MAX_DURATION = 5)`,
      [],
    ],
    [
      2022,
      'CREATE INDEX i ON t (a) WITH (RESUMABLE = OFF)',
      `CREATE INDEX i ON t (a) WITH (ONLINE = ON (${wait}), RESUMABLE = OFF)`,
      ['index-not-resumable'],
    ],
    [
      2017,
      'ALTER INDEX i ON t REBUILD',
      `ALTER INDEX i ON t REBUILD WITH (ONLINE = ON (${wait}), ${sliced})`,
      [],
    ],
    [
      2017,
      'ALTER INDEX ALL ON t REBUILD',
      `ALTER INDEX ALL ON t REBUILD WITH (ONLINE = ON (${wait}))`,
      ['index-not-resumable'],
    ],
    [
      2022,
      'ALTER TABLE t ADD CONSTRAINT pk PRIMARY KEY (id)',
      `ALTER TABLE t ADD CONSTRAINT pk PRIMARY KEY (id) WITH (ONLINE = ON, ${sliced})`,
      ['clustered-index-change', 'unique-on-existing-rows', 'lock-queue'],
    ],
    [
      2019,
      'ALTER TABLE t ADD CONSTRAINT u UNIQUE (a, b)',
      'ALTER TABLE t ADD CONSTRAINT u UNIQUE (a, b) WITH (ONLINE = ON)',
      ['unique-on-existing-rows', 'index-not-resumable', 'lock-queue'],
    ],
  ])('%s: %s', (server, text, expected, found) => {
    const statement = online(server, text);
    expect(statement.text).toBe(expected);
    expect(rules(statement)).toEqual(found);
    expect(statement.transactional).toBe(!expected.includes('RESUMABLE = ON'));
    expect(statement.lock?.mode).toMatch(/for an instant$/);
    // What comes out is read as an index that is built online.
    expect(analyze({ path: 'V1.sql', text: expected })[0]?.effects).toEqual(statement.effects);
  });

  it.each<[keyof typeof servers, string, string]>([
    ['standard', 'CREATE INDEX i ON t (a)', 'SQL Server 2022, Standard edition cannot build an index online'],
    ['standard', 'ALTER TABLE t ADD CONSTRAINT pk PRIMARY KEY (id)', 'Standard edition cannot'],
    [2022, 'CREATE SPATIAL INDEX i ON t (a)', 'the kind SPATIAL is not built online'],
  ])('%s says what it cannot do: %s', (server, text, message) => {
    const statement = online(server, text);
    expect(statement.text).toBe(text);
    expect(statement.findings.map((finding) => finding.message).join()).toContain(message);
  });

  it.each([
    'CREATE INDEX i ON t (a) WITH (ONLINE = OFF)',
    'CREATE INDEX i ON t (a) WITH FILLFACTOR = 80',
    'ALTER INDEX i ON t REORGANIZE',
    'ALTER TABLE t ADD CONSTRAINT ck CHECK (a > 0)',
    'ALTER TABLE t ADD CONSTRAINT u UNIQUE (a), b int',
    'CREATE TABLE t (id int)',
    'UPDATE t SET a = 1',
  ])('leave alone: %s', (text) => {
    const [statement] = analyze({ path: 'V1.sql', text });
    expect(online(2022, text)).toEqual(statement);
  });
});
