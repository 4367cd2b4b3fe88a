import type { Clock } from '../../app/ports/clock.ts';
import { AwsError, notImplemented, toAwsError } from '../gateway/errors.ts';
import type { AwsRequest, AwsResponse, AwsService } from '../gateway/service.ts';
import { element, toXml } from '../gateway/xml.ts';
import { receiveBody } from './body.ts';
import { type ObjectInfo, ObjectStore } from './store.ts';

export interface S3Options {
  readonly clock: Clock;
  /** Folder of the objects; in memory when omitted. */
  readonly folder?: string | undefined;
  /** Told of each object that has been written, in the words of EventBridge's `Object Created`. */
  readonly onCreated?: (
    bucket: string,
    object: { readonly key: string; readonly size: number; readonly etag: string },
  ) => void;
}

/** Query parameters that select another operation of S3 than the plain ones below. */
const SUBRESOURCES =
  /^(acl|cors|delete|encryption|lifecycle|location|logging|object-lock|policy|tagging|uploads|uploadId|versioning|versions|versionId)$/;
const NAMESPACE = 'http://s3.amazonaws.com/doc/2006-03-01/';

/** S3 for whole objects: put, get, head, delete and list, without versions. */
export class S3Service implements AwsService {
  readonly name = 's3';
  readonly #clock: Clock;
  readonly #store: ObjectStore;
  readonly #onCreated: NonNullable<S3Options['onCreated']>;

  constructor(options: S3Options) {
    this.#clock = options.clock;
    this.#onCreated = options.onCreated ?? (() => undefined);
    this.#store = new ObjectStore(options.folder);
  }

  createBucket(bucket: string): Promise<void> {
    return this.#store.createBucket(bucket);
  }

  async handle(request: AwsRequest): Promise<AwsResponse> {
    try {
      return await this.#route(request);
    } catch (thrown) {
      const error = toAwsError(thrown);
      const body = element('Error', toXml({ Code: error.code, Message: error.message }));
      return xml(error.status, body);
    }
  }

