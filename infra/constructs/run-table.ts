import { aws_dynamodb as dynamodb, type aws_kms as kms, RemovalPolicy } from 'aws-cdk-lib';
import { Construct } from 'constructs';

export interface RunTableProps {
  readonly encryptionKey?: kms.IKey | undefined;
  readonly removalPolicy: RemovalPolicy;
}

/** The runs, their events, leases and task tokens; kept when the stack is deleted unless told otherwise. */
export class RunTable extends Construct {
  readonly table: dynamodb.Table;

  /** Keys and index are those of src/aws/run-store/schema.ts. */
  constructor(scope: Construct, id: string, { encryptionKey, removalPolicy }: RunTableProps) {
    super(scope, id);
    this.table = new dynamodb.Table(this, 'Table', {
      partitionKey: text('pk'),
      sortKey: text('sk'),
      billingMode: dynamodb.BillingMode.PAY_PER_REQUEST,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      deletionProtection: removalPolicy !== RemovalPolicy.DESTROY,
      removalPolicy,
      ...(encryptionKey === undefined
        ? {}
        : { encryption: dynamodb.TableEncryption.CUSTOMER_MANAGED, encryptionKey }),
    });
    this.table.addGlobalSecondaryIndex({
      indexName: 'runs-by-target',
      partitionKey: text('byTarget'),
      sortKey: text('byStart'),
      projectionType: dynamodb.ProjectionType.ALL,
    });
  }
}

const text = (name: string): dynamodb.Attribute => ({ name, type: dynamodb.AttributeType.STRING });
