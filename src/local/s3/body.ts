import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { AwsError } from '../gateway/errors.ts';
import type { AwsRequest } from '../gateway/service.ts';

export interface ReceivedBody {
  readonly content: Buffer;
  readonly md5: Buffer;
  /** Base64 of the big-endian checksum, as S3 writes it. */
  readonly crc32: string;
}

/**
 * The object in a PutObject request: taken out of the `aws-chunked` framing that SDKs use for trailing
 * checksums, and held against the checksums that came with it.
 * @throws AwsError `BadDigest`, `InvalidRequest`
 */
export function receiveBody(request: AwsRequest): ReceivedBody {
  const { headers } = request;
  const chunked =
    headers['content-encoding']?.includes('aws-chunked') ||
    headers['x-amz-content-sha256']?.startsWith('STREAMING-');
  const { content, trailers } = chunked ? unframe(request.body) : { content: request.body, trailers: {} };
  const md5 = createHash('md5').update(content).digest();
  const checksum = Buffer.alloc(4);
  checksum.writeUInt32BE(crc32(content));
  const received: ReceivedBody = { content, md5, crc32: checksum.toString('base64') };
  const claims = { ...headers, ...trailers };
  compare('Content-MD5', claims['content-md5'], md5.toString('base64'));
  compare('CRC32', claims['x-amz-checksum-crc32'], received.crc32);
  compare('SHA-256', claims['x-amz-checksum-sha256'], createHash('sha256').update(content).digest('base64'));
  return received;
}

function compare(name: string, claimed: string | undefined, actual: string): void {
  if (claimed === undefined || claimed === actual) return;
  throw new AwsError('BadDigest', `The ${name} you specified did not match what we received.`);
}

/** `<hex size>[;chunk-signature=…]\r\n<data>\r\n …`, a chunk of size 0, then trailing headers. */
function unframe(body: Buffer): { content: Buffer; trailers: Record<string, string> } {
  const chunks: Buffer[] = [];
  for (let at = 0; ; ) {
    const lineEnd = body.indexOf('\r\n', at);
    const size = Number.parseInt(body.subarray(at, lineEnd).toString('latin1'), 16);
    const from = lineEnd + 2;
    if (lineEnd < 0 || Number.isNaN(size) || from + size > body.length) {
      throw new AwsError('InvalidRequest', 'The aws-chunked body is broken.');
    }
    if (size === 0) return { content: Buffer.concat(chunks), trailers: parseTrailers(body.subarray(from)) };
    chunks.push(body.subarray(from, from + size));
    at = from + size + 2;
  }
}

function parseTrailers(text: Buffer): Record<string, string> {
  return Object.fromEntries(
    text
      .toString('latin1')
      .split('\r\n')
      .filter((line) => line.includes(':'))
      .map((line) => [
        line.slice(0, line.indexOf(':')).trim().toLowerCase(),
        line.slice(line.indexOf(':') + 1).trim(),
      ]),
  );
}
