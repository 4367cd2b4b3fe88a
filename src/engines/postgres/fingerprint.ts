import { createHash } from 'node:crypto';
import type { SchemaFingerprint } from '../../app/ports/engine.ts';
import { fingerprintQuery, fingerprintSettings } from './catalog-lines/query.ts';
import type { Session } from './session/session.ts';

/**
 * The schema as one line an object, sorted by bytes, and their SHA-256. Two databases with the same lines have the
 * same definitions, owners, grants and comments; row data, sequence positions, statistics and the numbers that the
 * server gives to objects and dropped columns play no part. The schema `lockkeeper`, system schemas and members of
 * extensions are left out.
 */
export async function readFingerprint(session: Pick<Session, 'readSnapshot'>): Promise<SchemaFingerprint> {
  const rows = await session.readSnapshot<{ line: string }>(fingerprintSettings, fingerprintQuery);
  const lines = rows.map((row) => row.line).sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  const hash = createHash('sha256').update(lines.join('\n')).digest('hex');
  return { hash, lines };
}
