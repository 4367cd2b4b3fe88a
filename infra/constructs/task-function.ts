import { join } from 'node:path';
import {
  ArnFormat,
  Duration,
  aws_iam as iam,
  aws_lambda as lambda,
  aws_logs as logs,
  aws_lambda_nodejs as nodejs,
  RemovalPolicy,
  Stack,
} from 'aws-cdk-lib';
import { Construct } from 'constructs';
import type { FunctionSpec } from '../../lambdas/catalog.ts';
import type { InfraConfig } from '../config.ts';
import { type Granted, statementsFor } from '../grants.ts';

export interface TaskFunctionProps {
  readonly spec: FunctionSpec;
  /** The repository: entry, lock file and packages are found from here. */
  readonly root: string;
  readonly prefix: string;
  readonly logRetentionDays: number;
  readonly network: InfraConfig['network'];
  readonly environment: Readonly<Record<string, string>>;
  readonly granted: Granted;
  /** Bundled before, with `handler` in its index.js; bundled from `lambdas/` unless given. */
  readonly code?: lambda.Code | undefined;
}

/** One function of the catalog with a log group and a role of its own. */
export class TaskFunction extends Construct {
  readonly handler: lambda.Function;
  readonly role: iam.Role;

  constructor(scope: Construct, id: string, props: TaskFunctionProps) {
    super(scope, id);
    const { spec, root } = props;
    const functionName = `${props.prefix}-${spec.name}`;
    const logGroup = new logs.LogGroup(this, 'Logs', {
      logGroupName: `/aws/lambda/${functionName}`,
      // The numbers are those of the enumeration.
      retention: props.logRetentionDays as logs.RetentionDays,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const network = spec.network === 'sql' ? props.network : undefined;
    this.role = this.#createRole(props, functionName, logGroup, network !== undefined);
    this.handler = new nodejs.NodejsFunction(this, 'Function', {
      functionName,
      description: `Lockkeeper: ${spec.does}`,
      role: this.role,
      logGroup,
      runtime: lambda.Runtime.NODEJS_24_X,
      architecture: lambda.Architecture.ARM_64,
      memorySize: spec.memoryMb,
      timeout: Duration.seconds(spec.timeoutSeconds),
      environment: { ...props.environment },
      ...(props.code === undefined ? fromSource(root, spec.name) : { code: props.code }),
      handler: 'index.handler',
    });
    if (network !== undefined) attachToNetwork(this.handler, network);
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
    const statements = [writesLog, ...(inNetwork ? networkInterfaces(stack, functionName) : []), ...uses];
    return new iam.Role(this, 'Role', {
      description: `Lockkeeper: ${spec.does}`,
      assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com'),
      // Part of the role and not a policy beside it: Lambda looks for them when the function is created.
      inlinePolicies: { uses: new iam.PolicyDocument({ statements }) },
    });
  }
}

/** The SDK goes along, so that what was tested is what runs, whatever the runtime brings. */
const fromSource = (root: string, name: string): Partial<nodejs.NodejsFunctionProps> => ({
  entry: join(root, 'lambdas', `${name}.ts`),
  projectRoot: root,
  depsLockFilePath: join(root, 'package-lock.json'),
  bundling: {
    format: nodejs.OutputFormat.CJS,
    minify: true,
    keepNames: true,
    bundleAwsSDK: true,
    logLevel: nodejs.LogLevel.WARNING,
    // Optional and native: pg works without it.
    externalModules: ['pg-native'],
    commandHooks: {
      beforeBundling: () => [],
      beforeInstall: () => [],
      afterBundling: (_input, output) => [
        `node "${join(root, 'infra/copy-parser.mjs')}" "${root}" "${output}"`,
      ],
    },
  },
});

/** By id alone: importing a VPC wants zones and route tables that the function does not need. */
function attachToNetwork(handler: lambda.Function, network: NonNullable<InfraConfig['network']>): void {
  const resource = handler.node.defaultChild as lambda.CfnFunction;
  resource.vpcConfig = { subnetIds: network.subnetIds, securityGroupIds: network.securityGroupIds };
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
