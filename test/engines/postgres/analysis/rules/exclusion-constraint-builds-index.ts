import type { RuleTable } from '../../../rule-table.ts';

export const table: RuleTable = {
  finds: ['ALTER TABLE users ADD CONSTRAINT e EXCLUDE USING gist (during WITH &&)'],
  passes: [
    'CREATE TABLE t (id bigint PRIMARY KEY, during tstzrange, EXCLUDE USING gist (during WITH &&))',
    'ALTER TABLE users ADD CONSTRAINT u UNIQUE USING INDEX i',
  ],
};
