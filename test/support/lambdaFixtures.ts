/** What tests of Lambda deployments need to exist: functions, applications, groups, AppSpecs. Names are never used twice. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import {
  type CodeDeployClient,
  CreateApplicationCommand,
  type CreateApplicationCommandInput,
  CreateDeploymentCommand,
  type CreateDeploymentCommandInput,
  CreateDeploymentGroupCommand,
  type CreateDeploymentGroupCommandInput,
  type RevisionLocation,
} from "@aws-sdk/client-codedeploy";
import {
  CreateAliasCommand,
  CreateFunctionCommand,
  type CreateFunctionCommandInput,
  type LambdaClient,
  PublishVersionCommand,
  UpdateFunctionCodeCommand,
} from "@aws-sdk/client-lambda";
import { ZipFile } from "yazl";
import type { RunningSignalbox } from "./signalbox.ts";

export const SERVICE_ROLE = "arn:aws:iam::123456789012:role/CodeDeployServiceRole";

let made = 0;
/** A name that nothing else in this process has. */
export const uniqueName = (kind: string): string => `${kind}-${++made}`;

/** A zip of text files. */
export async function zipOf(files: Record<string, string>): Promise<Uint8Array> {
  const archive = new ZipFile();
  for (const [name, text] of Object.entries(files)) archive.addBuffer(Buffer.from(text), name);
  archive.end();
  return buffer(archive.outputStream as NodeJS.ReadableStream);
}

/** A CommonJS function from its source; the handler is `exports.handler`. Gives its name. */
export async function createFunction(
  lambda: LambdaClient,
  source: string,
  input: Partial<CreateFunctionCommandInput> = {},
): Promise<string> {
  const name = input.FunctionName ?? uniqueName("function");
  await lambda.send(
    new CreateFunctionCommand({
      FunctionName: name,
      Runtime: "nodejs22.x",
      Handler: "index.handler",
      Role: SERVICE_ROLE,
      Timeout: 20,
      Code: { ZipFile: await zipOf({ "index.js": source }) },
      ...input,
    }),
  );
  return name;
}

/** The source of a function that answers `text`. */
export const answering = (text: string): string => `exports.handler = async () => ${JSON.stringify(text)};`;

export interface TwoVersions {
  functionName: string;
  /** Points to version 1. */
  alias: string;
  currentVersion: "1";
  targetVersion: "2";
}

/** A function with versions 1 and 2, and an alias on version 1. */
export async function publishTwoVersions(
  lambda: LambdaClient,
  sources: [string, string] = [answering("one"), answering("two")],
): Promise<TwoVersions> {
  const FunctionName = await createFunction(lambda, sources[0]);
  await lambda.send(new PublishVersionCommand({ FunctionName }));
  const ZipFile = await zipOf({ "index.js": sources[1] });
  await lambda.send(new UpdateFunctionCodeCommand({ FunctionName, ZipFile }));
  await lambda.send(new PublishVersionCommand({ FunctionName }));
  await lambda.send(new CreateAliasCommand({ FunctionName, Name: "live", FunctionVersion: "1" }));
  return { functionName: FunctionName, alias: "live", currentVersion: "1", targetVersion: "2" };
}

/** Creates an application for Lambda and gives its name. */
export async function lambdaApplication(
  codedeploy: CodeDeployClient,
  input: Partial<CreateApplicationCommandInput> = {},
): Promise<string> {
  const applicationName = input.applicationName ?? uniqueName("application");
  await codedeploy.send(new CreateApplicationCommand({ computePlatform: "Lambda", ...input, applicationName }));
  return applicationName;
}

/** Creates a deployment group, and its application where none is named; all at once unless told otherwise. */
export async function lambdaGroup(
  codedeploy: CodeDeployClient,
  input: Partial<CreateDeploymentGroupCommandInput> = {},
): Promise<{ applicationName: string; deploymentGroupName: string }> {
  const applicationName = input.applicationName ?? (await lambdaApplication(codedeploy));
  const deploymentGroupName = input.deploymentGroupName ?? uniqueName("group");
  await codedeploy.send(
    new CreateDeploymentGroupCommand({
      serviceRoleArn: SERVICE_ROLE,
      deploymentConfigName: "CodeDeployDefault.LambdaAllAtOnce",
      ...input,
      applicationName,
      deploymentGroupName,
    }),
  );
  return { applicationName, deploymentGroupName };
}

