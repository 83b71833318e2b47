/** Every write is audited: who, what, when, and what came of it. */
import assert from "node:assert/strict";
import { after, describe, it } from "node:test";
import { operations } from "../../src/shapes/codedeploy.ts";
import { putToken } from "../support/gitHubTokens.ts";
import { uniqueName } from "../support/lambdaFixtures.ts";
import { exchangeBytes, rawRequest } from "../support/rawExchange.ts";
import { tell } from "../support/rawTranscript.ts";
import { ACCOUNT, authorization, startSignalbox } from "../support/signalbox.ts";

const box = await startSignalbox({ after });
const codedeploy = box.codeDeploy();

interface Entry {
  at: number;
  operation: string;
  outcome: string;
  accessKeyId: string | null;
  sourceAddress: string;
  requestId: string;
  input?: Record<string, unknown>;
  n: number;
}

async function audit(query = "", { url } = box): Promise<Entry[]> {
  const headers = { authorization: authorization() };
  const response = await fetch(`${url}/_signalbox/audit${query}`, { headers });
  assert.equal(response.status, 200);
  return ((await response.json()) as { entries: Entry[] }).entries;
}

describe("the audit", () => {
  it("has a write with its caller, its time and its request", async () => {
    const applicationName = uniqueName("audited");
    const { $metadata } = await codedeploy.createApplication({ applicationName, computePlatform: "Lambda" });
    const [entry] = await audit();
    const { n, at, ...rest } = entry ?? {};
    assert.equal(typeof n, "number");
    assert.equal(at, await box.now());
    assert.deepEqual(rest, {
      operation: "CreateApplication",
      outcome: "Succeeded",
      accessKeyId: ACCOUNT,
      sourceAddress: "127.0.0.1",
      requestId: $metadata.requestId,
      input: { applicationName, computePlatform: "Lambda" },
    });
  });

  it("has a write that was refused, with its error", async () => {
    const applicationName = uniqueName("twice");
    await codedeploy.createApplication({ applicationName });
    await assert.rejects(codedeploy.createApplication({ applicationName }));
    const outcomes = (await audit("?limit=2")).map(({ outcome }) => outcome);
    assert.deepEqual(outcomes, ["ApplicationAlreadyExistsException", "Succeeded"]);
  });

  it("has every write once, whether it succeeds or is refused, and no read", async (context) => {
    const other = await startSignalbox(context);
    const writes: string[] = [];
    const seen = new Set<string>();
    for await (const { operation, status, answered, answer } of tell(other)) {
      if (/^(Get|List|BatchGet)/.test(operation)) continue;
      const outcome = status === 200 ? "Succeeded" : (JSON.parse(answered) as { __type: string }).__type;
      writes.push(`${answer.requestId} ${operation} ${outcome}`);
      seen.add(operation);
    }
    assert.deepEqual(
      Object.keys(operations).filter((operation) => !seen.has(operation) && !/^(Get|List|BatchGet)/.test(operation)),
      [],
    );
    const entries = (await audit("?limit=1000", other)).filter(
      ({ operation }) => operation !== "PutGitHubAccountToken",
    );
    assert.deepEqual(
      entries.map(({ requestId, operation, outcome }) => `${requestId} ${operation} ${outcome}`).reverse(),
      writes,
    );
  });

  it("has a write that was refused before it asked the store, with its input", async () => {
    const applicationName = "two words";
    await assert.rejects(codedeploy.createApplication({ applicationName }));
    const [entry] = await audit("?limit=1");
    assert.equal(entry?.outcome, "InvalidApplicationNameException");
    assert.deepEqual(entry?.input, { applicationName });
  });

  it("has a write that nothing could be made of, without input", async () => {
    const sent = (body: string) => exchangeBytes(box.url, rawRequest("DeleteApplication", body));
    for (const body of ["", "{", "[]", '{"applicationName":7}']) {
      const { requestId } = await sent(body);
      const [entry] = await audit("?limit=1");
      const { operation, outcome, accessKeyId } = entry ?? {};
      assert.deepEqual([operation, outcome, accessKeyId], ["DeleteApplication", "SerializationException", ACCOUNT]);
      assert.equal(entry?.requestId, requestId);
      assert.ok(entry && !("input" in entry));
    }
    const request = rawRequest("DeleteApplication", "{}").toString().replace("x-amz-json-1.1", "json");
    await exchangeBytes(box.url, Buffer.from(request));
    assert.equal((await audit("?limit=1"))[0]?.outcome, "UnsupportedMediaTypeException");
  });

  it("has a GitHub token that was refused by its name, and never the token", async () => {
    const { status } = await putToken(box, "releases", '{"token": "my secret"}');
    assert.equal(status, 400);
    const [entry] = await audit("?limit=1");
    const { operation, outcome, input } = entry ?? {};
    assert.deepEqual([operation, outcome], ["PutGitHubAccountToken", "ValidationException"]);
    assert.deepEqual(input, { tokenName: "releases" });
  });

  it("has no reads, keeps accounts apart, shortens long texts, and pages backwards", async () => {
    const before = (await audit())[0]?.n;
    await codedeploy.listApplications({});
    assert.equal((await audit())[0]?.n, before, "a read leaves no entry");
    await box.codeDeploy({ account: "999999999999" }).createApplication({ applicationName: "theirs" });
    assert.equal((await audit())[0]?.n, before, "another account's write is not ours");
    const content = `version: 0.0 # ${"x".repeat(5000)}`;
    const applicationName = uniqueName("long");
    await codedeploy.createApplication({ applicationName, computePlatform: "Lambda" });
    await codedeploy.registerApplicationRevision({
      applicationName,
      revision: { revisionType: "AppSpecContent", appSpecContent: { content } },
    });
    const [last] = await audit("?limit=1");
    assert.ok(JSON.stringify(last).length < 1000);
    const [older] = await audit(`?limit=1&before=${last?.n}`);
    assert.equal(older?.operation, "CreateApplication");
  });

  it("outlives a restart, together with what it tells of", async (context) => {
    const first = await startSignalbox(context);
    await first.codeDeploy().createApplication({ applicationName: "kept" });
    await first.stop();
    const second = await startSignalbox(context, { flags: { "data-dir": first.dataDirectory } });
    const response = await fetch(`${second.url}/_signalbox/audit`, { headers: { authorization: authorization() } });
    const { entries } = (await response.json()) as { entries: Entry[] };
    assert.deepEqual(
      entries.map(({ operation }) => operation),
      ["CreateApplication"],
    );
    assert.equal(
      (await second.codeDeploy().getApplication({ applicationName: "kept" })).application?.applicationName,
      "kept",
    );
  });

  it("refuses a page that makes no sense", async () => {
    const response = await fetch(`${box.url}/_signalbox/audit?limit=0`);
    assert.equal(response.status, 400);
    assert.match(await response.text(), /limit must be a whole number/);
  });
});
