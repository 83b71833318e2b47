"""Every CodeDeploy operation through boto3, told as journeys.

Each journey is a function below, and its docstring is its name. Prints a JSON line for each: {"name": …, "error": …}.
The endpoint, account and region come from the environment, as for any boto3 program.
"""

import base64
import datetime
import io
import json
import os
import traceback
import urllib.request
import zipfile

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError, WaiterError

ENDPOINT = os.environ["AWS_ENDPOINT_URL"]
ACCOUNT = os.environ["AWS_ACCESS_KEY_ID"]
REGION = os.environ["AWS_DEFAULT_REGION"]
ROLE = f"arn:aws:iam::{ACCOUNT}:role/CodeDeployServiceRole"
ONCE = Config(retries={"total_max_attempts": 1})

codedeploy = boto3.client("codedeploy", config=ONCE)
awslambda = boto3.client("lambda", config=ONCE)
called = set()
paged = set()
codedeploy.meta.events.register("before-call.codedeploy.*", lambda model, **_: called.add(model.name))
journeys = []


def journey(function):
    journeys.append(function)
    return function


def equal(actual, expected):
    assert actual == expected, f"{actual!r} is not {expected!r}"


def raises(error, call, **arguments):
    """Expects the exception class of that name, as scripts catch it; gives its message."""
    try:
        call(**arguments)
    except getattr(codedeploy.exceptions, error) as raised:
        equal(raised.response["ResponseMetadata"]["HTTPStatusCode"], 400)
        return raised.response["Error"]["Message"]
    raise AssertionError(f"{error} was not raised")


def advance(seconds):
    """Moves signalbox's virtual time."""
    body = json.dumps({"seconds": seconds}).encode()
    urllib.request.urlopen(urllib.request.Request(f"{ENDPOINT}/_signalbox/clock/advance", body)).read()


def keep_token(name):
    """What `signalbox github-token add` does."""
    scope = f"{ACCOUNT}/20260101/{REGION}/codedeploy/aws4_request"
    headers = {"authorization": f"AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host, Signature=0"}
    url = f"{ENDPOINT}/_signalbox/github-tokens/{name}"
    request = urllib.request.Request(url, b'{"token": "ghp_secret"}', headers, method="PUT")
    urllib.request.urlopen(request).read()


def two_versions(name):
    """A function with versions 1 and 2, and the alias `live` on version 1."""

    def code(answer):
        bundle = io.BytesIO()
        with zipfile.ZipFile(bundle, "w") as archive:
            archive.writestr("index.js", f"exports.handler = async () => '{answer}';")
        return bundle.getvalue()

    awslambda.create_function(
        FunctionName=name, Runtime="nodejs22.x", Handler="index.handler", Role=ROLE, Code={"ZipFile": code("one")}
    )
    awslambda.publish_version(FunctionName=name)
    awslambda.update_function_code(FunctionName=name, ZipFile=code("two"))
    equal(awslambda.publish_version(FunctionName=name)["Version"], "2")
    awslambda.create_alias(FunctionName=name, Name="live", FunctionVersion="1")


def inline(function, current="1", target="2"):
    properties = {"Name": function, "Alias": "live", "CurrentVersion": current, "TargetVersion": target}
    resource = {function: {"Type": "AWS::Lambda::Function", "Properties": properties}}
    content = json.dumps({"version": 0.0, "Resources": [resource]})
    return {"revisionType": "AppSpecContent", "appSpecContent": {"content": content}}


def lambda_group(name, **members):
    codedeploy.create_application(applicationName=name, computePlatform="Lambda")
    group = {"applicationName": name, "deploymentGroupName": "live"}
    codedeploy.create_deployment_group(**group, serviceRoleArn=ROLE, **members)
    return group


def pages(operation, key, **arguments):
    """The sizes of all pages, and their items."""
    paged.add(operation)
    found = [page[key] for page in codedeploy.get_paginator(operation).paginate(**arguments)]
    return [len(items) for items in found], [item for items in found for item in items]


