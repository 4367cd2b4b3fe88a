import { crc32 } from 'node:zlib';

/**
 * The number in the column `checksum` of flyway_schema_history: CRC32 over the lines in UTF-8, line ends and byte
 * order mark left out, as a signed 32-bit number (Flyway, `ChecksumCalculator`).
 */
export const flywayChecksum = (text: string): number =>
  crc32(text.replace(/^\uFEFF/, '').replaceAll(/[\r\n]/g, '')) | 0;
