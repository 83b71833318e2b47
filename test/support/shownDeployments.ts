/** Deployments as the management API tells of them, at the moments that the command line has to show. */
import assert from "node:assert/strict";
import type { EventDetail, HookDetail } from "../../src/cli/wording.ts";
import type { DeploymentDetail } from "../../src/management/deploymentDetail.ts";

const START = 1_800_000_000;

export function hook(change: Partial<HookDetail>): HookDetail {
  return {
    functionName: "CodeDeployHook_before",
    deadline: START + 3600,
    report: "Succeeded",
    invocation: "ended",
    error: null,
    logTail:
      "START RequestId: 1 Version: 1\n2027-01-15T08:00:00.000Z\t00000000-0000-0000-0000-000000000000\tINFO\tan empty order is 0\nEND RequestId: 1\nREPORT RequestId: 1\tDuration: 1 ms\n",
    ...change,
  };
}

function event(name: string, change: Partial<EventDetail> = {}): EventDetail {
  return { name, status: "Pending", startTime: null, endTime: null, message: null, hook: null, ...change };
}

export function withBefore(change: Partial<EventDetail>): DeploymentDetail {
  const [target] = canary.targets;
  assert.ok(target);
  const [before, ...rest] = target.lifecycleEvents;
  assert.ok(before);
  return { ...canary, targets: [{ ...target, lifecycleEvents: [{ ...before, ...change }, ...rest] }] };
}

export const canary: DeploymentDetail = {
  deploymentId: "d-CANARY000",
  applicationName: "shop",
  deploymentGroupName: "canary",
  deploymentConfigName: "CodeDeployDefault.LambdaCanary10Percent5Minutes",
  creator: "user",
  status: "InProgress",
  fault: null,
  now: START + 130,
  createTime: START,
  startTime: START,
  completeTime: null,
  errorInformation: null,
  messages: [],
  rollbackInfo: null,
  alarms: [],
  paused: null,
  decisions: [],
  steps: [],
  appSpec: { functionName: "checkout", alias: "live", currentVersion: "1", targetVersion: "2", hooks: {} },
  traffic: { type: "TimeBasedCanary", percentage: 10, intervalMs: 300_000 },
  hookTimeoutSeconds: 3600,
  waitingFor: {
    retries: "",
    phase: "HoldingTraffic",
    until: START + 300,
    waitsFor: "the interval to pass",
    atDeadline: "traffic moves",
  },
  targets: [
    {
      targetId: "checkout:live",
      status: "InProgress",
      weight: 10,
      taskSets: [],
      lifecycleEvents: [
        event("BeforeAllowTraffic", { status: "Succeeded", startTime: START, endTime: START + 0.4, hook: hook({}) }),
        event("AllowTraffic", { status: "InProgress", startTime: START + 0.4 }),
        event("AfterAllowTraffic"),
      ],
    },
  ],
};

const asked = { status: "Succeeded", startTime: START, endTime: START + 0.4, hook: hook({}) } as const;

export const asking: DeploymentDetail = {
  ...canary,
  appSpec: {
    ...{ functionName: "checkout", alias: "live", currentVersion: "1", targetVersion: "2" },
    hooks: { BeforeTrafficStep: "CodeDeployHook_step" },
  },
  targets: [
    {
      ...{ targetId: "checkout:live", status: "InProgress", weight: 10, taskSets: [] },
      lifecycleEvents: [
        event("BeforeTrafficStep10Percent", asked),
        event("BeforeTrafficStep20Percent", asked),
        event("AllowTraffic", { status: "InProgress", startTime: START }),
      ],
    },
  ],
};

const taskSet = (label: "Blue" | "Green", id: string, status: string, runningCount: number, trafficWeight: number) => {
  const counts = { desiredCount: 2, pendingCount: 0, runningCount };
  return { label, id, status, ...counts, targetGroup: label.toLowerCase(), trafficWeight };
};

const FINE = { requests: 36, requestsPerSecond: 1.2, errors: 0, p50Ms: 2, p99Ms: 4 };
const WORSE = { requests: 4, requestsPerSecond: 0.13, errors: 1, p99Ms: 7 };
const NONE = { requests: 0, requestsPerSecond: 0, errors: 0, p50Ms: null, p99Ms: null };

