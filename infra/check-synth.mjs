// Synthesizes the stack as a deployment would, bundles included, and loads every bundle as Lambda does. What
// cdk-nag finds in it fails the synthesis.
import { spawnSync } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';

import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = fileURLToPath(new URL('../', import.meta.url));
const parser = 'libpg-query.wasm';
// Outside the repository, whose package.json would make an index.js an ES module.
const output = await mkdtemp(join(tmpdir(), 'lockkeeper-synth-'));
const problems = [];

try {
  synthesize();
  const template = JSON.parse(await readFile(join(output, 'Lockkeeper.template.json'), 'utf8'));
  const functions = Object.values(template.Resources).filter(({ Type }) => Type === 'AWS::Lambda::Function');
  for (const { Properties, Metadata } of functions) {
    await check(Properties.FunctionName, join(output, Metadata['aws:asset:path']), Properties.Handler);
  }
  if (functions.length === 0) problems.push('there are no functions in the template');
} finally {
  await rm(output, { recursive: true, force: true });
}
for (const problem of problems) console.error(problem);
if (problems.length > 0) process.exitCode = 1;

function synthesize() {
  const cdk = join(root, 'node_modules/aws-cdk/bin/cdk');
  const { status } = spawnSync(
    process.execPath,
    [cdk, 'synth', '--quiet', '--no-notices', '--output', output],
    {
      cwd: root,
      stdio: 'inherit',
    },
  );
  if (status !== 0) throw new Error(`cdk synth ended with ${status}`);
}

async function check(name, folder, handler) {
  const files = await filesOf(folder);
  const texts = await Promise.all(
    files.filter((file) => file.endsWith('.mjs')).map((file) => readFile(file, 'utf8')),
  );
  const needsParser = texts.some((text) => text.includes(parser));
  const hasParser = files.some((file) => basename(file) === parser);
  if (needsParser !== hasParser)
    problems.push(`${name}: ${parser} is ${hasParser ? 'not needed' : 'missing'}`);
  const answer = await refusal(join(folder, `${handler.replace(/\.handler$/, '')}.mjs`));
  // Under its own name still, after minification: the state machines' Retry and Catch read it.
  if (!answer.startsWith('FatalError: bad event')) problems.push(`${name} does not load: ${answer}`);
  const sizes = await Promise.all(files.map(async (file) => (await stat(file)).size));
  const megabytes = (sizes.reduce((sum, size) => sum + size, 0) / 1e6).toFixed(1);
  console.log(`${name}: ${megabytes} MB, ${hasParser ? 'with' : 'without'} PostgreSQL's parser`);
}

async function filesOf(folder) {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name));
}

/** What the handler says to an event that no state machine sends: nothing is reached before it is decoded. */
async function refusal(file) {
  try {
    const { handler } = await import(pathToFileURL(file).href);
    await handler('not an event', { getRemainingTimeInMillis: () => 1000 });
    return 'it accepted a bad event';
  } catch (error) {
    return `${error.name}: ${error.message}`;
  }
}
