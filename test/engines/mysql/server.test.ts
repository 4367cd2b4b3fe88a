import { describe, expect, it } from 'vitest';
import { describeServer } from '../../../src/engines/mysql/server.ts';

const told = (version: string) => describeServer(version, false, false);

describe('what a server can do', () => {
  it.each([
    [
      '5.7.44-log',
      {
        isMariaDb: false,
        atomicDdl: false,
        instantAddColumn: false,
        renameUnderLock: false,
        instantRowVersions: null,
        lockWaits: 'information_schema',
        statementTimeLimit: null,
      },
    ],
    ['8.0.12', { atomicDdl: true, instantAddColumn: true, renameUnderLock: false, instantRowVersions: null }],
    ['8.0.13', { renameUnderLock: true, checkConstraints: false }],
    ['8.0.36', { instantRowVersions: 64, checkConstraints: true, lockWaits: 'performance_schema' }],
    ['9.1.0', { instantRowVersions: 255, isMariaDb: false }],
    ['8.0.mysql_aurora.3.05.2', { isMariaDb: false, atomicDdl: true }],
    [
      '10.11.19-MariaDB-0+deb12u1-log',
      {
        isMariaDb: true,
        atomicDdl: false,
        instantAddColumn: true,
        renameUnderLock: false,
        lockWaits: 'information_schema',
        statementTimeLimit: 'max_statement_time',
      },
    ],
    ['5.5.5-10.6.4-MariaDB', { isMariaDb: true, instantAddColumn: true, checkConstraints: true }],
    ['10.2.44-MariaDB', { instantAddColumn: false, simultaneousAssignment: false }],
  ])('%s', (version, abilities) => {
    expect(told(version)).toMatchObject(abilities);
  });
});
