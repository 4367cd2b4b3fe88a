import {
  App,
  aws_cloudwatch as cloudwatch,
  aws_ec2 as ec2,
  aws_iam as iam,
  aws_kms as kms,
  aws_lambda as lambda,
  RemovalPolicy,
  aws_rds as rds,
  Stack,
  aws_secretsmanager as secretsmanager,
  aws_sns as sns,
  Validations,
} from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { AwsSolutionsChecks } from 'cdk-nag';
import { describe, expect, it } from 'vitest';
import {
  MigrationOrchestrator,
  type MigrationOrchestratorProps,
  type MigrationTarget,
} from '../../infra/index.ts';
import { type Resource, render, statementsOf } from './synth.ts';

const code = lambda.Code.fromInline('exports.handler = async () => {};');

/** A stack of somebody's own, with an orchestrator over what is in it. */
function orchestrate(make: (stack: Stack) => Omit<MigrationOrchestratorProps, 'code'>) {
  const app = new App();
  const stack = new Stack(app, 'Theirs');
  const orchestrator = new MigrationOrchestrator(stack, 'Migrations', { ...make(stack), code });
  return { app, stack, orchestrator };
}

function synthesizeWith(make: (stack: Stack) => Omit<MigrationOrchestratorProps, 'code'>) {
  const { stack, orchestrator } = orchestrate(make);
  const template = Template.fromStack(stack);
  return { orchestrator, template, resources: template.toJSON().Resources as Record<string, Resource> };
}

const named = (stack: Stack, more: Partial<MigrationTarget> = {}): MigrationTarget => ({
  name: 'orders',
  engine: 'postgres',
  database: { instance: 'orders-prod' },
  secret: secretsmanager.Secret.fromSecretNameV2(stack, `Secret${stack.node.children.length}`, 'prod/orders'),
  ...more,
});

function toldTargets(resources: Readonly<Record<string, Resource>>): string {
  const [slice] = Object.values(resources).filter(
    ({ Properties }) => Properties?.FunctionName === 'lockkeeper-slice',
  );
  const { Variables } = (slice ?? expect.fail()).Properties.Environment as {
    Variables: Record<string, unknown>;
  };
  return render(Variables.LOCKKEEPER_TARGETS);
}

const allowed = (resources: Readonly<Record<string, Resource>>, user: string) =>
  Object.entries(resources)
    .filter(([id, { Type }]) => Type === 'AWS::IAM::Role' && id.startsWith(user))
    .flatMap(([id]) => statementsOf(resources, id));

