/** A canary deployment against the model of Lambda, on a program that is a process of its own. */
import { CodeDeploy } from "@aws-sdk/client-codedeploy";
import type { DeploymentDetail } from "../../src/management/deploymentDetail.ts";
import { SERVICE_ROLE, uniqueName } from "./lambdaFixtures.ts";
import { authorization } from "./signalbox.ts";
import { waitFor } from "./waitFor.ts";

const PRINCIPAL = { account: "123456789012", region: "eu-west-1" };

/** The official client, which tries nothing twice. */
export function clientOf(endpoint: string): CodeDeploy {
  const credentials = { accessKeyId: PRINCIPAL.account, secretAccessKey: "secret" };
  return new CodeDeploy({ endpoint, region: PRINCIPAL.region, credentials, maxAttempts: 1 });
}

/** Starts a deployment of 10 percent, the rest after `minutes`, and gives its id. `hooks` and `functionName` as in an AppSpec. */
export async function deployCanary(
  codedeploy: CodeDeploy,
  minutes: number,
  hooks: Record<string, string> = {},
  functionName = "shop",
): Promise<string> {
  const names = { applicationName: uniqueName("shop"), deploymentGroupName: "production" };
  await codedeploy.createApplication({ ...names, computePlatform: "Lambda" });
  const deploymentConfigName = uniqueName("canary");
  const timeBasedCanary = { canaryPercentage: 10, canaryInterval: minutes };
  await codedeploy.createDeploymentConfig({
    deploymentConfigName,
    computePlatform: "Lambda",
    trafficRoutingConfig: { type: "TimeBasedCanary", timeBasedCanary },
  });
  await codedeploy.createDeploymentGroup({ ...names, deploymentConfigName, serviceRoleArn: SERVICE_ROLE });
  const Properties = { Name: functionName, Alias: "live", CurrentVersion: "1", TargetVersion: "2" };
  const content = JSON.stringify({
    version: 0.0,
    Resources: [{ shop: { Type: "AWS::Lambda::Function", Properties } }],
    Hooks: Object.entries(hooks).map(([event, name]) => ({ [event]: name })),
  });
  const revision = { revisionType: "AppSpecContent", appSpecContent: { content } } as const;
  return (await codedeploy.createDeployment({ ...names, revision })).deploymentId ?? "";
}

export async function statusOf(codedeploy: CodeDeploy, deploymentId: string): Promise<string | undefined> {
  return (await codedeploy.getDeployment({ deploymentId })).deploymentInfo?.status;
}

export function whenSucceeded(codedeploy: CodeDeploy, deploymentId: string): Promise<void> {
  const isThere = async () => (await statusOf(codedeploy, deploymentId)) === "Succeeded";
  return waitFor(`deployment ${deploymentId} has succeeded`, isThere);
}

/** Resolves when traffic is held at a weight: the answer to the alias write, which comes before that, has been heard. */
export function whenHolding(url: string, deploymentId: string): Promise<void> {
  const headers = { authorization: authorization(PRINCIPAL) };
  return waitFor(`deployment ${deploymentId} holds its traffic`, async () => {
    const response = await fetch(`${url}/_signalbox/deployments/${deploymentId}`, { headers });
    return ((await response.json()) as DeploymentDetail).waitingFor.phase === "HoldingTraffic";
  });
}

/** What signalbox tells of itself. */
export async function healthOf(url: string): Promise<{
  status: string;
  deploymentsWithFaults: number;
  faults: string[];
  writesRefused: string | null;
}> {
  return (await fetch(`${url}/_signalbox/health`)).json() as ReturnType<typeof healthOf>;
}
