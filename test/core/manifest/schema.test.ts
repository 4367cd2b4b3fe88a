import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { manifestDefaults } from '../../../src/core/manifest/defaults.ts';
import { jsonSchema } from '../../../src/core/manifest/json-schema.ts';
import { parseManifest } from '../../../src/core/manifest/parse.ts';
import { invalidManifests, validManifests } from './examples.ts';

const validate = new Ajv({
  allErrors: true,
  strict: true,
  strictTypes: false,
  strictRequired: false,
}).compile(jsonSchema());

describe('the published schema', () => {
  it('is the one generated from the code (else run node scripts/write-manifest-schema.mjs)', () => {
    const file = new URL('../../../schema/manifest.schema.json', import.meta.url);
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(jsonSchema());
  });

  it.each(Object.entries(validManifests))('accepts what Lockkeeper accepts: %s', (_name, yaml) => {
    expect(parseManifest('x.yaml', yaml)).toMatchObject({ ok: true });
    validate(parse(yaml, { merge: true }));
    expect(validate.errors).toBeNull();
  });

  it.each(invalidManifests.filter((manifest) => manifest.schemaTells))(
    'refuses what Lockkeeper refuses: $name',
    ({ yaml }) => {
      expect(parseManifest('x.yaml', yaml)).toMatchObject({ ok: false });
      expect(validate(parse(yaml))).toBe(false);
    },
  );

  it.each(invalidManifests.filter((manifest) => !manifest.schemaTells))(
    'leaves to Lockkeeper what it cannot express: $name',
    ({ yaml }) => {
      expect(validate(parse(yaml))).toBe(true);
    },
  );

  it('describes every key in words', () => {
    const keys = describedKeys(jsonSchema(), '');
    expect(keys.length).toBeGreaterThan(30);
    expect(keys.filter(({ description }) => !/^\S.{10,}\.$/.test(description))).toEqual([]);
  });

  it('states the defaults that are filled in', () => {
    const stated = describedKeys(jsonSchema(), '').flatMap(({ default: value }) =>
      value === undefined ? [] : [value],
    );
    expect([...new Set(stated)].toSorted()).toEqual(Object.values(manifestDefaults).toSorted());
  });
});

interface Key {
  readonly path: string;
  readonly description: string;
  readonly default: unknown;
}

function describedKeys(node: unknown, path: string): Key[] {
  if (typeof node !== 'object' || node === null) return [];
  return Object.entries(node).flatMap(([key, value]: [string, unknown]) => {
    if (key !== 'properties') return describedKeys(value, path);
    return Object.entries(value as Record<string, { description?: string; default?: unknown }>).flatMap(
      ([name, schema]) => [
        { path: `${path}.${name}`, description: schema.description ?? '', default: schema.default },
        ...describedKeys(schema, `${path}.${name}`),
      ],
    );
  });
}
