import type { TdsError, TdsLogin } from './tds-server.ts';

const ANSWER = 0x04;
const LAST_PACKET = 0x01;

/** One message in one packet. */
export function messageOf(payload: Buffer): Buffer {
  const header = Buffer.from([ANSWER, LAST_PACKET, 0, 0, 0, 0, 1, 0]);
  header.writeUInt16BE(header.length + payload.length, 2);
  return Buffer.concat([header, payload]);
}

/** Options of PRELOGIN: version, encryption (2: not supported), then the end. */
export const preLoginAnswer = Buffer.from([
  ...[0x00, 0x00, 0x0b, 0x00, 0x06],
  ...[0x01, 0x00, 0x11, 0x00, 0x01],
  0xff,
  ...[16, 0, 0, 0, 0, 0],
  0x02,
]);

const ucs2 = (text: string): Buffer => Buffer.from(text, 'utf16le');
const short = (value: number): Buffer => Buffer.from([value & 0xff, (value >> 8) & 0xff]);
const long = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32LE(value);
  return bytes;
};
/** A text with its length in characters before it, in one byte or in two. */
const named = (text: string): Buffer => Buffer.concat([Buffer.from([text.length]), ucs2(text)]);
const told = (text: string): Buffer => Buffer.concat([short(text.length), ucs2(text)]);
/** A token whose length stands behind its number. */
const token = (type: number, ...parts: readonly Buffer[]): Buffer => {
  const body = Buffer.concat(parts);
  return Buffer.concat([Buffer.from([type]), short(body.length), body]);
};

export const loginAcknowledged = token(
  0xad,
  Buffer.from([1, 0x74, 0, 0, 4]),
  named('Test'),
  Buffer.from([16, 0, 0, 0]),
);

export const environmentDatabase = (name: string): Buffer =>
  token(0xe3, Buffer.from([1]), named(name), named('master'));

export const errorToken = ({ number, message, line = 1 }: TdsError): Buffer =>
  token(0xaa, long(number), Buffer.from([1, 16]), told(message), named('test'), named(''), long(line));

interface End {
  readonly failed?: boolean;
  readonly attention?: boolean;
}

const ending = (type: number, { failed = false, attention = false }: End): Buffer =>
  Buffer.concat([Buffer.from([type]), short((failed ? 0x02 : 0) | (attention ? 0x20 : 0)), Buffer.alloc(10)]);

export const done = (end: End = {}): Buffer => ending(0xfd, end);
export const doneProcedure = (end: End = {}): Buffer => ending(0xfe, end);

const COLLATION = Buffer.from([0x09, 0x04, 0xd0, 0x00, 0x34]);
const NVARCHAR = 0xe7;

/** Columns of type nvarchar(4000), named as in the first row. */
export function resultSet(rows: readonly Readonly<Record<string, string | null>>[]): Buffer {
  const names = Object.keys(rows[0] ?? {});
  const columns = names.map((name) =>
    Buffer.concat([long(0), short(1), Buffer.from([NVARCHAR]), short(8000), COLLATION, named(name)]),
  );
  const values = rows.map((row) =>
    Buffer.concat([Buffer.from([0xd1]), ...names.map((name) => asValue(row[name] ?? null))]),
  );
  return Buffer.concat([Buffer.from([0x81]), short(names.length), ...columns, ...values]);
}

const asValue = (value: string | null): Buffer =>
  value === null ? short(0xffff) : Buffer.concat([short(value.length * 2), ucs2(value)]);

/** LOGIN7: places of the texts stand at fixed offsets, each as offset and length in characters. */
export function readLogin(payload: Buffer): TdsLogin {
  const text = (at: number): Buffer => {
    const offset = payload.readUInt16LE(at);
    return payload.subarray(offset, offset + payload.readUInt16LE(at + 2) * 2);
  };
  // The password's halves of bytes are exchanged, and then mixed with A5.
  const password = Buffer.from(text(44).map((byte) => swapped(byte ^ 0xa5)));
  return {
    user: text(40).toString('utf16le'),
    password: password.toString('utf16le'),
    application: text(48).toString('utf16le'),
    database: text(68).toString('utf16le'),
  };
}

const swapped = (byte: number): number => ((byte >> 4) | (byte << 4)) & 0xff;

/** Behind the headers, whose length stands first. */
const behindHeaders = (payload: Buffer): Buffer => payload.subarray(payload.readUInt32LE(0));

export const textOfBatch = (payload: Buffer): string => behindHeaders(payload).toString('utf16le');

/** The statement of a call of sp_executesql: its first parameter, of type nvarchar or nvarchar(max). */
export function readCall(payload: Buffer): string {
  const call = behindHeaders(payload);
  // FFFF, the procedure's number, flags; then the parameter's name and status, and the type.
  let at = 6;
  at += 1 + call.readUInt8(at) * 2 + 1;
  const isMax = call.readUInt16LE(at + 1) === 0xffff;
  at += 8;
  if (!isMax) return call.subarray(at + 2, at + 2 + call.readUInt16LE(at)).toString('utf16le');
  const parts: Buffer[] = [];
  for (at += 8; call.readUInt32LE(at) > 0; at += 4 + call.readUInt32LE(at)) {
    parts.push(call.subarray(at + 4, at + 4 + call.readUInt32LE(at)));
  }
  return Buffer.concat(parts).toString('utf16le');
}
