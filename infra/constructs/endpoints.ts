import { aws_ec2 as ec2 } from 'aws-cdk-lib';
import { Construct } from 'constructs';

export interface EndpointsProps {
  readonly vpc: ec2.IVpc;
  readonly subnets: ec2.SubnetSelection;
  /** Of the functions that call through them. */
  readonly from: readonly ec2.ISecurityGroup[];
}

/** What the SQL functions call over AWS's own network where a VPC has no way out. */
export class Endpoints extends Construct {
  constructor(scope: Construct, id: string, { vpc, subnets, from }: EndpointsProps) {
    super(scope, id);
    vpc.addGatewayEndpoint('LockkeeperS3', {
      service: ec2.GatewayVpcEndpointAwsService.S3,
      subnets: [subnets],
    });
    vpc.addGatewayEndpoint('LockkeeperDynamoDb', {
      service: ec2.GatewayVpcEndpointAwsService.DYNAMODB,
      subnets: [subnets],
    });
    const services = {
      SecretsManager: ec2.InterfaceVpcEndpointAwsService.SECRETS_MANAGER,
      Rds: ec2.InterfaceVpcEndpointAwsService.RDS,
      Sns: ec2.InterfaceVpcEndpointAwsService.SNS,
      Events: ec2.InterfaceVpcEndpointAwsService.EVENTBRIDGE,
      States: ec2.InterfaceVpcEndpointAwsService.STEP_FUNCTIONS,
    };
    for (const [name, service] of Object.entries(services)) {
      const endpoint = new ec2.InterfaceVpcEndpoint(this, name, { vpc, service, subnets, open: false });
      for (const group of from) endpoint.connections.allowDefaultPortFrom(group);
    }
  }
}
