import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';

/** The ports of App that reach AWS, and the adapter that does it: files, or a folder. */
export const awsPorts = {
  store: ['run-store'],
  artifacts: ['artifacts.ts'],
  secrets: ['secrets.ts'],
  notifier: ['notifier.ts'],
  executions: ['executions.ts'],
  rds: ['rds.ts', 'rds-instance.ts'],
  clusters: ['rds-clusters.ts', 'rds-instance.ts'],
} as const;

export type AwsPort = keyof typeof awsPorts;

/**
 * Which methods of these ports a handler can call, as `rds.describeInstance`. The bundler follows the handler's
 * imports and drops every function that is not used, so that a use case counts and its neighbours in the same
 * file do not; in what is left, the calls are read off as `app.<port>.<method>`.
 */
export async function callsOf(root: string, handler: string): Promise<ReadonlySet<string>> {
  const text = await reachableCode(root, handler);
  const ports = Object.keys(awsPorts).join('|');
  const unreadable = [
    // A port handed on as a whole, called through another name, or taken out of the app.
    ...text.matchAll(new RegExp(`\\bapp\\d*\\.(?:${ports})\\b(?!\\.\\w+\\()`, 'g')),
    ...text.matchAll(new RegExp(`(?<!\\bapp\\d*)\\.(?:${ports})\\.\\w+\\(`, 'g')),
    ...text.matchAll(new RegExp(`\\{[^{}]*\\b(?:${ports})\\b[^{}]*\\}\\s*=\\s*(?:this\\.)?#?app\\b`, 'g')),
  ].map(([found]) => found);
  if (unreadable.length > 0) {
    throw new Error(`${handler} uses a port in a way this scan cannot follow: ${unreadable.join('; ')}`);
  }
  const calls = text.matchAll(new RegExp(`\\bapp\\d*\\.(${ports})\\.(\\w+)\\(`, 'g'));
  return new Set([...calls].map(([, port, method]) => `${port}.${method}`));
}

async function reachableCode(root: string, handler: string): Promise<string> {
  const result = await build({
    absWorkingDir: root,
    entryPoints: [join('lambdas', `${handler}.ts`)],
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'node',
    packages: 'external',
    logLevel: 'silent',
    plugins: [
      {
        name: 'without adapters',
        setup(plugin) {
          plugin.onLoad({ filter: /lambdas[\\/]entry\.ts$/ }, () => ({
            contents: 'export const composeApp = () => globalThis.app;',
            loader: 'ts',
          }));
        },
      },
    ],
  });
  return result.outputFiles[0]?.text ?? '';
}

/** Actions in IAM's words of the SDK commands that an adapter sends. */
export function actionsSent(root: string, files: readonly string[]): ReadonlySet<string> {
  return new Set(files.flatMap((file) => commandsIn(readFileSync(join(root, file), 'utf8'))));
}

function commandsIn(text: string): string[] {
  const imports = text.matchAll(/import\s*\{([^}]*)\}\s*from\s*'@aws-sdk\/([\w-]+)'/g);
  return [...imports].flatMap(([, names = '', client = '']) =>
    [...names.matchAll(/(?<!type )\b(\w+)Command\b/g)].map(([, command = '']) => action(client, command)),
  );
}

/** The document client's commands are those of DynamoDB without `Item`. */
function action(client: string, command: string): string {
  if (client === 'lib-dynamodb') return `dynamodb:${command === 'Query' ? command : `${command}Item`}`;
  const service = {
    'client-sfn': 'states',
    'client-secrets-manager': 'secretsmanager',
    'client-eventbridge': 'events',
  };
  const prefix =
    Object.entries(service).find(([name]) => name === client)?.[1] ?? client.replace('client-', '');
  return `${prefix}:${command}`;
}
