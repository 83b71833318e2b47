/** `signalbox rollback-drill`: what comes of a group's deployment when it fails, without touching what serves traffic. */
import assert from "node:assert/strict";
import { after, test } from "node:test";
import type { UpdateDeploymentGroupCommandInput } from "@aws-sdk/client-codedeploy";
import {
  CreateAliasCommand,
  DeleteFunctionCommand,
  GetAliasCommand,
  ListAliasesCommand,
  UpdateAliasCommand,
} from "@aws-sdk/client-lambda";
import type { DrillReport } from "../../src/management/rollbackDrill.ts";
import { runCommand } from "../support/commandLine.ts";
import {
  appSpec,
  deploy,
  type Hooks,
  lambdaGroup,
  publishTwoVersions,
  silentHook,
  type TwoVersions,
  uniqueName,
} from "../support/lambdaFixtures.ts";
import { startLambdaGate } from "../support/lambdaGate.ts";
import { ACCOUNT, authorization, REGION, startSignalbox } from "../support/signalbox.ts";

const CANARY = "CodeDeployDefault.LambdaCanary10Percent5Minutes";
const ALL_EVENTS = {
  autoRollbackConfiguration: {
    enabled: true,
    events: ["DEPLOYMENT_FAILURE" as const, "DEPLOYMENT_STOP_ON_ALARM" as const, "DEPLOYMENT_STOP_ON_REQUEST" as const],
  },
};

/** The drivers of `box` reach the embedded Lambda through the gate. */
const gate = await startLambdaGate();
after(() => gate.close());
const box = await startSignalbox({ after }, { flags: { endpoint: `lambda=${gate.url}` } });
gate.target = box.url;
const codedeploy = box.codeDeploy();
const lambda = box.lambda();

type Group = Awaited<ReturnType<typeof lambdaGroup>>;

function drillCommand({ applicationName, deploymentGroupName }: Group, ...more: string[]) {
  const words = [
    "rollback-drill",
    "--application",
    applicationName,
    "--deployment-group",
    deploymentGroupName,
    ...more,
  ];
  return runCommand(words, { SIGNALBOX_URL: box.url, AWS_ACCESS_KEY_ID: ACCOUNT, AWS_REGION: REGION });
}

async function drillOverHttp(group: unknown) {
  const init = { method: "POST", headers: { authorization: authorization() }, body: JSON.stringify(group) };
  const response = await fetch(`${box.url}/_signalbox/rollback-drill`, init);
  const body = (await response.json()) as DrillReport & { __type?: string; message?: string };
  return { status: response.status, body };
}

/** A group whose one deployment was stopped before it touched anything. */
async function groupWithHistory(members: Partial<UpdateDeploymentGroupCommandInput> = {}, hooks?: Hooks) {
  const versions = await publishTwoVersions(lambda);
  const waiting = await silentHook(box, lambda);
  const group = await lambdaGroup(codedeploy);
  const spec = appSpec(versions, hooks ?? { BeforeAllowTraffic: waiting.functionName });
  const deploymentId = await deploy(codedeploy, group, spec);
  await box.advance(0);
  await codedeploy.stopDeployment({ deploymentId });
  await box.advance(0);
  const { applicationName, deploymentGroupName: currentDeploymentGroupName } = group;
  await codedeploy.updateDeploymentGroup({ ...members, applicationName, currentDeploymentGroupName });
  return { versions, group, deploymentId };
}

async function liveAlias({ functionName, alias }: TwoVersions) {
  const { FunctionVersion, RoutingConfig, RevisionId } = await lambda.send(
    new GetAliasCommand({ FunctionName: functionName, Name: alias }),
  );
  return { version: FunctionVersion, weights: RoutingConfig?.AdditionalVersionWeights ?? {}, revision: RevisionId };
}

const aliasNames = async ({ functionName }: TwoVersions) =>
  ((await lambda.send(new ListAliasesCommand({ FunctionName: functionName }))).Aliases ?? []).map(({ Name }) => Name);

const deploymentsOf = async (group: Group) => (await codedeploy.listDeployments(group)).deployments;

