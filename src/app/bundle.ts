import { FatalError } from '../core/errors.ts';
import type { FolderFormat, Migration, SqlSource } from '../core/migration.ts';
import type { App } from './app.ts';

const latestKey = (target: string): string => `bundles/${target}/latest`;
const bundleKey = (target: string, bundle: string): string => `bundles/${target}/${bundle}.json`;

/**
 * Stores a folder's files under their hash and makes them the target's latest; answers the hash.
 * @param format where a person has named it
 */
export async function storeBundle(
  app: Pick<App, 'artifacts' | 'sha256'>,
  target: string,
  files: readonly SqlSource[],
  format?: FolderFormat,
): Promise<string> {
  const text = JSON.stringify({ files, format });
  const bundle = app.sha256(text).slice(0, 32);
  await app.artifacts.putText(bundleKey(target, bundle), text);
  await app.artifacts.putText(latestKey(target), bundle);
  return bundle;
}

/** The hash of the target's latest bundle; null before the first. */
export async function latestBundle(app: Pick<App, 'artifacts'>, target: string): Promise<string | null> {
  return (await app.artifacts.getText(latestKey(target)))?.trim() ?? null;
}

/** The target and hash that a key of the evidence bucket stands for; null for what is no bundle. */
export function bundleOf(key: string): { readonly target: string; readonly bundle: string } | null {
  const [, target, bundle] = /^bundles\/([^/]+)\/([^/]+)\.json$/.exec(key) ?? [];
  return target === undefined || bundle === undefined ? null : { target, bundle };
}

/** What is to be started once the bundle has landed, as its sender wrote it; undefined when nothing is. */
export async function startWithin(app: Pick<App, 'artifacts'>, key: string): Promise<unknown> {
  const text = await app.artifacts.getText(key);
  const content: unknown = text === null ? null : JSON.parse(text);
  return typeof content === 'object' && content !== null && 'start' in content ? content.start : undefined;
}

/** Reads the migrations of a bundle. Throws FatalError when there is none, InputError when its files are wrong. */
export async function readBundle(
  app: App,
  target: string,
  bundle: string | undefined,
): Promise<readonly Migration[]> {
  const wanted = bundle ?? (await latestBundle(app, target));
  const text = wanted === null ? null : await app.artifacts.getText(bundleKey(target, wanted));
  if (text === null) {
    throw new FatalError(`no migrations have been uploaded for target ${target}`, {
      code: 'no-bundle',
      remedy: `lockkeeper start --target ${target} --migrations DIR uploads a folder and starts from it`,
    });
  }
  const { files, format } = JSON.parse(text) as { files: readonly SqlSource[]; format?: FolderFormat };
  const engine = app.targets.find(({ name }) => name === target)?.engine;
  return app.migrations.read(files, {
    ...(format === undefined ? {} : { format }),
    ...(engine === undefined ? {} : { engine }),
  });
}