  #route(request: AwsRequest): Promise<AwsResponse> | AwsResponse {
    const other = [...request.query.keys()].find((name) => SUBRESOURCES.test(name));
    if (other !== undefined) throw notImplemented('s3', `${request.method} ?${other}`);
    const { bucket, key } = locate(request);
    if (bucket === '') throw notImplemented('s3', 'ListBuckets');
    if (key === '') return this.#routeBucket(request, bucket);
    switch (request.method) {
      case 'PUT':
        return this.#put(request, bucket, key);
      case 'GET':
      case 'HEAD':
        return this.#get(request, bucket, key);
      case 'DELETE':
        return this.#store.delete(bucket, key).then(() => ({ status: 204 }));
      default:
        throw notImplemented('s3', `${request.method} of an object`);
    }
  }

  async #routeBucket(request: AwsRequest, bucket: string): Promise<AwsResponse> {
    if (request.method === 'PUT') {
      await this.#store.createBucket(bucket);
      return { status: 200, headers: { location: `/${bucket}` } };
    }
    if (!this.#store.hasBucket(bucket)) {
      throw new AwsError('NoSuchBucket', 'The specified bucket does not exist', 404);
    }
    if (request.method === 'HEAD') return { status: 200 };
    if (request.method === 'GET' && request.query.get('list-type') === '2')
      return this.#list(request, bucket);
    throw notImplemented('s3', `${request.method} of a bucket`);
  }

  async #put(request: AwsRequest, bucket: string, key: string): Promise<AwsResponse> {
    if (request.headers['x-amz-copy-source']) throw notImplemented('s3', 'CopyObject');
    const existing = this.#store.info(bucket, key);
    if (existing && request.headers['if-none-match'] === '*') {
      throw new AwsError(
        'PreconditionFailed',
        'At least one of the pre-conditions you specified did not hold',
        412,
      );
    }
    const received = receiveBody(request);
    const info: ObjectInfo = {
      bytes: received.content.length,
      etag: `"${received.md5.toString('hex')}"`,
      crc32: received.crc32,
      modifiedMs: this.#clock.now(),
      headers: keptHeaders(request.headers),
    };
    await this.#store.write(bucket, key, received.content, info);
    this.#onCreated(bucket, { key, size: info.bytes, etag: info.etag.replaceAll('"', '') });
    return { status: 200, headers: { etag: info.etag, 'x-amz-checksum-crc32': info.crc32 } };
  }

  async #get(request: AwsRequest, bucket: string, key: string): Promise<AwsResponse> {
    if (request.headers.range) throw notImplemented('s3', 'GetObject with a Range');
    const found = await this.#store.read(bucket, key);
    if (!found) throw new AwsError('NoSuchKey', 'The specified key does not exist.', 404);
    const { info, body } = found;
    return {
      status: 200,
      headers: {
        'content-type': 'binary/octet-stream',
        ...info.headers,
        etag: info.etag,
        'last-modified': new Date(info.modifiedMs).toUTCString(),
        ...(request.headers['x-amz-checksum-mode'] === 'ENABLED'
          ? { 'x-amz-checksum-crc32': info.crc32 }
          : {}),
      },
      body,
    };
  }

  #list(request: AwsRequest, bucket: string): AwsResponse {
    const prefix = request.query.get('prefix') ?? '';
    const delimiter = request.query.get('delimiter') ?? '';
    const after = request.query.get('continuation-token') ?? request.query.get('start-after') ?? '';
    const most = Math.min(Number(request.query.get('max-keys') ?? 1000), 1000);
    const encode = request.query.get('encoding-type') === 'url' ? encodeURIComponent : (text: string) => text;
    const contents: object[] = [];
    const folders = new Set<string>();
    let last = '';
    let truncated = false;
    for (const { key, info } of this.#store.list(bucket)) {
      if (!key.startsWith(prefix) || Buffer.compare(Buffer.from(key), Buffer.from(after)) <= 0) continue;
      const cut = delimiter === '' ? -1 : key.indexOf(delimiter, prefix.length);
      const folder = cut < 0 ? undefined : key.slice(0, cut + delimiter.length);
      // A page that ended inside a folder has told of the folder already.
      if (folder !== undefined && (folders.has(folder) || after.startsWith(folder))) {
        last = key;
        continue;
      }
      if (contents.length + folders.size >= most) {
        truncated = true;
        break;
      }
      last = key;
      if (folder !== undefined) folders.add(folder);
      else
        contents.push({
          Key: encode(key),
          LastModified: new Date(info.modifiedMs),
          ETag: info.etag,
          Size: info.bytes,
          StorageClass: 'STANDARD',
        });
    }
    const head = toXml({
      Name: bucket,
      Prefix: encode(prefix),
      Delimiter: delimiter || undefined,
      MaxKeys: most,
      KeyCount: contents.length + folders.size,
      IsTruncated: truncated,
      NextContinuationToken: truncated ? last : undefined,
      EncodingType: request.query.get('encoding-type'),
    });
    const items = contents.map((item) => element('Contents', toXml(item))).join('');
    const prefixes = [...folders]
      .map((folder) => element('CommonPrefixes', toXml({ Prefix: encode(folder) })))
      .join('');
    return xml(200, `<ListBucketResult xmlns="${NAMESPACE}">${head}${items}${prefixes}</ListBucketResult>`);
  }
}

/** Bucket and key from `/bucket/key` or, when the host starts with a bucket's name, from host and path. */
function locate(request: AwsRequest): { bucket: string; key: string } {
  const path = request.path.slice(1);
  const host = /^(.+)\.(?:localhost|s3[.-][^:]*)(?::\d+)?$/.exec(request.headers.host ?? '')?.[1];
  if (host !== undefined) return { bucket: host, key: decodeURIComponent(path) };
  const slash = path.indexOf('/');
  if (slash < 0) return { bucket: decodeURIComponent(path), key: '' };
  return { bucket: decodeURIComponent(path.slice(0, slash)), key: decodeURIComponent(path.slice(slash + 1)) };
}

function keptHeaders(headers: Readonly<Record<string, string>>): Record<string, string> {
  const kept = Object.entries(headers).filter(([name]) =>
    /^(content-type|content-disposition|cache-control|x-amz-meta-.+)$/.test(name),
  );
  const encoding = headers['content-encoding']
    ?.replace(/(^|,)\s*aws-chunked\s*/, '')
    .replace(/^,/, '')
    .trim();
  return { ...Object.fromEntries(kept), ...(encoding ? { 'content-encoding': encoding } : {}) };
}

function xml(status: number, body: string): AwsResponse {
  return { status, headers: { 'content-type': 'application/xml' }, body };
}
