import type { Problem } from '../../core/errors.ts';
import type { SqlSource } from '../../core/migration.ts';
import { refuseCode } from '../code.ts';
import type { Format } from '../format.ts';
import { findSectioned, readSectioned, type Sectioned } from '../sectioned.ts';
import { endStatementsAt, findMarkers } from '../sections.ts';

const convention: Sectioned = {
  fileName: /^(\d+)_(.+)\.sql$/i,
  marker: /^[ \t]*--[ \t]*\+goose[ \t]+(up|down)[ \t]*$/gim,
  comments: { up: '-- +goose Up', down: '-- +goose Down' },
  finish: (text) => endStatementsAt(text, /^[ \t]*--[ \t]*\+goose[ \t]+statementend[ \t]*$/gim),
  withoutTransaction: ({ text }) => /^[ \t]*--[ \t]*\+goose[ \t]+no[ \t]+transaction[ \t]*$/im.test(text),
  findProblems: findUnknown,
  toRecorded: (version) => ({ tool: 'goose', version: BigInt(version).toString() }),
};

/** goose: both directions in one file, statements that hold semicolons between StatementBegin and StatementEnd. */
export const goose: Format = {
  name: 'goose',
  sign: 'with "-- +goose Up" in them, like',
  patterns: '<version>_<description>.sql with "-- +goose Up" and "-- +goose Down"',
  findSigns: (files) => findSectioned(files, convention),
  read(files) {
    const reading = readSectioned(files, convention);
    const programs = refuseCode(files, /(?:^|\/)\d+_[^/]*(?<!_test)\.go$/, 'goose');
    return { ...reading, problems: [...reading.problems, ...programs] };
  },
};

const known = /^(?:up|down|statementbegin|statementend|no[ \t]+transaction|envsub[ \t]+off)$/i;

function findUnknown({ path, text }: SqlSource): Problem[] {
  return findMarkers(text, /^[ \t]*--[ \t]*\+goose[ \t]+([^\r\n]*?)[ \t]*$/gim)
    .filter(({ match }) => !known.test(match[1] ?? ''))
    .map(({ match, line }) => ({
      file: path,
      line,
      message: /^envsub/i.test(match[1] ?? '')
        ? 'goose would put in values of its environment, which is not the one that runs this'
        : `\`+goose ${match[1]}\` is not known`,
      expected: /^envsub/i.test(match[1] ?? '')
        ? 'the values themselves'
        : 'Up, Down, StatementBegin, StatementEnd or NO TRANSACTION',
    }));
}
