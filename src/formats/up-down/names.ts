import type { MigrationFileName, Naming } from '../naming.ts';

const script = /^(\d+)_(.+)\.(up|down)\.sql$/i;
const manifest = /^(\d+)_(.+)\.ya?ml$/i;
const withoutDirection = /^\d+_.+\.sql$/i;

/** golang-migrate and its kin: `042_add_email.up.sql`, `042_add_email.down.sql`, the manifest `042_add_email.yaml`. */
export const upDownNaming: Naming = {
  format: 'up-down',
  patterns: '<version>_<description>.up.sql or <version>_<description>.down.sql',
  read,
  explainUnknown: (base) =>
    withoutDirection.test(base) && !script.test(base) ? 'says neither .up.sql nor .down.sql' : null,
  write: ({ role, version, description }) =>
    `${version}_${description}${role === 'manifest' ? '.yaml' : `.${role}.sql`}`,
};

function read(base: string): MigrationFileName | null {
  const [, version, description, direction] = script.exec(base) ?? manifest.exec(base) ?? [];
  if (version === undefined || description === undefined) return null;
  const role = direction === undefined ? 'manifest' : direction.toLowerCase() === 'up' ? 'up' : 'down';
  return { role, version, description, repeatable: false };
}
