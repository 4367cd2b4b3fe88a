import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { App, aws_lambda as lambda, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { type InfraConfig, parseConfig } from '../../infra/config.ts';
import { propsFrom } from '../../infra/from-config.ts';
import { LockkeeperStack } from '../../infra/stack.ts';
import { type DeployedTarget, toDeployedTarget } from '../../infra/target.ts';

export const root = fileURLToPath(new URL('../../', import.meta.url)).replace(/\/$/, '');

const cdkJson = JSON.parse(readFileSync(`${root}/cdk.json`, 'utf8')) as { context: Record<string, unknown> };

export const exampleConfig = (file = 'examples/lockkeeper.config.yaml'): InfraConfig => {
  return parseConfig(file, readFileSync(`${root}/${file}`, 'utf8'));
};

/** An instance and an Aurora cluster. */
export const bothKinds = (): InfraConfig => ({
  ...exampleConfig(),
  targets: [...exampleConfig().targets, ...exampleConfig('examples/aws/aurora-postgres.yaml').targets],
});

/** Besides, a cluster over the Data API. */
export const everyKind = (): InfraConfig => ({
  ...bothKinds(),
  targets: [...bothKinds().targets, ...exampleConfig(dataApiExample).targets],
});

export const dataApiExample = 'examples/aws/aurora-postgres-data-api.yaml';

/** The targets of a configuration, as policies are made out for them. */
export const deployedTargets = (config: InfraConfig = exampleConfig()): DeployedTarget[] =>
  propsFrom(new Stack(), config).targets.map(toDeployedTarget);

/** The stack's template as `cdk synth` makes it, without bundling the functions. */
export function synthesize(config: InfraConfig = exampleConfig()): Synthesized {
  const outdir = mkdtempSync(join(tmpdir(), 'lockkeeper-synth-'));
  try {
    return synthesizeInto(outdir, config);
  } finally {
    rmSync(outdir, { recursive: true });
  }
}

function synthesizeInto(outdir: string, config: InfraConfig): Synthesized {
  const app = new App({ analyticsReporting: false, context: cdkJson.context, outdir });
  // Bundling fifteen functions takes half a minute and changes nothing but the hashes of the assets.
  const code = lambda.Code.fromInline('exports.handler = async () => {};');
  const stack = new LockkeeperStack(app, 'Lockkeeper', { stackName: config.prefix, config, code });
  const template = Template.fromStack(stack);
  return { stack, template, resources: template.toJSON().Resources as Record<string, Resource> };
}

export interface Synthesized {
  readonly stack: LockkeeperStack;
  readonly template: Template;
  readonly resources: Readonly<Record<string, Resource>>;
}

export interface Resource {
  readonly Type: string;
  readonly Properties: Readonly<Record<string, unknown>>;
  readonly DeletionPolicy?: string;
}

export interface Statement {
  readonly effect: string;
  readonly actions: readonly string[];
  /** ARNs with the template's functions written out: `${Resource.Arn}`, `${AWS::Region}`. */
  readonly resources: readonly string[];
  readonly condition: unknown;
}

/** Every statement of a role: its own and those of the policies attached to it. */
export function statementsOf(
  resources: Readonly<Record<string, Resource>>,
  roleId: string,
): readonly Statement[] {
  const inline = (resources[roleId]?.Properties.Policies ?? []) as PolicyText[];
  const attached = Object.values(resources)
    .filter(({ Type }) => Type === 'AWS::IAM::Policy')
    .map(({ Properties }) => Properties as unknown as PolicyText)
    .filter(({ Roles }) => JSON.stringify(Roles).includes(`"${roleId}"`));
  return [...inline, ...attached].flatMap(({ PolicyDocument }) =>
    PolicyDocument.Statement.map((statement) => ({
      effect: statement.Effect,
      actions: asArray(statement.Action).map(String),
      resources: asArray(statement.Resource).map(render),
      condition: statement.Condition,
    })),
  );
}

interface PolicyText {
  readonly Roles?: unknown;
  readonly PolicyDocument: {
    readonly Statement: readonly {
      readonly Effect: string;
      readonly Action: unknown;
      readonly Resource: unknown;
      readonly Condition?: unknown;
    }[];
  };
}

const asArray = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [value]);

/** A CloudFormation value as one text. */
export function render(value: unknown): string {
  if (typeof value !== 'object' || value === null) return String(value);
  const [[name, argument] = ['', null]] = Object.entries(value);
  switch (name) {
    case 'Ref':
      return `\${${String(argument)}}`;
    case 'Fn::GetAtt':
      return `\${${(argument as string[]).join('.')}}`;
    case 'Fn::Join': {
      const [separator, parts] = argument as [string, unknown[]];
      return parts.map(render).join(separator);
    }
    default:
      return JSON.stringify(value);
  }
}

/** Logical id of the role a resource runs with. */
export function roleOf(resource: Resource): string {
  const role = render(resource.Properties.Role ?? resource.Properties.RoleArn);
  return role.replace(/^\$\{|\.Arn\}$/g, '');
}

/** The functions of the catalog as they were synthesized, by name. */
export function functionsIn({
  resources,
}: Synthesized): ReadonlyMap<string, { id: string; resource: Resource }> {
  return new Map(
    Object.entries(resources)
      .filter(([, { Type }]) => Type === 'AWS::Lambda::Function')
      .map(([id, resource]) => [
        String(resource.Properties.FunctionName).replace(/^.*-(?=[a-z]+$)/, ''),
        { id, resource },
      ]),
  );
}
