/** A name of the catalogue that is compared with an ending: `index_name NOT LIKE '%_pkey'`, `conname !~ '_pk$'`. */
const told =
  /\b(?:indexname|index_name|key_name|conname|constraint_name|relname)\b[^;']{0,40}(?:\b(?:like|regexp|rlike|similar\s+to)|[~=]\*?|<>)\s*'(?:[^']*[_%])(?:pk|pkey|primary)\$?'/i;

/** The part of a statement that tells a primary key by how its name ends; null where none does. */
export const keyByName = (sql: string): string | null => told.exec(sql)?.[0] ?? null;
