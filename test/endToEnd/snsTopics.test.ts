/** Topics, tags and what is refused, through the official client. */
import assert from "node:assert/strict";
import { after, describe, it } from "node:test";
import { SNS } from "@aws-sdk/client-sns";
import { ACCOUNT, REGION, startSignalbox } from "../support/signalbox.ts";

const box = await startSignalbox({ after });
const sns = box.sns();
const arn = (name: string, account = ACCOUNT, region = REGION) => `arn:aws:sns:${region}:${account}:${name}`;
const tagsOf = async (name: string) => {
  const { Tags = [] } = await sns.listTagsForResource({ ResourceArn: arn(name) });
  return Object.fromEntries(Tags.map(({ Key, Value }) => [Key, Value]));
};

describe("a topic", () => {
  it("is created once, with its tags and attributes", async () => {
    const asked = {
      Name: "orders",
      Tags: [{ Key: "team", Value: "a<b>&\u00e9" }],
      Attributes: { DisplayName: "Orders & more" },
    };
    assert.equal((await sns.createTopic(asked)).TopicArn, arn("orders"));
    assert.equal((await sns.createTopic(asked)).TopicArn, arn("orders"));
    assert.equal((await sns.createTopic({ Name: "orders" })).TopicArn, arn("orders"));
    assert.deepEqual(await tagsOf("orders"), { team: "a<b>&\u00e9" });
    const invalid = (message: string) => ({ name: "InvalidParameterException", message });
    await assert.rejects(
      sns.createTopic({ ...asked, Tags: [{ Key: "team", Value: "b" }] }),
      invalid("Invalid parameter: Tags Reason: Topic already exists with different tags"),
    );
    await assert.rejects(
      sns.createTopic({ ...asked, Attributes: { DisplayName: "Others" } }),
      invalid("Invalid parameter: Attributes Reason: Topic already exists with different attributes"),
    );
  });

  it("tells its attributes, AWS's defaults among them, and takes new ones", async () => {
    await sns.createTopic({ Name: "attributes" });
    const read = async () => (await sns.getTopicAttributes({ TopicArn: arn("attributes") })).Attributes ?? {};
    const { Policy = "", EffectiveDeliveryPolicy = "", ...others } = await read();
    assert.deepEqual(others, {
      TopicArn: arn("attributes"),
      Owner: ACCOUNT,
      DisplayName: "",
      SubscriptionsConfirmed: "0",
      SubscriptionsPending: "0",
      SubscriptionsDeleted: "0",
    });
    assert.equal(JSON.parse(Policy).Statement[0].Resource, arn("attributes"));
    assert.equal(JSON.parse(EffectiveDeliveryPolicy).http.defaultHealthyRetryPolicy.numRetries, 10);
    const policy = JSON.stringify({ Version: "2012-10-17", Statement: [] });
    const set = (AttributeName: string, AttributeValue: string) =>
      sns.setTopicAttributes({ TopicArn: arn("attributes"), AttributeName, AttributeValue });
    await set("Policy", policy);
    await set("SignatureVersion", "2");
    await set("DisplayName", "line\rbreak");
    const changed = await read();
    assert.deepEqual(
      [changed["Policy"], changed["SignatureVersion"], changed["DisplayName"]],
      [policy, "2", "line\rbreak"],
    );
    await set("DisplayName", "");
    // What Terraform sets without being asked to.
    for (const protocol of ["Application", "Firehose", "HTTP", "Lambda", "SQS"]) {
      await set(`${protocol}SuccessFeedbackSampleRate`, "0");
      await assert.rejects(set(`${protocol}SuccessFeedbackSampleRate`, "5"), { name: "InvalidParameterException" });
    }
    assert.equal((await read())["DisplayName"], "");
  });

  it("is tagged and untagged", async () => {
    await sns.createTopic({ Name: "tags" });
    const ResourceArn = arn("tags");
    await sns.tagResource({
      ResourceArn,
      Tags: [
        { Key: "k1", Value: "v1" },
        { Key: "k2", Value: "" },
      ],
    });
    await sns.tagResource({ ResourceArn, Tags: [{ Key: "k1", Value: "v1b" }] });
    assert.deepEqual(await tagsOf("tags"), { k1: "v1b", k2: "" });
    await sns.untagResource({ ResourceArn, TagKeys: ["k1", "k3"] });
    assert.deepEqual(await tagsOf("tags"), { k2: "" });
  });

  it("is deleted, and deleting it again is harmless", async () => {
    await sns.createTopic({ Name: "gone", Tags: [{ Key: "old", Value: "yes" }] });
    await sns.deleteTopic({ TopicArn: arn("gone") });
    await sns.deleteTopic({ TopicArn: arn("gone") });
    await assert.rejects(sns.getTopicAttributes({ TopicArn: arn("gone") }), {
      name: "NotFoundException",
      message: "Topic does not exist",
    });
    await sns.createTopic({ Name: "gone" });
    assert.deepEqual(await tagsOf("gone"), {});
  });

  it("is listed, a hundred to a page, and only to its account and region", async () => {
    const other = box.sns({ account: "999999999999" });
    for (let index = 0; index < 103; index += 1) await other.createTopic({ Name: `t${index}` });
    await box.sns({ account: "999999999999", region: "us-west-2" }).createTopic({ Name: "elsewhere" });
    const first = await other.listTopics({});
    assert.equal(first.Topics?.length, 100);
    const second = await other.listTopics({ NextToken: first.NextToken });
    assert.equal(second.NextToken, undefined);
    const names = [...(first.Topics ?? []), ...(second.Topics ?? [])].map(({ TopicArn = "" }) => TopicArn);
    assert.deepEqual(names.sort(), Array.from({ length: 103 }, (_, index) => arn(`t${index}`, "999999999999")).sort());
  });
});

