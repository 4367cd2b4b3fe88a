import { ArnFormat, aws_iam as iam, type Stack } from 'aws-cdk-lib';
import { type Granted, statementsFor, useKey } from './grants.ts';

/** What the rights of people are made out for. */
export interface People {
  readonly stack: Stack;
  readonly granted: Granted;
  readonly startArns: readonly string[];
}

type Give = (people: People, grantee: iam.IGrantable) => void;

/** What `lockkeeper status`, `watch`, `history` and `report` ask. */
export const grantRead: Give = (people, grantee) => {
  const { stack, granted } = people;
  give(grantee, [
    new iam.PolicyStatement({
      actions: ['dynamodb:GetItem', 'dynamodb:Query'],
      resources: [granted.tableArn, `${granted.tableArn}/index/*`],
    }),
    ...statementsFor['artifacts-read'](stack, granted),
    new iam.PolicyStatement({
      actions: ['states:DescribeExecution', 'states:GetExecutionHistory'],
      resources: granted.machineNames.map((name) => executions(stack, name)),
    }),
    ...(granted.keyArn === undefined ? [] : [useKey(stack, granted.keyArn)]),
  ]);
};

/** What `lockkeeper start` does: it uploads a folder and starts the machine. */
export const grantStart: Give = (people, grantee) => {
  const { granted, startArns } = people;
  grantRead(people, grantee);
  give(grantee, [
    new iam.PolicyStatement({ actions: ['states:StartExecution'], resources: [...startArns] }),
    new iam.PolicyStatement({ actions: ['s3:PutObject'], resources: [`${granted.bucketArn}/bundles/*`] }),
  ]);
};

export const grantApprove: Give = (people, grantee) => {
  grantRead(people, grantee);
  give(grantee, [
    ...mayWrite(people, ['answers']),
    ...statementsFor['task-tokens'](people.stack, people.granted),
  ]);
};

export const grantAbort: Give = (people, grantee) => {
  grantRead(people, grantee);
  give(grantee, [
    ...mayWrite(people, ['abortRequested', 'pauseRequested']),
    ...statementsFor['task-tokens'](people.stack, people.granted),
  ]);
};

/** Sets these fields of a run, notes it among the run's events, and forgets tokens that were answered. */
function mayWrite({ granted: { tableArn } }: People, fields: readonly string[]): iam.PolicyStatement[] {
  const only = (attributes: readonly string[]): iam.Conditions => ({
    'ForAllValues:StringEquals': { 'dynamodb:Attributes': ['pk', 'sk', ...attributes] },
    'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': ['RUN#*'] },
  });
  const allow = (action: string, conditions: iam.Conditions) =>
    new iam.PolicyStatement({ actions: [`dynamodb:${action}`], resources: [tableArn], conditions });
  return [
    allow('UpdateItem', only(fields)),
    allow('PutItem', only(['at', 'kind', 'text'])),
    allow('DeleteItem', only(['token'])),
  ];
}

function give(grantee: iam.IGrantable, statements: readonly iam.PolicyStatement[]): void {
  for (const statement of statements) grantee.grantPrincipal.addToPrincipalPolicy(statement);
}

const executions = (stack: Stack, name: string): string =>
  stack.formatArn({
    service: 'states',
    resource: 'execution',
    resourceName: `${name}:*`,
    arnFormat: ArnFormat.COLON_RESOURCE_NAME,
  });
