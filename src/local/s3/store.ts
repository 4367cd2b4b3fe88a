import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { AwsError } from '../gateway/errors.ts';

export interface ObjectInfo {
  readonly bytes: number;
  /** MD5 in quotes. */
  readonly etag: string;
  /** Base64. */
  readonly crc32: string;
  readonly modifiedMs: number;
  /** Headers given with the object that come back with it: content type, `x-amz-meta-*`. */
  readonly headers: Readonly<Record<string, string>>;
}

interface Entry {
  readonly info: ObjectInfo;
  /** In memory; absent when the object is in a file. */
  readonly body?: Buffer;
}

const META = '~meta';
const BODY = '~';

/** Buckets and objects, in memory or in a folder with one file an object that people can look at. */
export class ObjectStore {
  readonly #buckets = new Map<string, Map<string, Entry>>();
  readonly #folder: string | undefined;

  constructor(folder?: string | undefined) {
    this.#folder = folder;
    if (folder === undefined) return;
    mkdirSync(folder, { recursive: true });
    for (const bucket of readdirSync(folder)) this.#buckets.set(bucket, load(join(folder, bucket)));
  }

  hasBucket(bucket: string): boolean {
    return this.#buckets.has(bucket);
  }

  async createBucket(bucket: string): Promise<void> {
    if (!/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(bucket)) {
      throw new AwsError('InvalidBucketName', 'The specified bucket is not valid.');
    }
    if (this.#folder) await mkdir(join(this.#folder, bucket), { recursive: true });
    if (!this.#buckets.has(bucket)) this.#buckets.set(bucket, new Map());
  }

  info(bucket: string, key: string): ObjectInfo | undefined {
    return this.#objects(bucket).get(key)?.info;
  }

  /** Keys in the byte order in which S3 lists them. */
  list(bucket: string): { key: string; info: ObjectInfo }[] {
    return [...this.#objects(bucket)]
      .map(([key, { info }]) => ({ key, info }))
      .sort((a, b) => Buffer.compare(Buffer.from(a.key), Buffer.from(b.key)));
  }

  async read(bucket: string, key: string): Promise<{ info: ObjectInfo; body: Buffer } | undefined> {
    const entry = this.#objects(bucket).get(key);
    if (!entry) return undefined;
    return { info: entry.info, body: entry.body ?? (await readFile(this.#path(bucket, key) + BODY)) };
  }

  async write(bucket: string, key: string, body: Buffer, info: ObjectInfo): Promise<void> {
    const objects = this.#objects(bucket);
    if (this.#folder === undefined) {
      objects.set(key, { info, body });
      return;
    }
    const path = this.#path(bucket, key);
    await mkdir(dirname(path), { recursive: true });
    // The description comes last: an object without one does not exist, so a crash leaves old or new.
    for (const [suffix, content] of [
      [BODY, body],
      [META, JSON.stringify({ key, info })],
    ] as const) {
      await writeFile(`${path}${suffix}.new`, content);
      await rename(`${path}${suffix}.new`, `${path}${suffix}`);
    }
    objects.set(key, { info });
  }

  async delete(bucket: string, key: string): Promise<void> {
    if (!this.#objects(bucket).delete(key) || this.#folder === undefined) return;
    const path = this.#path(bucket, key);
    for (const suffix of [META, BODY]) await rm(path + suffix, { force: true });
  }

  #objects(bucket: string): Map<string, Entry> {
    const objects = this.#buckets.get(bucket);
    if (objects) return objects;
    throw new AwsError('NoSuchBucket', 'The specified bucket does not exist', 404);
  }

  #path(bucket: string, key: string): string {
    const parts = key.split('/').map(fileName);
    if (parts.some((part) => part.length > 240)) {
      throw new AwsError('KeyTooLongError', 'A part of the key is too long to be a file name here.');
    }
    return join(this.#folder ?? '', bucket, ...parts);
  }
}

/** A part of a key as a file name: never `.`, `..`, empty, or with the `~` that marks our own suffixes. */
function fileName(part: string): string {
  return part === '' ? '%' : encodeURIComponent(part).replaceAll('~', '%7E').replace(/^\./, '%2E');
}

function load(folder: string): Map<string, Entry> {
  const objects = new Map<string, Entry>();
  for (const file of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    if (!file.endsWith(META)) continue;
    const { key, info } = JSON.parse(readFileSync(join(folder, file), 'utf8')) as {
      key: string;
      info: ObjectInfo;
    };
    objects.set(key, { info });
  }
  return objects;
}