@journey
def applications():
    """creates, tags, renames and deletes applications"""
    created = codedeploy.create_application(
        applicationName="boto-app", computePlatform="ECS", tags=[{"Key": "team", "Value": "web"}]
    )
    info = codedeploy.get_application(applicationName="boto-app")["application"]
    equal(info["applicationId"], created["applicationId"])
    equal(info["linkedToGitHub"], False)
    assert isinstance(info["createTime"], datetime.datetime) and info["createTime"].microsecond % 1000 == 0
    raises("ApplicationAlreadyExistsException", codedeploy.create_application, applicationName="boto-app")
    codedeploy.update_application(applicationName="boto-app", newApplicationName="boto-renamed")
    batch = codedeploy.batch_get_applications(applicationNames=["boto-renamed"])["applicationsInfo"]
    equal([item["applicationId"] for item in batch], [info["applicationId"]])
    arn = f"arn:aws:codedeploy:{REGION}:{ACCOUNT}:application:boto-renamed"
    codedeploy.tag_resource(ResourceArn=arn, Tags=[{"Key": "stage", "Value": "test"}])
    codedeploy.untag_resource(ResourceArn=arn, TagKeys=["team"])
    equal(codedeploy.list_tags_for_resource(ResourceArn=arn)["Tags"], [{"Key": "stage", "Value": "test"}])
    raises("InvalidArnException", codedeploy.list_tags_for_resource, ResourceArn="no-arn")
    codedeploy.delete_application(applicationName="boto-renamed")
    text = raises("ApplicationDoesNotExistException", codedeploy.get_application, applicationName="boto-renamed")
    equal(text, "No application found for name: boto-renamed")


@journey
def configurations():
    """creates, reads and deletes deployment configurations"""
    codedeploy.create_deployment_config(
        deploymentConfigName="boto-config",
        minimumHealthyHosts={"type": "FLEET_PERCENT", "value": 50},
        zonalConfig={"monitorDurationInSeconds": 60},
    )
    info = codedeploy.get_deployment_config(deploymentConfigName="boto-config")["deploymentConfigInfo"]
    equal(info["minimumHealthyHosts"], {"type": "FLEET_PERCENT", "value": 50})
    equal(info["zonalConfig"], {"monitorDurationInSeconds": 60})
    sizes, names = pages("list_deployment_configs", "deploymentConfigsList")
    assert "boto-config" in names and "CodeDeployDefault.OneAtATime" in names and len(sizes) == 1
    codedeploy.delete_deployment_config(deploymentConfigName="boto-config")
    gone = {"deploymentConfigName": "boto-config"}
    raises("DeploymentConfigDoesNotExistException", codedeploy.get_deployment_config, **gone)


@journey
def groups():
    """creates, changes, batches and deletes deployment groups"""
    codedeploy.create_application(applicationName="boto-groups")
    names = {"applicationName": "boto-groups", "deploymentGroupName": "web"}
    tags = {"ec2TagSet": {"ec2TagSetList": [[{"Key": "Name", "Value": "web", "Type": "KEY_AND_VALUE"}]]}}
    codedeploy.create_deployment_group(**names, serviceRoleArn=ROLE, **tags)
    info = codedeploy.get_deployment_group(**names)["deploymentGroupInfo"]
    equal(info["ec2TagSet"], tags["ec2TagSet"])
    equal(info["autoScalingGroups"], [])
    changed = codedeploy.update_deployment_group(
        applicationName="boto-groups", currentDeploymentGroupName="web", newDeploymentGroupName="api"
    )
    equal(changed["hooksNotCleanedUp"], [])
    batch = codedeploy.batch_get_deployment_groups(applicationName="boto-groups", deploymentGroupNames=["api"])
    equal(batch["deploymentGroupsInfo"][0]["deploymentGroupId"], info["deploymentGroupId"])
    text = raises("DeploymentGroupDoesNotExistException", codedeploy.get_deployment_group, **names)
    equal(text, "No Deployment Group found for name: web")
    gone = codedeploy.delete_deployment_group(applicationName="boto-groups", deploymentGroupName="api")
    equal(gone["hooksNotCleanedUp"], [])


