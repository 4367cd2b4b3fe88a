import { readFileSync } from 'node:fs';
import { Match } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { toTarget } from '../../infra/config.ts';
import { functions, rules, substitutionFor } from '../../lambdas/catalog.ts';
import { runTableSchema } from '../../src/aws/run-store/schema.ts';
import { targetsSchema } from '../../src/core/target.ts';
import {
  exampleConfig,
  functionsIn,
  type Resource,
  render,
  roleOf,
  root,
  type Statement,
  statementsOf,
  synthesize,
} from './synth.ts';

const synthesized = synthesize();
const { template, resources } = synthesized;
const taskFunctions = functionsIn(synthesized);

const ofType = (type: string): [string, Resource][] =>
  Object.entries(resources).filter(([, { Type }]) => Type === type);

const statesArn = (resource: string): string =>
  `arn:\${AWS::Partition}:states:\${AWS::Region}:\${AWS::AccountId}:${resource}`;

const machines = ['migration', 'rollback'].map((name) => {
  const [id, resource] =
    ofType('AWS::StepFunctions::StateMachine').find(
      ([, { Properties }]) => Properties.StateMachineName === `lockkeeper-${name}`,
    ) ?? expect.fail(`no machine ${name}`);
  const text = readFileSync(`${root}/statemachines/${name}.asl.json`, 'utf8');
  return {
    name,
    id,
    resource,
    statements: statementsOf(resources, roleOf(resource)),
    placeholders: [
      ...new Set([...text.matchAll(/\$\{(\w+)\}/g)].map(([, found]) => String(found))),
    ].toSorted(),
    integrations: [
      ...new Set([...text.matchAll(/"Resource": "([^"]+)"/g)].map(([, found]) => String(found))),
    ],
  };
});
const [migration = expect.fail(), rollback = expect.fail()] = machines;

const resourcesFor = (statements: readonly Statement[], action: string): string[] =>
  statements
    .filter(({ effect, actions }) => effect === 'Allow' && actions.includes(action))
    .flatMap(({ resources: named }) => named)
    .toSorted();

describe.each(machines)('the $name machine', ({ id, resource, statements, placeholders, integrations }) => {
  const substitutions = resource.Properties.DefinitionSubstitutions as Record<string, unknown>;

  it('is the file, with every placeholder filled in and none besides', () => {
    expect(resource.Properties.DefinitionS3Location).toBeDefined();
    expect(placeholders.length).toBeGreaterThan(3);
    expect(Object.keys(substitutions).toSorted()).toEqual(placeholders);
  });

  it('gets for each function the ARN of that very function', () => {
    for (const { name } of functions) {
      const given = substitutions[substitutionFor(name)];
      if (given === undefined) continue;
      const version = resources[render(given).replace(/^\$\{|\}$/g, '')];
      expect(version?.Type).toBe('AWS::Lambda::Version');
      expect(render(version?.Properties.FunctionName)).toBe(`\${${taskFunctions.get(name)?.id}}`);
    }
  });

  it('may invoke the functions it names, in every version, and no other', () => {
    const invoked = functions
      .filter(({ name }) => substitutions[substitutionFor(name)] !== undefined)
      .map(({ name }) => `\${${taskFunctions.get(name)?.id}.Arn}`);
    expect(resourcesFor(statements, 'lambda:InvokeFunction')).toEqual(
      invoked.flatMap((arn) => [arn, `${arn}:*`]).toSorted(),
    );
  });

  it('has a version of this deployment, kept while it runs, and an alias that leads to it', () => {
    const [versionId, version] =
      ofType('AWS::StepFunctions::StateMachineVersion').find(
        ([, { Properties }]) => render(Properties.StateMachineArn) === `\${${id}}`,
      ) ?? expect.fail();
    expect(version).toMatchObject({
      DeletionPolicy: 'Retain',
      UpdateReplacePolicy: 'Retain',
      // Another revision is another version.
      Properties: { StateMachineRevisionId: { 'Fn::GetAtt': [id, 'StateMachineRevisionId'] } },
    });
    template.hasResourceProperties('AWS::StepFunctions::StateMachineAlias', {
      Name: 'live',
      RoutingConfiguration: [{ StateMachineVersionArn: { 'Fn::GetAtt': [versionId, 'Arn'] }, Weight: 100 }],
    });
  });

  it('is allowed every kind of call it makes, and no other service', () => {
    const services = integrations.map((arn) => /^arn:aws:states:::(\w+):/.exec(arn)?.[1]);
    const nested = services.includes('states') ? ['events', 'states'] : [];
    const watched = ['logs', 'xray'];
    expect(services.filter((service) => service !== 'lambda' && service !== 'states')).toEqual([]);
    const allowed = new Set(
      statements.flatMap(({ actions }) => actions.map((action) => action.split(':')[0])),
    );
    expect([...allowed].toSorted()).toEqual(['lambda', ...nested, ...watched].toSorted());
  });

  it('logs every event without the data, which holds task tokens, and is traced', () => {
    expect(resource.Properties).toMatchObject({
      LoggingConfiguration: { Level: 'ALL', IncludeExecutionData: false },
      TracingConfiguration: { Enabled: true },
    });
  });
});

describe('the migration machine', () => {
  it('starts, watches and stops the rollback machine and the children of its own map, nothing else', () => {
    const self = statesArn('stateMachine:lockkeeper-migration');
    expect(resourcesFor(migration.statements, 'states:StartExecution')).toEqual(
      [`\${${rollback.id}}`, `\${${rollback.id}}:*`, self, `${self}:*`].toSorted(),
    );
    const executions = ['migration:*', 'migration/*', 'rollback:*'].map((of) =>
      statesArn(`execution:lockkeeper-${of}`),
    );
    for (const action of ['states:DescribeExecution', 'states:StopExecution']) {
      expect(resourcesFor(migration.statements, action)).toEqual(executions.toSorted());
    }
  });

  it('may keep the rule by which Step Functions hears of the end of a nested execution', () => {
    const rule = `arn:\${AWS::Partition}:events:\${AWS::Region}:\${AWS::AccountId}:rule/StepFunctionsGetEventsForStepFunctionsExecutionRule`;
    for (const action of ['events:PutTargets', 'events:PutRule', 'events:DescribeRule']) {
      expect(resourcesFor(migration.statements, action)).toEqual([rule]);
    }
  });
});

describe('the catalog', () => {
  it('has no function that neither a machine nor a rule invokes', () => {
    const named = machines.flatMap(({ placeholders }) => placeholders);
    const byRules = rules.map(({ invokes }) => invokes);
    for (const { name, calledBy } of functions) {
      expect(named.includes(substitutionFor(name)), name).toBe(calledBy === 'machine');
      expect(byRules.includes(name), name).toBe(calledBy === 'rule');
    }
  });

  it('becomes one function an entry', () => {
    expect([...taskFunctions.keys()].toSorted()).toEqual(functions.map(({ name }) => name).toSorted());
  });
});

describe.each(functions)('the function $name', (spec) => {
  const { resource } = taskFunctions.get(spec.name) ?? expect.fail();
  const { Properties } = resource;

  it('runs as the catalog says', () => {
    expect(Properties).toMatchObject({
      FunctionName: `lockkeeper-${spec.name}`,
      Runtime: 'nodejs24.x',
      Architectures: ['arm64'],
      Timeout: spec.timeoutSeconds,
      MemorySize: spec.memoryMb,
      Handler: 'index.handler',
      TracingConfig: { Mode: 'Active' },
    });
  });

  it('knows the table, the bucket, the topic, both machines and the targets', () => {
    const { Variables } = Properties.Environment as { Variables: Record<string, unknown> };
    expect(
      Object.fromEntries(Object.entries(Variables).map(([name, value]) => [name, render(value)])),
    ).toEqual({
      LOCKKEEPER_DEPLOYMENT: 'lockkeeper',
      LOCKKEEPER_TABLE: expect.stringMatching(/^\$\{OrchestratorRuns/),
      LOCKKEEPER_BUCKET: expect.stringMatching(/^\$\{OrchestratorEvidence/),
      LOCKKEEPER_TOPIC_ARN: expect.stringMatching(/^\$\{OrchestratorNotices/),
      LOCKKEEPER_MACHINE_ARN: statesArn('stateMachine:lockkeeper-migration:live'),
      LOCKKEEPER_ROLLBACK_MACHINE_ARN: statesArn('stateMachine:lockkeeper-rollback:live'),
      LOCKKEEPER_TARGETS: expect.any(String),
    });
    const targets = targetsSchema.parse(JSON.parse(String(Variables.LOCKKEEPER_TARGETS)));
    expect(targets).toEqual(exampleConfig().targets.map(toTarget));
  });

  it('lives in the network if it speaks SQL, and only then', () => {
    const { subnetIds, securityGroupIds } = exampleConfig().network ?? expect.fail();
    const expected =
      spec.network === 'sql' ? { SubnetIds: subnetIds, SecurityGroupIds: securityGroupIds } : undefined;
    expect(Properties.VpcConfig).toEqual(expected);
  });

  it('writes to a log group of its own, which forgets', () => {
    const { LogGroup } = Properties.LoggingConfig as { LogGroup: { Ref: string } };
    const group = resources[LogGroup.Ref];
    expect(group?.Properties).toMatchObject({
      LogGroupName: `/aws/lambda/lockkeeper-${spec.name}`,
      RetentionInDays: 90,
    });
    expect(resourcesFor(statementsOf(resources, roleOf(resource)), 'logs:PutLogEvents')).toEqual([
      `\${${LogGroup.Ref}.Arn}`,
    ]);
  });
});

it('gives each function and each machine a role of its own', () => {
  const users = [
    ...[...taskFunctions.values()].map(({ resource }) => resource),
    ...machines.map((it) => it.resource),
  ];
  expect(new Set(users.map(roleOf)).size).toBe(users.length);
});

describe('the policies', () => {
  const roles = ofType('AWS::IAM::Role').map(([id]) => ({ id, statements: statementsOf(resources, id) }));
  const allowed = roles.flatMap(({ id, statements }) =>
    statements.filter(({ effect }) => effect === 'Allow').map((statement) => ({ id, ...statement })),
  );

  it('use no policy managed by AWS', () => {
    expect(roles.filter(({ id }) => resources[id]?.Properties.ManagedPolicyArns !== undefined)).toEqual([]);
    expect(allowed.length).toBeGreaterThan(50);
  });

  it('name every action in full', () => {
    expect(allowed.flatMap(({ actions }) => actions).filter((action) => action.includes('*'))).toEqual([]);
  });

  it('delete no database, snapshot, evidence or secret', () => {
    const deletes = allowed
      .flatMap(({ actions }) => actions)
      .filter((action) => /:(Delete|Remove)/.test(action));
    expect([...new Set(deletes)].toSorted()).toEqual([
      'dynamodb:DeleteItem',
      'ec2:DeleteNetworkInterface',
      'logs:DeleteLogDelivery',
    ]);
  });

  it('name their resources, except where AWS cannot be told any', () => {
    const everywhere = allowed
      .filter(({ resources: named }) => named.includes('*'))
      .flatMap(({ actions }) => actions);
    const services = new Set(everywhere.map((action) => action.split(':')[0]));
    // Network interfaces of Lambda, log delivery and traces of Step Functions.
    // And the share of the account's quota that is used.
    expect([...services].toSorted()).toEqual(['ec2', 'logs', 'rds', 'xray']);
    const ofRds = everywhere.filter((action) => action.startsWith('rds:'));
    expect([...new Set(ofRds)]).toEqual(['rds:DescribeAccountAttributes']);
  });

  it('let a production database be changed by the one function that renames it', () => {
    const production = /:db:orders-prod$/;
    const changers = allowed
      .filter(
        ({ actions, resources: named }) => named.some((arn) => production.test(arn)) && actions.some(changes),
      )
      .map(
        ({ id, actions }) => `${id.replace(/^Orchestrator|task.*/g, '')} ${actions.filter(changes).join()}`,
      );
    expect(changers).toEqual(['snapshot rds:CreateDBSnapshot', 'swap rds:ModifyDBInstance']);
  });

  const changes = (action: string): boolean =>
    action.startsWith('rds:') && !action.startsWith('rds:Describe');
});

describe('what is kept', () => {
  it('has the table of the run store, recoverable to any second', () => {
    const [, table] = ofType('AWS::DynamoDB::Table')[0] ?? expect.fail();
    const { GlobalSecondaryIndexes, KeySchema, AttributeDefinitions, BillingMode } = runTableSchema;
    expect(table).toMatchObject({
      DeletionPolicy: 'Retain',
      UpdateReplacePolicy: 'Retain',
      Properties: {
        KeySchema,
        GlobalSecondaryIndexes,
        AttributeDefinitions,
        BillingMode,
        DeletionProtectionEnabled: true,
        PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
      },
    });
  });

  it('has the evidence versioned, encrypted, private, and read over TLS alone', () => {
    template.hasResource('AWS::S3::Bucket', {
      DeletionPolicy: 'Retain',
      UpdateReplacePolicy: 'Retain',
      Properties: {
        VersioningConfiguration: { Status: 'Enabled' },
        BucketEncryption: Match.anyValue(),
        PublicAccessBlockConfiguration: {
          BlockPublicAcls: true,
          BlockPublicPolicy: true,
          IgnorePublicAcls: true,
          RestrictPublicBuckets: true,
        },
      },
    });
    template.hasResourceProperties('AWS::S3::BucketPolicy', {
      PolicyDocument: {
        Statement: Match.arrayWith([
          Match.objectLike({ Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }),
        ]),
      },
    });
  });
});

describe('whoever has to know', () => {
  const topic = ofType('AWS::SNS::Topic')[0]?.[0] ?? expect.fail();

  it('is alarmed by a migration that failed', () => {
    template.hasResourceProperties('AWS::CloudWatch::Alarm', {
      MetricName: 'ExecutionsFailed',
      Namespace: 'AWS/States',
      Dimensions: [{ Name: 'StateMachineArn', Value: { Ref: migration.id } }],
      Statistic: 'Sum',
      Threshold: 0,
      ComparisonOperator: 'GreaterThanThreshold',
      TreatMissingData: 'notBreaching',
      AlarmActions: [{ Ref: topic }],
    });
  });

  it('is reached: the topic lets alarms publish', () => {
    const [, policy] = ofType('AWS::SNS::TopicPolicy')[0] ?? expect.fail();
    const { Statement } = policy.Properties.PolicyDocument as {
      Statement: { Effect: string; Principal: { Service?: string } }[];
    };
    const publishers = Statement.filter(({ Effect }) => Effect === 'Allow').map(
      ({ Principal }) => Principal.Service,
    );
    expect(publishers.toSorted()).toEqual(['cloudwatch.amazonaws.com']);
  });

  it('gets mail at the addresses of the configuration', () => {
    expect(ofType('AWS::SNS::Subscription').map(([, { Properties }]) => Properties.Endpoint)).toEqual(
      exampleConfig().notify.emails,
    );
  });
});

describe('another configuration', () => {
  const { network: _, ...rest } = exampleConfig();
  const other = synthesize({ ...rest, prefix: 'ops-locks' });

  it('renames functions and machines, so that two deployments live side by side', () => {
    const names = Object.values(other.resources).flatMap(({ Properties }) =>
      ['FunctionName', 'StateMachineName', 'LogGroupName'].flatMap((key) =>
        typeof Properties?.[key] === 'string' ? Properties[key] : [],
      ),
    );
    expect(names).toHaveLength(2 * (functions.length + machines.length));
    expect(names.filter((name) => !String(name).includes('ops-locks-'))).toEqual([]);
  });

  it('without a network leaves every function outside, without rights on network interfaces', () => {
    for (const { resource } of functionsIn(other).values()) {
      expect(resource.Properties.VpcConfig).toBeUndefined();
      const actions = statementsOf(other.resources, roleOf(resource)).flatMap(
        (statement) => statement.actions,
      );
      expect(actions.filter((action) => action.startsWith('ec2:'))).toEqual([]);
    }
  });
});
