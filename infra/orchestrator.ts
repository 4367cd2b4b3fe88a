import { join } from 'node:path';
import {
  ArnFormat,
  type aws_cloudwatch as cloudwatch,
  type aws_dynamodb as dynamodb,
  aws_ec2 as ec2,
  type aws_iam as iam,
  aws_logs as logs,
  RemovalPolicy,
  Stack,
  type aws_s3 as s3,
  type aws_stepfunctions as sfn,
  type aws_sns as sns,
} from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { functions } from '../lambdas/catalog.ts';
import { grantAbort, grantApprove, grantRead, grantStart, type People } from './access.ts';
import { DeadLetters } from './constructs/dead-letters.ts';
import { Endpoints } from './constructs/endpoints.ts';
import { EventRules } from './constructs/event-rules.ts';
import { EvidenceBucket } from './constructs/evidence-bucket.ts';
import { liveAlias, Machine } from './constructs/machine.ts';
import { Notices } from './constructs/notices.ts';
import { RunTable } from './constructs/run-table.ts';
import { TaskFunction } from './constructs/task-function.ts';
import { Watch } from './constructs/watch.ts';
import type { Granted } from './grants.ts';
import { readMachineFile } from './machine-file.ts';
import type { MigrationOrchestratorProps, NetworkIds } from './orchestrator-props.ts';
import { packageRoot } from './package-root.ts';
import { toDeployedTarget } from './target.ts';

/** Everything that Lockkeeper is on AWS. The databases under management belong to others. */
export class MigrationOrchestrator extends Construct implements ec2.IConnectable {
  readonly stateMachine: sfn.StateMachine;
  readonly rollbackMachine: sfn.StateMachine;
  readonly runTable: dynamodb.Table;
  readonly evidenceBucket: s3.Bucket;
  readonly approvalTopic: sns.ITopic;
  readonly alarmTopic: sns.ITopic;
  readonly alarms: readonly cloudwatch.Alarm[];
  readonly dashboard: cloudwatch.Dashboard;
  /** What the functions are told of the targets, as JSON: the command line needs it too. */
  readonly targets: string;
  /** ARNs by which executions are started: they lead to the version deployed last. */
  readonly startArns: { readonly migration: string; readonly rollback: string };
  /** Of the functions that speak SQL; empty outside a VPC. */
  readonly connections: ec2.Connections;
  readonly #people: People;

