import type { Socket } from 'node:net';

/** PRELOGIN's options: 0 the version, 1 the encryption …; 255 ends them (MS-TDS 2.2.6.5). */
const ENCRYPTION = 1;
const TERMINATOR = 0xff;

/** What the server may say to a client that wants all of the connection encrypted: on, or required. */
const encrypted: readonly number[] = [0x01, 0x03];

const HEADER_BYTES = 8;

/** The server has no TLS, or is made to look so by someone in between. */
export class EncryptionRefused extends Error {
  override readonly name = 'EncryptionRefused';
  readonly code = 'EENCRYPT';
}

/**
 * Cuts a connection whose server does not agree to encryption. The driver would go on and send the password in the
 * clear; this listener stands before its own, so that the socket is gone by then.
 */
export function requireEncryption(socket: Socket): void {
  let received = Buffer.alloc(0);
  const look = (data: Buffer): void => {
    received = Buffer.concat([received, data]);
    if (received.length < HEADER_BYTES || received.length < received.readUInt16BE(2)) return;
    socket.off('data', look);
    if (encrypted.includes(encryptionIn(received.subarray(HEADER_BYTES)))) return;
    socket.destroy(new EncryptionRefused('the server does not offer encryption'));
  };
  socket.on('data', look);
}

/** The byte of the option; -1 where there is none. */
function encryptionIn(options: Buffer): number {
  for (let at = 0; at + 5 <= options.length && options.readUInt8(at) !== TERMINATOR; at += 5) {
    const offset = options.readUInt16BE(at + 1);
    if (options.readUInt8(at) === ENCRYPTION && offset < options.length) return options.readUInt8(offset);
  }
  return -1;
}
