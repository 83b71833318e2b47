/** Who is told of a deployment: topics, an event bus and a webhook, each once and in order, whatever happens to them. */
import assert from "node:assert/strict";
import { readFile, stat } from "node:fs/promises";
import { after, describe, it } from "node:test";
import type { CreateDeploymentGroupCommandInput, TriggerEventType } from "@aws-sdk/client-codedeploy";
import type { NotificationPage } from "../../src/management/notifications.ts";
import { runCommand } from "../support/commandLine.ts";
import {
  appSpec,
  deploy,
  type Hooks,
  lambdaGroup,
  publishTwoVersions,
  reportingHook,
} from "../support/lambdaFixtures.ts";
import {
  cloudEvents,
  type Received,
  type Receiver,
  startEventBridge,
  startReceiver,
  startSns,
  told,
} from "../support/receivers.ts";
import { ACCOUNT, authorization, REGION, type RunningSignalbox, startSignalbox } from "../support/signalbox.ts";
import { envelopeOf, startReceiver as startSubscriber } from "../support/snsReceiver.ts";

const TOPIC = `arn:aws:sns:${REGION}:${ACCOUNT}:releases`;
const EVERY_EVENT: TriggerEventType[] = [
  "DeploymentStart",
  "DeploymentSuccess",
  "DeploymentFailure",
  "DeploymentStop",
  "DeploymentRollback",
  "DeploymentReady",
];
const SECRET = "a secret between the two of us";

const sns = await startSns({ after });
const bus = await startEventBridge({ after });
const box = await startSignalbox(
  { after },
  {
    flags: {
      endpoint: `sns=${sns.url},events=${bus.url}`,
      "allow-outgoing": "127.0.0.1",
      "webhook-secret": SECRET,
      "event-bus": "releases",
      "event-source": "shop.codedeploy",
    },
  },
);
const codedeploy = box.codeDeploy();
const lambda = box.lambda();

const trigger = (triggerName: string, triggerTargetArn = TOPIC, triggerEvents = EVERY_EVENT) => {
  return { triggerName, triggerTargetArn, triggerEvents };
};

/** A group of its own, whose webhook is `receiver`, and a deployment in it. */
async function deployTo(
  receiver: Receiver,
  { hooks = {}, group = {} }: { hooks?: Hooks; group?: Partial<CreateDeploymentGroupCommandInput> } = {},
) {
  const tags = [{ Key: "signalbox:webhook", Value: `${receiver.url}/hook` }];
  const names = await lambdaGroup(codedeploy, { tags, ...group });
  const versions = await publishTwoVersions(lambda);
  const deploymentId = await deploy(codedeploy, names, appSpec(versions, hooks));
  await box.advance(0);
  return { ...names, deploymentId };
}

async function notifications(state: "owed" | "dead", of: RunningSignalbox = box) {
  const headers = { authorization: authorization() };
  const response = await fetch(`${of.url}/_signalbox/notifications?state=${state}&limit=1000`, { headers });
  return ((await response.json()) as NotificationPage).notifications;
}

/** Those to this receiver, the number and the error of each. */
const deadTo = async ({ url }: Receiver) =>
  (await notifications("dead")).filter(({ receiver }) => receiver.startsWith(url));

/** The messages of one trigger, parsed. */
const published = (triggerName: string) =>
  sns
    .published()
    .map(({ Message, ...rest }) => ({ ...rest, message: JSON.parse(Message) }))
    .filter(({ message }) => message.eventTriggerName === triggerName);

/** Of one deployment, `<event>` in order. */
const states = (deploymentId: string) =>
  bus
    .events()
    .map(({ Detail }) => JSON.parse(Detail))
    .filter((detail) => detail.deploymentId === deploymentId)
    .map(({ state }) => state);

