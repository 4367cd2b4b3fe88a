import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  ArnFormat,
  Duration,
  IgnoreMode,
  aws_iam as iam,
  aws_lambda as lambda,
  aws_logs as logs,
  RemovalPolicy,
  Stack,
} from 'aws-cdk-lib';
import { Construct } from 'constructs';
import type { FunctionSpec } from '../../lambdas/catalog.ts';
import type { EngineName } from '../../src/core/ids.ts';
import { type Granted, statementsFor, useKey } from '../grants.ts';
import type { NetworkIds } from '../orchestrator-props.ts';
import { acknowledgeWildcards, resourcesOf } from './wildcards.ts';

export interface TaskFunctionProps {
  readonly spec: FunctionSpec;
  /** The package: its bundles are found from here. */
  readonly root: string;
  readonly prefix: string;
  readonly logRetention: logs.RetentionDays;
  readonly network?: NetworkIds | undefined;
  readonly environment: Readonly<Record<string, string>>;
  readonly granted: Granted;
  /** Of the targets: what else an engine needs is left out. */
  readonly engines: readonly EngineName[];
  /** Instead of the package's own bundle: an index.js that exports `handler`. */
  readonly code?: lambda.Code | undefined;
}

/** One function of the catalog with a log group and a role of its own. */
export class TaskFunction extends Construct {
  readonly handler: lambda.Function;
  readonly role: iam.Role;
  /** What a machine's version calls for as long as one of its executions lives, whatever is deployed meanwhile. */
  readonly version: lambda.Version;

  constructor(scope: Construct, id: string, props: TaskFunctionProps) {
    super(scope, id);
    const { spec } = props;
    const functionName = `${props.prefix}-${spec.name}`;
    const logGroup = new logs.LogGroup(this, 'Logs', {
      logGroupName: `/aws/lambda/${functionName}`,
      retention: props.logRetention,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const network = spec.network === 'sql' ? props.network : undefined;
    this.role = this.#createRole(props, functionName, logGroup, network !== undefined);
    this.handler = new lambda.Function(this, 'Function', {
      functionName,
      description: `Lockkeeper: ${spec.does}`,
      role: this.role,
      logGroup,
      runtime: lambda.Runtime.NODEJS_24_X,
      architecture: lambda.Architecture.ARM_64,
      memorySize: spec.memoryMb,
      timeout: Duration.seconds(spec.timeoutSeconds),
      environment: { ...props.environment },
      tracing: lambda.Tracing.ACTIVE,
      ...(props.code === undefined
        ? { code: bundle(props.root, spec, props.engines), handler: `${spec.name}.handler` }
        : { code: props.code, handler: 'index.handler' }),
      currentVersionOptions: { removalPolicy: RemovalPolicy.RETAIN },
    });
    if (network !== undefined) attachToNetwork(this.handler, network);
    this.version = this.handler.currentVersion;
  }

  #createRole(
    { spec, granted }: TaskFunctionProps,
    functionName: string,
    logGroup: logs.LogGroup,
    inNetwork: boolean,
  ): iam.Role {
    const stack = Stack.of(this);
    const uses = spec.uses.flatMap((grant) => statementsFor[grant](stack, granted));
    const writesLog = new iam.PolicyStatement({
      actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
      resources: [logGroup.logGroupArn],
    });
    const statements = [
      writesLog,
      ...(inNetwork ? networkInterfaces(stack, functionName) : []),
      ...uses,
      ...(granted.keyArn === undefined ? [] : [useKey(stack, granted.keyArn)]),
    ];
    const role = new iam.Role(this, 'Role', {
      description: `Lockkeeper: ${spec.does}`,
      assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com'),
      // Part of the role and not a policy beside it: Lambda looks for them when the function is created.
      inlinePolicies: { uses: new iam.PolicyDocument({ statements }) },
    });
    // Traces go to no resource that has a name.
    acknowledgeWildcards(role, [...resourcesOf(statements), '*']);
    return role;
  }
}

/** By function: the files it always needs, and those that an engine adds (scripts/build.mjs writes it). */
type Parts = Readonly<
  Record<
    string,
    { readonly own: readonly string[]; readonly engines: Readonly<Record<string, readonly string[]>> }
  >
>;

/**
 * The files as the package ships them and the tests run them, SDK included: what was tested is what runs, whatever
 * the runtime brings. Of the engines, those of the targets, where the function reaches databases.
 */
function bundle(root: string, { name, network }: FunctionSpec, engines: readonly EngineName[]): lambda.Code {
  const folder = join(root, 'dist', 'lambdas');
  const parts = (JSON.parse(readFileSync(join(folder, 'parts.json'), 'utf8')) as Parts)[name];
  if (parts === undefined) throw new Error(`${folder} has no function ${name}: build it first`);
  const wanted = network === 'sql' ? engines : [];
  const kept = [...parts.own, ...wanted.flatMap((engine) => parts.engines[engine] ?? [])];
  return lambda.Code.fromAsset(folder, {
    exclude: ['*', '!parts/', 'parts/*', ...kept.map((each) => `!${each}`)],
    ignoreMode: IgnoreMode.GIT,
  });
}

/** By id alone: importing a VPC wants zones and route tables that the function does not need. */
function attachToNetwork(handler: lambda.Function, network: NetworkIds): void {
  const resource = handler.node.defaultChild as lambda.CfnFunction;
  resource.vpcConfig = {
    subnetIds: [...network.subnetIds],
    securityGroupIds: [...network.securityGroupIds],
  };
}

/**
 * Lambda manages network interfaces with the function's role, and checks for these rights on every resource:
 * it has not chosen subnet or interface then. The function's own code is denied them, as AWS recommends.
 */
function networkInterfaces(stack: Stack, functionName: string): iam.PolicyStatement[] {
  const actions = [
    'ec2:CreateNetworkInterface',
    'ec2:DescribeNetworkInterfaces',
    'ec2:DescribeSubnets',
    'ec2:DeleteNetworkInterface',
    'ec2:AssignPrivateIpAddresses',
    'ec2:UnassignPrivateIpAddresses',
  ];
  const functionArn = stack.formatArn({
    service: 'lambda',
    resource: 'function',
    resourceName: functionName,
    arnFormat: ArnFormat.COLON_RESOURCE_NAME,
  });
  return [
    new iam.PolicyStatement({ actions, resources: ['*'] }),
    new iam.PolicyStatement({
      effect: iam.Effect.DENY,
      actions,
      resources: ['*'],
      conditions: { ArnEquals: { 'lambda:SourceFunctionArn': functionArn } },
    }),
  ];
}
