import { mkdtemp, rm } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CreateBucketCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { VirtualClock } from '../../../src/local/clock/virtual-clock.ts';
import { S3Service } from '../../../src/local/s3/service.ts';
import { serve } from '../../support/serve.ts';

const clock = new VirtualClock();
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lockkeeper-s3-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe.each(['memory', 'a folder'])('objects in %s', (place) => {
  let s3: Awaited<ReturnType<typeof serve<S3Client>>>;
  const open = () => new S3Service({ clock, ...(place === 'memory' ? {} : { folder }) });
  const Bucket = 'runs';

  beforeAll(async () => {
    s3 = await serve(open(), S3Client);
    await s3.client.send(new CreateBucketCommand({ Bucket }));
  });
  afterAll(() => s3?.stop());

  const put = (Key: string, Body: string | Buffer, more = {}) =>
    s3.client.send(new PutObjectCommand({ Bucket, Key, Body, ...more }));
  const text = async (Key: string) =>
    (
      await s3.client.send(new GetObjectCommand({ Bucket, Key, ChecksumMode: 'ENABLED' }))
    ).Body?.transformToString();

  test('come back as they were put, with their checksums, type and metadata', async () => {
    const key = 'run 1/plan ü+&.json';
    const answer = await put(key, '{"é":1}', { ContentType: 'application/json', Metadata: { run: 'one' } });
    expect(answer.ETag).toMatch(/^"[0-9a-f]{32}"$/);
    expect(await text(key)).toBe('{"é":1}');
    const head = await s3.client.send(new HeadObjectCommand({ Bucket, Key: key }));
    expect(head).toMatchObject({
      ContentLength: 8,
      ContentType: 'application/json',
      Metadata: { run: 'one' },
      ETag: answer.ETag,
      LastModified: new Date(clock.now()),
    });
    await put(key, 'again');
    expect(await text(key)).toBe('again');
  });

  test('are freed of the framing that a streamed upload comes in', async () => {
    // A body that is no plain buffer makes the SDK send aws-chunked with a trailing CRC32.
    const size = 300_000;
    const body = Buffer.alloc(size, 'streamed\r\n0\r\n');
    const { Readable } = await import('node:stream');
    await s3.client.send(
      new PutObjectCommand({
        Bucket,
        Key: 'stream',
        Body: Readable.from([body.subarray(0, 100_000), body.subarray(100_000)]),
        ContentLength: size,
      }),
    );
    expect(await text('stream')).toBe(body.toString());
  });

  test('are refused when they do not match their checksum', async () => {
    await expect(put('bad', 'content', { ChecksumCRC32: 'AAAAAA==' })).rejects.toMatchObject({
      name: 'BadDigest',
    });
    await expect(text('bad')).rejects.toMatchObject({ name: 'NoSuchKey' });
  });

  test('are put only once with If-None-Match', async () => {
    await put('once', 'first', { IfNoneMatch: '*' });
    await expect(put('once', 'second', { IfNoneMatch: '*' })).rejects.toMatchObject({
      $metadata: { httpStatusCode: 412 },
    });
    expect(await text('once')).toBe('first');
  });

  test('are listed in order, by page, prefix and folder', async () => {
    for (const key of ['list/a/1', 'list/a/2', 'list/b', 'list/c/1', 'list/é']) await put(key, 'x');
    const list = (more: object) =>
      s3.client.send(new ListObjectsV2Command({ Bucket, Prefix: 'list/', ...more }));
    const all = await list({});
    expect(all.Contents?.map(({ Key }) => Key)).toEqual([
      'list/a/1',
      'list/a/2',
      'list/b',
      'list/c/1',
      'list/é',
    ]);
    const folders = await list({ Delimiter: '/' });
    expect(folders.CommonPrefixes?.map(({ Prefix }) => Prefix)).toEqual(['list/a/', 'list/c/']);
    expect(folders.Contents?.map(({ Key }) => Key)).toEqual(['list/b', 'list/é']);
    const pages: string[] = [];
    for (let token: string | undefined, more = true; more; ) {
      const page = await list({ MaxKeys: 2, ...(token ? { ContinuationToken: token } : {}) });
      pages.push((page.Contents ?? []).map(({ Key }) => Key).join(' '));
      token = page.NextContinuationToken;
      more = page.IsTruncated ?? false;
    }
    expect(pages).toEqual(['list/a/1 list/a/2', 'list/b list/c/1', 'list/é']);
  });

  test('can be deleted, twice as well', async () => {
    await put('gone', 'x');
    for (let times = 0; times < 2; times++)
      await s3.client.send(new DeleteObjectCommand({ Bucket, Key: 'gone' }));
    await expect(s3.client.send(new HeadObjectCommand({ Bucket, Key: 'gone' }))).rejects.toMatchObject({
      name: 'NotFound',
    });
  });

  test('need a bucket', async () => {
    await expect(s3.client.send(new HeadBucketCommand({ Bucket: 'nowhere' }))).rejects.toMatchObject({
      name: 'NotFound',
    });
    await expect(
      s3.client.send(new PutObjectCommand({ Bucket: 'nowhere', Key: 'k', Body: 'x' })),
    ).rejects.toMatchObject({ name: 'NoSuchBucket' });
  });

  test('are found by the bucket in the host name too', async () => {
    await put('by/host', 'found');
    const { port } = new URL(s3.endpoint);
    const body = await new Promise<string>((resolve, reject) => {
      const sent = request(
        {
          host: '127.0.0.1',
          port,
          path: '/by/host',
          headers: {
            host: `${Bucket}.s3.us-east-1.amazonaws.com`,
            authorization: 'AWS4-HMAC-SHA256 Credential=x/20260101/us-east-1/s3/aws4_request, Signature=0',
          },
        },
        (reply) => {
          let received = '';
          reply.on('data', (chunk) => {
            received += chunk;
          });
          reply.on('end', () => resolve(received));
        },
      );
      sent.on('error', reject);
      sent.end();
    });
    expect(body).toBe('found');
  });

  if (place === 'memory') return;
  test('outlive the service, whatever their keys', async () => {
    const keys = ['dir', 'dir/file', 'dir/file/deeper', '../outside', './here', 'a//b', 'til~de', 'x~meta'];
    for (const key of keys) await put(`odd/${key}`, `content of ${key}`);
    const again = await serve(open(), S3Client);
    try {
      for (const key of keys) {
        const found = await again.client.send(new GetObjectCommand({ Bucket, Key: `odd/${key}` }));
        expect(await found.Body?.transformToString()).toBe(`content of ${key}`);
      }
    } finally {
      await again.stop();
    }
  });
});
