import type { Format } from '../format.ts';
import { findSectioned, readSectioned, type Sectioned } from '../sectioned.ts';

const convention: Sectioned = {
  fileName: /^(\d+)[_-]?(.*)\.sql$/i,
  marker: /^[ \t]*--[ \t]*migrate:(up|down)(?:[ \t]+([^\r\n]*))?[ \t]*$/gim,
  comments: { up: '-- migrate:up', down: '-- migrate:down' },
  withoutTransaction: (_file, options) => /(?:^|\s)transaction:false(?:\s|$)/.test(options),
  toRecorded: (version) => ({ tool: 'dbmate', version }),
};

/** dbmate: both directions in one file, `-- migrate:up transaction:false` where a transaction is not wanted. */
export const dbmate: Format = {
  name: 'dbmate',
  sign: 'with "-- migrate:up" in them, like',
  patterns: '<version>_<description>.sql with "-- migrate:up" and "-- migrate:down"',
  findSigns: (files) => findSectioned(files, convention),
  read: (files) => readSectioned(files, convention),
};
