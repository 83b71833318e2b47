/** AppSpecs of Lambda as programs write them, in JSON with nothing unusual about it: read without a parser that knows places. */
import type { LambdaAppSpec } from "../lambdaAppSpec.ts";
import { TRAFFIC_STEP_HOOK } from "./trafficStepHook.ts";

/** Printable ASCII without escapes means the same to JSON and to YAML. */
const PLAIN = /^\{[ !#-[\]-~"]*\}$/;
const VERSION = /^[1-9][0-9]*$/;
const RESOURCE = /^[A-Za-z][A-Za-z0-9_-]{0,100}$/;

/** `null` for every text that is not plain, or has anything wrong with it: the document's reader says what. */
export function plainLambdaAppSpec(text: string): LambdaAppSpec | null {
  const document = PLAIN.test(text) ? parsed(text) : null;
  const { version, Resources, Hooks = [] } = document ?? {};
  if (version !== 0 && version !== "0.0") return null;
  if (!document || !hasOnly(document, ["version", "Resources", "Hooks"]) || !Array.isArray(Resources)) return null;
  const [name = "", ...others] = Resources.length === 1 ? Object.keys(Resources[0] ?? {}) : [];
  const resource = RESOURCE.test(name) && others.length === 0 ? propertiesOf(Resources[0][name]) : null;
  const hooks = Array.isArray(Hooks) ? hooksOf(Hooks) : null;
  return resource && hooks && { ...resource, hooks };
}

type Json = Record<string, unknown>;

/** `null` unless it is written as it would be written again: no member is there twice, and no number in an unusual way. */
function parsed(text: string): Json | null {
  try {
    const document: Json = JSON.parse(text);
    return JSON.stringify(document) === text ? document : null;
  } catch {
    return null;
  }
}

function propertiesOf(resource: unknown): Omit<LambdaAppSpec, "hooks"> | null {
  if (!isMap(resource) || !hasOnly(resource, ["Type", "Properties"])) return null;
  const { Type, Properties } = resource;
  if (Type !== "AWS::Lambda::Function" || !isMap(Properties)) return null;
  const { Name, Alias, CurrentVersion, TargetVersion, ...unknown } = Properties;
  if (!isFilled(Name) || !isFilled(Alias) || !isFilled(CurrentVersion) || !isFilled(TargetVersion)) return null;
  if (!VERSION.test(CurrentVersion) || !VERSION.test(TargetVersion) || Object.keys(unknown).length > 0) return null;
  return { functionName: Name, alias: Alias, currentVersion: CurrentVersion, targetVersion: TargetVersion };
}

function hooksOf(items: readonly unknown[]): LambdaAppSpec["hooks"] | null {
  const hooks: LambdaAppSpec["hooks"] = {};
  for (const item of items) {
    const [[hook, value] = [], ...others] = isMap(item) ? Object.entries(item) : [];
    if (others.length > 0 || !isHook(hook) || hooks[hook] !== undefined || !isFilled(value)) return null;
    hooks[hook] = value;
  }
  return hooks;
}

const isMap = (value: unknown): value is Json => typeof value === "object" && value !== null && !Array.isArray(value);
const isFilled = (value: unknown): value is string => typeof value === "string" && value !== "";
const isHook = (name: string | undefined): name is keyof LambdaAppSpec["hooks"] =>
  name === "BeforeAllowTraffic" || name === TRAFFIC_STEP_HOOK || name === "AfterAllowTraffic";
const hasOnly = (map: Json, known: readonly string[]): boolean => Object.keys(map).every((key) => known.includes(key));
