import type { Token } from './tokens.ts';

/** What may have a body of several statements. */
const bodied = new Set(['PROCEDURE', 'FUNCTION', 'TRIGGER', 'EVENT', 'PACKAGE']);
/** Words after which a statement of a body begins. */
const beforeStatement = new Set([';', 'BEGIN', 'THEN', 'ELSE', 'DO', 'LOOP', 'REPEAT', ':', 'ROW', 'ATOMIC']);
/** What opens a block where a statement begins; IF and REPEAT are functions elsewhere. */
const openers = new Set(['IF', 'LOOP', 'REPEAT', 'WHILE', 'FOR']);
const suffixes = new Set(['IF', 'CASE', 'LOOP', 'REPEAT', 'WHILE', 'FOR']);

/**
 * Follows a statement's tokens and tells whether a semicolon ends it: within the body of a routine, trigger or event
 * it only ends a statement of that body.
 */
export class CompoundTracker {
  /** The first words, as far as it takes to tell what the statement is. */
  #head: string[] = [];
  #kind: 'undecided' | 'plain' | 'bodied' = 'undecided';
  #depth = 0;
  #parentheses = 0;
  #previous = '';
  #beforePrevious = '';

  /** A statement that keeps a body, by its head. */
  get isBodied(): boolean {
    return this.#kind === 'bodied';
  }

  get isOpen(): boolean {
    return this.#kind === 'bodied' && this.#depth > 0;
  }

  read(token: Token): void {
    if (token.kind === 'open' || token.kind === 'close') return;
    const value = token.kind === 'word' || token.kind === 'sign' ? token.value : '';
    if (this.#kind === 'undecided') this.#decide(value);
    if (this.#kind === 'bodied') this.#follow(value);
    this.#beforePrevious = this.#previous;
    this.#previous = value;
  }

  #decide(value: string): void {
    this.#head.push(value);
    const [first, second] = this.#head;
    if (first === 'BEGIN') {
      // MariaDB's anonymous block; BEGIN alone opens a transaction.
      if (second === undefined) return;
      this.#kind = second === 'NOT' ? 'bodied' : 'plain';
      if (this.#kind === 'bodied') this.#depth = 1;
    } else if (first !== 'CREATE' && first !== 'ALTER') {
      this.#kind = 'plain';
    } else if (bodied.has(value)) {
      this.#kind = 'bodied';
    } else if (this.#head.length > 24 || ends.has(value)) {
      this.#kind = 'plain';
    }
  }

  #follow(value: string): void {
    if (value === '(') this.#parentheses++;
    if (value === ')') this.#parentheses--;
    if (this.#previous === '.' || this.#previous === '@') return;
    if (this.#previous === 'END' && suffixes.has(value)) return;
    if (value === 'BEGIN' || value === 'CASE') this.#depth++;
    else if (value === 'END' && this.#depth > 0) this.#depth--;
    else if (openers.has(value) && this.#beginsStatement()) this.#depth++;
  }

  #beginsStatement(): boolean {
    if (this.#parentheses > 0) return false;
    // `FOR EACH ROW IF …`, `CREATE PROCEDURE p() IF …`; in `IF(a, b) …` nothing opens.
    if (this.#depth === 0 && this.#previous === ')') return true;
    if (this.#previous === 'ROW' && this.#beforePrevious !== 'EACH') return false;
    return beforeStatement.has(this.#previous);
  }
}

/** Words that settle that it is none of those with a body. */
const ends = new Set([
  'TABLE',
  'TABLES',
  'VIEW',
  'INDEX',
  'DATABASE',
  'SCHEMA',
  'USER',
  'ROLE',
  'SEQUENCE',
  'SERVER',
]);
