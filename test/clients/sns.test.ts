/** SNS through the AWS CLI, boto3 and Terraform; what is not installed is skipped by name. */
import assert from "node:assert/strict";
import { after, describe, it } from "node:test";
import { ACCOUNT, REGION, startSignalbox } from "../support/signalbox.ts";
import { envelopeOf, startReceiver } from "../support/snsReceiver.ts";
import { clientEnvironment, execute, whyNoAwsCli, whyNoBoto3 } from "./awsCli.ts";
import { terraformProject } from "./terraformProject.ts";

const receiver = await startReceiver({ after });
const box = await startSignalbox({ after }, { flags: { "allow-outgoing": receiver.host } });
const variables = clientEnvironment(box.url);
const arn = (name: string) => `arn:aws:sns:${REGION}:${ACCOUNT}:${name}`;
/** Terraform needs many seconds before it asks for anything. */
const LONGEST_RUN_MS = 120_000;
const tokenAt = async (path: string) => {
  await receiver.waitFor(path, 1, LONGEST_RUN_MS);
  return envelopeOf(receiver.received.find((request) => request.path === path) ?? assert.fail());
};

describe("SNS through the AWS CLI", { skip: await whyNoAwsCli() }, () => {
  const aws = (...words: string[]) => execute("aws", ["sns", ...words, "--output", "json"], variables);
  const json = async (...words: string[]) => {
    const { exitCode, stdout, stderr } = await aws(...words);
    assert.equal(exitCode, 0, stderr);
    return JSON.parse(stdout || "{}") as Record<string, unknown>;
  };

  it("creates, tags, subscribes, confirms, publishes and deletes", async () => {
    const topic = ["--topic-arn", arn("cli")];
    const created = await json("create-topic", "--name", "cli", "--tags", "Key=team,Value=web");
    assert.deepEqual(created, { TopicArn: arn("cli") });
    assert.deepEqual(await json("list-tags-for-resource", "--resource-arn", arn("cli")), {
      Tags: [{ Key: "team", Value: "web" }],
    });
    const endpoint = ["--protocol", "http", "--notification-endpoint", `${receiver.url}/cli`];
    assert.deepEqual(await json("subscribe", ...topic, ...endpoint), { SubscriptionArn: "pending confirmation" });
    const { Token = "" } = await tokenAt("/cli");
    const { SubscriptionArn } = await json("confirm-subscription", ...topic, "--token", Token);
    const { Subscriptions } = await json("list-subscriptions-by-topic", ...topic);
    assert.deepEqual(
      (Subscriptions as { SubscriptionArn: string }[]).map((subscription) => subscription.SubscriptionArn),
      [SubscriptionArn],
    );
    const { MessageId } = await json("publish", ...topic, "--subject", "Hello", "--message", "From the command line");
    await receiver.waitFor("/cli", 2);
    const { MessageId: delivered, Subject } = envelopeOf(receiver.received.at(-1) ?? assert.fail());
    assert.deepEqual([delivered, Subject], [MessageId, "Hello"]);
    await json("delete-topic", ...topic);
    const { exitCode, stderr } = await aws("get-topic-attributes", ...topic);
    assert.ok(exitCode >= 254, `exit code ${exitCode}`);
    assert.match(stderr, /\(NotFound\) .*Topic does not exist/);
  });
});

const BOTO3_JOURNEY = `
import json, boto3
sns = boto3.client("sns")
arn = sns.create_topic(Name="boto3", Attributes={"DisplayName": "<&>"})["TopicArn"]
assert sns.get_topic_attributes(TopicArn=arn)["Attributes"]["DisplayName"] == "<&>"
for index in range(101):
    sns.create_topic(Name=f"boto3-{index}")
names = [t["TopicArn"] for page in sns.get_paginator("list_topics").paginate() for t in page["Topics"]]
assert len([name for name in names if "boto3-" in name]) == 101, names
try:
    sns.publish(TopicArn=arn + "-none", Message="m")
    raise AssertionError("it should not be there")
except sns.exceptions.NotFoundException as error:
    assert error.response["Error"] == {"Type": "Sender", "Code": "NotFound", "Message": "Topic does not exist"}, error.response
assert sns.publish(TopicArn=arn, Message="m", MessageAttributes={"a": {"DataType": "Binary", "BinaryValue": b"\\x00"}})["MessageId"]
sns.tag_resource(ResourceArn=arn, Tags=[{"Key": "k", "Value": ""}])
assert sns.list_tags_for_resource(ResourceArn=arn)["Tags"] == [{"Key": "k", "Value": ""}]
`;

describe("SNS through boto3", { skip: await whyNoBoto3() }, () => {
  it("parses answers, pages and raises the errors of the model", async () => {
    const { exitCode, stderr } = await execute("python3", ["-c", BOTO3_JOURNEY], variables);
    assert.equal(exitCode, 0, stderr);
  });
});

const project = await terraformProject(box.url, "topics");

describe("SNS through Terraform", { skip: typeof project === "string" ? project : false }, () => {
  if (typeof project === "string") return;
  after(() => project.remove());
  project.variables = { TF_VAR_receiver: `${receiver.url}/terraform` };
  const assertDone = ({ exitCode, output }: { exitCode: number; output: string }) => assert.equal(exitCode, 0, output);

  it("applies topics, a policy and a subscription, and then has nothing to change", async () => {
    const confirmed = tokenAt("/terraform").then(({ SubscribeURL }) => fetch(String(SubscribeURL)));
    assertDone(await project.apply());
    assert.equal((await confirmed).status, 200);
    assertDone(await project.plan());
  });

  it("changes every argument, then has nothing to change, and destroys it all", async () => {
    await project.configure("topicsChanged");
    assertDone(await project.apply());
    assertDone(await project.plan());
    assertDone(await project.run("destroy", "-auto-approve", "-input=false", "-no-color"));
    const { Topics = [] } = await box.sns().listTopics({});
    assert.deepEqual(
      Topics.filter(({ TopicArn }) => TopicArn?.includes(":tf-")),
      [],
    );
  });
});