@journey
def revisions():
    """registers revisions and finds them again"""
    codedeploy.create_application(applicationName="boto-revisions")
    location = {"bucket": "b", "key": "k.zip", "bundleType": "zip", "eTag": "e"}
    revision = {"revisionType": "S3", "s3Location": location}
    app = {"applicationName": "boto-revisions"}
    codedeploy.register_application_revision(**app, revision=revision, description="first")
    found = codedeploy.get_application_revision(**app, revision=revision)
    equal(found["revisionInfo"]["description"], "first")
    equal(found["revisionInfo"]["deploymentGroups"], [])
    batch = codedeploy.batch_get_application_revisions(**app, revisions=[revision])
    equal(batch["revisions"][0]["revisionLocation"], revision)
    equal(batch["errorMessage"], "")
    github = {"revisionType": "GitHub", "gitHubLocation": {"repository": "a/b", "commitId": "f" * 40}}
    raises("RevisionDoesNotExistException", codedeploy.get_application_revision, **app, revision=github)


@journey
def success():
    """deploys, waits with the waiter, and reads deployment, targets and instances"""
    two_versions("boto-success")
    group = lambda_group("boto-success")
    deployment = codedeploy.create_deployment(**group, revision=inline("boto-success"))["deploymentId"]
    advance(60)
    waiter = codedeploy.get_waiter("deployment_successful")
    waiter.wait(deploymentId=deployment, WaiterConfig={"Delay": 0, "MaxAttempts": 3})
    info = codedeploy.get_deployment(deploymentId=deployment)["deploymentInfo"]
    assert info["createTime"] <= info["startTime"] <= info["completeTime"]
    equal(info["deploymentOverview"]["Succeeded"], 1)
    assert "content" not in info["revision"]["appSpecContent"]
    batch = codedeploy.batch_get_deployments(deploymentIds=[deployment])["deploymentsInfo"]
    equal([item["status"] for item in batch], ["Succeeded"])
    _, targets = pages("list_deployment_targets", "targetIds", deploymentId=deployment)
    target = codedeploy.get_deployment_target(deploymentId=deployment, targetId=targets[0])["deploymentTarget"]
    equal(target["deploymentTargetType"], "LambdaTarget")
    equal(target["lambdaTarget"]["lambdaFunctionInfo"]["targetVersionWeight"], 1.0)
    batch = codedeploy.batch_get_deployment_targets(deploymentId=deployment, targetIds=targets)
    equal(batch["deploymentTargets"], [target])
    _, instances = pages("list_deployment_instances", "instancesList", deploymentId=deployment)
    batch = codedeploy.batch_get_deployment_instances(deploymentId=deployment, instanceIds=instances)
    equal([item["status"] for item in batch["instancesSummary"]], ["Succeeded"])
    raises(
        "InvalidComputePlatformException",
        codedeploy.get_deployment_instance,
        deploymentId=deployment,
        instanceId=instances[0],
    )
    for operation in (codedeploy.skip_wait_time_for_instance_termination, codedeploy.continue_deployment):
        raises("DeploymentAlreadyCompletedException", operation, deploymentId=deployment)
    raises("DeploymentAlreadyCompletedException", codedeploy.stop_deployment, deploymentId=deployment)


