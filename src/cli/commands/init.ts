import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { FatalError, InputError } from '../../core/errors.ts';
import { isMigrationFile } from '../../formats/files-to-read.ts';
import { makeFolder, whyUnusable } from '../files.ts';
import { type ExitCode, exitCodes, type Output } from '../output.ts';

const files: Readonly<Record<string, string>> = {
  'V1__create_customers.sql': `CREATE TABLE customers (
  id    bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  email text NOT NULL UNIQUE
);
`,
  'U1__create_customers.sql': `DROP TABLE customers;
`,
  'V2__add_email_domain.sql': `ALTER TABLE customers ADD COLUMN email_domain text;
CREATE INDEX CONCURRENTLY idx_customers_email_domain ON customers (email_domain);
`,
  'U2__add_email_domain.sql': `ALTER TABLE customers DROP COLUMN email_domain;
`,
  'V2__add_email_domain.yaml': `# What SQL cannot say; every key is described in schema/manifest.schema.json of the package.
summary: find customers by the domain of their e-mail address
backfill:
  - table: customers
    set: { email_domain: "split_part(email, '@', 2)" }
    where: "email_domain IS NULL"
checks:
  after:
    - no_nulls: { table: customers, columns: [email_domain] }
    - row_count: { table: customers, unchanged: true }
`,
};

const anotherFolder = 'name another folder: lockkeeper init DIR';

/** Writes a small folder of migrations to begin from. A folder that holds migrations is left alone. */
export async function init(folder: string, output: Output): Promise<ExitCode> {
  await makeFolder(folder).catch((error: unknown) => {
    throw new InputError(`${folder} cannot be used: ${whyUnusable(error)}`, [], anotherFolder);
  });
  const found = (await readdir(folder)).find((name) => isMigrationFile(name));
  if (found !== undefined) {
    throw new FatalError(`${folder} holds migrations already, ${found} for one`, {
      code: 'exists',
      remedy: anotherFolder,
    });
  }
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text, { flag: 'wx' });
  output.say(`Wrote ${Object.keys(files).length} files into ${folder}. Next:`);
  output.say('  export LOCKKEEPER_DATABASE_URL=postgres://user@localhost/database PGPASSWORD=...');
  output.say(`  lockkeeper plan --migrations ${folder}`);
  output.say(`  lockkeeper run --migrations ${folder}`);
  output.emit({ folder, files: Object.keys(files) });
  return exitCodes.done;
}
