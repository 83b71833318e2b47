/** The hook before every step of the traffic, on both platforms, in virtual time: real functions, real traffic, official clients. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import type { CreateDeploymentGroupCommandInput } from "@aws-sdk/client-codedeploy";
import { CreateFunctionCommand, GetAliasCommand } from "@aws-sdk/client-lambda";
import { tally } from "../support/balancer.ts";
import { advanceUntil, blueGreenService, deployVersion, ecsAppSpec, versionOf } from "../support/blueGreen.ts";
import { server } from "../support/ecsFixtures.ts";
import {
  appSpec,
  deploy,
  inlineRevision,
  lambdaGroup,
  publishTwoVersions,
  SERVICE_ROLE,
  silentHook,
  stepHook,
  uniqueName,
} from "../support/lambdaFixtures.ts";
import { startSignalbox } from "../support/signalbox.ts";

const box = await startSignalbox({ after });
const [codedeploy, lambda, cloudWatch] = [box.codeDeploy(), box.lambda(), box.cloudWatch()];

type Group = Partial<CreateDeploymentGroupCommandInput>;

/** What is deployed to, with a group of its own. */
interface Subject {
  targetId: string;
  deploy(hook: string): Promise<string>;
  /** The share of the traffic on what is deployed, in percent, as its callers have it. */
  share(): Promise<number>;
}

const platforms: Record<"Lambda" | "ECS", (group: Group) => Promise<Subject>> = {
  async Lambda(group) {
    const versions = await publishTwoVersions(lambda);
    const names = await lambdaGroup(codedeploy, group);
    return {
      targetId: `${versions.functionName}:live`,
      deploy: (hook) => deploy(codedeploy, names, appSpec(versions, { BeforeTrafficStep: hook })),
      async share() {
        const { functionName: FunctionName, alias: Name } = versions;
        const { FunctionVersion, RoutingConfig } = await lambda.send(new GetAliasCommand({ FunctionName, Name }));
        if (FunctionVersion === "2") return 100;
        return Math.round(100 * (RoutingConfig?.AdditionalVersionWeights?.["2"] ?? 0));
      },
    };
  },
  async ECS(group) {
    const web = await blueGreenService(box, { hasTestListener: false, group });
    await advanceUntil(box, "version 1 answers", async () => (await fetch(web.productionUrl)).ok);
    return {
      targetId: `${web.cluster}:${web.service}`,
      deploy: (hook) => deployVersion(box, web, "v2", { BeforeTrafficStep: hook }),
      share: async () => (await tally(web.productionUrl, 100))["v2"] ?? 0,
    };
  },
};

const rollsBack: Group = {
  autoRollbackConfiguration: {
    enabled: true,
    events: ["DEPLOYMENT_FAILURE", "DEPLOYMENT_STOP_ON_REQUEST", "DEPLOYMENT_STOP_ON_ALARM"],
  },
};

async function infoOf(deploymentId: string) {
  return (await codedeploy.getDeployment({ deploymentId })).deploymentInfo ?? {};
}

async function eventsOf(deploymentId: string, targetId: string) {
  const { lambdaTarget, ecsTarget } =
    (await codedeploy.getDeploymentTarget({ deploymentId, targetId })).deploymentTarget ?? {};
  return (lambdaTarget ?? ecsTarget)?.lifecycleEvents ?? [];
}

async function listed(deploymentId: string, targetId: string): Promise<string[]> {
  const events = await eventsOf(deploymentId, targetId);
  const first = events.findIndex(({ lifecycleEventName }) => lifecycleEventName === "BeforeAllowTraffic");
  return events.slice(first).map(({ lifecycleEventName, status }) => `${lifecycleEventName} ${status}`);
}

const whenEnded = (deploymentId: string) =>
  advanceUntil(box, `${deploymentId} has ended`, async () => (await infoOf(deploymentId)).completeTime !== undefined);

const whenItWaits = (deploymentId: string, event: string) =>
  advanceUntil(box, `${event} waits for its report`, async () => {
    const { phase, waitsFor } = (await box.detail(deploymentId)).waitingFor;
    return phase === "AwaitingReport" && (waitsFor ?? "").includes(event);
  });

const steer = (deploymentId: string, verb: string) =>
  fetch(`${box.url}/_signalbox/deployments/${deploymentId}/${verb}`, {
    method: "POST",
    headers: { authorization: "AWS4-HMAC-SHA256 Credential=123456789012/20260101/eu-west-1/codedeploy/aws4_request" },
  });