describe('an orchestrator of one’s own', () => {
  it('takes databases and secrets of the same app, whose names nobody knows yet', () => {
    const { orchestrator, resources } = synthesizeWith((stack) => {
      const vpc = new ec2.Vpc(stack, 'Vpc') as ec2.IVpc;
      const database = new rds.DatabaseInstance(stack, 'Orders', {
        engine: rds.DatabaseInstanceEngine.postgres({ version: rds.PostgresEngineVersion.VER_17 }),
        vpc,
      });
      const secret = database.secret ?? expect.fail();
      return { vpc, targets: [{ name: 'orders', engine: 'postgres', database, secret }] };
    });
    const made = resources;
    const [[database = ''] = []] = Object.entries(made).filter(
      ([, { Type }]) => Type === 'AWS::RDS::DBInstance',
    );
    expect(toldTargets(made)).toContain(`"instance":"\${${database}}"`);
    const swap = allowed(made, 'Migrationsswaptask').filter(({ actions }) =>
      actions.includes('rds:ModifyDBInstance'),
    );
    expect(swap.flatMap(({ resources: arns }) => arns).toSorted()).toEqual(
      [`\${${database}}`, '*-failed-*', '*-rb-*'].map((name) =>
        expect.stringMatching(new RegExp(`:db:${literally(name)}$`)),
      ),
    );
    expect(orchestrator.connections.securityGroups).toHaveLength(1);
  });

  it('takes an Aurora cluster by its name, and may rename it and its instances', () => {
    const made = synthesizeWith((stack) => {
      const vpc = new ec2.Vpc(stack, 'Vpc') as ec2.IVpc;
      const database = new rds.DatabaseCluster(stack, 'Catalog', {
        engine: rds.DatabaseClusterEngine.auroraPostgres({
          version: rds.AuroraPostgresEngineVersion.VER_17_4,
        }),
        writer: rds.ClusterInstance.serverlessV2('writer'),
        vpc,
      });
      const secret = database.secret ?? expect.fail();
      return { vpc, targets: [{ name: 'catalog', engine: 'postgres', database, secret }] };
    });
    expect(toldTargets(made.resources)).toMatch(/"cluster":"\$\{Catalog\w+\}"/);
    const names = (action: string) =>
      allowed(made.resources, 'Migrationsswaptask')
        .filter(({ actions }) => actions.includes(action))
        .flatMap(({ resources: arns }) => arns)
        .map((arn) => arn.replace(/.*:(cluster|db):/, '$1:'))
        .toSorted();
    expect(names('rds:ModifyDBCluster')).toEqual([
      expect.stringMatching(/^cluster:\$\{Catalog\w+\}$/),
      'cluster:*-failed-*',
      'cluster:*-rb-*',
    ]);
    expect(names('rds:ModifyDBInstance')).toEqual([
      expect.stringMatching(/^db:\$\{Catalogwriter\w+\}$/),
      'db:*-failed-*',
      'db:*-rb-*',
    ]);
  });

  it.each([
    [
      'the Data API of what is no cluster',
      { transport: 'data-api' as const },
      /the Data API is that of an Aurora cluster/,
    ],
    [
      'the Data API of MySQL',
      {
        transport: 'data-api' as const,
        engine: 'mysql' as const,
        database: { cluster: 'catalog', members: ['catalog-1'] },
      },
      /not supported for mysql yet/,
    ],
    [
      'a database that is nowhere',
      { database: {} },
      /neither an instance nor a cluster identifier, nor a host/,
    ],
    ['a cluster whose instances nobody names', { database: { cluster: 'catalog' } }, /name the instances/],
  ])('refuses %s', (_, more, problem) => {
    expect(() => orchestrate((stack) => ({ targets: [named(stack, more)] }))).toThrow(problem);
  });

  it('makes no topic where it is given one, and sends alarms where alarms go', () => {
    const { template, orchestrator } = synthesizeWith((stack) => ({
      targets: [named(stack)],
      approvalTopic: sns.Topic.fromTopicArn(
        stack,
        'Approvals',
        'arn:aws:sns:eu-central-1:111122223333:people',
      ),
      alarmTopic: sns.Topic.fromTopicArn(stack, 'Alarms', 'arn:aws:sns:eu-central-1:111122223333:on-call'),
    }));
    template.resourceCountIs('AWS::SNS::Topic', 0);
    expect(orchestrator.alarms.length).toBeGreaterThan(10);
    template.allResourcesProperties('AWS::CloudWatch::Alarm', {
      AlarmActions: ['arn:aws:sns:eu-central-1:111122223333:on-call'],
    });
  });

  it('encrypts everything it keeps with a key that is given, and lets its functions use it', () => {
    const { template, resources } = synthesizeWith((stack) => ({
      targets: [named(stack)],
      encryptionKey: new kms.Key(stack, 'Key'),
    }));
    const key = Match.objectLike({ 'Fn::GetAtt': [Match.stringLikeRegexp('^Key'), 'Arn'] });
    template.hasResourceProperties('AWS::DynamoDB::Table', {
      SSESpecification: { KMSMasterKeyId: key, SSEEnabled: true },
    });
    template.hasResourceProperties('AWS::S3::Bucket', {
      BucketEncryption: {
        ServerSideEncryptionConfiguration: [
          { ServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: key } },
        ],
      },
    });
    template.hasResourceProperties('AWS::SNS::Topic', { KmsMasterKeyId: key });
    template.hasResourceProperties('AWS::SQS::Queue', { KmsMasterKeyId: key });
    const uses = allowed(resources, 'Migrationsslicetask').filter(({ actions }) =>
      actions.includes('kms:Decrypt'),
    );
    expect(JSON.stringify(uses)).toContain('kms:ViaService');
  });

  it('locks evidence when it is told to, and throws it away only when it is told to', () => {
    const kept = synthesizeWith((stack) => ({
      targets: [named(stack)],
      objectLock: { mode: 'compliance', days: 365 },
    }));
    kept.template.hasResource('AWS::S3::Bucket', {
      DeletionPolicy: 'Retain',
      Properties: {
        ObjectLockEnabled: true,
        ObjectLockConfiguration: {
          Rule: { DefaultRetention: { Mode: 'COMPLIANCE', Days: 365 } },
        },
      },
    });
    const thrownAway = synthesizeWith((stack) => ({
      targets: [named(stack)],
      removalPolicy: RemovalPolicy.DESTROY,
    }));
    for (const type of ['AWS::S3::Bucket', 'AWS::DynamoDB::Table']) {
      thrownAway.template.hasResource(type, { DeletionPolicy: 'Delete' });
    }
  });

  it('puts endpoints into a VPC that has no way out', () => {
    const { template } = synthesizeWith((stack) => ({
      targets: [named(stack)],
      vpc: new ec2.Vpc(stack, 'Vpc', {
        natGateways: 0,
        subnetConfiguration: [{ name: 'inner', subnetType: ec2.SubnetType.PRIVATE_ISOLATED }],
      }) as ec2.IVpc,
      vpcSubnets: { subnetType: ec2.SubnetType.PRIVATE_ISOLATED },
      endpoints: true,
    }));
    const endpoints = Object.values(template.findResources('AWS::EC2::VPCEndpoint'));
    expect(
      endpoints.map(({ Properties }) => JSON.stringify(Properties.ServiceName).match(/(\w+)"?\]*\}?$/)?.[1]),
    ).toEqual(expect.arrayContaining(['s3', 'dynamodb', 'secretsmanager', 'rds', 'sns', 'events', 'states']));
  });

  it('pauses or aborts by alarms, and opens gates by a pipeline’s own events, in the words of its intake', () => {
    const { template } = synthesizeWith((stack) => ({
      targets: [
        named(stack, {
          alarms: [
            cloudwatch.Alarm.fromAlarmArn(
              stack,
              'Cpu',
              'arn:aws:cloudwatch:eu-central-1:111122223333:alarm:cpu',
            ),
          ],
          onAlarm: 'abort',
          deployments: [{ source: ['aws.codepipeline'], detail: { state: ['SUCCEEDED'] } }],
        }),
      ],
    }));
    template.hasResourceProperties('AWS::Events::Rule', {
      EventPattern: {
        source: ['aws.cloudwatch'],
        resources: ['arn:aws:cloudwatch:eu-central-1:111122223333:alarm:cpu'],
        detail: { state: { value: ['ALARM'] } },
      },
      Targets: [
        Match.objectLike({
          InputTransformer: {
            InputPathsMap: Match.objectLike({ id: '$.id' }),
            InputTemplate: Match.stringLikeRegexp(
              '"detail":\\{"target":"orders","action":"abort","alarm":<detail-alarmName>\\}',
            ),
          },
        }),
      ],
    });
    template.hasResourceProperties('AWS::Events::Rule', {
      EventPattern: { source: ['aws.codepipeline'], detail: { state: ['SUCCEEDED'] } },
      Targets: [
        Match.objectLike({
          InputTransformer: Match.objectLike({
            InputTemplate: Match.stringLikeRegexp('Lockkeeper Deployment Succeeded.*"target":"orders"'),
          }),
        }),
      ],
    });
  });

  it('is clean by AWS’s own rules with everything switched on', () => {
    const { app } = orchestrate((stack) => ({
      targets: [
        named(stack),
        named(stack, { name: 'catalog', database: { cluster: 'catalog-prod', members: ['catalog-prod-1'] } }),
      ],
      objectLock: { mode: 'governance', days: 1 },
      encryptionKey: new kms.Key(stack, 'Key', { enableKeyRotation: true }),
    }));
    Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
    expect(() => app.synth()).not.toThrow();
  });
});

describe('the rights of people', () => {
  const { orchestrator, stack } = orchestrate((within) => ({ targets: [named(within)] }));
  const role = (name: string, grant: (role: iam.Role) => void) => {
    const made = new iam.Role(orchestrator, name, { assumedBy: new iam.AccountRootPrincipal() });
    grant(made);
  };
  role('Reader', (grantee) => orchestrator.grantRead(grantee));
  role('Starter', (grantee) => orchestrator.grantStart(grantee));
  role('Approver', (grantee) => orchestrator.grantApprove(grantee));
  role('Aborter', (grantee) => orchestrator.grantAbort(grantee));
  const made = Template.fromStack(stack).toJSON().Resources as Record<string, Resource>;
  const mayDo = (who: string) => allowed(made, `Migrations${who}`);
  const actionsOf = (who: string) => mayDo(who).flatMap(({ actions }) => actions);

  it('let a reader change nothing', () => {
    expect(actionsOf('Reader').filter((action) => !/:(Get|Query|List|Describe)/.test(action))).toEqual([]);
  });

  it('let whoever starts upload migrations and start, and answer nothing', () => {
    expect(actionsOf('Starter')).toEqual(expect.arrayContaining(['states:StartExecution', 's3:PutObject']));
    expect(
      actionsOf('Starter').filter((action) => /SendTask|dynamodb:(Put|Update|Delete)/.test(action)),
    ).toEqual([]);
    const puts = mayDo('Starter').filter(({ actions }) => actions.includes('s3:PutObject'));
    expect(puts.flatMap(({ resources: arns }) => arns)).toEqual([expect.stringMatching(/\/bundles\/\*$/)]);
  });

  it.each([
    ['Approver', ['answers']],
    ['Aborter', ['abortRequested', 'pauseRequested']],
  ])('let the %s set that field of a run and no other', (who, fields) => {
    const updates = mayDo(who).filter(({ actions }) => actions.includes('dynamodb:UpdateItem'));
    expect(updates.map(({ condition }) => condition)).toEqual([
      expect.objectContaining({
        'ForAllValues:StringEquals': { 'dynamodb:Attributes': ['pk', 'sk', ...fields] },
      }),
    ]);
    expect(actionsOf(who)).not.toContain('states:StartExecution');
  });
});

const literally = (text: string): string => text.replaceAll(/[$.*{}]/g, '\\$&');
