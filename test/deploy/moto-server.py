"""moto's server, which also deploys what our stack has and moto's CloudFormation knows nothing of: state
machines whose definition is a file in S3, versions and aliases of state machines, aliases of functions.

Usage: server.py PORT
"""

import json
import sys

from moto.awslambda.models import LambdaVersion, lambda_backends
from moto.core.common_models import CloudFormationModel
from moto.s3.models import s3_backends
from moto.server import main
from moto.stepfunctions.models import StateMachine, StateMachineAlias, StateMachineVersion, stepfunctions_backends
from moto.utilities.utils import get_partition


class FunctionAlias(CloudFormationModel):
    # Models are kept by the service that their module belongs to.
    __module__ = "moto.awslambda.models"

    def __init__(self, arn):
        self.arn = arn


class Alarm(CloudFormationModel):
    __module__ = "moto.cloudwatch.models"

    def __init__(self, arn):
        self.arn = arn


def taught(model, kind, create, attributes):
    """Has CloudFormation make `model` with `create`; `attributes` are those that Fn::GetAtt may ask for."""
    model.cloudformation_type = staticmethod(lambda: kind)
    model.cloudformation_name_type = staticmethod(lambda: "")
    model.has_cfn_attr = classmethod(lambda cls, name: name in attributes)
    model.get_cfn_attribute = lambda self, name: attributes[name](self)
    model.physical_resource_id = property(lambda self: self.arn)
    model.is_created = lambda self: True
    model.create_from_cloudformation_json = classmethod(
        lambda cls, resource_name, cloudformation_json, account_id, region_name, **kwargs: create(
            cloudformation_json["Properties"], account_id, region_name
        )
    )


def arn(resource):
    return resource.arn


def create_machine(properties, account_id, region):
    location = properties["DefinitionS3Location"]
    bucket = s3_backends[account_id][get_partition(region)]
    definition = bucket.get_object(location["Bucket"], location["Key"]).value.decode()
    for name, value in properties["DefinitionSubstitutions"].items():
        definition = definition.replace("${%s}" % name, value)
    json.loads(definition)
    backend = stepfunctions_backends[account_id][region]
    return backend.create_state_machine(properties["StateMachineName"], definition, properties["RoleArn"])


def publish_machine(properties, account_id, region):
    machine = stepfunctions_backends[account_id][region].describe_state_machine(properties["StateMachineArn"])
    machine.publish(None)
    return machine.latest_version


def create_machine_alias(properties, account_id, region):
    routes = [
        {"stateMachineVersionArn": route["StateMachineVersionArn"], "weight": int(route["Weight"])}
        for route in properties["RoutingConfiguration"]
    ]
    return stepfunctions_backends[account_id][region].create_state_machine_alias(properties["Name"], routes, None)


def publish_function(properties, account_id, region):
    function = lambda_backends[account_id][region].publish_version(properties["FunctionName"])
    version = LambdaVersion({"Version": str(function.version)})
    version.arn = function.function_arn
    return version


def create_function_alias(properties, account_id, region):
    backend = lambda_backends[account_id][region]
    alias = backend.create_alias(
        properties["Name"], properties["FunctionName"], properties["FunctionVersion"], "", None
    )
    return FunctionAlias(alias.arn)


def name_alarm(properties, account_id, region):
    # The dashboard shows alarms by their ARN; nobody evaluates them.
    return Alarm("arn:aws:cloudwatch:%s:%s:alarm:%s" % (region, account_id, properties["AlarmName"]))


taught(
    StateMachine,
    "AWS::StepFunctions::StateMachine",
    create_machine,
    {"Arn": arn, "Name": lambda machine: machine.name, "StateMachineRevisionId": lambda machine: "INITIAL"},
)
taught(StateMachineVersion, "AWS::StepFunctions::StateMachineVersion", publish_machine, {"Arn": arn})
taught(StateMachineAlias, "AWS::StepFunctions::StateMachineAlias", create_machine_alias, {"Arn": arn})
taught(LambdaVersion, "AWS::Lambda::Version", publish_function, {"Version": lambda version: version.version})
taught(FunctionAlias, "AWS::Lambda::Alias", create_function_alias, {"AliasArn": arn})
taught(Alarm, "AWS::CloudWatch::Alarm", name_alarm, {"Arn": arn})

if __name__ == "__main__":
    main(["--host", "127.0.0.1", "--port", sys.argv[1]])