describe("a deployment that succeeds", () => {
  it("is told of to topic, bus and webhook: its start and its success, once each", async (test) => {
    const receiver = await startReceiver(test);
    const { deploymentId, applicationName, deploymentGroupName } = await deployTo(receiver, {
      group: { triggerConfigurations: [trigger("success")] },
    });
    assert.deepEqual(told(receiver), [`${deploymentId} DeploymentStart`, `${deploymentId} DeploymentSuccess`]);
    assert.deepEqual(states(deploymentId), ["START", "SUCCESS"]);
    const messages = published("success");
    assert.deepEqual(
      messages.map(({ TopicArn, Subject, message }) => [TopicArn, Subject, message.status]),
      ["InProgress", "Succeeded"].map((status) => [
        TOPIC,
        `${status.toUpperCase()}: AWS CodeDeploy ${deploymentId} in ${REGION} to ${applicationName}`,
        status,
      ]),
    );
    const { deploymentInfo } = await codedeploy.getDeployment({ deploymentId });
    const seconds = (date: Date | undefined) => (Number(date) / 1000).toFixed(3);
    assert.equal(messages[1]?.message.completeTime, seconds(deploymentInfo?.completeTime));
    assert.equal(messages[1]?.message.createTime, seconds(deploymentInfo?.createTime));
    const { deploymentGroupInfo } = await codedeploy.getDeploymentGroup({ applicationName, deploymentGroupName });
    const event = bus.events().find(({ Detail }) => JSON.parse(Detail).deploymentId === deploymentId);
    assert.equal(JSON.parse(event?.Detail ?? "").instanceGroupId, deploymentGroupInfo?.deploymentGroupId);
    assert.deepEqual([event?.EventBusName, event?.Source], ["releases", "shop.codedeploy"]);
    assert.deepEqual(await notifications("owed"), []);
  });

  it("is told of with a signature that the secret proves, over the very body", async (test) => {
    const receiver = await startReceiver(test);
    await deployTo(receiver);
    const [first] = receiver.received;
    assert.ok(first);
    assert.deepEqual([first.path, first.headers["content-type"]], ["/hook", "application/cloudevents+json"]);
    await assertSigned(SECRET, first);
    await assert.rejects(assertSigned(SECRET, { ...first, body: `${first.body} ` }));
    await assert.rejects(assertSigned("another secret", first));
    const time = Number(/t=([0-9]+)/.exec(String(first.headers["x-signalbox-signature"]))?.[1]);
    assert.ok(Math.abs(time - Date.now() / 1000) < 60, "the time is the world's, whatever the virtual clock says");
  });
});

