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

export interface MachineProps {
  readonly name: string;
  readonly file: MachineFile;
  /** By the catalog's name. */
  readonly functions: ReadonlyMap<string, lambda.IFunction>;
  /** Of the machine that the file starts, if it starts one. */
  readonly rollback?: Machine;
  readonly logRetentionDays: number;
}

/** A state machine from its file, with a role that may do what the file says and nothing else. */
export class Machine extends Construct {
  readonly name: string;
  readonly machine: sfn.StateMachine;
  readonly role: iam.Role;

  constructor(scope: Construct, id: string, props: MachineProps) {
    super(scope, id);
    const { file, rollback } = props;
    this.name = props.name;
    const invoked = file.functions.map((name) => [name, functionNamed(props, name)] as const);
    if (file.startsRollback && rollback === undefined) {
      throw new Error(`${file.path} starts the rollback machine, which was not given`);
    }
    this.role = new iam.Role(this, 'Role', {
      assumedBy: new iam.ServicePrincipal('states.amazonaws.com', {
        conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(this).account } },
      }),
      inlinePolicies: {
        states: new iam.PolicyDocument({
          statements: [
            new iam.PolicyStatement({
              actions: ['lambda:InvokeFunction'],
              resources: invoked.map(([, handler]) => handler.functionArn),
            }),
            ...(rollback === undefined ? [] : startAndAwait(Stack.of(this), rollback)),
            ...(file.startsItself ? distributeMap(Stack.of(this), props.name) : []),
          ],
        }),
      },
    });
    this.machine = new sfn.StateMachine(this, 'Machine', {
      stateMachineName: props.name,
      definitionBody: sfn.DefinitionBody.fromFile(file.path),
      definitionSubstitutions: {
        ...Object.fromEntries(invoked.map(([name, handler]) => [substitutionFor(name), handler.functionArn])),
        ...(rollback === undefined ? {} : { [rollbackSubstitution]: rollback.machine.stateMachineArn }),
      },
      role: this.role,
      tracingEnabled: true,
      logs: {
        // Names under /aws/vendedlogs/ need no room in the account's one resource policy for log delivery.
        destination: new logs.LogGroup(this, 'Logs', {
          logGroupName: `/aws/vendedlogs/states/${props.name}`,
          retention: props.logRetentionDays as logs.RetentionDays,
          removalPolicy: RemovalPolicy.DESTROY,
        }),
        level: sfn.LogLevel.ALL,
        // The input of a waiting task holds its token, which is a credential.
        includeExecutionData: false,
      },
    });
  }
}

function functionNamed({ file, functions }: MachineProps, name: string): lambda.IFunction {
  const handler = functions.get(name);
  if (handler === undefined) throw new Error(`${file.path} invokes ${name}, which was not given`);
  return handler;
}

/** What `startExecution.sync:2` needs; Step Functions hears of the end through a rule that it keeps itself. */
function startAndAwait(stack: Stack, { name, machine }: Machine): iam.PolicyStatement[] {
  return [
    new iam.PolicyStatement({ actions: ['states:StartExecution'], resources: [machine.stateMachineArn] }),
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
  return [
    new iam.PolicyStatement({
      actions: ['states:StartExecution'],
      // By name: the role cannot refer to the machine that refers to the role.
      resources: [
        stack.formatArn({
          service: 'states',
          resource: 'stateMachine',
          resourceName: name,
          arnFormat: ArnFormat.COLON_RESOURCE_NAME,
        }),
      ],
    }),
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
