/** What a torture deploys: functions and aliases, one deployment group for each alias, alarms for some. */

import { CloudWatch } from "@aws-sdk/client-cloudwatch";
import {
  CreateAliasCommand,
  LambdaClient,
  PublishVersionCommand,
  PutFunctionConcurrencyCommand,
  UpdateFunctionCodeCommand,
} from "@aws-sdk/client-lambda";
import type { Chance } from "../simulation/chance.ts";
import { answering, createFunction, SERVICE_ROLE, zipOf } from "../support/lambdaFixtures.ts";
import { type HookEvent, hookFileIn, hookSource, type Verdict } from "./hooks.ts";
import type { Ledger } from "./ledger.ts";
import type { Mode } from "./mode.ts";
import { clientSettings, type TortureNode } from "./nodes.ts";

export const APPLICATION = "torture";
const ALIASES_PER_FUNCTION = 25;
/** Processes of each validation function at once, by what it reports: they are 40 MB each, and start anew after a kill. */
const HOOK_PROCESSES: Record<Verdict, number> = { Succeeded: 3, Failed: 1 };

/** An alias and the deployment group that moves it, one deployment after the other. */
export interface Lane {
  group: string;
  functionName: string;
  alias: string;
  alarm: string | null;
}

export interface Scene {
  mode: Mode;
  lanes: Lane[];
  lambda: LambdaClient;
  cloudWatch: CloudWatch;
}

export const hookName = (event: HookEvent, verdict: Verdict): string => `${event}-${verdict}`;

/** Makes everything while nothing disturbs yet. `services` is where Lambda and CloudWatch are. */
export async function prepareScene(
  {
    nodes,
    services,
    folder,
    lanes: count,
    mode,
  }: { nodes: TortureNode[]; services: string; folder: string; lanes: number; mode: Mode },
  ledger: Ledger,
  chance: Chance,
): Promise<Scene> {
  const lambda = new LambdaClient(clientSettings(services));
  const cloudWatch = new CloudWatch(clientSettings(services));
  await makeHooks(lambda, nodes, folder, mode);
  for (let n = 0; n < Math.ceil(count / ALIASES_PER_FUNCTION); n += 1) await makeFunction(lambda, functionOf(n));
  const lanes = Array.from({ length: count }, (_, n): Lane => {
    const functionName = functionOf(Math.floor(n / ALIASES_PER_FUNCTION));
    return { group: `lane-${n}`, functionName, alias: `lane-${n}`, alarm: chance.happens(0.15) ? `alarm-${n}` : null };
  });
  await makeConfigs(nodes, ledger);
  for (let from = 0; from < count; from += 20) {
    await Promise.all(
      lanes.slice(from, from + 20).map((lane) => makeLane(lane, { nodes, lambda, cloudWatch, ledger, chance, mode })),
    );
  }
  return { mode, lanes, lambda, cloudWatch };
}

const functionOf = (n: number): string => `shop-${n}`;

async function makeHooks(lambda: LambdaClient, nodes: TortureNode[], folder: string, mode: Mode): Promise<void> {
  for (const EVENT of ["BeforeAllowTraffic", "AfterAllowTraffic"] as const) {
    for (const VERDICT of ["Succeeded", "Failed"] as const) {
      const FunctionName = hookName(EVENT, VERDICT);
      const NODES = nodes.map(({ url }) => url).join(",");
      const Variables = { SEEN: hookFileIn(folder), NODES, EVENT, VERDICT };
      await createFunction(lambda, hookSource, { FunctionName, Timeout: 60, Environment: { Variables } });
      if (!mode.functionsDie) continue;
      const ReservedConcurrentExecutions = HOOK_PROCESSES[VERDICT];
      await lambda.send(new PutFunctionConcurrencyCommand({ FunctionName, ReservedConcurrentExecutions }));
    }
  }
}

async function makeFunction(lambda: LambdaClient, FunctionName: string): Promise<void> {
  await createFunction(lambda, answering("one"), { FunctionName });
  await lambda.send(new PublishVersionCommand({ FunctionName }));
  const ZipFile = await zipOf({ "index.js": answering("two") });
  await lambda.send(new UpdateFunctionCodeCommand({ FunctionName, ZipFile }));
  await lambda.send(new PublishVersionCommand({ FunctionName }));
}

/** Alone, a minute of these is seconds. */
const CONFIGS = {
  canary: { type: "TimeBasedCanary", timeBasedCanary: { canaryPercentage: 10, canaryInterval: 1 } },
  linear: { type: "TimeBasedLinear", timeBasedLinear: { linearPercentage: 25, linearInterval: 1 } },
  all: { type: "AllAtOnce" },
} as const;

async function makeConfigs([node]: TortureNode[], ledger: Ledger): Promise<void> {
  const computePlatform = "Lambda";
  await made(ledger, "CreateApplication", () =>
    node?.codedeploy.createApplication({ applicationName: APPLICATION, computePlatform }),
  );
  for (const [deploymentConfigName, trafficRoutingConfig] of Object.entries(CONFIGS)) {
    await made(ledger, "CreateDeploymentConfig", () =>
      node?.codedeploy.createDeploymentConfig({ deploymentConfigName, computePlatform, trafficRoutingConfig }),
    );
  }
}

interface Making {
  nodes: TortureNode[];
  lambda: LambdaClient;
  cloudWatch: CloudWatch;
  ledger: Ledger;
  chance: Chance;
  mode: Mode;
}

async function makeLane(
  { group, functionName, alias, alarm }: Lane,
  { nodes, lambda, cloudWatch, ledger, chance, mode }: Making,
) {
  await lambda.send(new CreateAliasCommand({ FunctionName: functionName, Name: alias, FunctionVersion: "1" }));
  if (alarm) await makeAlarm(cloudWatch, alarm);
  const deploymentConfigName = chance.pick(mode.paces);
  await made(ledger, "CreateDeploymentGroup", () =>
    nodes[0]?.codedeploy.createDeploymentGroup({
      applicationName: APPLICATION,
      deploymentGroupName: group,
      deploymentConfigName,
      serviceRoleArn: SERVICE_ROLE,
      autoRollbackConfiguration: {
        enabled: true,
        events: ["DEPLOYMENT_FAILURE", "DEPLOYMENT_STOP_ON_ALARM", "DEPLOYMENT_STOP_ON_REQUEST"],
      },
      alarmConfiguration: alarm ? { enabled: true, alarms: [{ name: alarm }] } : undefined,
    }),
  );
}

/** One without data, which stays as it is set by hand. */
async function makeAlarm(cloudWatch: CloudWatch, AlarmName: string): Promise<void> {
  await cloudWatch.putMetricAlarm({
    AlarmName,
    Namespace: "torture",
    MetricName: "Errors",
    Statistic: "Sum",
    Period: 60,
    EvaluationPeriods: 1,
    Threshold: 0,
    ComparisonOperator: "GreaterThanThreshold",
    TreatMissingData: "ignore",
  });
  await cloudWatch.setAlarmState({ AlarmName, StateValue: "OK", StateReason: "by hand" });
}

async function made(ledger: Ledger, operation: string, call: () => Promise<object> | undefined): Promise<void> {
  const { outcome, error } = await ledger.ask({ operation }, async () => (await call()) ?? {});
  if (outcome !== "acknowledged") throw new Error(`${operation} was not done before anything disturbed: ${error}`);
}
