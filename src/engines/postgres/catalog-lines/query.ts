import { otherParts } from './others.ts';
import { partQuery } from './part.ts';
import { relationParts } from './relations.ts';

const lines = [...relationParts, ...otherParts].map(partQuery).join('\nUNION ALL\n');

/**
 * One message, and so one transaction with one snapshot; its last statement gives every line. Without a search path
 * the server writes all names out in full. Needs PostgreSQL 14 or later.
 */
export const fingerprintQuery = `
SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY;
SET LOCAL search_path = '';
SET LOCAL quote_all_identifiers = off;
WITH space AS (
  SELECT oid, nspname FROM pg_namespace
  WHERE nspname !~ '^pg_' AND nspname NOT IN ('information_schema', 'lockkeeper')
)
${lines}`;