describe("a deployment that does not succeed", () => {
  it("is told of by its failure, and its rollback in the same order by its creation, start and success", async (test) => {
    const receiver = await startReceiver(test);
    const hooks = { BeforeAllowTraffic: await reportingHook(lambda, "Failed") };
    const autoRollbackConfiguration = { enabled: true, events: ["DEPLOYMENT_FAILURE" as const] };
    const triggerConfigurations = [trigger("failure")];
    const { deploymentId } = await deployTo(receiver, {
      hooks,
      group: { autoRollbackConfiguration, triggerConfigurations },
    });
    const { deploymentInfo } = await codedeploy.getDeployment({ deploymentId });
    const rollbackId = deploymentInfo?.rollbackInfo?.rollbackDeploymentId ?? assert.fail("there is a rollback");
    const story = [
      `${deploymentId} DeploymentStart`,
      `${deploymentId} DeploymentFailure`,
      `${rollbackId} DeploymentRollback`,
      `${rollbackId} DeploymentStart`,
      `${rollbackId} DeploymentSuccess`,
    ];
    assert.deepEqual(told(receiver), story);
    assert.equal(new Set(cloudEvents(receiver).map(({ id }) => id)).size, 5);
    assert.deepEqual(
      [states(deploymentId), states(rollbackId)],
      [
        ["START", "FAILURE"],
        ["START", "SUCCESS"],
      ],
    );
    assert.deepEqual(
      published("failure").map(({ message }) => [
        message.deploymentId,
        message.status,
        message.errorInformation?.ErrorCode,
      ]),
      [
        [deploymentId, "InProgress", undefined],
        [deploymentId, "Failed", "HOOK_EXECUTION_FAILURE"],
        [rollbackId, "Created", undefined],
        [rollbackId, "InProgress", undefined],
        [rollbackId, "Succeeded", undefined],
      ],
    );
  });

  it("is told of by its stop, before the rollback that was asked for begins", async (test) => {
    const receiver = await startReceiver(test);
    const { deploymentId } = await deployTo(receiver, {
      group: {
        deploymentConfigName: "CodeDeployDefault.LambdaCanary10Percent5Minutes",
        triggerConfigurations: [trigger("stop", TOPIC, ["DeploymentStop", "DeploymentRollback"])],
      },
    });
    await codedeploy.stopDeployment({ deploymentId, autoRollbackEnabled: true });
    await box.advance(0);
    const { deploymentInfo } = await codedeploy.getDeployment({ deploymentId });
    const rollbackId = deploymentInfo?.rollbackInfo?.rollbackDeploymentId;
    assert.deepEqual(told(receiver), [
      `${deploymentId} DeploymentStart`,
      `${deploymentId} DeploymentStop`,
      `${rollbackId} DeploymentRollback`,
      `${rollbackId} DeploymentStart`,
      `${rollbackId} DeploymentSuccess`,
    ]);
    assert.deepEqual(
      published("stop").map(({ message }) => [message.deploymentId, message.status]),
      [
        [deploymentId, "Stopped"],
        [rollbackId, "Created"],
      ],
    );
    assert.deepEqual(states(deploymentId), ["START", "STOP"]);
  });

  it("is told of by start and failure where it fails as it starts", async (test) => {
    const receiver = await startReceiver(test);
    const names = await lambdaGroup(codedeploy, { tags: [{ Key: "signalbox:webhook", Value: receiver.url }] });
    const deploymentId = await deploy(codedeploy, names, '{"version": 0.0, "Resources": []}');
    await box.advance(0);
    assert.deepEqual(told(receiver), [`${deploymentId} DeploymentStart`, `${deploymentId} DeploymentFailure`]);
  });
});

