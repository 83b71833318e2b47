/** Messages to a real receiver: confirmed, signed, retried, owed over a restart, and refused where they may not go. */
import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it, type TestContext } from "node:test";
import { SNS } from "@aws-sdk/client-sns";
import { startProgram } from "../support/realProgram.ts";
import { type RunningSignalbox, startSignalbox } from "../support/signalbox.ts";
import { envelopeOf, isSigned, type Receiver, startReceiver } from "../support/snsReceiver.ts";

const receiver = await startReceiver({ after });
const box = await startSignalbox({ after }, { flags: { "allow-outgoing": receiver.host } });
const sns = box.sns();

/** A topic with a confirmed subscription on a path of its own. */
async function subscribed(name: string, attributes: Record<string, string> = {}, on = box, to: Receiver = receiver) {
  const client = on.sns();
  const { TopicArn = "" } = await client.createTopic({ Name: name });
  const Endpoint = `${to.url}/${name}`;
  await client.subscribe({ TopicArn, Protocol: "http", Endpoint, Attributes: attributes });
  await on.advance(0);
  const { Token = "" } = envelopeOf(at(name, to).at(-1) ?? assert.fail("no confirmation came"));
  const { SubscriptionArn = "" } = await client.confirmSubscription({ TopicArn, Token });
  return { TopicArn, SubscriptionArn, Endpoint };
}

/** What came to the path, in order. */
const at = (name: string, to: Receiver = receiver) => to.received.filter(({ path }) => path === `/${name}`);
const messagesAt = (name: string, to: Receiver = receiver) =>
  at(name, to)
    .map(envelopeOf)
    .filter(({ Type }) => Type === "Notification")
    .map(({ Message }) => Message);

