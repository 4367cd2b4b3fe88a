/** What waits while a table lock is held. */
export type Blocked = 'reads and writes' | 'writes' | 'nothing';

/**
 * What a table lock holds up while it is held, by the engine's word for it (PostgreSQL manual, "Conflicting
 * Lock Modes"). Null for words not known here.
 */
export const blockedBy = (mode: string): Blocked | null => blocked[mode] ?? null;

/** The same as a sentence. */
export function lockEffect(mode: string): string | null {
  const what = blockedBy(mode);
  return what === null ? null : sentences[what];
}

const sentences: Readonly<Record<Blocked, string>> = {
  'reads and writes': 'reads and writes wait',
  writes: 'writes wait, reads go on',
  nothing: 'reads and writes go on',
};

const blocked: Readonly<Record<string, Blocked>> = {
  'ACCESS EXCLUSIVE': 'reads and writes',
  EXCLUSIVE: 'writes',
  'SHARE ROW EXCLUSIVE': 'writes',
  SHARE: 'writes',
  'SHARE UPDATE EXCLUSIVE': 'nothing',
  'ROW EXCLUSIVE': 'nothing',
  'ROW SHARE': 'nothing',
  'ACCESS SHARE': 'nothing',
};
