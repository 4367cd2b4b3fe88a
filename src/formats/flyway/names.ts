import type { MigrationFileName, Naming } from '../naming.ts';
import { baseOf } from '../paths.ts';

const versioned = /^([VU])(\d+(?:[._]\d+)*)__(.+)\.(sql|ya?ml)$/;
const repeatable = /^R__(.+)\.(sql|ya?ml)$/;
const baseline = /^B\d+(?:[._]\d+)*__.+\.sql$/;
const callback = /^(?:before|after|create)[A-Z]\w*\.sql$/;
const wrongCase = /^[vur](?:\d[\d._]*)?__.+\.(?:sql|ya?ml)$/;

/** Flyway: `V042__add_email.sql`, its undo `U042__add_email.sql`, repeatable `R__views.sql`, manifests as `.yaml`. */
export const flywayNaming: Naming = {
  read,
  write: ({ role, version, description, repeatable: repeats }) => {
    const prefix = repeats ? 'R' : `${role === 'down' ? 'U' : 'V'}${version}`;
    return `${prefix}__${description}.${role === 'manifest' ? 'yaml' : 'sql'}`;
  },
};

function read(path: string): MigrationFileName | null {
  const name = withPlainSuffix(baseOf(path));
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

/** Why a name that `read` does not know looks as if it should be known; null when it does not look so. */
export function explainFlywayName(base: string): string | null {
  const name = withPlainSuffix(base);
  if (versioned.test(name)) return 'is a manifest for an undo file; a manifest goes with the forward file';
  if (baseline.test(name))
    return 'is a Flyway baseline migration, which stands for others; keep those others, or name it V';
  if (callback.test(name))
    return 'is a Flyway callback, which only Flyway calls; put its statements into a migration';
  if (wrongCase.test(name)) return 'begins with a small letter, where Flyway wants a capital';
  return null;
}

/** Prefixes are case-sensitive, suffixes are not. */
const withPlainSuffix = (base: string): string =>
  base.replace(/\.[A-Za-z]+$/, (suffix) => suffix.toLowerCase());
