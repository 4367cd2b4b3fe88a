import { join } from 'node:path';
import { build } from 'esbuild';

/** Bundles the host script that local Lambda functions run in; returns its path below `folder`. */
export async function buildLambdaHost(folder: string): Promise<string> {
  const outfile = join(folder, 'lambda-host.cjs');
  await build({
    entryPoints: [join(import.meta.dirname, '../../src/local/lambda/host.ts')],
    bundle: true,
    platform: 'node',
    format: 'cjs',
    outfile,
    logLevel: 'warning',
  });
  return outfile;
}