describe("a subscription", () => {
  it("is pending until its token comes back by the link", async () => {
    const { TopicArn } = await sns.createTopic({ Name: "link" });
    const asked = { TopicArn, Protocol: "http", Endpoint: `${receiver.url}/link` };
    assert.equal((await sns.subscribe(asked)).SubscriptionArn, "pending confirmation");
    await sns.publish({ TopicArn, Message: "nobody hears this" });
    await box.advance(0);
    const [first = assert.fail(), ...others] = at("link");
    assert.deepEqual(others, []);
    assert.equal(first.headers["x-amz-sns-message-type"], "SubscriptionConfirmation");
    assert.equal(first.headers["x-amz-sns-topic-arn"], TopicArn);
    assert.equal(first.headers["x-amz-sns-subscription-arn"], undefined);
    assert.equal(first.headers["content-type"], "text/plain; charset=UTF-8");
    const envelope = envelopeOf(first);
    assert.equal(first.headers["x-amz-sns-message-id"], envelope["MessageId"]);
    assert.equal(envelope["Type"], "SubscriptionConfirmation");
    assert.ok(await isSigned(envelope));
    assert.equal(await isSigned({ ...envelope, Token: "another" }), false);

    const { SubscriptionArn = "" } = await sns.subscribe({ ...asked, ReturnSubscriptionArn: true });
    const attributes = async () => (await sns.getSubscriptionAttributes({ SubscriptionArn })).Attributes ?? {};
    assert.equal((await attributes())["PendingConfirmation"], "true");
    assert.equal((await sns.listSubscriptions({})).Subscriptions?.[0]?.SubscriptionArn, "PendingConfirmation");

    const confirmed = await fetch(String(envelope["SubscribeURL"]));
    assert.equal(confirmed.status, 200);
    assert.match(await confirmed.text(), new RegExp(`<SubscriptionArn>${SubscriptionArn}</SubscriptionArn>`));
    const { EffectiveDeliveryPolicy, ...told } = await attributes();
    assert.ok(EffectiveDeliveryPolicy);
    assert.deepEqual(told, {
      SubscriptionArn,
      TopicArn,
      Owner: "123456789012",
      Protocol: "http",
      Endpoint: asked.Endpoint,
      PendingConfirmation: "false",
      ConfirmationWasAuthenticated: "false",
      RawMessageDelivery: "false",
      SubscriptionPrincipal: "arn:aws:iam::123456789012:root",
    });
    assert.equal((await sns.subscribe(asked)).SubscriptionArn, SubscriptionArn);
    const { Subscriptions } = await sns.listSubscriptionsByTopic({ TopicArn });
    assert.deepEqual(Subscriptions, [
      { SubscriptionArn, Owner: "123456789012", Protocol: "http", Endpoint: asked.Endpoint, TopicArn },
    ]);
    const { Attributes } = await sns.getTopicAttributes({ TopicArn });
    assert.deepEqual([Attributes?.["SubscriptionsConfirmed"], Attributes?.["SubscriptionsPending"]], ["1", "0"]);
  });

  it("that nobody confirms is forgotten after three days", async (context) => {
    const own = await startSignalbox(context, { flags: { "allow-outgoing": receiver.host } });
    const { TopicArn } = await own.sns().createTopic({ Name: "late" });
    await own.sns().subscribe({ TopicArn, Protocol: "http", Endpoint: `${receiver.url}/late` });
    await own.advance(3 * 86_400 + 1);
    const { Token } = envelopeOf(at("late")[0] ?? assert.fail());
    await assert.rejects(own.sns().confirmSubscription({ TopicArn, Token }), { message: "Invalid parameter: Token" });
    assert.deepEqual((await own.sns().listSubscriptions({})).Subscriptions, []);
  });

  it("is ended by its owner without a word", async () => {
    const { TopicArn, SubscriptionArn } = await subscribed("owner");
    await sns.unsubscribe({ SubscriptionArn });
    await sns.unsubscribe({ SubscriptionArn });
    await sns.publish({ TopicArn, Message: "too late" });
    await box.advance(0);
    assert.equal(at("owner").length, 1);
    await assert.rejects(sns.getSubscriptionAttributes({ SubscriptionArn }), { name: "NotFoundException" });
    const { Attributes } = await sns.getTopicAttributes({ TopicArn });
    assert.deepEqual([Attributes?.["SubscriptionsConfirmed"], Attributes?.["SubscriptionsDeleted"]], ["0", "1"]);
  });

  it("is ended by anyone with the link, and can be taken back", async () => {
    const { TopicArn, SubscriptionArn } = await subscribed("anyone");
    await sns.publish({ TopicArn, Message: "one" });
    await box.advance(0);
    const notification = envelopeOf(at("anyone").at(-1) ?? assert.fail());
    assert.equal((await fetch(String(notification["UnsubscribeURL"]))).status, 200);
    await sns.publish({ TopicArn, Message: "two" });
    await box.advance(0);
    const last = at("anyone").at(-1) ?? assert.fail();
    assert.equal(last.headers["x-amz-sns-message-type"], "UnsubscribeConfirmation");
    assert.equal(last.headers["x-amz-sns-subscription-arn"], SubscriptionArn);
    assert.ok(await isSigned(envelopeOf(last)));
    assert.deepEqual((await sns.listSubscriptionsByTopic({ TopicArn })).Subscriptions, []);
    assert.equal((await fetch(String(envelopeOf(last)["SubscribeURL"]))).status, 200);
    await sns.publish({ TopicArn, Message: "three" });
    await box.advance(0);
    assert.deepEqual(messagesAt("anyone"), ["one", "three"]);
  });

  it("that was cancelled gets none of the messages that it was still owed", async () => {
    const { TopicArn } = await subscribed("cancelled");
    receiver.answerWith((path) => (path === "/cancelled" ? 500 : 200));
    await sns.publish({ TopicArn, Message: "not this one" });
    await box.advance(0);
    receiver.answerWith(() => 200);
    await fetch(String(envelopeOf(at("cancelled").at(-1) ?? assert.fail())["UnsubscribeURL"]));
    await box.advance(3600);
    assert.deepEqual(
      at("cancelled").map(({ headers }) => headers["x-amz-sns-message-type"]),
      ["SubscriptionConfirmation", "Notification", "UnsubscribeConfirmation"],
    );
  });

  it("may be ended only by its owner when it was confirmed so", async () => {
    const { TopicArn } = await sns.createTopic({ Name: "owner-only" });
    await sns.subscribe({ TopicArn, Protocol: "http", Endpoint: `${receiver.url}/owner-only` });
    await box.advance(0);
    const { Token } = envelopeOf(at("owner-only")[0] ?? assert.fail());
    const { SubscriptionArn } = await sns.confirmSubscription({ TopicArn, Token, AuthenticateOnUnsubscribe: "true" });
    const link = `${box.url}/?Action=Unsubscribe&SubscriptionArn=${SubscriptionArn}`;
    const refused = await fetch(link);
    assert.equal(refused.status, 403);
    assert.match(await refused.text(), /AuthorizationError/);
    await sns.unsubscribe({ SubscriptionArn });
  });

  it("to this machine is refused unless the setting names the host", async (context) => {
    const own = await startSignalbox(context);
    const { TopicArn } = await own.sns().createTopic({ Name: "refused" });
    const hosts = [receiver.host, "localhost:1", "169.254.169.254", "[::ffff:127.0.0.1]:80", "[fe80::1]"];
    for (const host of hosts) {
      const asked = own.sns().subscribe({ TopicArn, Protocol: "http", Endpoint: `http://${host}/latest/meta-data` });
      await assert.rejects(asked, (error: Error) => {
        assert.equal(error.name, "InvalidParameterException");
        assert.match(
          error.message,
          /^Invalid parameter: Endpoint Reason: Signalbox does not connect to .*--allow-outgoing/,
        );
        return true;
      });
    }
    assert.deepEqual((await own.sns().listSubscriptions({})).Subscriptions, []);
  });
});

