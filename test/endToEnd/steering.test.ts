/** People steer deployments: by the command line, over signalbox's own API, with everything they did kept. */
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { GetAliasCommand } from "@aws-sdk/client-lambda";
import { runCommand } from "../support/commandLine.ts";
import { appSpec, deploy, lambdaGroup, publishTwoVersions, silentHook } from "../support/lambdaFixtures.ts";
import { ACCOUNT, authorization, REGION, startSignalbox } from "../support/signalbox.ts";

const CANARY = "CodeDeployDefault.LambdaCanary10Percent5Minutes";

const box = await startSignalbox({ after });
const codedeploy = box.codeDeploy();
const lambda = box.lambda();
const caller = { SIGNALBOX_URL: box.url, AWS_ACCESS_KEY_ID: ACCOUNT, AWS_REGION: REGION };

const signalbox = (...words: string[]) => runCommand(words, caller);
const statusOf = async (deploymentId: string) =>
  (await codedeploy.getDeployment({ deploymentId })).deploymentInfo?.status;

async function canaryUnderWay(hooks = {}) {
  const versions = await publishTwoVersions(lambda);
  const group = await lambdaGroup(codedeploy, { deploymentConfigName: CANARY });
  const deploymentId = await deploy(codedeploy, group, appSpec(versions, hooks));
  await box.advance(0);
  const alias = async () => {
    const command = new GetAliasCommand({ FunctionName: versions.functionName, Name: versions.alias });
    const { FunctionVersion, RoutingConfig } = await lambda.send(command);
    return { version: FunctionVersion, weights: RoutingConfig?.AdditionalVersionWeights ?? {} };
  };
  return { deploymentId, alias };
}

const split = { version: "1", weights: { "2": 0.1 } };

test("a canary is paused in mid-shift without limit, and goes on with the rest of its interval", async () => {
  const { deploymentId, alias } = await canaryUnderWay();
  await box.advance(100);
  const paused = await signalbox("pause", deploymentId);
  assert.deepEqual([paused.exitCode, paused.stdout], [0, `Deployment ${deploymentId} is paused.\n`]);
  await box.advance(60 * 3600);
  assert.deepEqual([await statusOf(deploymentId), await alias()], ["InProgress", split]);
  const detail = await box.detail(deploymentId);
  assert.deepEqual([detail.paused?.by, detail.waitingFor.until], [ACCOUNT, null]);
  assert.equal((await signalbox("resume", deploymentId)).exitCode, 0);
  await box.advance(199);
  assert.deepEqual(await alias(), split);
  await box.advance(1);
  assert.deepEqual([await statusOf(deploymentId), await alias()], ["Succeeded", { version: "2", weights: {} }]);
});

test("a wait is skipped, and all traffic is promoted", async () => {
  for (const verb of ["skip-wait", "promote"]) {
    const { deploymentId, alias } = await canaryUnderWay();
    assert.equal((await signalbox(verb, deploymentId)).exitCode, 0);
    await box.advance(0);
    assert.deepEqual([await statusOf(deploymentId), (await alias()).version], ["Succeeded", "2"]);
  }
});

test("an abort puts the traffic back, though the group rolls nothing back", async () => {
  const { deploymentId, alias } = await canaryUnderWay();
  assert.equal((await signalbox("abort", deploymentId)).exitCode, 0);
  await box.advance(0);
  assert.deepEqual([await statusOf(deploymentId), await alias()], ["Stopped", { version: "1", weights: {} }]);
  const { deploymentInfo } = await codedeploy.getDeployment({ deploymentId });
  assert.deepEqual(deploymentInfo?.deploymentStatusMessages, [`The deployment was aborted by ${ACCOUNT}.`]);
  assert.match(deploymentInfo?.rollbackInfo?.rollbackDeploymentId ?? "", /^d-/);
});

test("what cannot be followed is refused with the reason, and audited", async () => {
  const hook = await silentHook(box, lambda);
  const { deploymentId } = await canaryUnderWay({ BeforeAllowTraffic: hook.functionName });
  const refused = await signalbox("skip-wait", deploymentId);
  assert.equal(refused.exitCode, 1);
  assert.match(refused.stderr, /waits for the report of its BeforeAllowTraffic function, which is never passed over/);
  const path = `${box.url}/_signalbox/deployments/${deploymentId}/resume`;
  const answer = await fetch(path, { method: "POST", headers: { authorization: authorization() } });
  assert.deepEqual(
    [answer.status, ((await answer.json()) as { __type: string }).__type],
    [409, "InvalidOperationException"],
  );
  const audit = await signalbox("audit", "--limit", "2", "--format", "json");
  const entries = audit.stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  assert.deepEqual(
    entries.map(({ operation, outcome, input }) => [operation, outcome, input]),
    [
      ["SteerDeployment", "InvalidOperationException", { deploymentId, verb: "resume" }],
      ["SteerDeployment", "InvalidOperationException", { deploymentId, verb: "skip-wait" }],
    ],
  );
  for (const verb of ["pause", "resume", "skip-wait", "promote", "abort"]) {
    const unknown = await signalbox(verb, "d-NOTTHERE1");
    assert.equal(unknown.exitCode, 66);
    assert.match(unknown.stderr, /d-NOTTHERE1 could not be found/);
  }
  assert.equal((await signalbox("pause", "nonsense")).exitCode, 64);
});

test("`signalbox why` tells every decision with its grounds, and what the deployment waits for", async () => {
  const { deploymentId } = await canaryUnderWay();
  await signalbox("pause", deploymentId);
  await signalbox("resume", deploymentId);
  await box.advance(60);
  const { stdout, exitCode } = await signalbox("why", deploymentId);
  assert.equal(exitCode, 0);
  const lines = stdout.trim().split("\n");
  const expected = [
    /^\S+Z start -> ReadingAlias, 0 % on the new version, asks for readAlias$/,
    /effectAnswered key=readAlias answer=\{"type":"aliasRead",.*\} -> ShiftingTraffic, .*asks for moveAlias\/10\/1$/,
    /effectAnswered key=moveAlias\/10\/1 .* -> HoldingTraffic, 10 % on the new version$/,
    new RegExp(`steered verb=pause by=${ACCOUNT} -> Paused, 10 % on the new version$`),
    new RegExp(`steered verb=resume by=${ACCOUNT} -> HoldingTraffic, 10 % on the new version$`),
    /^It waits for the interval between two shifts to pass, for 4m 00s at most; then the next share of the traffic moves\.$/,
  ];
  assert.equal(lines.length, expected.length, stdout);
  for (const [index, pattern] of expected.entries()) assert.match(lines[index] ?? "", pattern);
  const json = await signalbox("why", deploymentId, "--format", "json");
  assert.equal(JSON.parse(json.stdout.split("\n")[0] ?? "").because.type, "start");
});
