/** Reserved words with which statements begin: another statement may end before them without a semicolon. */
export const starters: ReadonlySet<string> = new Set(
  `ALTER BACKUP BEGIN BREAK BULK CHECKPOINT CLOSE COMMIT CONTINUE CREATE DBCC DEALLOCATE DECLARE DELETE DENY DROP EXEC
EXECUTE FETCH GOTO GRANT IF INSERT KILL MERGE OPEN PRINT RAISERROR READTEXT RECONFIGURE RESTORE RETURN REVERT REVOKE
ROLLBACK SAVE SELECT SET SHUTDOWN TRUNCATE UPDATE UPDATETEXT USE WAITFOR WHILE WRITETEXT`.split(/\s+/),
);
const permissions = new Set(['GRANT', 'DENY', 'REVOKE']);

/** Tells the reserved words that go on a statement from those that begin the next. */
export class PlainReader {
  readonly #verb: string;
  readonly #object: string;
  #merges: boolean;
  /** The query of an INSERT, of a cursor or behind common table expressions has not come yet. */
  #wantsQuery: boolean;
  #wantsSet: boolean;
  #wantsOn: boolean;

  constructor(verb: string, object: string) {
    this.#verb = verb;
    this.#object = object;
    this.#merges = verb === 'MERGE';
    this.#wantsQuery = verb === 'INSERT' || verb === 'WITH';
    this.#wantsSet =
      (verb === 'UPDATE' && object !== 'STATISTICS') ||
      (verb === 'ALTER' && (object === 'DATABASE' || object === 'QUEUE'));
    this.#wantsOn = permissions.has(verb);
  }

  /** Any word but one that begins a statement. */
  pass(word: string): void {
    if (word === 'ON' || word === 'TO' || word === 'FROM') this.#wantsOn = false;
    if (word === 'VALUES') this.#wantsQuery = false;
    if (word === 'CURSOR') this.#wantsQuery = true;
  }

  goesOn(word: string, before: string, after: string, second: string): boolean {
    // MERGE ends with a semicolon, always.
    if (this.#merges || this.#wantsOn) return true;
    if (before === 'BULK') return true;
    if (before === 'ON' && (word === 'DELETE' || word === 'UPDATE')) return true;
    if (word === 'SET' && (before === 'DELETE' || before === 'UPDATE') && /^(NULL|DEFAULT)$/.test(after))
      return true;
    if (word === 'IF')
      return (this.#verb === 'DROP' || this.#verb === 'ALTER') && after === 'EXISTS' && second !== '(';
    if (word === 'SELECT') return this.#query() || /^(UNION|ALL|EXCEPT|INTERSECT)$/.test(before);
    if (/^(UPDATE|INSERT|DELETE|MERGE)$/.test(word) && this.#verb === 'WITH') {
      if (word === 'UPDATE') this.#wantsSet = true;
      if (word === 'MERGE') this.#merges = true;
      const goes = this.#query();
      if (word === 'INSERT') this.#wantsQuery = true;
      return goes;
    }
    if (word === 'UPDATE') return before === 'FOR';
    if (word === 'EXEC' || word === 'EXECUTE')
      return before === 'WITH' || (this.#verb === 'INSERT' && this.#query());
    if (word === 'GRANT') return before === 'WITH';
    if (word === 'SET') return this.#setGoesOn(after);
    if (word === 'FETCH') return before === 'ROWS' || before === 'ROW';
    if (word === 'MERGE') return after === 'RANGE';
    if (word === 'ALTER') return this.#verb === 'ALTER' && after === 'COLUMN';
    if (word === 'CREATE') return this.#verb === 'CREATE' && this.#object === 'SCHEMA';
    if (word === 'DROP') return this.#verb === 'ALTER' && (dropsPart.has(after) || !dropsObject.has(after));
    if (word === 'TRUNCATE') return after === 'PARTITION';
    if (word === 'OPEN' || word === 'CLOSE') return this.#verb === 'ALTER' && this.#object === 'SYMMETRIC';
    return false;
  }

  #query(): boolean {
    const wanted = this.#wantsQuery;
    this.#wantsQuery = false;
    return wanted;
  }

  #setGoesOn(after: string): boolean {
    if (this.#verb === 'ALTER' && after === '(') return true;
    const wanted = this.#wantsSet;
    this.#wantsSet = false;
    return wanted;
  }
}

const dropsPart = new Set(
  'COLUMN CONSTRAINT PERIOD MEMBER PERSISTED ROWGUIDCOL SPARSE HIDDEN MASKED NOT ATTRIBUTE ENCRYPTION'.split(
    ' ',
  ),
);
/** What stands behind a DROP that is a statement of its own. */
const dropsObject = new Set(
  `TABLE INDEX VIEW PROC PROCEDURE FUNCTION TRIGGER SCHEMA SEQUENCE TYPE SYNONYM DATABASE USER ROLE LOGIN STATISTICS
DEFAULT RULE PARTITION ASSEMBLY AGGREGATE CERTIFICATE SECURITY FULLTEXT XML EXTERNAL QUEUE SERVICE`.split(
    /\s+/,
  ),
);
