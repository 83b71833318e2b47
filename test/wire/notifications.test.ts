/** What signalbox tells about notifications, and how those are tried again that were given up. */
import assert from "node:assert/strict";
import { after, describe, it } from "node:test";
import type { NotificationPage } from "../../src/management/notifications.ts";
import { lambdaGroup, uniqueName } from "../support/lambdaFixtures.ts";
import { startSns } from "../support/receivers.ts";
import { ACCOUNT, authorization, type Principal, REGION, startSignalbox } from "../support/signalbox.ts";

const sns = await startSns({ after });
const box = await startSignalbox({ after }, { flags: { endpoint: `sns=${sns.url}` } });

async function ask(method: "GET" | "POST", path: string, principal: Partial<Principal> = {}) {
  const headers = { authorization: authorization(principal) };
  const response = await fetch(`${box.url}/_signalbox/${path}`, { method, headers });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

async function list(query: string, principal: Partial<Principal> = {}): Promise<NotificationPage["notifications"]> {
  const { status, body } = await ask("GET", `notifications${query}`, principal);
  assert.equal(status, 200, JSON.stringify(body));
  return (body as unknown as NotificationPage).notifications;
}

/** Tests of triggers whose topics do not exist are given up at once. */
async function giveUp(count: number, principal: Partial<Principal> = {}): Promise<string[]> {
  const topics = Array.from({ length: count }, () => `arn:aws:sns:${REGION}:${ACCOUNT}:${uniqueName("unknown")}`);
  const triggerConfigurations = topics.map((triggerTargetArn) => ({
    triggerName: "lost",
    triggerTargetArn,
    triggerEvents: ["DeploymentStart" as const],
  }));
  await lambdaGroup(box.codeDeploy(principal), { triggerConfigurations });
  await box.advance(0);
  return topics;
}

describe("GET notifications", () => {
  it("has everything about one that was given up", async () => {
    const principal = { account: "111111111111" };
    const [topic] = await giveUp(1, principal);
    const [{ n, body, ...rest } = { n: 0, body: "" }, ...more] = await list("", principal);
    assert.ok(n > 0 && body.startsWith('{"Test":'));
    assert.deepEqual(more, []);
    assert.deepEqual(rest, {
      deploymentId: null,
      kind: "sns",
      receiver: topic,
      subject: "TEST: AWS CodeDeploy trigger lost",
      createdAt: await box.now(),
      attempt: 1,
      nextAt: null,
      state: "dead",
      lastError: `Publishing to ${topic}: NotFoundException: Topic does not exist`,
    });
    assert.deepEqual(await list("?state=owed", principal), []);
  });

  it("pages, oldest first, within the caller's account and region", async () => {
    const principal = { account: "222222222222" };
    const topics = await giveUp(5, principal);
    const paged: string[] = [];
    for (let after = ""; paged.length < 9; ) {
      const page = await list(`?state=dead&limit=2${after}`, principal);
      paged.push(...page.map(({ receiver }) => receiver));
      const last = page.at(-1);
      if (!last) break;
      after = `&after=${last.n}`;
    }
    assert.deepEqual(paged, topics);
    assert.deepEqual(await list("?state=dead", { ...principal, region: "us-east-1" }), []);
  });

  for (const [query, message] of [
    ["?state=lost", "state must be owed or dead"],
    ["?limit=0", "limit must be a whole number from 1 to 1000"],
    ["?after=x", "after must be a whole number from 1 to 9007199254740991"],
  ] as const) {
    it(`refuses ${query}`, async () => {
      const { status, body } = await ask("GET", `notifications${query}`);
      assert.deepEqual([status, body["message"]], [400, message]);
    });
  }
});

describe("POST notifications/retry", () => {
  const principal = { account: "333333333333" };
  const published = () => sns.received.filter(({ body }) => body.includes("Action=Publish")).length;

  it("tries one again, or all, of the caller's alone", async () => {
    await giveUp(3, principal);
    const [first] = await list("", principal);
    const before = published();
    assert.deepEqual(await ask("POST", `notifications/${first?.n}/retry`, principal), {
      status: 200,
      body: { retried: 1 },
    });
    await box.advance(0);
    assert.equal(published() - before, 1);
    assert.deepEqual((await ask("POST", "notifications/retry", principal)).body, { retried: 3 });
    await box.advance(0);
    assert.equal(published() - before, 4);
    const theirs = await ask("POST", `notifications/${first?.n}/retry`);
    assert.deepEqual([theirs.status, theirs.body["message"]], [404, `No notification ${first?.n} has been given up`]);
    assert.deepEqual((await ask("POST", "notifications/retry", { account: "444444444444" })).body, { retried: 0 });
  });

  it("is audited, also when it is refused", async () => {
    await ask("POST", "notifications/999999/retry", principal);
    await ask("POST", "notifications/retry", principal);
    const { entries } = (await ask("GET", "audit?limit=2", principal)).body as { entries: Record<string, unknown>[] };
    assert.deepEqual(
      entries.map(({ operation, outcome, input }) => [operation, outcome, input]),
      [
        ["RetryNotifications", "Succeeded", { all: true }],
        ["RetryNotifications", "NotificationDoesNotExistException", { notification: 999999 }],
      ],
    );
  });
});
