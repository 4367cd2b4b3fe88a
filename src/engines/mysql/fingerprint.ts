import { createHash } from 'node:crypto';
import type { SchemaFingerprint } from '../../app/ports/engine.ts';
import { partQuery, readableParts } from './catalog-lines/parts.ts';
import type { Connection } from './session/connection.ts';

/**
 * The schema as one line an object, sorted by bytes, and their SHA-256. Two databases with the same lines have the
 * same definitions, definers and comments; row data, counters, statistics and grants (which belong to the server, not
 * to the database) play no part. The tables of the ledger are left out.
 */
export async function readFingerprint(connection: Connection): Promise<SchemaFingerprint> {
  const lines: string[] = [];
  for (const part of readableParts(connection.server)) {
    for (const row of await connection.read<Record<string, string | null>>(partQuery(part))) {
      lines.push(toLine(part.kind, row));
    }
  }
  lines.sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  return { hash: createHash('sha256').update(lines.join('\n')).digest('hex'), lines };
}

/** `kind identity {details}`; details that are null are left out. */
function toLine(kind: string, { identity, ...details }: Record<string, string | null>): string {
  const known = Object.entries(details).filter(([, value]) => value !== null);
  return `${kind} ${identity} ${JSON.stringify(Object.fromEntries(known))}`;
}
