import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { lambdaPlan, START } from "../../../test/support/story.ts";
import { newGroupMembers } from "../../resources/deploymentGroup.ts";
import type { TriggerConfig } from "../../shapes/codedeploy.ts";
import type { DeploymentPlan } from "../plan.ts";
import type { Transition } from "../transitions.ts";
import { notificationsOf, triggerTests } from "./notificationsOf.ts";

const TOPIC = "arn:aws:sns:eu-west-1:111122223333:releases";
const HOOK = "https://hooks.example.com/deployments?key=1";
const BUS = { bus: "default", source: "shop.codedeploy" };
const trigger = (triggerName: string, ...triggerEvents: string[]): TriggerConfig => {
  return { triggerName, triggerTargetArn: TOPIC, triggerEvents };
};

function planWith(triggers: TriggerConfig[], webhook: string | null = null): DeploymentPlan {
  return { ...lambdaPlan(), notifies: { deploymentGroupId: "the-group's-id", triggers, webhook } };
}

const counts = { Pending: 0, InProgress: 0, Succeeded: 0, Failed: 1, Skipped: 0, Ready: 0 };
const failure: Transition = {
  event: "DeploymentFailure",
  at: START + 1807,
  status: "Failed",
  startTime: START + 7,
  completeTime: START + 1807,
  overview: counts,
  errorInformation: { code: "HOOK_EXECUTION_FAILURE", message: "A function failed." },
  rollbackInfo: null,
};
const start: Transition = {
  ...failure,
  event: "DeploymentStart",
  at: START + 7,
  status: "InProgress",
  completeTime: null,
  overview: { ...counts, Failed: 0, Pending: 1 },
  errorInformation: null,
};

describe("a message to a topic", () => {
  const bodyOf = (transition: Transition, event: string) =>
    notificationsOf(planWith([trigger("T", event)]), transition, null)[0]?.body;

  it("has the documented members in their order, every value a string, byte for byte", () => {
    assert.equal(
      bodyOf(failure, "DeploymentFailure"),
      '{"region":"eu-west-1","accountId":"111122223333","eventTriggerName":"T","applicationName":"app",' +
        '"deploymentId":"d-ORIGINAL1","deploymentGroupName":"group","createTime":"1767603600.000",' +
        '"completeTime":"1767603601.807",' +
        '"deploymentOverview":{"Failed":"1","InProgress":"0","Pending":"0","Skipped":"0","Succeeded":"0"},' +
        '"status":"Failed","errorInformation":{"ErrorCode":"HOOK_EXECUTION_FAILURE","ErrorMessage":"A function failed."}}',
    );
  });

  it("has neither an end nor an error when the deployment starts", () => {
    assert.equal(
      bodyOf(start, "DeploymentStart"),
      '{"region":"eu-west-1","accountId":"111122223333","eventTriggerName":"T","applicationName":"app",' +
        '"deploymentId":"d-ORIGINAL1","deploymentGroupName":"group","createTime":"1767603600.000",' +
        '"deploymentOverview":{"Failed":"0","InProgress":"0","Pending":"1","Skipped":"0","Succeeded":"0"},' +
        '"status":"InProgress"}',
    );
  });

  it("is sent once for each trigger that names its event", () => {
    const triggers = [
      trigger("a", "DeploymentFailure", "DeploymentFailure", "DeploymentStart"),
      trigger("b", "DeploymentStart", "InstanceFailure"),
      trigger("c", "DeploymentFailure"),
    ];
    const sent = notificationsOf(planWith(triggers), failure, null);
    assert.deepEqual(
      sent.map(({ kind, receiver, body }) => [kind, receiver, JSON.parse(body).eventTriggerName]),
      [
        ["sns", TOPIC, "a"],
        ["sns", TOPIC, "c"],
      ],
    );
  });

  it("has a subject that SNS takes, however long the names are", () => {
    const subjectOf = (applicationName: string) => {
      const plan = planWith([trigger("T", "DeploymentFailure")]);
      const named = { ...plan, info: { ...plan.info, applicationName } };
      return notificationsOf(named, failure, null)[0]?.subject;
    };
    assert.equal(subjectOf("shop"), "FAILED: AWS CodeDeploy d-ORIGINAL1 in eu-west-1 to shop");
    assert.equal(subjectOf("a".repeat(100))?.length, 100);
  });
});

