import { createHash, createHmac, pbkdf2Sync, randomBytes } from 'node:crypto';
import { literal, quoteIdentifier } from '../quote.ts';
import type { Session } from './session.ts';

/** PostgreSQL's own default (scram_iterations). */
const ITERATIONS = 4_096;
const SALT_BYTES = 16;
const KEY_BYTES = 32;

/** Sets a role's password; the server and its log only ever see the SCRAM verifier. */
export async function setPassword(session: Session, user: string, password: string): Promise<void> {
  const verifier = scramVerifier(password, randomBytes(SALT_BYTES));
  await session.write('set password', `ALTER ROLE ${quoteIdentifier(user)} PASSWORD ${literal(verifier)}`);
}

/** The form in which pg_authid keeps a SCRAM-SHA-256 password (RFC 5803, RFC 7677). */
export function scramVerifier(password: string, salt: Buffer): string {
  const salted = pbkdf2Sync(prepared(password), salt, ITERATIONS, KEY_BYTES, 'sha256');
  const storedKey = createHash('sha256').update(hmac(salted, 'Client Key')).digest();
  const serverKey = hmac(salted, 'Server Key');
  return `SCRAM-SHA-256$${ITERATIONS}:${base64(salt)}$${base64(storedKey)}:${base64(serverKey)}`;
}

/** SASLprep (RFC 4013) as far as it changes bytes: exotic spaces, characters mapped to nothing, NFKC. */
function prepared(password: string): string {
  return password
    .replace(/\p{Zs}|\u200b/gu, ' ')
    .replace(/\u00ad|\u034f|\u1806|[\u180b-\u180d]|[\u200c-\u200d]|\u2060|[\ufe00-\ufe0f]|\ufeff/gu, '')
    .normalize('NFKC');
}

const hmac = (key: Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest();
const base64 = (bytes: Buffer): string => bytes.toString('base64');
