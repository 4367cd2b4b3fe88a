import { aws_dynamodb as dynamodb, RemovalPolicy } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { runTableSchema } from '../../src/aws/run-store/schema.ts';

/** The runs, their events, leases and task tokens; kept when the stack is deleted. */
export class RunTable extends Construct {
  readonly table: dynamodb.Table;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    const [partitionKey, sortKey] = keyAttributes(runTableSchema.KeySchema);
    this.table = new dynamodb.Table(this, 'Table', {
      partitionKey,
      sortKey,
      billingMode: dynamodb.BillingMode.PAY_PER_REQUEST,
      encryption: dynamodb.TableEncryption.AWS_MANAGED,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      deletionProtection: true,
      removalPolicy: RemovalPolicy.RETAIN,
    });
    for (const index of runTableSchema.GlobalSecondaryIndexes) {
      const [byHash, byRange] = keyAttributes(index.KeySchema);
      this.table.addGlobalSecondaryIndex({
        indexName: index.IndexName,
        partitionKey: byHash,
        sortKey: byRange,
        projectionType: dynamodb.ProjectionType[index.Projection.ProjectionType],
      });
    }
  }
}

type KeySchema = readonly [{ readonly AttributeName: string }, { readonly AttributeName: string }];

const keyAttributes = ([hash, range]: KeySchema): [dynamodb.Attribute, dynamodb.Attribute] => [
  attribute(hash.AttributeName),
  attribute(range.AttributeName),
];

/** Every key of the schema is a text. */
const attribute = (name: string): dynamodb.Attribute => ({ name, type: dynamodb.AttributeType.STRING });
