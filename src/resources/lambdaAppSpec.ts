/** The AppSpec of a Lambda deployment (semantics 4.1): which alias moves from which version to which, checked by what. */
import { appSpecOrProblem, type Reading } from "./appSpec/complaint.ts";
import { readDeployedResource, warnOfPlaceholder } from "./appSpec/deployedResource.ts";
import { hasMembers, isFilled, type Json, plainResource } from "./appSpec/plainResource.ts";
import { TRAFFIC_STEP_HOOK, type TrafficStepHook, warnOfTrafficStepHook } from "./appSpec/trafficStepHook.ts";
import { AppSpecDocument, type AppSpecNode } from "./appSpecDocument.ts";

/** The lifecycle events of a Lambda deployment that can run a validation function. */
export type LambdaHook = "BeforeAllowTraffic" | "AfterAllowTraffic";

export interface LambdaAppSpec {
  functionName: string;
  alias: string;
  currentVersion: string;
  targetVersion: string;
  /** Function names or ARNs. */
  hooks: Partial<Record<LambdaHook | TrafficStepHook, string>>;
}

/** As opposed to one of another platform. */
export const isLambdaAppSpec = (appSpec: object): appSpec is LambdaAppSpec => "functionName" in appSpec;

const HOOKS = ["BeforeAllowTraffic", TRAFFIC_STEP_HOOK, "AfterAllowTraffic"] as const;
const TYPE = "AWS::Lambda::Function";
const PROPERTIES = ["Name", "Alias", "CurrentVersion", "TargetVersion"];
const VERSION = /^[1-9][0-9]*$/;

/**
 * Reads the document, or says what is wrong and where. Such a document fails its deployment when it starts; text that
 * is no document at all never comes here (semantics 11 #56).
 */
export function readLambdaAppSpec(document: AppSpecDocument): LambdaAppSpec | { problem: string } {
  return appSpecOrProblem(readAllOfLambdaAppSpec(document));
}

/** The same of a text. Throws AppSpecSyntaxError when it is no document. */
export function lambdaAppSpecIn(text: string): LambdaAppSpec | { problem: string } {
  return plainLambdaAppSpec(text) ?? readLambdaAppSpec(new AppSpecDocument(text));
}

/** `null` for every text that is not plain JSON. */
export function plainLambdaAppSpec(text: string): LambdaAppSpec | null {
  return plainResource(text, { type: TYPE, hooks: HOOKS, readPlain });
}

function readPlain(properties: Json): Omit<LambdaAppSpec, "hooks"> | null {
  const { Name, Alias, CurrentVersion, TargetVersion, ...unknown } = properties;
  if (!isFilled(Name) || !isFilled(Alias) || !isFilled(CurrentVersion) || !isFilled(TargetVersion)) return null;
  if (!VERSION.test(CurrentVersion) || !VERSION.test(TargetVersion) || hasMembers(unknown)) return null;
  return { functionName: Name, alias: Alias, currentVersion: CurrentVersion, targetVersion: TargetVersion };
}

/** Reads the document with everything that can be said about it. */
export function readAllOfLambdaAppSpec(document: AppSpecDocument): Reading<LambdaAppSpec> {
  const rules = { platform: "Lambda" as const, type: TYPE, noun: "function", hooks: HOOKS, readProperties };
  return readDeployedResource(document, { ...rules, warnOfHook: warnOfTrafficStepHook });
}

function readProperties(properties: AppSpecNode): Omit<LambdaAppSpec, "hooks"> | undefined {
  const functionName = text(properties, "Name", "the name of a function");
  const alias = text(properties, "Alias", "the name of an alias");
  const currentVersion = version(properties, "CurrentVersion");
  const targetVersion = version(properties, "TargetVersion");
  properties.warnOfUnknown(PROPERTIES);
  if (currentVersion !== undefined && currentVersion === targetVersion) {
    properties.member("TargetVersion")?.warning({
      message: `CurrentVersion and TargetVersion are both ${targetVersion}; such a deployment fails when it starts`,
      found: targetVersion,
      allowed: "a version other than CurrentVersion",
    });
  }
  if (!functionName || !alias || !currentVersion || !targetVersion) return undefined;
  return { functionName, alias, currentVersion, targetVersion };
}

function text(properties: AppSpecNode, key: string, allowed: string): string | undefined {
  const node = properties.required(key, allowed);
  const value = node?.filled(allowed);
  if (node && value !== undefined) warnOfPlaceholder(node);
  return value;
}

function version(properties: AppSpecNode, key: string): string | undefined {
  const allowed = "the number of a published version";
  const node = properties.required(key, allowed);
  const value = node?.filled(allowed);
  if (!node || value === undefined || VERSION.test(value)) return value;
  return node.error({ message: `${key} must be ${allowed}, not ${node.found}`, found: node.found, allowed });
}