const verdictsOf = ({ rows }: DrillReport) => rows.map(({ injection, verdict }) => `${injection}: ${verdict}`);

test("a function that is asked before every step of the traffic fails before the last one", async () => {
  const asked = await silentHook(box, lambda);
  const { group } = await groupWithHistory(
    { ...ALL_EVENTS, deploymentConfigName: CANARY },
    { BeforeTrafficStep: asked.functionName },
  );
  const { status, body } = await drillOverHttp(group);
  assert.equal(status, 200);
  assert.deepEqual(
    verdictsOf(body).filter((row) => row.includes("Step")),
    ["BeforeTrafficStep100Percent reports Failed: restored", "BeforeTrafficStep100Percent never reports: restored"],
  );
  assert.ok(
    body.rows.every(({ verdict }) => verdict !== "NOT REHEARSED" && verdict !== "NOT RESTORED"),
    verdictsOf(body).join("\n"),
  );
  assert.equal((await asked.invocations()).length, 1, "by the deployment alone");
});

test("every failure of a linear group with all rollback events is followed by a return to what was", async () => {
  const hooks = [await silentHook(box, lambda), await silentHook(box, lambda)] as const;
  const { versions, group } = await groupWithHistory(
    {
      ...ALL_EVENTS,
      deploymentConfigName: "CodeDeployDefault.LambdaLinear10PercentEvery10Minutes",
      alarmConfiguration: { enabled: true, alarms: [{ name: "errors" }, { name: "latency" }] },
    },
    { BeforeAllowTraffic: hooks[0].functionName, AfterAllowTraffic: hooks[1].functionName },
  );
  const invocations = async () =>
    (await Promise.all(hooks.map((hook) => hook.invocations()))).map(({ length }) => length);
  const before = { alias: await liveAlias(versions), deployments: await deploymentsOf(group), now: await box.now() };
  const called = gate.calls.length;
  assert.deepEqual(await invocations(), [1, 0]);

  const { exitCode, stdout, stderr } = await drillCommand(group, "--format", "json");
  assert.deepEqual([exitCode, stderr], [0, ""]);
  const report = JSON.parse(stdout) as DrillReport;
  const shares = [10, 20, 30, 40, 50, 60, 70, 80, 90];
  assert.deepEqual(
    verdictsOf(report),
    [
      "BeforeAllowTraffic reports Failed",
      "BeforeAllowTraffic never reports",
      "AfterAllowTraffic reports Failed",
      "AfterAllowTraffic never reports",
      "An alarm is red at the start",
      ...shares.map((share) => `An alarm is red at ${share} %`),
      "An alarm is red after 100 %",
      "A stop with rollback during BeforeAllowTraffic",
      "A stop with rollback during AllowTraffic",
      "A stop with rollback during AfterAllowTraffic",
      "An abort at 10 %",
    ].map((injection) => `${injection}: restored`),
  );
  assert.ok(report.rows.every(({ rollbackStatus, why }) => rollbackStatus === "Succeeded" && why === ""));
  const moved = gate.calls
    .slice(called)
    .filter(({ name, body }) => name === "UpdateAlias" && body.FunctionVersion === "2");
  assert.equal(moved.length, 4, "the traffic really went to 100 % in the four runs that fail after it");

  const written = gate.calls.slice(called).filter(({ name }) => /^(Create|Update|Delete)Alias$/.test(name));
  assert.deepEqual(
    written.filter(({ alias }) => !alias.startsWith("signalbox-drill-")),
    [],
    "the group's own alias is never written",
  );
  const now = { alias: await liveAlias(versions), deployments: await deploymentsOf(group), now: await box.now() };
  assert.deepEqual(
    now,
    before,
    "no deployment is recorded, no time passes, and the alias has the revision that it had",
  );
  assert.deepEqual(await aliasNames(versions), ["live"]);
  assert.deepEqual(await invocations(), [1, 0], "no validation function was invoked");
});

