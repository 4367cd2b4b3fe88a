/**
 * What a table lock holds up while it is held, by the engine's word for it (PostgreSQL manual, "Conflicting
 * Lock Modes"). Null for words not known here.
 */
export const lockEffect = (mode: string): string | null => effects[mode] ?? null;

const everything = 'reads and writes wait';
const writes = 'writes wait, reads go on';
const nothing = 'reads and writes go on';

const effects: Readonly<Record<string, string>> = {
  'ACCESS EXCLUSIVE': everything,
  EXCLUSIVE: writes,
  'SHARE ROW EXCLUSIVE': writes,
  SHARE: writes,
  'SHARE UPDATE EXCLUSIVE': nothing,
  'ROW EXCLUSIVE': nothing,
  'ROW SHARE': nothing,
  'ACCESS SHARE': nothing,
};