describe("a request that is wrong", () => {
  const TopicArn = arn("wrong");
  const long = "x".repeat(256 * 1024);
  type Case = [what: string, ask: () => Promise<unknown>, name: string, message: RegExp | string];
  const attributes = (value: object) => ({ MessageAttributes: { a: value as never } });
  const publish = (more: object) => () => sns.publish({ TopicArn, Message: "m", ...more });
  const subscribe = (more: object) => () =>
    sns.subscribe({ TopicArn, Protocol: "http", Endpoint: "http://192.168.0.1/", ...more });
  const create = (more: object) => () => sns.createTopic({ Name: "wrong", ...more });
  const cases: Case[] = [
    ["a name with a dot", create({ Name: "a.b" }), "InvalidParameterException", "Invalid parameter: Topic Name"],
    ["an empty name", create({ Name: "" }), "InvalidParameterException", "Invalid parameter: Topic Name"],
    ["a long name", create({ Name: "a".repeat(257) }), "InvalidParameterException", "Invalid parameter: Topic Name"],
    [
      "a FIFO topic",
      create({ Name: "a.fifo", Attributes: { FifoTopic: "true" } }),
      "InvalidParameterException",
      /FifoTopic: signalbox does not support/,
    ],
    ["a FIFO name", create({ Name: "a.fifo" }), "InvalidParameterException", "Invalid parameter: Topic Name"],
    [
      "an unknown attribute",
      create({ Attributes: { Colour: "red" } }),
      "InvalidParameterException",
      "Invalid parameter: Attributes Reason: AttributeName",
    ],
    [
      "a name of the prototype",
      create({ Attributes: { constructor: "x" } }),
      "InvalidParameterException",
      /AttributeName/,
    ],
    [
      "a key to encrypt with",
      create({ Attributes: { KmsMasterKeyId: "alias/x" } }),
      "InvalidParameterException",
      /KmsMasterKeyId: signalbox/,
    ],
    ["a policy that is no JSON", create({ Attributes: { Policy: "x" } }), "InvalidParameterException", /Policy Reason/],
    [
      "a signature version 3",
      create({ Attributes: { SignatureVersion: "3" } }),
      "InvalidParameterException",
      /SignatureVersion: Invalid value \[3\]/,
    ],
    [
      "a tag twice",
      create({
        Tags: [
          { Key: "k", Value: "1" },
          { Key: "k", Value: "2" },
        ],
      }),
      "InvalidParameterException",
      "Invalid parameter: Duplicated keys are not allowed.",
    ],
    [
      "51 tags",
      create({ Tags: Array.from({ length: 51 }, (_, index) => ({ Key: `k${index}`, Value: "" })) }),
      "TagLimitExceededException",
      /tag quota/,
    ],
    [
      "tags of no topic",
      () => sns.listTagsForResource({ ResourceArn: arn("nothing") }),
      "ResourceNotFoundException",
      "Resource does not exist",
    ],
    ["no topic", publish({ TopicArn: arn("nothing") }), "NotFoundException", "Topic does not exist"],
    [
      "no ARN",
      publish({ TopicArn: "orders" }),
      "InvalidParameterException",
      "Invalid parameter: TopicArn Reason: An ARN must have at least 6 elements, not 1",
    ],
    [
      "an ARN of another region",
      publish({ TopicArn: arn("wrong", ACCOUNT, "us-east-1") }),
      "InvalidParameterException",
      "Invalid parameter: TopicArn",
    ],
    [
      "an ARN of another account",
      publish({ TopicArn: arn("wrong", "999999999999") }),
      "AuthorizationErrorException",
      /not authorized to perform: SNS:Publish/,
    ],
    [
      "neither topic nor target",
      () => sns.publish({ Message: "m" }),
      "InvalidParameterException",
      /TopicArn or TargetArn Reason/,
    ],
    [
      "a telephone",
      () => sns.publish({ Message: "m", PhoneNumber: "+4930123" }),
      "InvalidParameterException",
      /PhoneNumber Reason/,
    ],
    ["an empty message", publish({ Message: "" }), "InvalidParameterException", "Invalid parameter: Empty message"],
    [
      "a message too long by its attributes",
      publish({ Message: long, ...attributes({ DataType: "String", StringValue: "v" }) }),
      "InvalidParameterException",
      "Invalid parameter: Message too long",
    ],
    [
      "a message too long in bytes",
      publish({ Message: "\u00e9".repeat(128 * 1024 + 1) }),
      "InvalidParameterException",
      "Invalid parameter: Message too long",
    ],
    ["an empty subject", publish({ Subject: "" }), "InvalidParameterException", "Invalid parameter: Subject"],
    [
      "a subject of 101",
      publish({ Subject: "s".repeat(101) }),
      "InvalidParameterException",
      "Invalid parameter: Subject",
    ],
    ["a subject of two lines", publish({ Subject: "a\nb" }), "InvalidParameterException", "Invalid parameter: Subject"],
    ["a group id", publish({ MessageGroupId: "g" }), "InvalidParameterException", /MessageGroupId Reason/],
    [
      "JSON without default",
      publish({ MessageStructure: "json", Message: '{"http":"x"}' }),
      "InvalidParameterException",
      "Invalid parameter: Message Structure - No default entry in JSON message body",
    ],
    [
      "JSON that is none",
      publish({ MessageStructure: "json" }),
      "InvalidParameterException",
      "Invalid parameter: Message Structure - JSON message body failed to parse",
    ],
    [
      "another structure",
      publish({ MessageStructure: "xml" }),
      "InvalidParameterException",
      "Invalid parameter: MessageStructure",
    ],
    [
      "an attribute without value",
      publish(attributes({ DataType: "String" })),
      "InvalidParameterValueException",
      /non-empty message attribute value/,
    ],
    [
      "an attribute without type",
      publish(attributes({ StringValue: "v" })),
      "InvalidParameterValueException",
      /non-empty message attribute type/,
    ],
    [
      "an attribute of an unknown type",
      publish(attributes({ DataType: "Date", StringValue: "v" })),
      "InvalidParameterValueException",
      /invalid message attribute type/,
    ],
    [
      "a number that is none",
      publish(attributes({ DataType: "Number", StringValue: "v" })),
      "InvalidParameterValueException",
      /Could not cast/,
    ],
    [
      "a queue",
      subscribe({ Protocol: "sqs", Endpoint: `arn:aws:sqs:${REGION}:${ACCOUNT}:q` }),
      "InvalidParameterException",
      /does not support sqs/,
    ],
    [
      "an address for letters",
      subscribe({ Protocol: "email", Endpoint: "a@example.com" }),
      "InvalidParameterException",
      /does not support email/,
    ],
    [
      "a protocol that nobody knows",
      subscribe({ Protocol: "pigeon" }),
      "InvalidParameterException",
      "Invalid parameter: Amazon SNS does not support this protocol string: pigeon",
    ],
    [
      "an endpoint of another protocol",
      subscribe({ Protocol: "https" }),
      "InvalidParameterException",
      "Invalid parameter: Endpoint must match the specified protocol",
    ],
    [
      "an endpoint that is no URL",
      subscribe({ Endpoint: "http://" }),
      "InvalidParameterException",
      "Invalid parameter: Endpoint",
    ],
    [
      "a filter",
      subscribe({ Attributes: { FilterPolicy: '{"a":["b"]}' } }),
      "InvalidParameterException",
      /FilterPolicy: signalbox/,
    ],
    [
      "raw delivery of another kind",
      subscribe({ Attributes: { RawMessageDelivery: "maybe" } }),
      "InvalidParameterException",
      "Invalid parameter: Attributes Reason: RawMessageDelivery: Invalid value [maybe]. Must be true or false.",
    ],
    [
      "a token that is none",
      () => sns.confirmSubscription({ TopicArn, Token: "t" }),
      "InvalidParameterException",
      "Invalid parameter: Token",
    ],
    [
      "no subscription",
      () =>
        sns.getSubscriptionAttributes({
          SubscriptionArn: `${TopicArn}:${"0".repeat(8)}-0000-4000-a000-${"0".repeat(12)}`,
        }),
      "NotFoundException",
      "Subscription does not exist",
    ],
    [
      "a subscription without id",
      () => sns.unsubscribe({ SubscriptionArn: `${TopicArn}:x` }),
      "InvalidParameterException",
      "Invalid parameter: SubscriptionId",
    ],
    [
      "a page that is none",
      () => sns.listTopics({ NextToken: "x" }),
      "InvalidParameterException",
      "Invalid parameter: NextToken",
    ],
    [
      "an operation that is not built",
      () => sns.addPermission({ TopicArn, Label: "l", AWSAccountId: [ACCOUNT], ActionName: ["Publish"] }),
      "NotImplementedException",
      "signalbox does not implement the SNS operation AddPermission.",
    ],
  ];
  for (const [what, ask, name, message] of cases) {
    it(`is told so: ${what}`, async () => {
      await sns.createTopic({ Name: "wrong" });
      await assert.rejects(ask(), { name, message });
    });
  }

  it("changes nothing", async () => {
    const { Attributes: { SubscriptionsPending } = {} } = await sns.getTopicAttributes({ TopicArn });
    assert.equal(SubscriptionsPending, "0");
    assert.deepEqual(await tagsOf("wrong"), {});
  });

  it("is answered in Query's XML, with 501 for what is not built and 400 for what does not exist", async () => {
    const ask = (body: string) =>
      fetch(box.url, { method: "POST", body, headers: { "content-type": "application/x-www-form-urlencoded" } });
    const notBuilt = await ask("Action=PublishBatch&Version=2010-03-31");
    assert.equal(notBuilt.status, 501);
    assert.match(await notBuilt.text(), /<Type>Receiver<\/Type><Code>NotImplementedException/);
    const unknown = await ask("Action=Fly&Version=2010-03-31");
    assert.equal(unknown.status, 400);
    assert.match(await unknown.text(), /<Code>InvalidAction<\/Code>/);
    assert.match(
      await (await ask("Action=CreateTopic&Version=2010-03-31")).text(),
      /<Code>ValidationError<\/Code><Message>.* Value null at 'name'/,
    );
  });

  it("is not asked for by a GET, but for the links in messages", async () => {
    assert.equal((await fetch(`${box.url}/?Action=CreateTopic&Name=by-get&Version=2010-03-31`)).status, 404);
    const confirmed = await fetch(`${box.url}/?Action=ConfirmSubscription&TopicArn=${TopicArn}&Token=t`);
    assert.equal(confirmed.status, 400);
    assert.match(await confirmed.text(), /Invalid parameter: Token/);
    assert.equal((await fetch(`${box.url}/_sns/SimpleNotificationService-0.pem`)).status, 404);
  });

  it("that is signed for SNS comes here by its signature alone", async () => {
    const client = new SNS({
      endpoint: box.url,
      region: REGION,
      credentials: { accessKeyId: ACCOUNT, secretAccessKey: "t" },
    });
    assert.ok((await client.listTopics({})).Topics);
    client.destroy();
  });
});
