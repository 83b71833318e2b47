/** What the demo deploys, made through the official clients. Every step may find what an earlier run has left behind. */
import { join } from "node:path";
import type { CodeDeployClient, CreateDeploymentGroupCommandInput } from "@aws-sdk/client-codedeploy";
import type { LambdaClient } from "@aws-sdk/client-lambda";
import { wallClock } from "../clock.ts";
import type { ClientSettings } from "../settings.ts";
import { CommandError, exitCodes } from "./exitCodes.ts";

/** Application and function. */
export const DEMO = "signalbox-demo";
export const GROUP = "canary";
export const ALIAS = "live";
export const HOOKS = {
  BeforeAllowTraffic: "CodeDeployHook_signalbox-demo_beforeAllowTraffic",
  AfterAllowTraffic: "CodeDeployHook_signalbox-demo_afterAllowTraffic",
} as const;
export const DEFAULT_ACCOUNT = "000000000000";
export const DEFAULT_REGION = "us-east-1";

/** Beside `src/` in a checkout, beside `dist/` in the package. */
export const exampleFolder = join(import.meta.dirname, "..", "..", "examples", "lambda-canary");

export interface DemoScene {
  /** Ends what an earlier run has left under way, and puts version `old` behind the alias. */
  prepare(): Promise<DemoVersions>;
  /** Gives the deployment's id. */
  deploy(currentVersion: string, targetVersion: string, deploymentConfigName?: string): Promise<string>;
  /** Calls the alias with an order of 25 and gives what was answered. */
  call(): Promise<{ version: string; total: number | null }>;
}

/** Numbers of published versions. */
export interface DemoVersions {
  old: string;
  good: string;
  broken: string;
}

/** How long a deployment of an earlier run may take to stop. */
const STOP_LIMIT_MS = 10_000;
const STOP_LOOK_MS = 50;

export async function demoScene({ endpoint, accountId, region }: ClientSettings): Promise<DemoScene> {
  const [codeDeploySdk, lambdaSdk] = await Promise.all([
    import("@aws-sdk/client-codedeploy"),
    import("@aws-sdk/client-lambda"),
  ]);
  const credentials = { accessKeyId: accountId ?? DEFAULT_ACCOUNT, secretAccessKey: "signalbox" };
  const common = { endpoint, region: region ?? DEFAULT_REGION, credentials };
  const codeDeploy = new codeDeploySdk.CodeDeployClient(common);
  const lambda = new lambdaSdk.LambdaClient(common);
  return {
    async prepare() {
      await ensureGroup(codeDeploy, codeDeploySdk, `arn:aws:iam::${credentials.accessKeyId}:role/${DEMO}`);
      await stopActive(codeDeploy, codeDeploySdk, { applicationName: DEMO, deploymentGroupName: GROUP });
      return publish(lambda, lambdaSdk, `arn:aws:iam::${credentials.accessKeyId}:role/${DEMO}`);
    },
    async deploy(currentVersion, targetVersion, deploymentConfigName) {
      const command = new codeDeploySdk.CreateDeploymentCommand({
        applicationName: DEMO,
        deploymentGroupName: GROUP,
        deploymentConfigName,
        revision: {
          revisionType: "AppSpecContent",
          appSpecContent: { content: appSpec(currentVersion, targetVersion) },
        },
      });
      return (await codeDeploy.send(command)).deploymentId ?? "";
    },
    async call() {
      const Payload = JSON.stringify({
        items: [
          { price: 10, quantity: 2 },
          { price: 5, quantity: 1 },
        ],
      });
      const answer = await lambda.send(new lambdaSdk.InvokeCommand({ FunctionName: DEMO, Qualifier: ALIAS, Payload }));
      const text = Buffer.from(answer.Payload ?? []).toString();
      if (answer.FunctionError) throw new CommandError(exitCodes.failed, `${DEMO}:${ALIAS} failed: ${text}.`);
      return JSON.parse(text) as { version: string; total: number | null };
    },
  };
}

export type CodeDeploySdk = typeof import("@aws-sdk/client-codedeploy");
type LambdaSdk = typeof import("@aws-sdk/client-lambda");

