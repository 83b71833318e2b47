/** Kill -9 at each write of blue/green deployments, before and after it takes effect: each goes on, and nothing happens twice. */
import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, it } from "node:test";
import { CodeDeploy } from "@aws-sdk/client-codedeploy";
import { ECS } from "@aws-sdk/client-ecs";
import { ElasticLoadBalancingV2 } from "@aws-sdk/client-elastic-load-balancing-v2";
import { tally } from "../support/balancer.ts";
import { type BlueGreen, blueGreenService, type Clients, deployVersion, type EcsHooks } from "../support/blueGreen.ts";
import { startCallRecorder } from "../support/callRecorder.ts";
import { type Moment, startLambdaModel } from "../support/lambdaModel.ts";
import { type RealProgram, startProgram } from "../support/realProgram.ts";
import { ACCOUNT, REGION } from "../support/signalbox.ts";
import { waitFor } from "../support/waitFor.ts";

/** The writes of a canary deployment with a test listener, in order; the second and third number of ModifyListener are production. */
const WRITES = [
  ["ecs:CreateTaskSet", 1],
  ["elasticloadbalancing:ModifyListener", 1],
  ["elasticloadbalancing:ModifyListener", 2],
  ["elasticloadbalancing:ModifyListener", 3],
  ["ecs:UpdateServicePrimaryTaskSet", 1],
  ["ecs:DeleteTaskSet", 1],
] as const;

const recorder = await startCallRecorder({ after });
const data = await mkdtemp(join(tmpdir(), "signalbox-ecs-kill-"));
const functions = await startLambdaModel(reportSuccess);
after(() => functions.close());
const endpoint = `ecs=${recorder.url},elbv2=${recorder.url},lambda=${functions.url}`;
const flags = { "data-dir": data, speed: "240", endpoint, "quota-target-group-pairs": "2" };
let program: RealProgram = await startProgram(flags);
const { url } = program;
const { port } = new URL(url);
recorder.passTo(url);
after(async () => {
  await program.terminate();
  await rm(data, { recursive: true, force: true, maxRetries: 3 });
});

const settings = { endpoint: url, region: REGION, credentials: { accessKeyId: ACCOUNT, secretAccessKey: "test" } };
const [codedeploy, ecs, elb] = [new CodeDeploy(settings), new ECS(settings), new ElasticLoadBalancingV2(settings)];
after(() => {
  for (const client of [codedeploy, ecs, elb]) client.destroy();
});
const clients: Clients = { codeDeploy: () => codedeploy, ecs: () => ecs, elbv2: () => elb };

await codedeploy.createDeploymentConfig({
  deploymentConfigName: "canary",
  computePlatform: "ECS",
  trafficRoutingConfig: { type: "TimeBasedCanary", timeBasedCanary: { canaryPercentage: 10, canaryInterval: 1 } },
});
// Ports that no other test uses, even while the program is dead.
// Below those that outgoing connections are given: a listener whose port is taken when the program is there again moves.
const web = await blueGreenService(clients, { ports: [27_180, 27_190], group: { deploymentConfigName: "canary" } });
await waitFor("version 1 answers", async () => (await fetch(web.productionUrl)).ok);

/** Of two pairs without test listeners: each step of the traffic writes two listeners. */
const pairs = await blueGreenService(clients, {
  ...{ hasAdmin: true, hasTestListener: false, ports: [27_182, 27_192] },
  group: { deploymentConfigName: "canary" },
});

let deployed = 1;
for (const [call, number] of WRITES) {
  for (const moment of ["before", "after"] as const) {
    it(`${moment} ${call} number ${number}`, () => deployAndKill(web, killAt(call, number, moment)));
  }
}

