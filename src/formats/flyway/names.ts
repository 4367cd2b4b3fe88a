import type { MigrationFileName, Naming } from '../naming.ts';

const versioned = /^([VU])(\d+(?:[._]\d+)*)__(.+)\.(sql|ya?ml)$/;
const repeatable = /^R__(.+)\.(sql|ya?ml)$/;
const baseline = /^B\d+(?:[._]\d+)*__.+\.sql$/;
const callback = /^(?:before|after|create)[A-Z]\w*\.sql$/;
const wrongCase = /^[vur](?:\d[\d._]*)?__.+\.(?:sql|ya?ml)$/;

/** Flyway: `V042__add_email.sql`, its undo `U042__add_email.sql`, repeatable `R__views.sql`, manifests as `.yaml`. */
export const flywayNaming: Naming = {
  format: 'flyway',
  patterns: 'V<version>__<description>.sql, U<version>__<description>.sql or R__<description>.sql',
  read,
  explainUnknown,
  write: ({ role, version, description, repeatable: repeats }) => {
    const prefix = repeats ? 'R' : `${role === 'down' ? 'U' : 'V'}${version}`;
    return `${prefix}__${description}.${role === 'manifest' ? 'yaml' : 'sql'}`;
  },
};

function read(base: string): MigrationFileName | null {
  const name = withPlainSuffix(base);
  const [, again, againSuffix] = repeatable.exec(name) ?? [];
  if (again !== undefined) {
    const role = againSuffix === 'sql' ? 'up' : 'manifest';
    return { role, version: '', description: again, repeatable: true };
  }
  const [, prefix, version, description, suffix] = versioned.exec(name) ?? [];
  if (version === undefined || description === undefined) return null;
  if (suffix === 'sql') {
    return { role: prefix === 'U' ? 'down' : 'up', version, description, repeatable: false };
  }
  return prefix === 'U' ? null : { role: 'manifest', version, description, repeatable: false };
}

function explainUnknown(base: string): string | null {
  const name = withPlainSuffix(base);
  if (versioned.test(name)) return 'is a manifest for an undo file; a manifest goes with the forward file';
  if (baseline.test(name)) return 'is a Flyway baseline migration, which is not supported yet';
  if (callback.test(name)) return 'is a Flyway callback, which is not supported';
  if (wrongCase.test(name)) return 'begins with a small letter, where Flyway wants a capital';
  return null;
}

/** Prefixes are case-sensitive, suffixes are not. */
const withPlainSuffix = (base: string): string =>
  base.replace(/\.[A-Za-z]+$/, (suffix) => suffix.toLowerCase());