@journey
def failure():
    """sees a deployment fail, be stopped and be refused"""
    two_versions("boto-failure")
    group = lambda_group("boto-failure", deploymentConfigName="CodeDeployDefault.LambdaCanary10Percent5Minutes")
    failing = codedeploy.create_deployment(**group, revision=inline("boto-failure", "7", "2"))["deploymentId"]
    advance(60)
    try:
        codedeploy.get_waiter("deployment_successful").wait(deploymentId=failing)
        raise AssertionError("the waiter took a failure for a success")
    except WaiterError as raised:
        equal(raised.last_response["deploymentInfo"]["status"], "Failed")
    request = {**group, "revision": inline("boto-failure")}
    running = codedeploy.create_deployment(**request)["deploymentId"]
    text = raises("DeploymentLimitExceededException", codedeploy.create_deployment, **request)
    equal(text, f"The Deployment Group 'live' already has an active Deployment '{running}'")
    advance(10)
    raises("UnsupportedActionForDeploymentTypeException", codedeploy.continue_deployment, deploymentId=running)
    assert codedeploy.stop_deployment(deploymentId=running)["status"] in ("Pending", "Succeeded")
    advance(10)
    equal(codedeploy.get_deployment(deploymentId=running)["deploymentInfo"]["status"], "Stopped")
    raises("RevisionRequiredException", codedeploy.create_deployment, **group)
    text = raises("InvalidDeploymentIdException", codedeploy.get_deployment, deploymentId="d-bad")
    equal(text, "Specified DeploymentId is not in the valid format: d-bad")
    raises("DeploymentDoesNotExistException", codedeploy.get_deployment, deploymentId="d-ABCDEFGHJ")


@journey
def hook():
    """reports a hook's result, and is told of an id that is not one"""
    two_versions("boto-hook")
    group = lambda_group("boto-hook")
    deployment = codedeploy.create_deployment(**group, revision=inline("boto-hook"))["deploymentId"]
    foreign = base64.b64encode(b'{"encryptedData":"","ivParameterSpec":"","materialSetSerial":1}').decode()
    raises(
        "InvalidLifecycleEventHookExecutionIdException",
        codedeploy.put_lifecycle_event_hook_execution_status,
        deploymentId=deployment,
        lifecycleEventHookExecutionId=foreign,
        status="Succeeded",
    )
    advance(60)


@journey
def on_premises():
    """registers, tags and deregisters on-premises instances"""
    user = f"arn:aws:iam::{ACCOUNT}:user/boto"
    tag = {"Key": "Rack", "Value": "r1"}
    codedeploy.register_on_premises_instance(instanceName="boto-host", iamUserArn=user)
    raises(
        "InstanceNameAlreadyRegisteredException",
        codedeploy.register_on_premises_instance,
        instanceName="boto-host",
        iamUserArn=user + "-other",
    )
    codedeploy.add_tags_to_on_premises_instances(instanceNames=["boto-host"], tags=[tag, {"Key": "a", "Value": "b"}])
    codedeploy.remove_tags_from_on_premises_instances(instanceNames=["boto-host"], tags=[{"Key": "a", "Value": "b"}])
    info = codedeploy.get_on_premises_instance(instanceName="boto-host")["instanceInfo"]
    equal(info["tags"], [tag])
    assert isinstance(info["registerTime"], datetime.datetime) and "deregisterTime" not in info
    filters = [{"Key": "Rack", "Value": "r1", "Type": "KEY_AND_VALUE"}]
    _, names = pages("list_on_premises_instances", "instanceNames", tagFilters=filters)
    equal(names, ["boto-host"])
    codedeploy.deregister_on_premises_instance(instanceName="boto-host")
    batch = codedeploy.batch_get_on_premises_instances(instanceNames=["boto-host"])["instanceInfos"]
    assert batch[0]["deregisterTime"] >= info["registerTime"]
    raises("InstanceNotRegisteredException", codedeploy.get_on_premises_instance, instanceName="boto-nobody")


@journey
def tokens():
    """lists and deletes GitHub tokens, and deletes resources by external id"""
    keep_token("boto-token")
    equal(pages("list_git_hub_account_token_names", "tokenNameList"), ([1], ["boto-token"]))
    equal(codedeploy.delete_git_hub_account_token(tokenName="boto-token")["tokenName"], "boto-token")
    raises("GitHubAccountTokenDoesNotExistException", codedeploy.delete_git_hub_account_token, tokenName="boto-token")
    codedeploy.delete_resources_by_external_id(externalId="stack")


