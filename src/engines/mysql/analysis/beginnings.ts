import type { Token } from './tokens.ts';

/** What statements of MySQL and MariaDB begin with. */
const verbs = new Set(
  `ALTER ANALYZE BACKUP BEGIN BINLOG CACHE CALL CHANGE CHECK CHECKSUM CLONE COMMIT CREATE DEALLOCATE DELETE DESC DESCRIBE DO DROP
   EXECUTE EXPLAIN FLUSH GET GRANT HANDLER HELP IMPORT INSERT INSTALL KILL LOAD LOCK OPTIMIZE PREPARE PURGE RELEASE RENAME REPAIR
   REPLACE RESET RESIGNAL RESTART REVOKE ROLLBACK SAVEPOINT SELECT SET SHOW SHUTDOWN SIGNAL START STOP TABLE TRUNCATE UNINSTALL
   UNLOCK UPDATE USE VALUES WITH XA (`.split(/\s+/),
);

/** What CREATE, ALTER and DROP are about, within their first words. */
const nouns = new Set(
  `TABLE TABLES VIEW INDEX DATABASE SCHEMA USER ROLE SEQUENCE PROCEDURE FUNCTION PACKAGE TRIGGER EVENT SERVER TABLESPACE LOGFILE UNDO
   RESOURCE INSTANCE SPATIAL PREPARE CATALOG`.split(/\s+/),
);

/** Why no server could know the statement, or null. What only this program does not know is no error. */
export function impossibleBeginning(tokens: readonly Token[]): string | null {
  const words = tokens.filter(({ kind }) => kind !== 'open' && kind !== 'close').slice(0, 16);
  const [first] = words;
  if (first === undefined) return null;
  const isVerb = (first.kind === 'word' || first.kind === 'sign') && verbs.has(first.value);
  if (!isVerb) return `no statement begins with ${first.raw}`;
  if (!['CREATE', 'ALTER', 'DROP'].includes(first.value)) return null;
  const isAbout = words.some(({ kind, value }) => kind === 'word' && nouns.has(value));
  return isAbout ? null : `there is no ${first.value} ${words[1]?.raw ?? ''}`.trim();
}