  constructor(scope: Construct, id: string, props: MigrationOrchestratorProps) {
    super(scope, id);
    const { prefix = 'lockkeeper', encryptionKey, removalPolicy = RemovalPolicy.RETAIN } = props;
    const { logRetention = logs.RetentionDays.THREE_MONTHS } = props;
    const root = packageRoot();
    const names = { migration: `${prefix}-migration`, rollback: `${prefix}-rollback` };
    const targets = props.targets.map(toDeployedTarget);

    this.runTable = new RunTable(this, 'Runs', { encryptionKey, removalPolicy }).table;
    const { objectLock } = props;
    this.evidenceBucket = new EvidenceBucket(this, 'Evidence', {
      encryptionKey,
      objectLock,
      removalPolicy,
    }).bucket;
    this.approvalTopic =
      props.approvalTopic ??
      new Notices(this, 'Notices', { emails: props.emails ?? [], encryptionKey }).topic;
    this.alarmTopic = props.alarmTopic ?? this.approvalTopic;
    const { queue } = new DeadLetters(this, 'DeadLetters', { encryptionKey });

    const stack = Stack.of(this);
    this.targets = stack.toJsonString(targets.map(({ told }) => told));
    const granted: Granted = {
      tableArn: this.runTable.tableArn,
      bucketArn: this.evidenceBucket.bucketArn,
      topicArn: this.approvalTopic.topicArn,
      keyArn: encryptionKey?.keyArn,
      machineNames: [names.migration, names.rollback],
      targets,
    };
    const environment = {
      LOCKKEEPER_DEPLOYMENT: prefix,
      LOCKKEEPER_TABLE: this.runTable.tableName,
      LOCKKEEPER_BUCKET: this.evidenceBucket.bucketName,
      LOCKKEEPER_TOPIC_ARN: this.approvalTopic.topicArn,
      LOCKKEEPER_TARGETS: this.targets,
      // By name, because the machines refer to the functions.
      LOCKKEEPER_MACHINE_ARN: machineArn(stack, `${names.migration}:${liveAlias}`),
      LOCKKEEPER_ROLLBACK_MACHINE_ARN: machineArn(stack, `${names.rollback}:${liveAlias}`),
    };
    this.connections = new ec2.Connections({ securityGroups: securityGroupsOf(this, props) });
    const network = this.#network(props);
    const engines = [...new Set(props.targets.map(({ engine }) => engine))];
    const common = { root, engines, prefix, logRetention, network, environment, granted, code: props.code };
    const deployed: ReadonlyMap<string, TaskFunction> = new Map(
      functions.map((spec) => [spec.name, new TaskFunction(this, `${spec.name}-task`, { spec, ...common })]),
    );

    const fileOf = (name: string) => readMachineFile(join(root, 'statemachines', `${name}.asl.json`));
    const machineProps = { functions: deployed, logRetention };
    const rollback = new Machine(this, 'Rollback', {
      name: names.rollback,
      file: fileOf('rollback'),
      ...machineProps,
    });
    const migration = new Machine(this, 'Migration', {
      name: names.migration,
      file: fileOf('migration'),
      rollback,
      ...machineProps,
    });
    this.stateMachine = migration.machine;
    this.rollbackMachine = rollback.machine;
    this.startArns = { migration: migration.aliasArn, rollback: rollback.aliasArn };

    const { rules } = new EventRules(this, 'Events', {
      functions: deployed,
      targets: props.targets,
      names: {
        Bucket: this.evidenceBucket.bucketName,
        MigrationMachine: this.stateMachine.stateMachineArn,
        RollbackMachine: this.rollbackMachine.stateMachineArn,
      },
      deadLetters: queue,
    });
    const watch = new Watch(this, 'Watch', {
      prefix,
      machines: { migration: this.stateMachine, rollback: this.rollbackMachine },
      functions: deployed,
      rules: [...rules.values()],
      deadLetters: queue,
      targets,
      topic: this.alarmTopic,
      thresholds: props.thresholds ?? {},
      runbooks: props.runbooks,
    });
    this.alarms = watch.alarms;
    this.dashboard = watch.dashboard;
    this.#people = {
      stack,
      granted,
      startArns: [this.stateMachine.stateMachineArn, `${this.stateMachine.stateMachineArn}:*`],
    };
  }

  /** May upload migrations and start runs of them. */
  grantStart(grantee: iam.IGrantable): void {
    grantStart(this.#people, grantee);
  }

  /** May answer gates: approve and reject. */
  grantApprove(grantee: iam.IGrantable): void {
    grantApprove(this.#people, grantee);
  }

  /** May pause, resume and abort runs; may not answer a gate. */
  grantAbort(grantee: iam.IGrantable): void {
    grantAbort(this.#people, grantee);
  }

  /** May follow runs and read their evidence. */
  grantRead(grantee: iam.IGrantable): void {
    grantRead(this.#people, grantee);
  }

  #network(props: MigrationOrchestratorProps): NetworkIds | undefined {
    if (props.vpc === undefined) return props.network;
    const subnets = props.vpcSubnets ?? { subnetType: ec2.SubnetType.PRIVATE_WITH_EGRESS };
    const { securityGroups } = this.connections;
    if (props.endpoints === true) {
      new Endpoints(this, 'Endpoints', { vpc: props.vpc, subnets, from: securityGroups });
    }
    return {
      subnetIds: props.vpc.selectSubnets(subnets).subnetIds,
      securityGroupIds: securityGroups.map(({ securityGroupId }) => securityGroupId),
    };
  }
}

function securityGroupsOf(
  scope: Construct,
  { vpc, securityGroups }: MigrationOrchestratorProps,
): ec2.ISecurityGroup[] {
  if (vpc === undefined) return [];
  if (securityGroups !== undefined) return [...securityGroups];
  const description = 'Lockkeeper: functions that speak SQL';
  return [new ec2.SecurityGroup(scope, 'Functions', { vpc, description })];
}

const machineArn = (stack: Stack, resourceName: string): string =>
  stack.formatArn({
    service: 'states',
    resource: 'stateMachine',
    resourceName,
    arnFormat: ArnFormat.COLON_RESOURCE_NAME,
  });