async function ensureGroup(client: CodeDeployClient, sdk: CodeDeploySdk, serviceRoleArn: string): Promise<void> {
  await client
    .send(new sdk.CreateApplicationCommand({ applicationName: DEMO, computePlatform: "Lambda" }))
    .catch(unless(sdk.ApplicationAlreadyExistsException));
  const settings = {
    applicationName: DEMO,
    serviceRoleArn,
    deploymentConfigName: "CodeDeployDefault.LambdaCanary10Percent5Minutes",
    deploymentStyle: { deploymentType: "BLUE_GREEN", deploymentOption: "WITH_TRAFFIC_CONTROL" },
    autoRollbackConfiguration: { enabled: true, events: ["DEPLOYMENT_FAILURE"] },
  } satisfies Omit<CreateDeploymentGroupCommandInput, "deploymentGroupName">;
  try {
    await client.send(new sdk.CreateDeploymentGroupCommand({ ...settings, deploymentGroupName: GROUP }));
  } catch (error) {
    if (!(error instanceof sdk.DeploymentGroupAlreadyExistsException)) throw error;
    await client.send(new sdk.UpdateDeploymentGroupCommand({ ...settings, currentDeploymentGroupName: GROUP }));
  }
}

/** A run that was cut off may have left a deployment of the group, or its rollback, under way. */
export async function stopActive(
  client: CodeDeployClient,
  sdk: CodeDeploySdk,
  group: { applicationName: string; deploymentGroupName: string },
): Promise<void> {
  const query = new sdk.ListDeploymentsCommand({
    ...group,
    includeOnlyStatuses: ["Created", "Queued", "InProgress", "Baking", "Ready"],
  });
  const end = wallClock.elapsedMs() + STOP_LIMIT_MS;
  for (;;) {
    const { deployments = [] } = await client.send(query);
    if (deployments.length === 0) return;
    if (wallClock.elapsedMs() > end) {
      throw new CommandError(exitCodes.failed, `Deployment ${deployments[0]} of an earlier run does not stop.`);
    }
    for (const deploymentId of deployments) {
      await client
        .send(new sdk.StopDeploymentCommand({ deploymentId, autoRollbackEnabled: false }))
        .catch(unless(sdk.DeploymentAlreadyCompletedException));
    }
    await wallClock.pause(STOP_LOOK_MS);
  }
}

/** Publishes the three versions and the hooks; the alias leads to the first alone, wherever it led before. */
async function publish(client: LambdaClient, sdk: LambdaSdk, role: string): Promise<DemoVersions> {
  const hooks = [
    publishFolder(client, sdk, role, HOOKS.BeforeAllowTraffic, "hooks/beforeAllowTraffic"),
    publishFolder(client, sdk, role, HOOKS.AfterAllowTraffic, "hooks/afterAllowTraffic"),
  ];
  const old = await publishFolder(client, sdk, role, DEMO, "checkout/v1");
  const target = { FunctionName: DEMO, Name: ALIAS, FunctionVersion: old };
  try {
    await client.send(new sdk.CreateAliasCommand(target));
  } catch (error) {
    if (!(error instanceof sdk.ResourceConflictException)) throw error;
    await client.send(new sdk.UpdateAliasCommand({ ...target, RoutingConfig: { AdditionalVersionWeights: {} } }));
  }
  const good = await publishFolder(client, sdk, role, DEMO, "checkout/v2");
  const broken = await publishFolder(client, sdk, role, DEMO, "checkout/v3-broken");
  await Promise.all(hooks);
  return { old, good, broken };
}

/** Gives the version's number. A version is new unless the newest one has the very same code. */
async function publishFolder(client: LambdaClient, sdk: LambdaSdk, role: string, name: string, folder: string) {
  const code = { S3Bucket: "local-folder", S3Key: join(exampleFolder, folder) };
  const configuration = {
    FunctionName: name,
    Runtime: "nodejs22.x",
    Handler: "index.handler",
    Role: role,
    Timeout: 30,
  } as const;
  try {
    const made = await client.send(new sdk.CreateFunctionCommand({ ...configuration, Code: code, Publish: true }));
    return made.Version ?? "";
  } catch (error) {
    if (!(error instanceof sdk.ResourceConflictException)) throw error;
    await client.send(new sdk.UpdateFunctionConfigurationCommand(configuration));
    const made = await client.send(new sdk.UpdateFunctionCodeCommand({ FunctionName: name, ...code, Publish: true }));
    return made.Version ?? "";
  }
}

function appSpec(currentVersion: string, targetVersion: string): string {
  const properties = { Name: DEMO, Alias: ALIAS, CurrentVersion: currentVersion, TargetVersion: targetVersion };
  return JSON.stringify({
    version: 0.0,
    Resources: [{ [DEMO]: { Type: "AWS::Lambda::Function", Properties: properties } }],
    Hooks: Object.entries(HOOKS).map(([event, name]) => ({ [event]: name })),
  });
}

function unless(expected: abstract new (...given: never[]) => Error): (error: unknown) => void {
  return (error) => {
    if (!(error instanceof expected)) throw error;
  };
}
