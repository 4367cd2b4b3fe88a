import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** Once before all tests: what runs in processes of its own is bundled from the sources as they are now. */
export default async function build(): Promise<void> {
  const root = join(import.meta.dirname, '../..');
  await promisify(execFile)(process.execPath, [join(root, 'scripts/build.mjs')], { cwd: root });
}
