import { GetObjectCommand, PutObjectCommand, S3Client, type S3ClientConfig } from '@aws-sdk/client-s3';
import type { Artifacts } from '../app/ports/cloud.ts';
import type { Effects } from '../app/ports/effects.ts';
import { awsErrorName, callAws } from './errors.ts';

export const openS3 = (settings: S3ClientConfig): S3Client => new S3Client(settings);

export interface S3ArtifactsOptions {
  readonly client: S3Client;
  readonly bucket: string;
  readonly effects: Effects;
}

const contentTypes: Readonly<Record<string, string>> = {
  json: 'application/json',
  html: 'text/html; charset=utf-8',
  md: 'text/markdown; charset=utf-8',
};

/**
 * Documents in one S3 bucket. The reader needs `s3:ListBucket` as well: without it S3 says AccessDenied
 * instead of NoSuchKey for what is not there.
 */
export function s3Artifacts({ client, bucket, effects }: S3ArtifactsOptions): Artifacts {
  return {
    async putText(key, text) {
      const command = new PutObjectCommand({
        Bucket: bucket,
        Key: key,
        Body: text,
        ContentLength: Buffer.byteLength(text),
        ContentType: contentTypes[key.split('.').at(-1) ?? ''] ?? 'text/plain; charset=utf-8',
      });
      await callAws({ doing: `writing s3://${bucket}/${key}`, repeatable: true }, () =>
        effects.around('s3:PutObject', () => client.send(command)),
      );
    },

    async getText(key) {
      return callAws({ doing: `reading s3://${bucket}/${key}`, repeatable: true }, async () => {
        try {
          const { Body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
          return (await Body?.transformToString('utf-8')) ?? '';
        } catch (error) {
          if (awsErrorName(error) === 'NoSuchKey') return null;
          throw error;
        }
      });
    },
  };
}