@journey
def paging():
    """pages through more than a hundred of everything, each once"""
    before = set(pages("list_applications", "applications")[1])
    numbers = range(101)
    for number in numbers:
        codedeploy.create_application(applicationName=f"page-{number:03}")
        codedeploy.create_deployment_group(
            applicationName="boto-groups", deploymentGroupName=f"group-{number:03}", serviceRoleArn=ROLE
        )
        user = f"arn:aws:iam::{ACCOUNT}:user/host-{number}"
        codedeploy.register_on_premises_instance(instanceName=f"host-{number:03}", iamUserArn=user)
        location = {"bucket": "many", "key": f"{number:03}.zip", "bundleType": "zip", "eTag": "e"}
        codedeploy.register_application_revision(
            applicationName="boto-revisions", revision={"revisionType": "S3", "s3Location": location}
        )
    _, names = pages("list_applications", "applications")
    equal(sorted(set(names) - before), [f"page-{number:03}" for number in numbers])
    equal(len(names), len(set(names)))
    sizes, names = pages("list_deployment_groups", "deploymentGroups", applicationName="boto-groups")
    equal((sizes, sorted(names)), ([100, 1], [f"group-{number:03}" for number in numbers]))
    sizes, names = pages("list_on_premises_instances", "instanceNames", registrationStatus="Registered")
    equal((sizes, sorted(names)), ([100, 1], [f"host-{number:03}" for number in numbers]))
    which = {"applicationName": "boto-revisions", "s3Bucket": "many", "sortBy": "registerTime"}
    sizes, found = pages("list_application_revisions", "revisions", **which)
    equal((sizes, len({item["s3Location"]["key"] for item in found})), ([100, 1], 101))
    raises("InvalidNextTokenException", codedeploy.list_applications, nextToken="bm8gdG9rZW4=")


@journey
def deployments():
    """pages through more than a hundred deployments, newest first"""
    two_versions("boto-many")
    group = lambda_group("boto-many")
    ids = []
    for number in range(101):
        current, target = ("1", "2") if number % 2 == 0 else ("2", "1")
        ids.append(codedeploy.create_deployment(**group, revision=inline("boto-many", current, target))["deploymentId"])
        advance(1)
    sizes, found = pages("list_deployments", "deployments", **group)
    equal((sizes, found), ([100, 1], ids[::-1]))
    sizes, found = pages("list_deployments", "deployments", **group, includeOnlyStatuses=["Succeeded"])
    equal((sizes, len(set(found))), ([100, 1], 101))


@journey
def unbuilt():
    """is told plainly what is not built yet, and nothing is created"""
    group = {"applicationName": "boto-groups", "deploymentGroupName": "group-000"}
    location = {"bucket": "b", "key": "k.zip", "bundleType": "zip"}
    try:
        codedeploy.create_deployment(**group, revision={"revisionType": "S3", "s3Location": location})
        raise AssertionError("a deployment to servers was taken")
    except ClientError as raised:
        equal(raised.response["Error"]["Code"], "NotImplementedException")
        equal(raised.response["ResponseMetadata"]["HTTPStatusCode"], 501)
    equal(codedeploy.list_deployments(**group)["deployments"], [])


@journey
def everything():
    """has called every operation, and used every paginator and the only waiter"""
    equal(sorted(set(codedeploy.meta.service_model.operation_names) - called), [])
    methods = [name for name in dir(codedeploy) if name.startswith("list_")]
    equal([name for name in methods if codedeploy.can_paginate(name) and name not in paged], [])
    equal(codedeploy.waiter_names, ["deployment_successful"])


for function in journeys:
    try:
        function()
        error = None
    except Exception:
        error = traceback.format_exc(limit=-3)
    print(json.dumps({"name": function.__doc__, "error": error}), flush=True)
