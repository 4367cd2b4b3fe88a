import {
  ArnFormat,
  aws_iam as iam,
  type aws_lambda as lambda,
  aws_logs as logs,
  RemovalPolicy,
  Stack,
  aws_stepfunctions as sfn,
} from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { substitutionFor } from '../../lambdas/catalog.ts';
import { type MachineFile, rollbackSubstitution } from '../machine-file.ts';
import { acknowledgeWildcards, resourcesOf } from './wildcards.ts';

export interface MachineProps {
  readonly name: string;
  readonly file: MachineFile;
  /** By the catalog's name. */
  readonly functions: ReadonlyMap<string, InvokedFunction>;
  /** Of the machine that the file starts, if it starts one. */
  readonly rollback?: Machine;
  readonly logRetention: logs.RetentionDays;
}

export interface InvokedFunction {
  readonly handler: lambda.Function;
  readonly version: lambda.Version;
}

/** The alias by which people and events start a machine. */
export const liveAlias = 'live';

/**
 * A state machine from its file, with a role that may do what the file says and nothing else. Each deployment that
 * changes it makes a version, which calls the versions its functions have at that time: a run under way ends on the
 * code it began with.
 */
export class Machine extends Construct {
  readonly name: string;
  readonly machine: sfn.StateMachine;
  readonly role: iam.Role;
  readonly versionArn: string;
  readonly aliasArn: string;

  constructor(scope: Construct, id: string, props: MachineProps) {
    super(scope, id);
    const { file, rollback } = props;
    this.name = props.name;
    const invoked = file.functions.map((name) => [name, functionNamed(props, name)] as const);
    if (file.startsRollback && rollback === undefined) {
      throw new Error(`${file.path} starts the rollback machine, which was not given`);
    }
    this.role = this.#createRole(
      props,
      invoked.map(([, { handler }]) => handler.functionArn),
    );
    this.machine = new sfn.StateMachine(this, 'Machine', {
      stateMachineName: props.name,
      definitionBody: sfn.DefinitionBody.fromFile(file.path),
      definitionSubstitutions: {
        ...Object.fromEntries(
          invoked.map(([name, { version }]) => [substitutionFor(name), version.functionArn]),
        ),
        ...(rollback === undefined ? {} : { [rollbackSubstitution]: rollback.versionArn }),
      },
      role: this.role,
      tracingEnabled: true,
      logs: {
        // Names under /aws/vendedlogs/ need no room in the account's one resource policy for log delivery.
        destination: new logs.LogGroup(this, 'Logs', {
          logGroupName: `/aws/vendedlogs/states/${props.name}`,
          retention: props.logRetention,
          removalPolicy: RemovalPolicy.DESTROY,
        }),
        level: sfn.LogLevel.ALL,
        // The input of a waiting task holds its token, which is a credential.
        includeExecutionData: false,
      },
    });
    const version = new sfn.CfnStateMachineVersion(this, 'Version', {
      stateMachineArn: this.machine.stateMachineArn,
      stateMachineRevisionId: this.machine.stateMachineRevisionId,
    });
    // An earlier one stays for the executions that are still running it.
    version.applyRemovalPolicy(RemovalPolicy.RETAIN);
    this.versionArn = version.attrArn;
    const alias = new sfn.CfnStateMachineAlias(this, 'Alias', {
      name: liveAlias,
      routingConfiguration: [{ stateMachineVersionArn: this.versionArn, weight: 100 }],
    });
    this.aliasArn = alias.attrArn;
  }

  #createRole({ name, file, rollback }: MachineProps, invoked: readonly string[]): iam.Role {
    const stack = Stack.of(this);
    const statements = [
      new iam.PolicyStatement({
        actions: ['lambda:InvokeFunction'],
        // Those of earlier versions of the machine as well.
        resources: invoked.flatMap((arn) => [arn, `${arn}:*`]),
      }),
      ...(rollback === undefined ? [] : startAndAwait(stack, rollback)),
      ...(file.startsItself ? distributeMap(stack, name) : []),
    ];
    const role = new iam.Role(this, 'Role', {
      assumedBy: new iam.ServicePrincipal('states.amazonaws.com', {
        conditions: { StringEquals: { 'aws:SourceAccount': stack.account } },
      }),
      inlinePolicies: { states: new iam.PolicyDocument({ statements }) },
    });
    // Traces and log delivery have no resource that has a name.
    acknowledgeWildcards(role, [...resourcesOf(statements), '*']);
    return role;
  }
}

function functionNamed({ file, functions }: MachineProps, name: string): InvokedFunction {
  const found = functions.get(name);
  if (found === undefined) throw new Error(`${file.path} invokes ${name}, which was not given`);
  return found;
}

/** What `startExecution.sync:2` needs; Step Functions hears of the end through a rule that it keeps itself. */
function startAndAwait(stack: Stack, { name, machine }: Machine): iam.PolicyStatement[] {
  return [
    new iam.PolicyStatement({
      actions: ['states:StartExecution'],
      resources: [machine.stateMachineArn, `${machine.stateMachineArn}:*`],
    }),
    new iam.PolicyStatement({
      actions: ['states:DescribeExecution', 'states:StopExecution'],
      resources: [executionArn(stack, `${name}:*`)],
    }),
    new iam.PolicyStatement({
      actions: ['events:PutTargets', 'events:PutRule', 'events:DescribeRule'],
      resources: [
        stack.formatArn({
          service: 'events',
          resource: 'rule',
          resourceName: 'StepFunctionsGetEventsForStepFunctionsExecutionRule',
        }),
      ],
    }),
  ];
}

/** The children of a Distributed Map are executions of the machine itself. */
function distributeMap(stack: Stack, name: string): iam.PolicyStatement[] {
  // By name: the role cannot refer to the machine that refers to the role.
  const self = stack.formatArn({
    service: 'states',
    resource: 'stateMachine',
    resourceName: name,
    arnFormat: ArnFormat.COLON_RESOURCE_NAME,
  });
  return [
    new iam.PolicyStatement({ actions: ['states:StartExecution'], resources: [self, `${self}:*`] }),
    new iam.PolicyStatement({
      actions: ['states:DescribeExecution', 'states:StopExecution'],
      resources: [executionArn(stack, `${name}:*`), executionArn(stack, `${name}/*`)],
    }),
  ];
}

const executionArn = (stack: Stack, resourceName: string): string =>
  stack.formatArn({
    service: 'states',
    resource: 'execution',
    resourceName,
    arnFormat: ArnFormat.COLON_RESOURCE_NAME,
  });
