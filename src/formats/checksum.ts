import { createHash } from 'node:crypto';

/** The same text whether it was saved with a byte order mark and Windows line ends or without. */
const normalise = (text: string | null): string | null =>
  text === null ? null : withoutByteOrderMark(text).replaceAll(/\r\n?/g, '\n');

export const withoutByteOrderMark = (text: string): string =>
  text.startsWith('\uFEFF') ? text.slice(1) : text;

/** SHA-256 in hex over the forward file and the manifest, byte order marks and line ends aside. */
export function checksumOf(up: string | null, manifest: string | null): string {
  const content = JSON.stringify({ up: normalise(up), manifest: normalise(manifest) });
  return createHash('sha256').update(content).digest('hex');
}
