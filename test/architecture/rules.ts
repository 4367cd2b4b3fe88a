import { posix } from 'node:path';
import { type Import, scanImports } from './scan-imports.ts';
import { tokenize } from './tokens.ts';

export interface SourceFile {
  /** Relative to the repository, with `/`. */
  readonly path: string;
  readonly text: string;
}

/** What a layer may import. Files outside `layers` may import anything. */
interface Layer {
  /** The folders it consists of; the longest that matches a path decides. */
  readonly name: string;
  readonly mayImport: readonly string[];
  /** `*`: any. Node's own modules are listed as `node:`. */
  readonly packages: readonly string[];
  /** Layers of which only types may be used. */
  readonly typesOf?: readonly string[];
}

const adapters = ['src/engines', 'src/aws', 'src/local', 'src/formats', 'src/report'];

const lambdas = ['lambdas', 'lambdas/entry.ts', 'lambdas/catalog.ts'];

const layers: readonly Layer[] = [
  { name: 'src/core', mayImport: [], packages: ['zod', 'yaml'] },
  { name: 'src/app', mayImport: ['src/core'], packages: [] },
  ...adapters.map((name) => ({ name, mayImport: ['src/core', 'src/app'], packages: ['node:', '*'] })),
  { name: 'src/cli', mayImport: ['src/core', 'src/app', ...adapters, ...lambdas], packages: ['node:', '*'] },
  { name: 'lambdas', mayImport: ['src/core', 'src/app', ...lambdas], packages: ['node:', '*'] },
  // Read by the deployment as well: only names and figures.
  { name: 'lambdas/catalog.ts', mayImport: [], packages: [] },
  {
    name: 'lambdas/entry.ts',
    mayImport: [...lambdas, 'src/core', 'src/app', ...adapters],
    packages: ['node:', '*'],
  },
  {
    name: 'infra',
    mayImport: ['lambdas/catalog.ts'],
    packages: ['node:', '*'],
    typesOf: ['src/core', 'src/app', ...adapters],
  },
];

/** Where the name of an engine may be compared with another: where one is chosen, and in a folder of an engine's own. */
const mayCompareEngines = ['src/engines/registry.ts'];
const ownFolders = ['src/engines', 'src/local/rds'];
const engineNames = ['postgres', 'mysql', 'mariadb', 'sqlserver'];

/** Every breach of the dependency rule, as `path:line: what`. */
export function findViolations(files: readonly SourceFile[]): string[] {
  return files.flatMap((file) => [
    ...scanImports(file.text).flatMap((one) => describe(file.path, one.line, importBreach(file.path, one))),
    ...comparedEngines(file).flatMap(({ name, line }) =>
      describe(file.path, line, `asks for the engine ${name} by name; declare a capability instead`),
    ),
  ]);
}

const describe = (path: string, line: number, breach: string | null): string[] =>
  breach === null ? [] : [`${path}:${line}: ${breach}`];

function importBreach(path: string, { specifier, typeOnly }: Import): string | null {
  const layer = layerOf(path);
  if (layer === null) return null;
  if (specifier === null) {
    return layer.packages.includes('*') ? null : `${layer.name} imports something computed`;
  }
  if (!specifier.startsWith('.')) return packageBreach(layer, specifier);

  const target = posix.normalize(posix.join(posix.dirname(path), specifier));
  const other = layerOf(target)?.name ?? target.split('/').slice(0, 2).join('/');
  if (isWithin(target, layer.name)) return engineBreach(path, target);
  if (layer.mayImport.includes(other)) return engineBreach(path, target);
  if (layer.typesOf?.includes(other) && typeOnly) return null;
  const allowed = layer.mayImport.length === 0 ? 'nothing but itself' : layer.mayImport.join(', ');
  return `${layer.name} imports ${target}, which belongs to ${other} (allowed: ${allowed})`;
}

function packageBreach(layer: Layer, specifier: string): string | null {
  const isNode = specifier.startsWith('node:');
  const wanted = isNode ? 'node:' : '*';
  const name = specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
  if (layer.packages.includes(wanted) || (!isNode && layer.packages.includes(name))) return null;
  return `${layer.name} imports ${specifier}`;
}

/** Engines know themselves and what is common to all, never each other nor the registry. */
function engineBreach(path: string, target: string): string | null {
  const own = engineOf(path);
  if (own === null || !isWithin(target, 'src/engines')) return null;
  const other = engineOf(target);
  if (other !== null && other !== own) return `the engine ${own} imports the engine ${other}`;
  return target === 'src/engines/registry.ts' ? `the engine ${own} imports the registry` : null;
}

const engineOf = (path: string): string | null => /^src\/engines\/([^/]+)\//.exec(path)?.[1] ?? null;

function layerOf(path: string): Layer | null {
  const matching = layers.filter((layer) => isWithin(path, layer.name));
  return matching.toSorted((a, b) => b.name.length - a.name.length)[0] ?? null;
}

const isWithin = (path: string, folder: string): boolean => path === folder || path.startsWith(`${folder}/`);

const isOwnToAnEngine = (path: string): boolean =>
  ownFolders.some((folder) => engineNames.some((name) => path.startsWith(`${folder}/${name}/`)));

function comparedEngines({ path, text }: SourceFile): { name: string; line: number }[] {
  if (layerOf(path) === null || mayCompareEngines.includes(path) || isOwnToAnEngine(path)) return [];
  const tokens = tokenize(text);
  return tokens.flatMap((token, index) => {
    if (token.kind !== 'text' || !engineNames.includes(token.text)) return [];
    const [before, after] = [tokens[index - 1], tokens[index + 1]];
    const isCompared =
      before?.text === 'case' ||
      [before, after].some((one) => /^[!=]==?$/.test(one?.kind === 'sign' ? one.text : ''));
    return isCompared ? [{ name: token.text, line: token.line }] : [];
  });
}