test("what the group does not ask for is told and is no failure", async () => {
  const { versions, group } = await groupWithHistory({ deploymentConfigName: CANARY });
  const { status, body } = await drillOverHttp(group);
  assert.equal(status, 200);
  assert.deepEqual(verdictsOf(body), [
    "BeforeAllowTraffic reports Failed: restored",
    "BeforeAllowTraffic never reports: restored",
    "AfterAllowTraffic reports Failed: not rolled back by configuration",
    "AfterAllowTraffic never reports: not rolled back by configuration",
    "An alarm is red at 10 %: not rolled back by configuration",
    "A stop with rollback during BeforeAllowTraffic: restored",
    "A stop with rollback during AllowTraffic: restored",
    "A stop with rollback during AfterAllowTraffic: restored",
    "An abort at 10 %: restored",
  ]);
  const [, , afterHook, , alarm] = body.rows;
  assert.equal(afterHook?.why, "It stays at version 2 alone: the group has no automatic rollback.");
  assert.match(alarm?.why ?? "", /the group watches no alarms/);
  const { exitCode, stdout } = await drillCommand(group);
  assert.equal(exitCode, 0);
  assert.match(stdout, /^The AppSpec names no AfterAllowTraffic function; its failures are rehearsed as if it did\.$/m);
  assert.match(stdout, /^9 failures injected: 6 restored, 3 not rolled back by configuration\.$/m);
  assert.match(stdout, /^Warning: after 3 of them traffic stays on the new version/m);
  assert.deepEqual(await aliasNames(versions), ["live"], "aliases that were left split are deleted, too");
});

test("an alarm that stops without a rollback leaves the traffic split, and the event that is missing is named", async () => {
  const { group } = await groupWithHistory({
    deploymentConfigName: CANARY,
    autoRollbackConfiguration: { enabled: true, events: ["DEPLOYMENT_FAILURE"] },
    alarmConfiguration: { enabled: true, alarms: [{ name: "errors" }] },
  });
  const { body } = await drillOverHttp(group);
  const atTen = body.rows.find(({ injection }) => injection === "An alarm is red at 10 %");
  assert.deepEqual(
    [atTen?.verdict, atTen?.status, atTen?.rollbackStatus, atTen?.why],
    [
      "not rolled back by configuration",
      "Stopped",
      null,
      "It stays at version 1 with 10 % to version 2: DEPLOYMENT_STOP_ON_ALARM is not among the group's automatic rollback events.",
    ],
  );
  assert.equal(body.summary.notRolledBackByConfiguration, 2);
});

test("a broken rollback path is reported", async (t) => {
  t.after(() => {
    gate.refuses = () => false;
  });
  const { versions, group } = await groupWithHistory({ ...ALL_EVENTS, deploymentConfigName: CANARY });
  const weights = (body: (typeof gate.calls)[number]["body"]) =>
    Object.keys(body.RoutingConfig?.AdditionalVersionWeights ?? {});
  gate.refuses = ({ name, body }) =>
    name === "UpdateAlias" && body.FunctionVersion === "1" && weights(body).length === 0;
  const { exitCode, stdout } = await drillCommand(group);
  assert.equal(exitCode, 1);
  assert.match(stdout, /^AfterAllowTraffic reports Failed +NOT RESTORED +deployment Failed, rollback Failed$/m);
  assert.match(
    stdout,
    /The rollback ended Failed\. .*the test refuses UpdateAlias\. It is at version 2 alone; it was at/,
  );
  assert.match(stdout, /^BeforeAllowTraffic reports Failed +restored +deployment Failed, rollback Succeeded$/m);
  assert.match(stdout, /^9 failures injected: 3 restored, 1 not rolled back by configuration, 5 NOT RESTORED\.$/m);
  assert.deepEqual(await aliasNames(versions), ["live"]);
});

test("a run that never comes as far as its failure is not taken for a success", async (t) => {
  t.after(() => {
    gate.refuses = () => false;
  });
  const { group } = await groupWithHistory({ ...ALL_EVENTS, deploymentConfigName: CANARY });
  gate.refuses = ({ name }) => name === "UpdateAlias";
  const { body } = await drillOverHttp(group);
  const abort = body.rows.find(({ injection }) => injection === "An abort at 10 %");
  assert.equal(abort?.verdict, "NOT REHEARSED");
  assert.match(
    abort?.why ?? "",
    /^The deployment ended Failed before the failure was injected\. .*refuses UpdateAlias/,
  );
  assert.equal((await drillCommand(group)).exitCode, 1);
});

