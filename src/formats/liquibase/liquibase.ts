import type { Format } from '../format.ts';

export const liquibase: Format = {
  name: 'liquibase',
  sign: 'change logs like',
  patterns: 'change logs',
  findSigns: () => [],
  read: (files) => ({ drafts: [], problems: [], unplaced: files }),
};