export interface Hooks {
  BeforeAllowTraffic?: string;
  BeforeTrafficStep?: string;
  AfterAllowTraffic?: string;
}

/** The AppSpec that moves an alias from one version to another, as JSON text. */
export function appSpec(
  { functionName, alias, currentVersion, targetVersion }: { [Key in keyof TwoVersions]: string },
  hooks: Hooks = {},
): string {
  const properties = {
    Name: functionName,
    Alias: alias,
    CurrentVersion: currentVersion,
    TargetVersion: targetVersion,
  };
  return JSON.stringify({
    version: 0.0,
    Resources: [{ [functionName]: { Type: "AWS::Lambda::Function", Properties: properties } }],
    Hooks: Object.entries(hooks).map(([event, name]) => ({ [event]: name })),
  });
}

/** An AppSpec text as the revision that a request carries. */
export const inlineRevision = (content: string): RevisionLocation => ({
  revisionType: "AppSpecContent",
  appSpecContent: { content },
});

/** Starts a deployment of the AppSpec text and gives its id. */
export async function deploy(
  codedeploy: CodeDeployClient,
  group: { applicationName: string; deploymentGroupName: string },
  content: string,
  input: Partial<CreateDeploymentCommandInput> = {},
): Promise<string> {
  const { deploymentId } = await codedeploy.send(
    new CreateDeploymentCommand({ ...group, revision: inlineRevision(content), ...input }),
  );
  return deploymentId ?? "";
}

/** What a validation function is given. */
export interface HookInvocation {
  DeploymentId: string;
  LifecycleEventHookExecutionId: string;
  /** Before a step of the traffic alone. */
  TrafficStep?: { CurrentWeight: number; TargetWeight: number };
}

export interface WatchedHook {
  functionName: string;
  /** What it was given, in order. */
  invocations(): Promise<HookInvocation[]>;
}

/** A validation function that returns without a report and leaves what it was given where the test can read it. */
export const silentHook = (box: RunningSignalbox, lambda: LambdaClient): Promise<WatchedHook> =>
  watchedHook(box, lambda, "");

/** The same, and it reports Succeeded before each step of the traffic but that to `failsAt` percent, where it reports Failed. */
export function stepHook(box: RunningSignalbox, lambda: LambdaClient, failsAt?: number): Promise<WatchedHook> {
  return watchedHook(
    box,
    lambda,
    `const { CodeDeploy } = require("@aws-sdk/client-codedeploy");
    console.log("step", JSON.stringify(event.TrafficStep));
    await new CodeDeploy().putLifecycleEventHookExecutionStatus({
      deploymentId: event.DeploymentId,
      lifecycleEventHookExecutionId: event.LifecycleEventHookExecutionId,
      status: event.TrafficStep.TargetWeight === ${failsAt} ? "Failed" : "Succeeded",
    });`,
  );
}

async function watchedHook(box: RunningSignalbox, lambda: LambdaClient, body: string): Promise<WatchedHook> {
  const functionName = uniqueName("watched-hook");
  const file = join(box.dataDirectory, `${functionName}.jsonl`);
  const source = `exports.handler = async (event) => {
    require("node:fs").appendFileSync(process.env.SEEN, JSON.stringify(event) + "\\n");
    ${body}
  };`;
  await createFunction(lambda, source, {
    FunctionName: functionName,
    Environment: { Variables: { SEEN: file } },
  });
  return {
    functionName,
    async invocations() {
      const text = await readFile(file, "utf8").catch(() => "");
      return text
        .split("\n")
        .filter((line) => line !== "")
        .map((line) => JSON.parse(line) as HookInvocation);
    },
  };
}

/** An ordinary validation function: the SDK's client without settings, and one report. */
export function reportingHook(lambda: LambdaClient, status: "Succeeded" | "Failed"): Promise<string> {
  return createFunction(
    lambda,
    `const { CodeDeployClient, PutLifecycleEventHookExecutionStatusCommand } = require("@aws-sdk/client-codedeploy");
const codedeploy = new CodeDeployClient();
exports.handler = async ({ DeploymentId, LifecycleEventHookExecutionId }) => {
  console.log("validating", DeploymentId);
  await codedeploy.send(new PutLifecycleEventHookExecutionStatusCommand({
    deploymentId: DeploymentId,
    lifecycleEventHookExecutionId: LifecycleEventHookExecutionId,
    status: ${JSON.stringify(status)},
  }));
};`,
    { FunctionName: uniqueName(`hook-${status.toLowerCase()}`) },
  );
}
