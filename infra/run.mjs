import { spawnSync } from 'node:child_process';
import { mkdir, rm } from 'node:fs/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

// Node 20 runs no TypeScript: the app is bundled first. The copy lies inside node_modules, so that the
// packages it leaves out are found from there.
const root = fileURLToPath(new URL('../', import.meta.url));
const folder = `${root}node_modules/.cache/lockkeeper`;
const outfile = `${folder}/infra-${process.pid}.mjs`;

// What is deployed is what is here now.
const { status } = spawnSync(process.execPath, [`${root}scripts/build.mjs`, 'lambdas'], { stdio: 'inherit' });
if (status !== 0) process.exit(1);

await mkdir(folder, { recursive: true });
try {
  await build({
    absWorkingDir: root,
    entryPoints: ['infra/app.ts'],
    outfile,
    bundle: true,
    packages: 'external',
    platform: 'node',
    target: 'node20',
    format: 'esm',
    sourcemap: 'inline',
    logLevel: 'warning',
  });
  await import(pathToFileURL(outfile).href);
} finally {
  await rm(outfile, { force: true });
}