describe("a receiver", () => {
  it("that was down is told everything in order when it is up again, and the deployment did not wait", async (test) => {
    const receiver = await startReceiver(test);
    await receiver.goDown();
    const { deploymentId } = await deployTo(receiver);
    const { deploymentInfo } = await codedeploy.getDeployment({ deploymentId });
    assert.equal(deploymentInfo?.status, "Succeeded");
    const owed = (await notifications("owed")).filter(
      (each) => each.deploymentId === deploymentId && each.kind === "webhook",
    );
    assert.deepEqual(
      owed.map(({ attempt, nextAt, lastError }) => [attempt, nextAt === null, lastError !== null]),
      [
        [2, false, true],
        [1, true, false],
      ],
    );
    await box.advance(60);
    assert.deepEqual(receiver.received, []);
    await receiver.comeUp();
    await box.advance(600);
    assert.deepEqual(told(receiver), [`${deploymentId} DeploymentStart`, `${deploymentId} DeploymentSuccess`]);
  });

  it("that answers with a fault is asked again, with the same id", async (test) => {
    const receiver = await startReceiver(test, () => ({ status: receiver.received.length < 3 ? 503 : 200 }));
    const { deploymentId } = await deployTo(receiver);
    await box.advance(30);
    const start = `${deploymentId}/DeploymentStart`;
    assert.deepEqual(
      cloudEvents(receiver).map(({ id }) => id),
      [start, start, start, `${deploymentId}/DeploymentSuccess`],
    );
  });

  it("that stays down is given up within hours, the next is tried, and a retry brings all of it", async (test) => {
    const receiver = await startReceiver(test, () => ({ status: 500 }));
    const { deploymentId } = await deployTo(receiver);
    await box.advance(3 * 3600);
    assert.deepEqual(await deadTo(receiver), []);
    await box.advance(13 * 3600);
    assert.deepEqual(
      told(receiver),
      ["DeploymentStart", "DeploymentSuccess"].flatMap((event) => Array(12).fill(`${deploymentId} ${event}`)),
    );
    const dead = await deadTo(receiver);
    assert.deepEqual(
      dead.map(({ attempt, lastError }) => [attempt, lastError]),
      [12, 12].map((attempt) => [attempt, `POST ${receiver.url}/hook was answered with 500`]),
    );
    receiver.answer = () => ({ status: 200 });
    receiver.received.length = 0;
    const environment = { SIGNALBOX_URL: box.url, AWS_ACCESS_KEY_ID: ACCOUNT, AWS_REGION: REGION };
    const numbers = dead.map(({ n }) => String(n));
    const retried = await runCommand(["notifications", "retry", ...numbers], environment);
    assert.deepEqual(retried, { exitCode: 0, stdout: "2 notifications are tried again.\n", stderr: "" });
    await box.advance(0);
    assert.deepEqual(told(receiver), [`${deploymentId} DeploymentStart`, `${deploymentId} DeploymentSuccess`]);
  });

  it("that is gone for good is given up at once", async (test) => {
    const receiver = await startReceiver(test, () => ({ status: 410 }));
    await deployTo(receiver);
    assert.equal(receiver.received.length, 2);
    assert.deepEqual(
      (await deadTo(receiver)).map(({ attempt }) => attempt),
      [1, 1],
    );
  });

  it("that never answers holds up no other", async (test) => {
    const hanging = await startReceiver(test, () => new Promise(() => {}));
    const tags = [{ Key: "signalbox:webhook", Value: hanging.url }];
    const names = await lambdaGroup(codedeploy, { tags });
    const hung = await deploy(codedeploy, names, appSpec(await publishTwoVersions(lambda)));
    const receiver = await startReceiver(test);
    const other = await lambdaGroup(codedeploy, { tags: [{ Key: "signalbox:webhook", Value: receiver.url }] });
    const deploymentId = await deploy(codedeploy, other, appSpec(await publishTwoVersions(lambda)));
    await test.waitFor(() => assert.equal(receiver.received.length, 2), { timeout: 8000 });
    assert.deepEqual(told(receiver), [`${deploymentId} DeploymentStart`, `${deploymentId} DeploymentSuccess`]);
    const { deploymentInfo } = await codedeploy.getDeployment({ deploymentId: hung });
    assert.equal(deploymentInfo?.status, "Succeeded");
    // Breaks off what hangs, so that the clock is free again.
    await hanging.goDown();
    await box.advance(0);
  });

  it("that the group names after a deployment was created hears nothing of it", async (test) => {
    const [before, later] = [await startReceiver(test), await startReceiver(test)];
    const { deploymentId, ...names } = await deployTo(before, {
      group: { deploymentConfigName: "CodeDeployDefault.LambdaCanary10Percent5Minutes" },
    });
    const ResourceArn = `arn:aws:codedeploy:${REGION}:${ACCOUNT}:deploymentgroup:${names.applicationName}/${names.deploymentGroupName}`;
    await codedeploy.tagResource({ ResourceArn, Tags: [{ Key: "signalbox:webhook", Value: later.url }] });
    await box.advance(300);
    assert.deepEqual(told(before), [`${deploymentId} DeploymentStart`, `${deploymentId} DeploymentSuccess`]);
    assert.deepEqual(told(later), []);
  });
});