for (const platform of ["Lambda", "ECS"] as const) {
  const deploymentConfigName = `thirds-${platform}`;
  await codedeploy.createDeploymentConfig({
    deploymentConfigName,
    computePlatform: platform,
    trafficRoutingConfig: { type: "TimeBasedLinear", timeBasedLinear: { linearPercentage: 40, linearInterval: 2 } },
  });
  const subjectOf = (group: Group = {}) => platforms[platform]({ deploymentConfigName, ...group });

  describe(`the hook before every step of the traffic of a deployment to ${platform}`, () => {
    it("runs before each of them, told of it, under an id of its own", async () => {
      const subject = await subjectOf();
      const hook = await stepHook(box, lambda);
      const deploymentId = await subject.deploy(hook.functionName);
      await whenEnded(deploymentId);
      assert.equal((await infoOf(deploymentId)).status, "Succeeded");
      assert.equal(await subject.share(), 100);
      const invocations = await hook.invocations();
      assert.deepEqual(
        invocations.map(({ TrafficStep }) => TrafficStep),
        [
          { CurrentWeight: 0, TargetWeight: 40 },
          { CurrentWeight: 40, TargetWeight: 80 },
          { CurrentWeight: 80, TargetWeight: 100 },
        ],
      );
      assert.deepEqual(new Set(invocations.map(({ DeploymentId }) => DeploymentId)), new Set([deploymentId]));
      assert.equal(new Set(invocations.map((one) => one.LifecycleEventHookExecutionId)).size, 3);
      assert.deepEqual(await listed(deploymentId, subject.targetId), [
        "BeforeAllowTraffic Succeeded",
        "BeforeTrafficStep40Percent Succeeded",
        "BeforeTrafficStep80Percent Succeeded",
        "BeforeTrafficStep100Percent Succeeded",
        "AllowTraffic Succeeded",
        "AfterAllowTraffic Succeeded",
      ]);
    });

    for (const isRolledBack of [true, false]) {
      it(`fails the deployment at the second step${isRolledBack ? ", which is rolled back" : ""}`, async () => {
        const subject = await subjectOf(isRolledBack ? rollsBack : {});
        const hook = await stepHook(box, lambda, 80);
        const deploymentId = await subject.deploy(hook.functionName);
        await whenEnded(deploymentId);
        // The function returns after its report has ended the deployment.
        await box.advance(0);
        const { status, errorInformation, rollbackInfo } = await infoOf(deploymentId);
        assert.deepEqual([status, errorInformation?.code], ["Failed", "HOOK_EXECUTION_FAILURE"]);
        assert.deepEqual(await listed(deploymentId, subject.targetId), [
          "BeforeAllowTraffic Succeeded",
          "BeforeTrafficStep40Percent Succeeded",
          "BeforeTrafficStep80Percent Failed",
          "AllowTraffic Failed",
          "AfterAllowTraffic Skipped",
        ]);
        const failed = (await eventsOf(deploymentId, subject.targetId)).filter(({ status }) => status === "Failed");
        for (const { diagnostics } of failed) {
          assert.equal(
            diagnostics?.message,
            `The BeforeTrafficStep80Percent function ${hook.functionName} reported Failed.`,
          );
          assert.match(diagnostics?.logTail ?? "", /step \{"CurrentWeight":40,"TargetWeight":80\}/);
        }
        const rollback = rollbackInfo?.rollbackDeploymentId;
        if (rollback) await whenEnded(rollback);
        assert.deepEqual([rollback !== undefined, await subject.share()], [isRolledBack, isRolledBack ? 0 : 40]);
        assert.equal((await hook.invocations()).length, 2, "the rollback asks nobody");
      });
    }

    it("is waited for for an hour, after which the deployment fails", async () => {
      const subject = await subjectOf();
      const { functionName } = await silentHook(box, lambda);
      const deploymentId = await subject.deploy(functionName);
      await whenItWaits(deploymentId, "BeforeTrafficStep40Percent");
      await box.advance(3540);
      assert.deepEqual([(await infoOf(deploymentId)).status, await subject.share()], ["InProgress", 0]);
      await box.advance(60);
      const { status, deploymentStatusMessages } = await infoOf(deploymentId);
      assert.equal(status, "Failed");
      assert.match(deploymentStatusMessages?.[0] ?? "", /BeforeTrafficStep40Percent .* within 3600 seconds/);
    });

    it("counts once: what is reported twice, late or for a step to come is refused as of other hooks", async () => {
      const subject = await subjectOf();
      const hook = await silentHook(box, lambda);
      const deploymentId = await subject.deploy(hook.functionName);
      const report = async (index: number, status: "Succeeded" | "Failed") => {
        const { LifecycleEventHookExecutionId } = (await hook.invocations())[index] ?? assert.fail("not invoked yet");
        const lifecycleEventHookExecutionId = LifecycleEventHookExecutionId;
        return codedeploy.putLifecycleEventHookExecutionStatus({ deploymentId, lifecycleEventHookExecutionId, status });
      };
      await whenItWaits(deploymentId, "BeforeTrafficStep40Percent");
      await report(0, "Succeeded");
      await assert.rejects(report(0, "Failed"), { name: "LifecycleEventAlreadyCompletedException" });
      await whenItWaits(deploymentId, "BeforeTrafficStep80Percent");
      assert.equal(await subject.share(), 40);
      await assert.rejects(report(0, "Failed"), { name: "LifecycleEventAlreadyCompletedException" });
      await report(1, "Succeeded");
      await whenItWaits(deploymentId, "BeforeTrafficStep100Percent");
      await codedeploy.stopDeployment({ deploymentId, autoRollbackEnabled: false });
      await box.advance(0);
      await assert.rejects(report(2, "Succeeded"), { name: "LifecycleEventAlreadyCompletedException" });
      assert.deepEqual([(await infoOf(deploymentId)).status, await subject.share()], ["Stopped", 80]);
    });

    it("ends with the deployment when that is stopped or an alarm is red", async () => {
      const AlarmName = uniqueName("alarm");
      const about = { Namespace: "shop", MetricName: "Errors", Statistic: "Sum" as const, Period: 60 };
      const rule = { EvaluationPeriods: 1, Threshold: 0, ComparisonOperator: "GreaterThanThreshold" as const };
      await cloudWatch.putMetricAlarm({ AlarmName, ...about, ...rule });
      const setAlarm = (StateValue: "OK" | "ALARM") =>
        cloudWatch.setAlarmState({ AlarmName, StateValue, StateReason: "by hand" });
      await setAlarm("OK");
      const alarmConfiguration = { enabled: true, alarms: [{ name: AlarmName }] };
      const subject = await subjectOf({ ...rollsBack, alarmConfiguration });
      const { functionName } = await silentHook(box, lambda);
      const ends: [how: string, end: (deploymentId: string) => Promise<unknown>, code: string][] = [
        ["stop", (deploymentId) => codedeploy.stopDeployment({ deploymentId }), "MANUAL_STOP"],
        ["alarm", () => setAlarm("ALARM"), "ALARM_ACTIVE"],
      ];
      for (const [how, end, code] of ends) {
        const deploymentId = await subject.deploy(functionName);
        await whenItWaits(deploymentId, "BeforeTrafficStep40Percent");
        await end(deploymentId);
        await whenEnded(deploymentId);
        const { status, errorInformation, rollbackInfo } = await infoOf(deploymentId);
        assert.deepEqual([status, errorInformation?.code], ["Stopped", code], how);
        await whenEnded(rollbackInfo?.rollbackDeploymentId ?? "");
        assert.equal(await subject.share(), 0);
      }
    });

    it("is asked about all traffic by a person who promotes, and goes on while one pauses", async () => {
      const subject = await subjectOf();
      const hook = await stepHook(box, lambda);
      const deploymentId = await subject.deploy(hook.functionName);
      await advanceUntil(box, "40 % are held", async () => {
        return (await box.detail(deploymentId)).waitingFor.phase === "HoldingTraffic";
      });
      assert.equal((await steer(deploymentId, "pause")).status, 200);
      await box.advance(600);
      assert.equal(await subject.share(), 40);
      for (const verb of ["resume", "promote"]) assert.equal((await steer(deploymentId, verb)).status, 200);
      await whenEnded(deploymentId);
      assert.deepEqual([(await infoOf(deploymentId)).status, await subject.share()], ["Succeeded", 100]);
      assert.deepEqual(
        (await hook.invocations()).map(({ TrafficStep }) => TrafficStep),
        [
          { CurrentWeight: 0, TargetWeight: 40 },
          { CurrentWeight: 40, TargetWeight: 100 },
        ],
      );
    });
  });
}

