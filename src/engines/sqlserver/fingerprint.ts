import { createHash } from 'node:crypto';
import type { SchemaFingerprint } from '../../app/ports/engine.ts';
import { parts } from './catalog-lines/parts.ts';
import type { Connection } from './session/connection.ts';

/**
 * The schema as one line an object, sorted by bytes, and their SHA-256. Two databases with the same lines have the
 * same definitions; row data, counters, statistics, numbers that the server has given to objects, and permissions play
 * no part. The schema of the ledger is left out.
 */
export async function readFingerprint(connection: Connection): Promise<SchemaFingerprint> {
  const lines: string[] = [];
  for (const part of parts) {
    for (const row of await connection.read<Record<string, string | null>>(part.query)) {
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
