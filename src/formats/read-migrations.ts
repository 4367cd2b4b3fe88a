import type { MigrationReader } from '../app/ports/migration-reader.ts';
import { readFolder } from './read-folder.ts';

/** The port's view of `readFolder`: the migrations are all that is asked for. */
export const readMigrations: MigrationReader['read'] = (files, options = {}) =>
  readFolder(files, options).migrations;
