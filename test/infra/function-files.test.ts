import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { App, Stack, aws_secretsmanager as secretsmanager } from 'aws-cdk-lib';
import { expect, it } from 'vitest';
import { MigrationOrchestrator, type MigrationTarget } from '../../infra/index.ts';

/** The files of each function as they would be deployed for targets of these engines. */
function filesFor(
  engines: readonly MigrationTarget['engine'][],
): Readonly<Record<string, readonly string[]>> {
  const app = new App();
  const stack = new Stack(app, 'Theirs');
  const targets = engines.map(
    (engine): MigrationTarget => ({
      name: engine,
      engine,
      database: { instance: engine },
      secret: secretsmanager.Secret.fromSecretNameV2(stack, engine, engine),
    }),
  );
  new MigrationOrchestrator(stack, 'Migrations', { targets });
  const assembly = app.synth();
  const { Resources } = assembly.getStackByName('Theirs').template as { Resources: Record<string, Deployed> };
  return Object.fromEntries(
    Object.values(Resources)
      .filter(({ Type, Properties }) => Type === 'AWS::Lambda::Function' && Properties.FunctionName)
      .map(({ Properties }) => [
        Properties.FunctionName ?? '',
        readdirSync(join(assembly.directory, `asset.${Properties.Code?.S3Key?.replace(/\.zip$/, '')}`), {
          recursive: true,
        }).map(String),
      ]),
  );
}

interface Deployed {
  readonly Type: string;
  readonly Properties: { readonly FunctionName?: string; readonly Code?: { readonly S3Key?: string } };
}

const parsers = { postgres: /libpg-query\.wasm$/, mysql: /^parts\/analyze-.*\.mjs$/ };

it('deploys the engines of its targets and no others, and none where no database is reached', () => {
  const one = filesFor(['postgres']);
  const other = filesFor(['mysql']);
  const both = filesFor(['postgres', 'mysql']);
  const has = (files: readonly string[] | undefined, file: RegExp) => files?.some((each) => file.test(each));

  expect(has(one['lockkeeper-prepare'], parsers.postgres)).toBe(true);
  expect(has(other['lockkeeper-prepare'], parsers.postgres)).toBe(false);
  expect(has(other['lockkeeper-prepare'], parsers.mysql)).toBe(true);
  expect(has(both['lockkeeper-prepare'], parsers.postgres)).toBe(true);
  const together = new Set([...(one['lockkeeper-prepare'] ?? []), ...(other['lockkeeper-prepare'] ?? [])]);
  expect(new Set(both['lockkeeper-prepare'])).toEqual(together);
  expect(one['lockkeeper-prepare']?.length).toBeLessThan(together.size);

  expect(has(both['lockkeeper-lease'], parsers.postgres)).toBe(false);
  expect(both['lockkeeper-lease']).toEqual(one['lockkeeper-lease']);
});