describe("a trigger", () => {
  const tests = (triggerName: string) =>
    sns
      .published()
      .filter(({ Subject }) => Subject === `TEST: AWS CodeDeploy trigger ${triggerName}`)
      .map(({ TopicArn }) => TopicArn);

  it("has a test sent to its topic when it is made or changed, and none while it stays as it is", async () => {
    const group = await lambdaGroup(codedeploy, { triggerConfigurations: [trigger("tested")] });
    await box.advance(0);
    assert.deepEqual(tests("tested"), [TOPIC]);
    const { applicationName, deploymentGroupName: currentDeploymentGroupName } = group;
    const update = (name: string, topic = TOPIC) =>
      codedeploy.updateDeploymentGroup({
        applicationName,
        currentDeploymentGroupName,
        triggerConfigurations: [trigger("tested"), trigger(name, topic)],
      });
    await update("second");
    await codedeploy.updateDeploymentGroup({ applicationName, currentDeploymentGroupName });
    await update("second", `${TOPIC}-changed`);
    await box.advance(0);
    assert.deepEqual([tests("tested"), tests("second")], [[TOPIC], [TOPIC, `${TOPIC}-changed`]]);
  });

  it("publishes in the region of its topic, for the account of its deployment", async () => {
    const topic = `arn:aws:sns:us-west-2:${ACCOUNT}:elsewhere`;
    await lambdaGroup(codedeploy, { triggerConfigurations: [trigger("elsewhere", topic)] });
    await box.advance(0);
    const request = sns.received.find(({ body }) => new URLSearchParams(body).get("TopicArn") === topic);
    assert.match(String(request?.headers.authorization), new RegExp(`Credential=${ACCOUNT}/[0-9]+/us-west-2/sns/`));
  });

  it("publishes through the embedded SNS to whoever has subscribed", async (test) => {
    const receiver = await startSubscriber(test);
    const own = await startSignalbox(test, { flags: { "allow-outgoing": receiver.host } });
    const { TopicArn = "" } = await own.sns().createTopic({ Name: "releases" });
    await own.sns().subscribe({ TopicArn, Protocol: "http", Endpoint: `${receiver.url}/releases` });
    await own.advance(0);
    const [asked = assert.fail("no confirmation came")] = receiver.received;
    await own.sns().confirmSubscription({ TopicArn, Token: envelopeOf(asked)["Token"] });
    const group = await lambdaGroup(own.codeDeploy(), { triggerConfigurations: [trigger("embedded", TopicArn)] });
    const deploymentId = await deploy(own.codeDeploy(), group, appSpec(await publishTwoVersions(own.lambda())));
    await own.advance(0);
    const messages = receiver.received.slice(1).map(envelopeOf);
    assert.deepEqual(
      messages.map(({ Subject }) => Subject),
      [
        "TEST: AWS CodeDeploy trigger embedded",
        ...["INPROGRESS", "SUCCEEDED"].map(
          (status) => `${status}: AWS CodeDeploy ${deploymentId} in ${REGION} to ${group.applicationName}`,
        ),
      ],
    );
    assert.equal(JSON.parse(String(messages[2]?.["Message"])).status, "Succeeded");
    assert.deepEqual(await notifications("dead", own), []);
  });

  it("for a topic that does not exist shows at once in the list of what was given up", async () => {
    const topic = `arn:aws:sns:${REGION}:${ACCOUNT}:unknown-topic`;
    await lambdaGroup(codedeploy, { triggerConfigurations: [trigger("lost", topic)] });
    await box.advance(0);
    const dead = (await notifications("dead")).filter(({ receiver }) => receiver === topic);
    assert.deepEqual(
      dead.map(({ kind, deploymentId, lastError }) => [kind, deploymentId, lastError]),
      [["sns", null, `Publishing to ${topic}: NotFoundException: Topic does not exist`]],
    );
  });
});