test("a drill works while a deployment of the group is under way, and leaves it alone", async () => {
  const versions = await publishTwoVersions(lambda);
  const group = await lambdaGroup(codedeploy, { ...ALL_EVENTS, deploymentConfigName: CANARY });
  const deploymentId = await deploy(codedeploy, group, appSpec(versions));
  await box.advance(60);
  const before = await liveAlias(versions);
  assert.deepEqual([before.version, before.weights], ["1", { "2": 0.1 }]);
  const { status, body } = await drillOverHttp(group);
  assert.deepEqual([status, body.summary.notRestored, body.summary.notRehearsed], [200, 0, 0]);
  assert.deepEqual(body.aliasState, { version: "1", routed: { version: "2", weight: 0.1 } });
  assert.deepEqual(await liveAlias(versions), before);
  await box.advance(240);
  const { deploymentInfo } = await codedeploy.getDeployment({ deploymentId });
  assert.deepEqual([deploymentInfo?.status, (await liveAlias(versions)).version], ["Succeeded", "2"]);
  const afterwards = await drillOverHttp(group);
  assert.deepEqual([afterwards.body.fromVersion, afterwards.body.toVersion], ["2", "1"], "from where it is now");
  assert.equal(afterwards.body.summary.notRestored, 0);
});

test("two drills of one group at once are refused, and of two groups are not", async (t) => {
  const { versions, group } = await groupWithHistory(ALL_EVENTS);
  const other = await groupWithHistory(ALL_EVENTS);
  const reached = Promise.withResolvers<void>();
  const goOn = Promise.withResolvers<void>();
  t.after(() => {
    goOn.resolve();
    gate.refuses = () => false;
  });
  gate.refuses = async ({ name }) => {
    if (name === `GET /2015-03-31/functions/${versions.functionName}/aliases/live`) {
      reached.resolve();
      await goOn.promise;
    }
    return false;
  };
  const first = drillOverHttp(group);
  await Promise.race([reached.promise, first]);
  const second = await drillOverHttp(group);
  assert.deepEqual([second.status, second.body.__type], [409, "InvalidOperationException"]);
  assert.match(second.body.message ?? "", /is under way already/);
  assert.equal((await drillOverHttp(other.group)).status, 200);
  goOn.resolve();
  assert.equal((await first).status, 200);
  assert.equal((await drillOverHttp(group)).status, 200, "when the first has ended, the next may begin");
});

test("what earlier drills have left is deleted, and nothing that somebody else has made", async (t) => {
  t.after(() => {
    gate.refuses = () => false;
  });
  const { versions, group } = await groupWithHistory();
  const FunctionName = versions.functionName;
  const foreign = { FunctionName, Name: "signalbox-drill-of-mine", FunctionVersion: "1", Description: "mine" };
  await lambda.send(new CreateAliasCommand(foreign));
  gate.refuses = ({ name }) => name === "DeleteAlias";
  const left = await drillOverHttp(group);
  assert.equal(left.body.leftBehind.length, left.body.rows.length);
  assert.deepEqual(
    (await aliasNames(versions)).sort(),
    ["live", "signalbox-drill-of-mine", ...left.body.leftBehind].sort(),
  );
  assert.match((await drillCommand(group)).stdout, /^Warning: not deleted were the aliases signalbox-drill-/m);
  gate.refuses = () => false;
  assert.deepEqual((await drillOverHttp(group)).body.leftBehind, []);
  assert.deepEqual((await aliasNames(versions)).sort(), ["live", "signalbox-drill-of-mine"]);
});

