import { type aws_iam as iam, Stack, Validations } from 'aws-cdk-lib';

/**
 * Why a policy names some resources by a pattern, by what the pattern stands for. One that is not here is a finding
 * of cdk-nag.
 */
const reasons: readonly (readonly [RegExp, string])[] = [
  [
    /^\*$/,
    'AWS knows no resource for these: traces, log delivery, how much of the account is used, and network interfaces, which Lambda itself makes and the function is denied.',
  ],
  [/\/index\/\*$/, 'The indexes of the one table.'],
  [
    /^<\w*Evidence\w+\.Arn>\/(bundles\/)?\*$/,
    'The objects of the one bucket: plans and runs have names of their own.',
  ],
  [/:states:.*:execution:/, 'The executions of the one machine, whose names are made when they start.'],
  [/:states:.*:stateMachine:/, 'The versions, the alias and the Map of the one machine.'],
  [/^<\w+Machine\w*>:\*$/, 'The versions and the alias of the one machine.'],
  [/^<\w+Function\w+\.Arn>:\*$/, 'The versions of the one function: a run keeps the one it began with.'],
  [
    /:rds:.*:(cluster-)?snapshot:lockkeeper-/,
    'The snapshots that runs take of the target, named after them.',
  ],
  [
    /:rds:.*:(db|cluster):.*-(rb|failed)-\*$/,
    'The instances and clusters that runs restore, or have set aside, named after them.',
  ],
  [
    /:rds:.*:(db:application-autoscaling-|cluster-endpoint:)\*$/,
    'Only described: the readers that autoscaling adds and the custom endpoints of the target.',
  ],
  [
    /:rds:.*:(deployment|db-proxy|target-group):\*$/,
    'Only described: which of them lead to the target is found by asking all.',
  ],
  [
    /:rds:.*:(pg|og|cluster-pg|subgrp):\*$/,
    'The groups that the source has on the day of the restore: their names are not known before.',
  ],
];

/** Tells cdk-nag why each of these ARNs is a pattern, where there is a reason. */
export function acknowledgeWildcards(role: iam.Role, arns: readonly string[]): void {
  const stack = Stack.of(role);
  const flat = new Set(arns.map((arn) => flatten(stack.resolve(arn))));
  for (const arn of flat) {
    const reason = reasons.find(([pattern]) => pattern.test(arn))?.[1];
    if (!arn.includes('*') || reason === undefined) continue;
    Validations.of(role).acknowledge({ id: `AwsSolutions-IAM5[Resource::${arn}]`, reason });
  }
}

/** What CDK grants along with the right to send to an encrypted queue. */
export function acknowledgeKeyActions(role: iam.Role): void {
  for (const action of ['kms:ReEncrypt*', 'kms:GenerateDataKey*']) {
    Validations.of(role).acknowledge({
      id: `AwsSolutions-IAM5[Action::${action}]`,
      reason: 'The variants of one action on the one key, with which whoever sends to the queue encrypts.',
    });
  }
}

export const resourcesOf = (statements: readonly iam.PolicyStatement[]): string[] =>
  statements.flatMap(({ resources }) => resources);

/** As cdk-nag writes an ARN of a template: `<AWS::Partition>` for a reference. */
function flatten(value: unknown): string {
  if (typeof value !== 'object' || value === null) return String(value);
  const [[name, argument] = ['', null]] = Object.entries(value);
  switch (name) {
    case 'Ref':
      return `<${String(argument)}>`;
    case 'Fn::GetAtt':
      return `<${(argument as string[]).join('.')}>`;
    case 'Fn::Join': {
      const [separator, parts] = argument as [string, unknown[]];
      return parts.map(flatten).join(separator);
    }
    default:
      return JSON.stringify(value);
  }
}
