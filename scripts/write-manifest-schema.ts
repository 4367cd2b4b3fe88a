import { mkdir, writeFile } from 'node:fs/promises';
import { jsonSchema } from '../src/core/manifest/json-schema.ts';

/** Writes the published JSON Schema of the manifest; a test refuses a stale one. */
const folder = new URL('../schema/', import.meta.url);
await mkdir(folder, { recursive: true });
await writeFile(new URL('manifest.schema.json', folder), `${JSON.stringify(jsonSchema(), null, 2)}\n`);
