import { CfnOutput, type aws_lambda as lambda, Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { InfraConfig } from './config.ts';
import { propsFrom } from './from-config.ts';
import { MigrationOrchestrator } from './orchestrator.ts';

export interface LockkeeperStackProps extends StackProps {
  readonly config: InfraConfig;
  /** The functions' code where it was bundled before: one index.js for all, as tests use it. */
  readonly code?: lambda.Code | undefined;
}

/** The orchestrator that a configuration file describes, and what the command line needs to speak to it. */
export class LockkeeperStack extends Stack {
  readonly orchestrator: MigrationOrchestrator;

  constructor(scope: Construct, id: string, { config, code, ...props }: LockkeeperStackProps) {
    super(scope, id, { description: 'Lockkeeper: carries database migrations out and back', ...props });
    this.orchestrator = new MigrationOrchestrator(this, 'Orchestrator', {
      ...propsFrom(this, config),
      ...(code === undefined ? {} : { code }),
    });
    const { startArns, runTable, evidenceBucket, approvalTopic, targets } = this.orchestrator;
    new CfnOutput(this, 'MigrationMachineArn', { value: startArns.migration });
    new CfnOutput(this, 'RollbackMachineArn', { value: startArns.rollback });
    new CfnOutput(this, 'RunTableName', { value: runTable.tableName });
    new CfnOutput(this, 'EvidenceBucketName', { value: evidenceBucket.bucketName });
    new CfnOutput(this, 'TopicArn', { value: approvalTopic.topicArn });
    new CfnOutput(this, 'Targets', { value: targets });
  }
}
