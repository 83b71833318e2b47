/**
 * Older and newer programs side by side on one PostgreSQL, with deployments under way: this tree is the older one, a copy of
 * it with a migration more and a newer engine is the newer one.
 */
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it, type TestContext } from "node:test";
import type { CodeDeploy } from "@aws-sdk/client-codedeploy";
import { ENGINE_FORMAT } from "../../src/engine/format.ts";
import { knownSchema } from "../../src/store/postgres/migrate.ts";
import { clientOf, deployCanary, healthOf, statusOf, whenHolding, whenSucceeded } from "../support/canary.ts";
import { type LambdaModel, startLambdaModel } from "../support/lambdaModel.ts";
import { NEWER_VERSION, newerProgram, VERSION } from "../support/newerProgram.ts";
import { needsPostgres, type TestSchema, testSchema } from "../support/postgres.ts";
import { type RealProgram, startProgram } from "../support/realProgram.ts";
import { cloudEvents, type Receiver, startReceiver } from "../support/receivers.ts";
import { authorization } from "../support/signalbox.ts";
import { waitFor } from "../support/waitFor.ts";

interface Node {
  program: RealProgram;
  codedeploy: CodeDeploy;
}

interface Installation {
  schema: TestSchema;
  model: LambdaModel;
  receiver: Receiver;
  /** The hook execution ids that each deployment's validation function was invoked with. */
  hookIds: Map<string, Set<string>>;
  /** `program` is the `main.ts` of another than this. */
  start(program?: string): Promise<Node>;
}

/** Minutes of a canary of which only the first step happens by itself. */
const LONG = 1_000;
const SCOPE = { account: "123456789012", region: "eu-west-1" };

async function installation(test: TestContext): Promise<Installation> {
  const schema = testSchema();
  await schema.query(`create schema "${schema.name}"`);
  const hookIds: Installation["hookIds"] = new Map();
  const model = await startLambdaModel(async ({ DeploymentId: id, LifecycleEventHookExecutionId: hookId }) => {
    hookIds.set(id, new Set(hookIds.get(id)).add(hookId));
    return "not reported";
  });
  const receiver = await startReceiver(test);
  const folder = mkdtempSync(join(tmpdir(), "signalbox-upgrade-"));
  const keyFile = join(folder, "secrets.key");
  writeFileSync(keyFile, randomBytes(32));
  const flags = {
    ...{ "database-url": schema.url, "database-connections": "3", "secrets-key-file": keyFile },
    ...{ endpoint: `lambda=${model.url}`, webhook: receiver.url, "allow-outgoing": receiver.host },
  };
  const started: RealProgram[] = [];
  test.after(async () => {
    for (const program of started) {
      program.signal("SIGCONT");
      await program.kill9();
    }
    await model.close();
    await schema.discard();
    rmSync(folder, { recursive: true, force: true });
  });
  const start = async (other?: string): Promise<Node> => {
    const own = { ...flags, "data-dir": mkdtempSync(join(folder, "node-")) };
    const program = await startProgram(own, other === undefined ? {} : { program: other });
    started.push(program);
    return { program, codedeploy: clientOf(program.url) };
  };
  return { schema, model, receiver, hookIds, start };
}

async function steer({ program }: Node, deploymentId: string, verb: string): Promise<number> {
  const headers = { authorization: authorization(SCOPE) };
  const url = `${program.url}/_signalbox/deployments/${deploymentId}/${verb}`;
  return (await fetch(url, { method: "POST", headers })).status;
}

async function report({ codedeploy }: Node, { hookIds }: Installation, deploymentId: string): Promise<void> {
  const [lifecycleEventHookExecutionId] = hookIds.get(deploymentId) ?? assert.fail("its function was invoked");
  await codedeploy.putLifecycleEventHookExecutionStatus({
    ...{ deploymentId, lifecycleEventHookExecutionId, status: "Succeeded" },
  });
}

/** What the webhook was told of a deployment, each event once. */
function toldOf(receiver: Receiver, deploymentId: string): string[] {
  const events = cloudEvents(receiver).filter(({ data }) => data.deploymentId === deploymentId);
  return [...new Map(events.map(({ id, data }) => [id, data.event])).values()];
}

/** What only newer programs write, as it stands in the database. */
async function coloursOf({ schema, name }: { schema: TestSchema; name: string }, deploymentId: string) {
  const [row] = await schema.query(
    `select state::json ->> 'colour' as state, body::json ->> 'colour' as target
     from "${name}".deployment join "${name}".target on deployment_n = n where id = $1`,
    [deploymentId],
  );
  return [row?.["state"], row?.["target"]];
}