it("stops a version that fails real orders at the first share, as the example does", async () => {
  const example = join(import.meta.dirname, "..", "..", "examples", "ecs-blue-green");
  const deploymentConfigName = "CodeDeployDefault.ECSCanary10Percent5Minutes";
  const web = await blueGreenService(box, { hasTestListener: false, group: { ...rollsBack, deploymentConfigName } });
  await advanceUntil(box, "version 1 answers", async () => (await fetch(web.productionUrl)).ok);
  const hook = uniqueName("example-hook");
  await lambda.send(
    new CreateFunctionCommand({
      FunctionName: hook,
      Runtime: "nodejs22.x",
      Handler: "index.handler",
      Role: SERVICE_ROLE,
      Timeout: 30,
      Environment: { Variables: { PRODUCTION_URL: web.productionUrl } },
      Code: { S3Bucket: "local-folder", S3Key: join(example, "hooks", "beforeTrafficStep") },
    }),
  );
  const broken = server("", {
    image: `file://${join(example, "shop", "v3-broken")}`,
    command: [process.execPath, "server.mjs"],
  });
  const content = ecsAppSpec(await versionOf(box, web.service, "broken", broken), { BeforeTrafficStep: hook });
  const { deploymentId = "" } = await codedeploy.createDeployment({ ...web.group, revision: inlineRevision(content) });
  await whenEnded(deploymentId);
  await box.advance(0);
  assert.equal((await infoOf(deploymentId)).status, "Failed");
  const failed = (await eventsOf(deploymentId, `${web.cluster}:${web.service}`)).find((one) => one.status === "Failed");
  assert.equal(failed?.lifecycleEventName, "BeforeTrafficStep100Percent");
  assert.match(failed.diagnostics?.logTail ?? "", /At 10 %, before 100 %: 4 of 40 orders failed/);
});
