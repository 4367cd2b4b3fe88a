import { otherParts } from './others.ts';
import { partQuery } from './part.ts';
import { relationParts } from './relations.ts';

const lines = [...relationParts, ...otherParts].map(partQuery).join('\nUNION ALL\n');

/** Without a search path the server writes all names out in full. */
export const fingerprintSettings = { search_path: '', quote_all_identifiers: 'off' } as const;

/** Gives every line, under the settings above. Needs PostgreSQL 14 or later. */
export const fingerprintQuery = `
WITH space AS (
  SELECT oid, nspname FROM pg_namespace
  WHERE nspname !~ '^pg_' AND nspname NOT IN ('information_schema', 'lockkeeper')
)
${lines}`;