describe("an event on the bus", () => {
  it("is as the service's own, with the source that was set", () => {
    const [{ kind, receiver, body } = { kind: "", receiver: "", body: "{}" }, ...more] = notificationsOf(
      planWith([]),
      failure,
      BUS,
    );
    assert.deepEqual([kind, receiver, more], ["events", "default", []]);
    const { Detail, ...entry } = JSON.parse(body);
    assert.deepEqual(entry, {
      EventBusName: "default",
      Source: "shop.codedeploy",
      DetailType: "CodeDeploy Deployment State-change Notification",
      Resources: [
        "arn:aws:codedeploy:eu-west-1:111122223333:application:app",
        "arn:aws:codedeploy:eu-west-1:111122223333:deploymentgroup:app/group",
      ],
      Time: START / 1000 + 1,
    });
    assert.deepEqual(JSON.parse(Detail), {
      instanceGroupId: "the-group's-id",
      region: "eu-west-1",
      application: "app",
      deploymentId: "d-ORIGINAL1",
      state: "FAILURE",
      deploymentGroup: "group",
    });
  });

  it("has the service's word for each state, and there is none when a rollback is created", () => {
    const states = (
      ["DeploymentStart", "DeploymentReady", "DeploymentSuccess", "DeploymentStop", "DeploymentRollback"] as const
    ).map((event) => {
      const [sent] = notificationsOf(planWith([]), { ...start, event }, BUS);
      return sent ? JSON.parse(JSON.parse(sent.body).Detail).state : null;
    });
    assert.deepEqual(states, ["START", "READY", "SUCCESS", "STOP", null]);
  });
});

describe("a webhook's CloudEvent", () => {
  it("says all of it, under an id that stays", () => {
    const [sent, ...more] = notificationsOf(planWith([], HOOK), failure, null);
    assert.deepEqual([sent?.kind, sent?.receiver, more], ["webhook", HOOK, []]);
    assert.deepEqual(JSON.parse(sent?.body ?? ""), {
      specversion: "1.0",
      id: "d-ORIGINAL1/DeploymentFailure",
      source: "arn:aws:codedeploy:eu-west-1:111122223333:deploymentgroup:app/group",
      type: "signalbox.DeploymentFailure",
      subject: "d-ORIGINAL1",
      time: "2026-01-05T09:00:01.807Z",
      datacontenttype: "application/json",
      data: {
        event: "DeploymentFailure",
        accountId: "111122223333",
        region: "eu-west-1",
        applicationName: "app",
        deploymentGroupName: "group",
        deploymentGroupId: "the-group's-id",
        deploymentId: "d-ORIGINAL1",
        deploymentConfigName: "CodeDeployDefault.LambdaCanary10Percent5Minutes",
        computePlatform: "Lambda",
        creator: "user",
        description: "as asked for",
        revision: { revisionType: "AppSpecContent", appSpecContent: { sha256: "this one" } },
        status: "Failed",
        createTime: START / 1000,
        startTime: (START + 7) / 1000,
        completeTime: (START + 1807) / 1000,
        deploymentOverview: counts,
        errorInformation: { code: "HOOK_EXECUTION_FAILURE", message: "A function failed." },
      },
    });
  });
});

describe("streams", () => {
  it("are one for each receiver of a deployment, and its rollback's messages follow in them", () => {
    const plan = planWith([trigger("a", "DeploymentFailure"), trigger("b", "DeploymentFailure")], HOOK);
    const streamsOf = (of: DeploymentPlan) => notificationsOf(of, failure, BUS).map(({ stream }) => stream);
    const streams = streamsOf(plan);
    assert.equal(streams[0], streams[1], "two triggers, one topic");
    assert.equal(new Set(streams).size, 3);
    const rollback = { ...plan, deploymentId: "d-ROLLBACK1", rollsBackDeploymentId: "d-ORIGINAL1" };
    assert.deepEqual(streamsOf(rollback), streams);
    for (const stream of streamsOf({ ...plan, deploymentId: "d-ANOTHER12" })) assert.ok(!streams.includes(stream));
  });

  it("are none for a plan from before notifications were sent", () => {
    assert.deepEqual(notificationsOf(lambdaPlan(), failure, null), []);
  });
});

describe("a trigger that is made or changed", () => {
  const group = (triggerConfigurations: TriggerConfig[]) => ({
    deploymentGroupId: "id",
    deploymentGroupName: "G",
    deploymentConfigName: "C",
    ...newGroupMembers(
      "Lambda",
      { serviceRoleArn: "arn:aws:iam::111122223333:role/deploy", triggerConfigurations },
      { alarms: 50, triggers: 10, autoScalingGroups: 10, tagFilters: 10, targetGroupPairs: 1 },
    ),
  });
  const scope = { accountId: "111122223333", region: "eu-west-1", applicationName: "A" };

  it("has a test sent to its topic, and one that stayed as it was has none", () => {
    let made = 0;
    const newId = () => `stream-${++made}`;
    const [a, b, c] = [
      trigger("a", "DeploymentStart"),
      trigger("b", "DeploymentStart"),
      trigger("ü", "DeploymentStop"),
    ];
    const changed = trigger("b", "DeploymentStart", "DeploymentStop");
    const sent = triggerTests(scope, group([a, changed, c]), [a, b], { now: START, newId });
    assert.deepEqual(
      sent.map(({ deploymentId, stream, receiver, subject, body }) => [deploymentId, stream, receiver, subject, body]),
      [
        [
          null,
          "stream-1",
          TOPIC,
          "TEST: AWS CodeDeploy trigger b",
          '{"Test":"The trigger b of deployment group G of application A sends its notifications here."}',
        ],
        [
          null,
          "stream-2",
          TOPIC,
          "TEST: AWS CodeDeploy trigger ?",
          '{"Test":"The trigger ü of deployment group G of application A sends its notifications here."}',
        ],
      ],
    );
  });
});
