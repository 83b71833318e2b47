/** Two programs on one PostgreSQL: any of them takes any request, and what one leaves the other takes over. */
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { describe, it, type TestContext } from "node:test";
import type { CodeDeploy } from "@aws-sdk/client-codedeploy";
import { clientOf, deployCanary, statusOf } from "../support/canary.ts";
import { type LambdaModel, startLambdaModel } from "../support/lambdaModel.ts";
import { needsPostgres, testSchema } from "../support/postgres.ts";
import { type RealProgram, startProgram } from "../support/realProgram.ts";
import { startReceiver, told } from "../support/receivers.ts";
import { waitFor } from "../support/waitFor.ts";

/** How soon one must have taken over what another has left. */
const TAKE_OVER_MS = 10_000;

interface Node {
  program: RealProgram;
  codedeploy: CodeDeploy;
}

interface Both {
  a: Node;
  b: Node;
  /** One more; `more` flags of its own. */
  start: (more: Record<string, string>) => Promise<Node>;
  model: LambdaModel;
  /** What a validation function does with its hook execution id; it reports nothing unless this is set. */
  onHook: { report: (payload: { DeploymentId: string; LifecycleEventHookExecutionId: string }) => Promise<string> };
}

async function twoNodes(test: TestContext, flags: Record<string, string> = {}): Promise<Both> {
  const schema = testSchema();
  await schema.query(`create schema "${schema.name}"`);
  const onHook: Both["onHook"] = { report: async () => "not reported" };
  const model = await startLambdaModel((payload) => onHook.report(payload));
  const keyFile = join(mkdtempSync(join(tmpdir(), "signalbox-key-")), "secrets.key");
  writeFileSync(keyFile, randomBytes(32));
  const shared = { "database-url": schema.url, "secrets-key-file": keyFile, endpoint: `lambda=${model.url}` };
  const start = async (more: Record<string, string> = {}): Promise<Node> => {
    const directory = mkdtempSync(join(tmpdir(), "signalbox-node-"));
    const own = { "data-dir": directory, "database-connections": "3" };
    const program = await startProgram({ ...shared, ...own, ...flags, ...more });
    test.after(async () => {
      program.signal("SIGCONT");
      await program.kill9();
      rmSync(directory, { recursive: true, force: true });
    });
    return { program, codedeploy: clientOf(program.url) };
  };
  const [a, b] = await Promise.all([start(), start()]);
  test.after(async () => {
    await model.close();
    await schema.discard();
    rmSync(dirname(keyFile), { recursive: true, force: true });
  });
  return { a, b, start, model, onHook };
}

const report = ({ codedeploy }: Node, payload: { DeploymentId: string; LifecycleEventHookExecutionId: string }) =>
  codedeploy
    .putLifecycleEventHookExecutionStatus({
      deploymentId: payload.DeploymentId,
      lifecycleEventHookExecutionId: payload.LifecycleEventHookExecutionId,
      status: "Succeeded",
    })
    .then(
      () => "accepted",
      (error: Error) => error.name,
    );

/** Minutes of a canary of which only the first steps happen. */
const LONG = 1_000;