test("what cannot be rehearsed is refused with the reason, and audited", async () => {
  const refused = async (group: object, status: number, type: string, sentence: RegExp) => {
    const answer = await drillOverHttp(group);
    assert.deepEqual([answer.status, answer.body.__type], [status, type]);
    assert.match(answer.body.message ?? "", sentence);
  };
  const group = await lambdaGroup(codedeploy);
  await refused({ ...group, applicationName: "none" }, 400, "ApplicationDoesNotExistException", /none/);
  await refused({ ...group, deploymentGroupName: "none" }, 400, "DeploymentGroupDoesNotExistException", /none/);
  await refused({ applicationName: "shop" }, 400, "DeploymentGroupNameRequiredException", /required/);
  await refused({ ...group, applicationName: 7 }, 400, "ValidationException", /applicationName must be a string/);
  await refused(group, 409, "InvalidOperationException", /has had no deployment yet/);
  const server = { applicationName: uniqueName("server"), deploymentGroupName: "g" };
  await codedeploy.createApplication({ applicationName: server.applicationName });
  const serviceRoleArn = "arn:aws:iam::123456789012:role/r";
  await codedeploy.createDeploymentGroup({ ...server, serviceRoleArn });
  await refused(server, 501, "NotImplementedException", /Server compute platform/);

  const { versions, group: known } = await groupWithHistory();
  await lambda.send(new DeleteFunctionCommand({ FunctionName: versions.functionName, Qualifier: "2" }));
  await refused(known, 409, "InvalidOperationException", /Version 2 of function .*ResourceNotFoundException/);
  const elsewhere = await groupWithHistory();
  const alias = { FunctionName: elsewhere.versions.functionName, Name: "live", FunctionVersion: "$LATEST" };
  await lambda.send(new UpdateAliasCommand(alias));
  await refused(elsewhere.group, 409, "InvalidOperationException", /points to version \$LATEST/);
  await lambda.send(new DeleteFunctionCommand({ FunctionName: elsewhere.versions.functionName }));
  await refused(elsewhere.group, 409, "InvalidOperationException", /The drill cannot begin: Alias live/);
  const command = await drillCommand(group);
  assert.equal(command.exitCode, 1);
  assert.match(command.stderr, /has had no deployment yet/);

  const headers = { authorization: authorization() };
  const page = await (await fetch(`${box.url}/_signalbox/audit?limit=2`, { headers })).json();
  const { entries } = page as { entries: { operation: string; outcome: string; input: unknown }[] };
  assert.deepEqual(
    entries.map(({ operation, outcome, input }) => [operation, outcome, input]),
    [
      ["RollbackDrill", "InvalidOperationException", group],
      ["RollbackDrill", "InvalidOperationException", elsewhere.group],
    ],
  );
});

test("a drill that is under way when signalbox ends removes its alias first", async (t) => {
  const ownGate = await startLambdaGate();
  t.after(() => ownGate.close());
  const flags = { endpoint: `lambda=${ownGate.url}` };
  const first = await startSignalbox(t, { flags });
  ownGate.target = first.url;
  const versions = await publishTwoVersions(first.lambda());
  const group = await lambdaGroup(first.codeDeploy(), { ...ALL_EVENTS, deploymentConfigName: CANARY });
  await deploy(first.codeDeploy(), group, appSpec(versions));
  await first.advance(300);
  const reached = Promise.withResolvers<void>();
  const goOn = Promise.withResolvers<void>();
  ownGate.refuses = async ({ name }) => {
    if (name === "UpdateAlias") {
      reached.resolve();
      await goOn.promise;
    }
    return false;
  };
  const init = { method: "POST", headers: { authorization: authorization() }, body: JSON.stringify(group) };
  const answered = fetch(`${first.url}/_signalbox/rollback-drill`, init);
  await Promise.race([reached.promise, answered]);
  const stopped = first.stop();
  goOn.resolve();
  await stopped;
  const answer = await answered;
  assert.equal(answer.status, 409);
  assert.match(((await answer.json()) as { message: string }).message, /broken off because signalbox is ending/);
  const again = await startSignalbox(t, { flags: { ...flags, "data-dir": first.dataDirectory } });
  const { Aliases = [] } = await again.lambda().send(new ListAliasesCommand({ FunctionName: versions.functionName }));
  assert.deepEqual(
    Aliases.map(({ Name, FunctionVersion }) => [Name, FunctionVersion]),
    [["live", "2"]],
  );
});
