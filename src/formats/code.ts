import type { Problem } from '../core/errors.ts';
import type { SqlSource } from '../core/migration.ts';

/**
 * Migrations written in a programming language. To leave them out in silence would be to run the others on a schema
 * that is not there.
 */
export const refuseCode = (files: readonly SqlSource[], names: RegExp, tool: string): Problem[] =>
  files
    .filter(({ path }) => names.test(path))
    .map(({ path }) => ({
      file: path,
      message: `this migration is a program, which only ${tool} can run`,
      expected: 'its statements as an SQL file',
    }));