describe("a message", () => {
  for (const version of ["1", "2"]) {
    it(`is delivered in its envelope, with signature version ${version}`, async () => {
      const name = `signed-${version}`;
      const { TopicArn, SubscriptionArn } = await subscribed(name);
      await sns.setTopicAttributes({ TopicArn, AttributeName: "SignatureVersion", AttributeValue: version });
      const Message = '{"status":"Failed","text":"\u00e9\\n\u2028"}';
      const { MessageId } = await sns.publish({
        TopicArn,
        Subject: "A subject",
        Message,
        MessageAttributes: {
          number: { DataType: "Number", StringValue: "1.5" },
          bytes: { DataType: "Binary", BinaryValue: Buffer.from([0, 255]) },
        },
      });
      await box.advance(0);
      const request = at(name).at(-1) ?? assert.fail();
      assert.equal(request.headers["x-amz-sns-message-type"], "Notification");
      assert.equal(request.headers["x-amz-sns-message-id"], MessageId);
      assert.equal(request.headers["x-amz-sns-subscription-arn"], SubscriptionArn);
      const envelope = envelopeOf(request);
      const { Timestamp, Signature, SigningCertURL, ...others } = envelope;
      assert.equal(Timestamp, new Date(Math.floor((await box.now()) * 1000)).toISOString());
      assert.ok(Signature && String(SigningCertURL).startsWith(`${box.url}/_sns/`));
      assert.deepEqual(others, {
        Type: "Notification",
        MessageId,
        TopicArn,
        Subject: "A subject",
        Message,
        SignatureVersion: version,
        UnsubscribeURL: `${box.url}/?Action=Unsubscribe&SubscriptionArn=${SubscriptionArn}`,
        MessageAttributes: { number: { Type: "Number", Value: "1.5" }, bytes: { Type: "Binary", Value: "AP8=" } },
      });
      assert.ok(await isSigned(envelope));
      assert.equal(await isSigned({ ...envelope, Message: "forged" }), false);
      assert.equal(await isSigned({ ...envelope, Subject: "forged" }), false);
    });
  }

  it("is delivered raw where that was asked for", async () => {
    const { TopicArn, SubscriptionArn } = await subscribed("raw", { RawMessageDelivery: "true" });
    await sns.publish({ TopicArn, Message: "as it is" });
    await box.advance(0);
    const last = at("raw").at(-1);
    assert.equal(last?.body, "as it is");
    assert.equal(last.headers["x-amz-sns-rawdelivery"], "true");
    await sns.setSubscriptionAttributes({
      SubscriptionArn,
      AttributeName: "RawMessageDelivery",
      AttributeValue: "false",
    });
    await sns.publish({ TopicArn, Message: "in an envelope" });
    await box.advance(0);
    assert.equal(envelopeOf(at("raw").at(-1) ?? assert.fail())["Message"], "in an envelope");
  });

  it("may differ by protocol, and may be 256 KiB long", async () => {
    const { TopicArn } = await subscribed("structure");
    const Message = JSON.stringify({ default: "for others", http: "for http", sqs: "for queues" });
    await sns.publish({ TopicArn, Message, MessageStructure: "json" });
    const long = "%".repeat(256 * 1024);
    await sns.publish({ TargetArn: TopicArn, Message: long });
    await box.advance(0);
    assert.deepEqual(messagesAt("structure"), ["for http", long]);
  });

  it("goes to each subscription, and one that fails holds up no other", async () => {
    const { TopicArn } = await subscribed("fan-1");
    await sns.subscribe({ TopicArn, Protocol: "http", Endpoint: `${receiver.url}/fan-2` });
    await box.advance(0);
    await sns.confirmSubscription({ TopicArn, Token: envelopeOf(at("fan-2")[0] ?? assert.fail())["Token"] });
    receiver.answerWith((path) => (path === "/fan-1" ? 500 : 200));
    await sns.publish({ TopicArn, Message: "to both" });
    await box.advance(0);
    receiver.answerWith(() => 200);
    assert.deepEqual([messagesAt("fan-1").length, messagesAt("fan-2").length], [1, 1]);
    await sns.deleteTopic({ TopicArn });
    await box.advance(3600);
    assert.equal(messagesAt("fan-1").length, 1, "a deleted topic sends nothing");
  });

  it("is tried again with growing pauses until the receiver recovers", async () => {
    const { TopicArn } = await subscribed("recovers");
    receiver.answerWith((path, count) =>
      path === "/recovers" && count <= 5 ? ([500, 429, 503, 502][count - 2] ?? 500) : 200,
    );
    await sns.publish({ TopicArn, Message: "at last" });
    const counts: number[] = [];
    for (const seconds of [0, 0.99, 0.02, 2.2, 4.9, 10.7, 3600]) {
      await box.advance(seconds);
      counts.push(messagesAt("recovers").length);
    }
    receiver.answerWith(() => 200);
    assert.deepEqual(counts, [1, 1, 2, 3, 4, 5, 5]);
    assert.ok(box.log.some((line) => /will be tried again: .*\/recovers answered 500/.test(line)));
  });

  it("is given up when the last retry fails", async () => {
    const { TopicArn } = await subscribed("never");
    receiver.answerWith((path) => (path === "/never" ? 500 : 200));
    await sns.publish({ TopicArn, Message: "lost" });
    await box.advance(36 * 60);
    assert.equal(messagesAt("never").length, 10);
    await box.advance(86_400);
    receiver.answerWith(() => 200);
    assert.equal(messagesAt("never").length, 11);
    assert.ok(box.log.some((line) => /given up: .*\/never answered 500/.test(line)));
  });

  for (const status of [400, 404, 301]) {
    it(`is not tried again after ${status}`, async () => {
      const { TopicArn } = await subscribed(`final-${status}`);
      receiver.answerWith((path) => (path === `/final-${status}` ? status : 200));
      await sns.publish({ TopicArn, Message: "no" });
      await box.advance(86_400);
      receiver.answerWith(() => 200);
      assert.equal(messagesAt(`final-${status}`).length, 1);
    });
  }
});