for (const step of [1, 2]) {
  for (const moment of ["before", "after"] as const) {
    it(`${moment} the function that is asked before step ${step} of the traffic is invoked`, async () => {
      const reported = functions.reports.length;
      await deployAndKill(web, killAtInvocation(step, moment), { BeforeTrafficStep: "step" });
      const reports = functions.reports.slice(reported);
      assert.equal(new Set(reports.map(({ hookExecutionId }) => hookExecutionId)).size, 2, "an id for each step");
      assert.equal(reports.filter(({ outcome }) => outcome === "accepted").length, 2, "a report for each step");
    });
  }
}

/** The writes beside the four of the two steps: one that was never passed on is written again, one that took effect is not. */
for (const [moment, number, more] of [
  ["after", 1, 0],
  ["before", 2, 1],
  ["after", 3, 0],
  ["before", 4, 1],
] as const) {
  it(`between the listeners of two pairs: ${moment} write number ${number} of four`, async () => {
    const call = "elasticloadbalancing:ModifyListener";
    const first = recorder.calls.length;
    await deployAndKill(pairs, killAt(call, number, moment));
    assert.equal(recorder.calls.slice(first).filter((made) => made === call).length, 4 + more);
    assert.deepEqual(await tally(pairs.admin?.productionUrl ?? "", 20), { [`admin v${deployed}`]: 20 });
  });
}

/** Deploys the next version, and sees to it that it is the only one, in spite of what kills the program meanwhile. */
async function deployAndKill(web: BlueGreen, killed: Promise<void>, hooks: EcsHooks = {}): Promise<void> {
  deployed += 1;
  const deploymentId = await deployVersion(clients, web, `v${deployed}`, hooks);
  await killed;
  program = await startProgram({ ...flags, port });
  await waitFor(`deployment ${deploymentId} has ended`, async () => {
    const { status } = (await codedeploy.getDeployment({ deploymentId })).deploymentInfo ?? {};
    assert.ok(status !== "Failed" && status !== "Stopped", `the deployment is ${status}`);
    return status === "Succeeded";
  });
  assert.deepEqual(await tally(web.productionUrl, 20), { [`v${deployed}`]: 20 });
  await waitFor("its task set is the only one", async () => {
    const { services } = await ecs.describeServices({ cluster: web.cluster, services: [web.service] });
    const found = services?.[0]?.taskSets?.map(({ status, externalId }) => `${status} ${externalId}`) ?? [];
    assert.ok(found.filter((one) => one.endsWith(deploymentId)).length === 1, `task sets: ${found.join(", ")}`);
    return found.length === 1;
  });
}

/** Reports as the function that was invoked; answers what became of it. */
async function reportSuccess(of: { DeploymentId: string; LifecycleEventHookExecutionId: string }): Promise<string> {
  const { DeploymentId: deploymentId, LifecycleEventHookExecutionId: lifecycleEventHookExecutionId } = of;
  const report = { deploymentId, lifecycleEventHookExecutionId, status: "Succeeded" as const };
  return codedeploy.putLifecycleEventHookExecutionStatus(report).then(
    () => "accepted",
    (error: Error) => error.name,
  );
}

/** Resolves when the program has been killed at this invocation of those to come. */
function killAtInvocation(number: number, moment: Moment): Promise<void> {
  let seen = 0;
  return new Promise((resolve) => {
    functions.onCall = async (_index, _name, when) => {
      if (when !== moment) return;
      seen += 1;
      if (seen !== number) return;
      functions.onCall = async () => {};
      await program.kill9();
      resolve();
      if (moment === "before") throw new Error("it never comes to that");
    };
  });
}

/** Resolves when the program has been killed at this call of those to come. */
function killAt(call: string, number: number, moment: "before" | "after"): Promise<void> {
  let seen = 0;
  return new Promise((resolve) => {
    recorder.at = async (when, made) => {
      if (when !== moment || made !== call) return;
      seen += 1;
      if (seen !== number) return;
      recorder.at = async () => {};
      await program.kill9();
      resolve();
      throw new Error("nobody waits for the answer any more");
    };
  });
}
