import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { App, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import { ConfigError, parseConfig } from './config.ts';
import { LockkeeperStack } from './stack.ts';

/** The CDK runs an app in the folder of its cdk.json. */
const root = process.cwd();

try {
  const app = new App();
  const file = findConfig(app.node.tryGetContext('config'));
  const config = parseConfig(file, read(file));
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  new LockkeeperStack(app, 'Lockkeeper', { stackName: config.prefix, config });
  app.synth();
} catch (error) {
  if (!(error instanceof ConfigError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}

/** `-c config=FILE`, then LOCKKEEPER_CONFIG_FILE, then ./lockkeeper.config.yaml; else the example. */
function findConfig(context: unknown): string {
  const named = typeof context === 'string' ? context : process.env.LOCKKEEPER_CONFIG_FILE;
  if (named !== undefined && named !== '') return named;
  const own = 'lockkeeper.config.yaml';
  if (existsSync(join(root, own))) return own;
  console.error(`there is no ${own}: synthesizing examples/${own}`);
  return `examples/${own}`;
}

function read(file: string): string {
  try {
    return readFileSync(resolve(root, file), 'utf8');
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new ConfigError([{ file, message: `cannot be read: ${reason}` }]);
  }
}
