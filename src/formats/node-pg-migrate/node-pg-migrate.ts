import { refuseCode } from '../code.ts';
import type { Format } from '../format.ts';
import { baseOf } from '../paths.ts';
import { findSectioned, readSectioned, type Sectioned } from '../sectioned.ts';

const convention: Sectioned = {
  fileName: /^(\d+)[-_](.+)\.sql$/i,
  marker: /^[ \t]*--[ \t-]*(up|down)[ \t]+migration\b([^\r\n]*)$/gim,
  comments: { up: '-- Up Migration', down: '-- Down Migration' },
  upMayBeBare: true,
  toRecorded: (_version, path) => ({
    tool: 'node-pg-migrate',
    name: baseOf(path).replace(/\.sql$/i, ''),
  }),
};

/** node-pg-migrate's SQL files: both directions in one file. */
export const nodePgMigrate: Format = {
  name: 'node-pg-migrate',
  sign: 'with "-- Up Migration" in them, like',
  patterns: '<version>_<description>.sql with "-- Up Migration" and "-- Down Migration"',
  findSigns: (files) => findSectioned(files, convention),
  read(files) {
    const reading = readSectioned(files, convention);
    const programs = refuseCode(files, /(?:^|\/)\d+[-_][^/]*\.[cm]?[jt]s$/, 'node-pg-migrate');
    return { ...reading, problems: [...reading.problems, ...programs] };
  },
};