describe("an event bus", () => {
  it("that refuses an entry of a call that succeeds is asked again where the refusal may pass", async (test) => {
    const answers = ["ThrottlingException", "NotAuthorizedForSourceException"];
    const failing = await startEventBridge(test);
    failing.answer = () => {
      const ErrorCode = answers[failing.received.length - 1];
      const Entries = [ErrorCode ? { ErrorCode, ErrorMessage: "no" } : { EventId: "e" }];
      const body = JSON.stringify({ FailedEntryCount: ErrorCode ? 1 : 0, Entries });
      return { status: 200, type: "application/x-amz-json-1.1", body };
    };
    const own = await startSignalbox(test, { flags: { endpoint: `events=${failing.url}` } });
    const group = await lambdaGroup(own.codeDeploy());
    await deploy(own.codeDeploy(), group, appSpec(await publishTwoVersions(own.lambda())));
    await own.advance(60);
    const detail = failing.events().map(({ Detail }) => JSON.parse(Detail).state);
    assert.deepEqual(detail, ["START", "START", "SUCCESS"]);
    assert.equal(failing.events()[0]?.Source, "aws.codedeploy");
    assert.deepEqual(
      (await notifications("dead", own)).map(({ lastError }) => lastError),
      ["Putting an event to the bus default: NotAuthorizedForSourceException: no"],
    );
  });
});

describe("without settings", () => {
  it("a webhook on this machine is refused, says how it is allowed, and nothing is sent to it", async (test) => {
    const receiver = await startReceiver(test);
    const own = await startSignalbox(test, { flags: { webhook: receiver.url } });
    await failAtStart(own);
    assert.deepEqual(receiver.received, []);
    const errors = (await notifications("dead", own)).map(({ lastError }) => lastError);
    const { host } = receiver;
    const refusal = `Signalbox does not connect to 127.0.0.1, a loopback address; --allow-outgoing ${host} allows it`;
    assert.deepEqual(errors, [refusal, refusal]);
  });

  it("webhooks are signed with a secret that stands in the data folder, the same after a restart", async (test) => {
    const receiver = await startReceiver(test);
    const flags = { webhook: receiver.url, "allow-outgoing": receiver.host };
    const own = await startSignalbox(test, { flags });
    await failAtStart(own);
    const secret = await secretOf(own);
    for (const received of receiver.received) await assertSigned(secret, received);
    assert.equal(receiver.received.length, 2);
    await own.stop();
    const again = await startSignalbox(test, { flags: { ...flags, "data-dir": own.dataDirectory } });
    assert.equal(await secretOf(again), secret);
  });

  it("there is no event bus, and none is owed anything", async (test) => {
    const own = await startSignalbox(test);
    await failAtStart(own);
    assert.deepEqual([await notifications("owed", own), await notifications("dead", own)], [[], []]);
  });
});

/** A deployment that starts and fails at once: two transitions, and no function is needed. */
async function failAtStart(own: RunningSignalbox): Promise<void> {
  const group = await lambdaGroup(own.codeDeploy());
  await deploy(own.codeDeploy(), group, '{"version": 0.0, "Resources": []}');
  await own.advance(0);
}

async function secretOf({ dataDirectory }: RunningSignalbox): Promise<string> {
  const file = `${dataDirectory}/webhook.secret`;
  assert.equal((await stat(file)).mode & 0o777, 0o600);
  return (await readFile(file, "utf8")).trim();
}

/** As a receiver would check it, with another implementation than the one that signs. */
async function assertSigned(secret: string, { headers, body }: Received): Promise<void> {
  const [, time, hex = ""] = /^t=([0-9]+),v1=([0-9a-f]{64})$/.exec(String(headers["x-signalbox-signature"])) ?? [];
  const algorithm = { name: "HMAC", hash: "SHA-256" };
  const key = await crypto.subtle.importKey("raw", Buffer.from(secret), algorithm, false, ["verify"]);
  assert.ok(await crypto.subtle.verify("HMAC", key, Buffer.from(hex, "hex"), Buffer.from(`${time}.${body}`)));
}
