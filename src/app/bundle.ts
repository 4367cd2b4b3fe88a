import { FatalError } from '../core/errors.ts';
import type { Migration, SqlSource } from '../core/migration.ts';
import type { App } from './app.ts';

const latestKey = (target: string): string => `bundles/${target}/latest`;
const bundleKey = (target: string, bundle: string): string => `bundles/${target}/${bundle}.json`;

/** Stores a folder's files under their hash and makes them the target's latest; answers the hash. */
export async function storeBundle(
  app: Pick<App, 'artifacts' | 'sha256'>,
  target: string,
  files: readonly SqlSource[],
): Promise<string> {
  const text = JSON.stringify({ files });
  const bundle = app.sha256(text).slice(0, 32);
  await app.artifacts.putText(bundleKey(target, bundle), text);
  await app.artifacts.putText(latestKey(target), bundle);
  return bundle;
}

/** Reads the migrations of a bundle. Throws FatalError when there is none, InputError when its files are wrong. */
export async function readBundle(
  app: App,
  target: string,
  bundle: string | undefined,
): Promise<readonly Migration[]> {
  const wanted = bundle ?? (await app.artifacts.getText(latestKey(target)))?.trim();
  const text = wanted === undefined ? null : await app.artifacts.getText(bundleKey(target, wanted));
  if (text === null) {
    throw new FatalError(`no migrations have been uploaded for target ${target}`, {
      code: 'no-bundle',
      remedy: `lockkeeper start --target ${target} --migrations DIR uploads a folder and starts from it`,
    });
  }
  const { files } = JSON.parse(text) as { files: readonly SqlSource[] };
  return app.migrations.read(files);
}