export const blueGreen: DeploymentDetail = {
  ...canary,
  status: "Ready",
  appSpec: { taskDefinition: "arn:task-definition/web:2", containerName: "app", containerPort: 80, hooks: {} },
  waitingFor: { ...canary.waitingFor, phase: "AwaitingReroute" },
  steps: [
    { weight: 10, since: START, until: START + 30, original: FINE, replacement: { ...FINE, ...WORSE } },
    { weight: 100, since: START + 30, until: null, original: NONE, replacement: FINE },
  ],
  targets: [
    {
      targetId: "shop:web",
      status: "InProgress",
      weight: 0,
      taskSets: [taskSet("Blue", "ecs-svc/1", "PRIMARY", 2, 100), taskSet("Green", "ecs-svc/2", "ACTIVE", 1, 0)],
      lifecycleEvents: [
        event("Install", { status: "Succeeded", startTime: START, endTime: START + 30 }),
        event("AllowTraffic"),
      ],
    },
  ],
};

const HOOK_FAILURE = {
  code: "HOOK_EXECUTION_FAILURE",
  message: "one or more of the lifecycle event validation functions failed.",
} as const;

export const failed: DeploymentDetail = {
  ...canary,
  status: "Failed",
  completeTime: START + 2,
  errorInformation: HOOK_FAILURE,
  messages: [
    "The BeforeAllowTraffic function CodeDeployHook_before failed without reporting a status: TypeError: items is not iterable",
  ],
  waitingFor: { phase: "Ended", until: null, waitsFor: null, atDeadline: null, retries: "" },
  targets: [
    {
      targetId: "checkout:live",
      status: "Failed",
      weight: 0,
      taskSets: [],
      lifecycleEvents: [
        event("BeforeAllowTraffic", {
          status: "Failed",
          startTime: START,
          endTime: START + 2,
          message: "The BeforeAllowTraffic function failed",
          hook: hook({
            report: null,
            error: "TypeError: items is not iterable",
            logTail: "2027-01-15T08:00:00.000Z\t00000000-0000-0000-0000-000000000000\tERROR\tInvoke Error\n",
          }),
        }),
        event("AllowTraffic", { status: "Skipped" }),
        event("AfterAllowTraffic", { status: "Skipped" }),
      ],
    },
  ],
};

export const undone: DeploymentDetail = {
  ...failed,
  messages: ["The AfterAllowTraffic function CodeDeployHook_after reported Failed."],
  rollbackInfo: {
    rollbackDeploymentId: "d-ROLLBACK0",
    rollbackMessage:
      "Deployment d-CANARY000 terminated. Automatic rollback is triggered with a DeploymentId d-ROLLBACK0.",
  },
  targets: [
    {
      targetId: "checkout:live",
      status: "Failed",
      weight: 0,
      taskSets: [],
      lifecycleEvents: [
        event("BeforeAllowTraffic", { status: "Succeeded", startTime: START, endTime: START + 0.4, hook: hook({}) }),
        event("AllowTraffic", { status: "Succeeded", startTime: START + 0.4, endTime: START + 1 }),
        event("AfterAllowTraffic", {
          status: "Failed",
          startTime: START + 1,
          endTime: START + 1.8,
          message: "The AfterAllowTraffic function CodeDeployHook_after reported Failed.",
          hook: hook({ functionName: "CodeDeployHook_after", report: "Failed", logTail: "" }),
        }),
      ],
    },
  ],
};

export const rollback: DeploymentDetail = {
  ...canary,
  deploymentId: "d-ROLLBACK0",
  deploymentConfigName: "CodeDeployDefault.LambdaAllAtOnce",
  creator: "codeDeployRollback",
  status: "Succeeded",
  startTime: START + 2,
  completeTime: START + 2.5,
  rollbackInfo: {
    rollbackTriggeringDeploymentId: "d-CANARY000",
    rollbackMessage: "Deployment d-ROLLBACK0 is triggered to roll back deployment d-CANARY000.",
  },
  appSpec: { functionName: "checkout", alias: "live", currentVersion: "2", targetVersion: "1", hooks: {} },
  traffic: { type: "AllAtOnce" },
  waitingFor: { phase: "Ended", until: null, waitsFor: null, atDeadline: null, retries: "" },
  targets: [
    {
      targetId: "checkout:live",
      status: "Succeeded",
      weight: 100,
      taskSets: [],
      lifecycleEvents: [
        event("BeforeAllowTraffic", { status: "Succeeded", startTime: START + 2, endTime: START + 2 }),
        event("AllowTraffic", { status: "Succeeded", startTime: START + 2, endTime: START + 2.5 }),
        event("AfterAllowTraffic", { status: "Succeeded", startTime: START + 2.5, endTime: START + 2.5 }),
      ],
    },
  ],
};

export const wrong: DeploymentDetail = {
  ...failed,
  appSpec: { problem: "Hooks has no BeforeTraffic." },
  errorInformation: { code: "INVALID_LAMBDA_CONFIGURATION", message: "missing or invalid." },
  messages: ["Hooks has no BeforeTraffic."],
  targets: [],
};