describe("two programs on one PostgreSQL", { ...needsPostgres, concurrency: 2 }, () => {
  it("count a report once that reaches both at the same moment", async (test) => {
    const { a, b, model, onHook } = await twoNodes(test);
    const outcomes: string[][] = [];
    let invoked = 0;
    onHook.report = async (payload) => {
      invoked += 1;
      // Their alias is the same: it must not move before all have begun.
      await waitFor("all are invoked", () => invoked === 6);
      outcomes.push((await Promise.all([report(a, payload), report(b, payload)])).sort());
      return "sent twice";
    };
    const hooks = { BeforeAllowTraffic: "before" };
    const ids = await Promise.all([a, b, a, b, a, b].map(({ codedeploy }) => deployCanary(codedeploy, LONG, hooks)));
    await waitFor("all were reported", () => outcomes.length === ids.length);
    const once = ["LifecycleEventAlreadyCompletedException", "accepted"];
    assert.deepEqual(
      outcomes,
      ids.map(() => once),
    );
    await waitFor("the traffic has moved", () => model.aliasStates.length > 1);
  });

  it("follow a stop on one of a deployment that the other turns", async (test) => {
    const { a, b } = await twoNodes(test);
    const deploymentId = await deployCanary(a.codedeploy, LONG, { BeforeAllowTraffic: "before" });
    await waitFor("it is under way", async () => (await statusOf(b.codedeploy, deploymentId)) === "InProgress");
    assert.equal((await b.codedeploy.stopDeployment({ deploymentId })).status, "Pending");
    await waitFor("it has stopped", async () => (await statusOf(a.codedeploy, deploymentId)) === "Stopped");
  });

  it("take over what one that is killed was performing", async (test) => {
    const { a, b, model, onHook } = await twoNodes(test);
    onHook.report = (payload) => report(b, payload);
    const killed = new Promise<void>((resolve) => {
      model.onCall = async (_index, name, moment) => {
        if (name !== "Invoke before" || moment !== "before") return;
        model.onCall = async () => {};
        await a.program.kill9();
        resolve();
        await new Promise(() => {});
      };
    });
    const deploymentId = await deployCanary(a.codedeploy, LONG, { BeforeAllowTraffic: "before" });
    await killed;
    await waitFor("the other invokes it", () => model.reports.length === 1, TAKE_OVER_MS);
    await waitFor("and moves traffic", () => model.aliasStates.length === 2);
    assert.equal(await statusOf(b.codedeploy, deploymentId), "InProgress");
    assert.deepEqual([model.reports[0]?.outcome, model.aliasStates], ["accepted", ["1", "1+0.1:2"]]);
  });

  it("take over the timers and the notifications of one that is killed", async (test) => {
    let isUp = false;
    const receiver = await startReceiver(test, () => (isUp ? { status: 204 } : new Promise(() => {})));
    const flags = { "hook-timeout": "4s", webhook: receiver.url, "allow-outgoing": receiver.host };
    const { a, b, model } = await twoNodes(test, { ...flags, "hook-invocation": "event" });
    const deploymentId = await deployCanary(a.codedeploy, LONG, { BeforeAllowTraffic: "before" });
    await waitFor("its function was invoked", () => model.reports.length === 1);
    await waitFor("it is being told of", () => receiver.received.length > 0);
    await a.program.kill9();
    receiver.received.length = 0;
    isUp = true;
    const failed = async () => (await statusOf(b.codedeploy, deploymentId)) === "Failed";
    await waitFor("its time has run out", failed, TAKE_OVER_MS);
    await waitFor("all was told", () => receiver.received.length >= 2, TAKE_OVER_MS);
    assert.deepEqual(told(receiver), [`${deploymentId} DeploymentStart`, `${deploymentId} DeploymentFailure`]);
  });

  it("are not disturbed by one that was paused, and wakes up when the other has taken over", async (test) => {
    const { a, b, model, onHook } = await twoNodes(test);
    onHook.report = (payload) => report(b, payload);
    const woken = new Promise<void>((resolve) => {
      model.onCall = async (_index, name, moment) => {
        if (name !== "Invoke before" || moment !== "before") return;
        model.onCall = async () => {};
        a.program.signal("SIGSTOP");
        await waitFor("the other invokes it", () => model.reports.length === 1, TAKE_OVER_MS);
        a.program.signal("SIGCONT");
        resolve();
      };
    });
    const deploymentId = await deployCanary(a.codedeploy, LONG, { BeforeAllowTraffic: "before" });
    await woken;
    await waitFor("the first report counts", () => model.reports.length === 2);
    assert.deepEqual(model.reports.map(({ outcome }) => outcome).sort(), [
      "LifecycleEventAlreadyCompletedException",
      "accepted",
    ]);
    assert.equal(new Set(model.reports.map(({ hookExecutionId }) => hookExecutionId)).size, 1);
    // On a new connection: what was idle meanwhile it closes when it wakes up.
    assert.equal(await statusOf(clientOf(a.program.url), deploymentId), "InProgress");
    await waitFor("the traffic has moved", () => model.aliasStates.length > 1);
    assert.deepEqual(model.aliasStates, ["1", "1+0.1:2"]);
  });

  it("refuse a third that has another key for secrets", async (test) => {
    const { start } = await twoNodes(test);
    const other = join(mkdtempSync(join(tmpdir(), "signalbox-key-")), "other.key");
    test.after(() => rmSync(dirname(other), { recursive: true, force: true }));
    writeFileSync(other, randomBytes(32));
    await assert.rejects(start({ "secrets-key-file": other }), (error: Error) => {
      const told =
        /signalbox: \S+other\.key is another key than .+ the same --secrets-key-file\. If that key is lost, .+\n$/;
      assert.match(error.message, told);
      return true;
    });
  });
});