describe("an upgrade of two programs on one PostgreSQL", { ...needsPostgres, concurrency: 2 }, () => {
  it("goes from one to the other and back, with deployments under way at each moment", async (test) => {
    const all = await installation(test);
    const newer = newerProgram(test);
    const names = new Map<string, string>();
    const begin = async ({ codedeploy }: Node) => {
      const name = `shop-${names.size}`;
      const id = await deployCanary(codedeploy, LONG, { BeforeAllowTraffic: "before" }, name);
      names.set(id, name);
      await waitFor("its function is invoked", () => all.hookIds.has(id));
      return id;
    };
    let [a, b] = [await all.start(), await all.start()];
    const [first, second, third] = [await begin(a), await begin(b), await begin(a)];

    await a.program.terminate();
    a = await all.start(newer);
    const [fourth, fifth] = [await begin(a), await begin(b)];
    await report(a, all, second);
    await report(b, all, fourth);
    await whenHolding(b.program.url, second);
    await whenHolding(a.program.url, fourth);
    const nodes = `select program, schema_version, engine_format from "${all.schema.name}".node order by program`;
    assert.deepEqual((await all.schema.query(nodes)).map(Object.values), [
      [VERSION, knownSchema(), ENGINE_FORMAT],
      [NEWER_VERSION, knownSchema() + 1, ENGINE_FORMAT + 1],
    ]);

    await b.program.terminate();
    b = await all.start(newer);
    const sixth = await begin(b);
    await report(b, all, first);
    assert.equal(await steer(a, second, "promote"), 200);
    await whenSucceeded(b.codedeploy, second);

    await a.program.terminate();
    a = await all.start();
    await report(a, all, third);
    await report(b, all, fifth);
    await b.program.terminate();
    b = await all.start();
    await report(b, all, sixth);
    for (const id of [first, third, fourth, fifth, sixth]) {
      await whenHolding(a.program.url, id);
      assert.equal(await steer(b, id, "promote"), 200);
    }

    for (const [id, name] of names) {
      await whenSucceeded(a.codedeploy, id);
      assert.deepEqual([name, all.model.statesOf(name)], [name, ["1", "1+0.1:2", "2"]]);
      assert.equal(all.hookIds.get(id)?.size, 1);
      await waitFor("all was told", () => toldOf(all.receiver, id).length >= 2);
      assert.deepEqual(toldOf(all.receiver, id), ["DeploymentStart", "DeploymentSuccess"]);
      const isNewer = id === fourth || id === sixth;
      const colours = await coloursOf({ schema: all.schema, name: all.schema.name }, id);
      assert.deepEqual([id, ...colours], [id, ...(isNewer ? ["blue", "blue"] : [null, null])]);
    }
    assert.equal((await healthOf(a.program.url)).status, "ok");
  });

  it("leaves what only the newer can go on with to it, and the older says so", async (test) => {
    const all = await installation(test);
    const newer = newerProgram(test);
    let b = await all.start(newer);
    const a = await all.start();
    const [paused, plain] = await Promise.all(
      ["f", "g"].map((name) => deployCanary(b.codedeploy, LONG, { BeforeAllowTraffic: "before" }, name)),
    );
    if (!paused || !plain) throw new Error("both were created");
    await waitFor("their functions are invoked", () => all.hookIds.size === 2);
    assert.equal(await steer(b, paused, "pause"), 200);
    await report(b, all, paused);
    await waitFor("it has come to where it is paused", async () => (await refusalOf(a, paused)) !== null);
    assert.match((await refusalOf(a, paused)) ?? "", /^ServiceUnavailable: Deployment d-\w+ was written by a newer/);

    // Rolled back: the older is alone.
    await b.program.terminate();
    await report(a, all, plain);
    await whenHolding(a.program.url, plain);
    await assert.rejects(report(a, all, paused), { name: "ServiceUnavailable" });
    assert.equal(await steer(a, paused, "resume"), 503);
    assert.deepEqual([all.model.statesOf("g"), all.model.statesOf("f")], [["1", "1+0.1:2"], ["1"]]);

    b = await all.start(newer);
    assert.equal(await steer(b, paused, "resume"), 200);
    await whenHolding(b.program.url, paused);
    assert.equal(await steer(b, paused, "promote"), 200);
    await whenSucceeded(b.codedeploy, paused);
    assert.deepEqual(all.model.statesOf("f"), ["1", "1+0.1:2", "2"]);
    assert.deepEqual((await healthOf(a.program.url)).faults, []);
  });

  it("is refused while an older one is at work that could not go on, and ends one that was asleep", async (test) => {
    const all = await installation(test);
    const excluding = newerProgram(test, { excludes: true });
    const a = await all.start();
    const begun = await deployCanary(a.codedeploy, LONG, { BeforeAllowTraffic: "before" }, "f");
    await waitFor("its function is invoked", () => all.hookIds.has(begun));
    const schema = knownSchema();
    const sentence = `signalbox: 1 signalbox ${VERSION} (schema ${schema}) could not go on with what this version changes in the database (schema ${schema + 1}): stop them, and then start this one.`;
    await assert.rejects(all.start(excluding), (error: Error) => error.message.includes(`${sentence}\n`));
    assert.equal(await statusOf(a.codedeploy, begun), "InProgress", "the older goes on");

    a.program.signal("SIGSTOP");
    const b = await all.start(excluding);
    const late = a.codedeploy.createApplication({ applicationName: "late", computePlatform: "Lambda" });
    a.program.signal("SIGCONT");
    await assert.rejects(late);
    assert.equal(await a.program.ended, 1);
    const refused = new RegExp(`written by a newer signalbox \\(schema ${schema + 1}; this one knows ${schema}\\)`);
    assert.match(a.program.errors(), refused);
    assert.deepEqual((await b.codedeploy.listApplications({})).applications?.includes("late"), false);
    await assert.rejects(all.start(), refused);

    await report(b, all, begun);
    await whenHolding(b.program.url, begun);
    assert.deepEqual(all.model.statesOf("f"), ["1", "1+0.1:2"]);
  });
});

/** `<name>: <message>` of what asking for the deployment is refused with. */
async function refusalOf({ codedeploy }: Node, deploymentId: string): Promise<string | null> {
  return codedeploy.getDeployment({ deploymentId }).then(
    () => null,
    ({ name, message }: Error) => `${name}: ${message}`,
  );
}
