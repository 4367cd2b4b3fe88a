import { join } from 'node:path';
import { ArnFormat, CfnOutput, type aws_lambda as lambda, Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { functions } from '../lambdas/catalog.ts';
import { type InfraConfig, toTarget } from './config.ts';
import { EvidenceBucket } from './constructs/evidence-bucket.ts';
import { ExecutionWatch } from './constructs/execution-watch.ts';
import { Machine } from './constructs/machine.ts';
import { Notices } from './constructs/notices.ts';
import { RunTable } from './constructs/run-table.ts';
import { TaskFunction } from './constructs/task-function.ts';
import type { Granted } from './grants.ts';
import { readMachineFile } from './machine-file.ts';

export interface LockkeeperStackProps extends StackProps {
  readonly config: InfraConfig;
  /** The repository's folder. */
  readonly root: string;
  /** The functions' code where it was bundled before: one index.js for all, as tests use it. */
  readonly code?: lambda.Code | undefined;
}

/** Everything that Lockkeeper is on AWS. The databases under management belong to others. */
export class LockkeeperStack extends Stack {
  readonly functions: ReadonlyMap<string, TaskFunction>;
  readonly migration: Machine;
  readonly rollback: Machine;

  constructor(scope: Construct, id: string, { config, root, code, ...props }: LockkeeperStackProps) {
    super(scope, id, { description: 'Lockkeeper: carries database migrations out and back', ...props });
    const { prefix, logRetentionDays } = config;
    // Functions know the machines by name, because the machines refer to the functions.
    const names = { migration: `${prefix}-migration`, rollback: `${prefix}-rollback` };
    const { table } = new RunTable(this, 'Runs');
    const { bucket } = new EvidenceBucket(this, 'Evidence');
    const { topic } = new Notices(this, 'Notices', { emails: config.notify.emails });

    const granted: Granted = {
      tableArn: table.tableArn,
      bucketArn: bucket.bucketArn,
      topicArn: topic.topicArn,
      machineNames: Object.values(names),
      targets: config.targets,
    };
    const environment = {
      LOCKKEEPER_TABLE: table.tableName,
      LOCKKEEPER_BUCKET: bucket.bucketName,
      LOCKKEEPER_TOPIC_ARN: topic.topicArn,
      LOCKKEEPER_TARGETS: JSON.stringify(config.targets.map(toTarget)),
      LOCKKEEPER_MACHINE_ARN: this.#machineArn(names.migration),
      LOCKKEEPER_ROLLBACK_MACHINE_ARN: this.#machineArn(names.rollback),
    };
    const common = { root, prefix, logRetentionDays, network: config.network, environment, granted, code };
    this.functions = new Map(
      functions.map((spec) => [spec.name, new TaskFunction(this, `${spec.name}-task`, { spec, ...common })]),
    );

    const handlers: ReadonlyMap<string, lambda.IFunction> = new Map(
      [...this.functions].map(([name, { handler }]) => [name, handler]),
    );
    const fileOf = (name: string) => readMachineFile(join(root, 'statemachines', `${name}.asl.json`));
    this.rollback = new Machine(this, 'Rollback', {
      name: names.rollback,
      file: fileOf('rollback'),
      functions: handlers,
      logRetentionDays,
    });
    this.migration = new Machine(this, 'Migration', {
      name: names.migration,
      file: fileOf('migration'),
      functions: handlers,
      rollback: this.rollback,
      logRetentionDays,
    });
    const machines = { migration: this.migration.machine, rollback: this.rollback.machine };
    new ExecutionWatch(this, 'Watch', { ...machines, topic });

    new CfnOutput(this, 'MigrationMachineArn', { value: machines.migration.stateMachineArn });
    new CfnOutput(this, 'RollbackMachineArn', { value: machines.rollback.stateMachineArn });
    new CfnOutput(this, 'RunTableName', { value: table.tableName });
    new CfnOutput(this, 'EvidenceBucketName', { value: bucket.bucketName });
    new CfnOutput(this, 'TopicArn', { value: topic.topicArn });
    // What the command line needs to speak to this deployment, with the other outputs.
    new CfnOutput(this, 'Targets', { value: environment.LOCKKEEPER_TARGETS });
  }

  #machineArn(resourceName: string): string {
    return this.formatArn({
      service: 'states',
      resource: 'stateMachine',
      resourceName,
      arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    });
  }
}
