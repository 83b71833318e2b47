/** What the AppSpecs of Lambda and ECS have in common: a version, one resource, and functions as hooks (semantics 4.1, 5.1). */
import type { AppSpecDocument, AppSpecNode } from "../appSpecDocument.ts";
import { Complaints, listed, type Reading, spoken } from "./complaint.ts";

/** What one platform lays down. */
export interface ResourceRules<Hook extends string, Resource> {
  /** As sentences name it. */
  platform: "Lambda" | "ECS";
  type: string;
  /** What the one resource is. */
  noun: string;
  hooks: readonly Hook[];
  readProperties(properties: AppSpecNode): Resource | undefined;
  /** What else there is to say about a hook that can be used. */
  warnOfHook?(hook: Hook, node: AppSpecNode): void;
}

export type Hooks<Hook extends string> = Partial<Record<Hook, string>>;

const SECTIONS = ["version", "Resources", "Hooks"];
const FUNCTION = /^(arn:[^\s]+:function:)?[A-Za-z0-9_-]{1,140}(:[A-Za-z0-9_$-]+)?$/;

/** Reads the whole document; everything that is wrong with it is in the complaints. */
export function readDeployedResource<Hook extends string, Resource extends object>(
  document: AppSpecDocument,
  rules: ResourceRules<Hook, Resource>,
): Reading<Resource & { hooks: Hooks<Hook> }> {
  const complaints = new Complaints();
  const root = document.root({ complaints, keys: "anyCase" });
  if (!root.isMap()) return complaints.reading<Resource & { hooks: Hooks<Hook> }>(undefined);
  checkVersion(root.required("version", "version: 0.0"));
  const resource = readResource(root.required("Resources", `Resources, a list of one ${rules.noun}`), rules);
  const hooks = readHooks(root.optional("Hooks"), rules);
  root.warnOfUnknown(SECTIONS);
  return complaints.reading(resource && { ...resource, hooks });
}

/** The only version is 0.0; published documents write it as a number and as a string. */
function checkVersion(version: AppSpecNode | undefined): void {
  const written = version?.scalar();
  if (version === undefined || written === undefined || ["0.0", "0"].includes(written)) return;
  version.error({ message: `version must be 0.0, not ${version.found}`, found: version.found, allowed: "0.0" });
}

function readResource<Hook extends string, Resource>(
  resources: AppSpecNode | undefined,
  { type: wanted, noun, readProperties }: ResourceRules<Hook, Resource>,
): Resource | undefined {
  const entries = resources?.items();
  if (!resources || !entries) return undefined;
  const [entry] = entries;
  if (!entry || entries.length > 1) {
    const message = `Resources must hold exactly one ${noun}, not ${entries.length}`;
    return resources.error({ message, found: `${entries.length} resources`, allowed: `one ${noun}` });
  }
  const [, resource] = entry.onlyMember("a resource") ?? [];
  if (!resource?.isMap()) return undefined;
  const type = resource.required("Type", wanted);
  const written = type?.scalar();
  if (type && written !== undefined && written !== wanted) {
    type.error({ message: `Type must be ${wanted}, not ${type.found}`, found: type.found, allowed: wanted });
  }
  const properties = resource.required("Properties", "Properties, a map");
  const read = properties?.isMap() ? readProperties(properties) : undefined;
  resource.warnOfUnknown(["Type", "Properties"]);
  return read;
}

function readHooks<Hook extends string, Resource>(
  section: AppSpecNode | undefined,
  { hooks, platform, warnOfHook }: ResourceRules<Hook, Resource>,
): Hooks<Hook> {
  const read: Hooks<Hook> = {};
  for (const item of section?.items() ?? []) {
    const [name, node] = item.onlyMember("a hook") ?? [];
    if (name === undefined || !node) continue;
    const hook = hooks.find((candidate) => candidate === name);
    if (!hook) {
      const message = `${spoken(name)} is no hook of ${article(platform)} ${platform} deployment; those are ${listed(hooks)}`;
      node.complainOfKey("error", { message, found: name, allowed: listed(hooks, "or") });
    } else if (read[hook] !== undefined) {
      node.error({ message: `${name} is given twice`, found: node.found, allowed: "one function for each event" });
    } else {
      const value = node.filled("the name or ARN of a Lambda function");
      if (value === undefined) continue;
      read[hook] = value;
      warnOfFunctionName(node);
      warnOfHook?.(hook, node);
    }
  }
  return read;
}

function warnOfFunctionName(node: AppSpecNode): void {
  if (warnOfPlaceholder(node) || FUNCTION.test(node.written)) return;
  const allowed = "the name or the ARN of a Lambda function";
  node.warning({ message: `${node.found} does not look like ${allowed}`, found: node.found, allowed });
}

const article = (platform: string) => (platform === "ECS" ? "an" : "a");

/** A text that a pipeline has to replace before anybody deploys it: `<TASK_DEFINITION>`, `{{NAME}}`, `${NAME}`. */
export function warnOfPlaceholder(node: AppSpecNode): boolean {
  const looksLike = node.written.length < 200 && /^<[^<>]+>$|\{\{.*\}\}|\$\{.*\}/.test(node.written);
  if (looksLike) {
    const message = `${node.name} is ${node.written}, which looks like a placeholder that was not replaced`;
    node.warning({ message, found: node.written, allowed: "a value" });
  }
  return looksLike;
}