describe("what is owed", () => {
  const kept = async (context: TestContext) => {
    const folder = await mkdtemp(join(tmpdir(), "signalbox-sns-"));
    context.after(() => rm(folder, { recursive: true, force: true, maxRetries: 3 }));
    return { "data-dir": folder, "allow-outgoing": receiver.host };
  };
  const certificateOf = (name: string) => String(envelopeOf(at(name).at(-1) ?? assert.fail())["SigningCertURL"]);

  it("is delivered by the next process, signed with the same key", async (context) => {
    const flags = await kept(context);
    const before = await startSignalbox(context, { flags });
    const { TopicArn } = await subscribed("restart", {}, before);
    receiver.answerWith((path) => (path === "/restart" ? 500 : 200));
    await before.sns().publish({ TopicArn, Message: "owed" });
    await before.advance(0);
    const oldCertificate = new URL(certificateOf("restart")).pathname;
    await before.stop();
    receiver.answerWith(() => 200);
    const next: RunningSignalbox = await startSignalbox(context, { flags });
    await next.advance(1);
    assert.deepEqual(messagesAt("restart"), ["owed", "owed"]);
    const envelope = envelopeOf(at("restart").at(-1) ?? assert.fail());
    assert.equal(new URL(certificateOf("restart")).pathname, oldCertificate);
    assert.ok(String(envelope["UnsubscribeURL"]).startsWith(next.url), "its links lead to the new address");
    assert.ok(await isSigned(envelope));
    await next.advance(86_400);
    assert.equal(messagesAt("restart").length, 2);
  });

  it("survives kill -9 from the moment that Publish has answered", async (context) => {
    const flags = await kept(context);
    const client = (endpoint: string) => {
      const credentials = { accessKeyId: "123456789012", secretAccessKey: "test" };
      const made = new SNS({ endpoint, region: "eu-west-1", credentials, maxAttempts: 1 });
      context.after(() => made.destroy());
      return made;
    };
    const killed = await startProgram(flags);
    context.after(killed.kill9);
    const { TopicArn } = await client(killed.url).createTopic({ Name: "killed" });
    await client(killed.url).subscribe({ TopicArn, Protocol: "http", Endpoint: `${receiver.url}/killed` });
    await receiver.waitFor("/killed", 1);
    const { Token } = envelopeOf(at("killed")[0] ?? assert.fail());
    await client(killed.url).confirmSubscription({ TopicArn, Token });
    receiver.holdBack("/killed");
    for (const Message of ["first", "second"]) await client(killed.url).publish({ TopicArn, Message });
    await killed.kill9();
    receiver.release();
    const seen = at("killed").length;
    const next = await startProgram(flags);
    context.after(next.kill9);
    await receiver.waitFor("/killed", seen + 2);
    assert.deepEqual(
      messagesAt("killed")
        .slice(seen - 1)
        .sort(),
      ["first", "second"],
    );
  });

  it("is still owed when the process ends while the receiver has not answered", async (context) => {
    const flags = await kept(context);
    const before = await startSignalbox(context, { flags });
    const { TopicArn } = await subscribed("cut-off", {}, before);
    receiver.holdBack("/cut-off");
    await before.sns().publish({ TopicArn, Message: "under way" });
    await receiver.waitFor("/cut-off", 2);
    await before.stop();
    receiver.release();
    const next = await startSignalbox(context, { flags });
    await next.advance(0);
    assert.deepEqual(messagesAt("cut-off"), ["under way", "under way"]);
  });
});
