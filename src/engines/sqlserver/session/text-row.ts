export type TextRow = Readonly<Record<string, string | null>>;

/**
 * What the driver made of a value, as a text. Numbers beyond 15 digits and instants finer than milliseconds have lost
 * their end by then: statements of ours convert such columns on the server.
 */
export function asText(value: unknown): string | null {
  if (value === null || value === undefined) return null;
  if (typeof value === 'boolean') return value ? '1' : '0';
  if (value instanceof Date) return value.toISOString();
  if (Buffer.isBuffer(value)) return `0x${value.toString('hex').toUpperCase()}`;
  return String(value);
}
