/** The AppSpec of a Lambda deployment (semantics 4.1): which alias moves from which version to which, checked by what. */
import { AppSpecDocument, type AppSpecNode } from "./appSpecDocument.ts";

/** The lifecycle events of a Lambda deployment that can run a validation function. */
export type LambdaHook = "BeforeAllowTraffic" | "AfterAllowTraffic";

export interface LambdaAppSpec {
  functionName: string;
  alias: string;
  currentVersion: string;
  targetVersion: string;
  /** Function names or ARNs. */
  hooks: Partial<Record<LambdaHook, string>>;
}

const HOOKS: readonly LambdaHook[] = ["BeforeAllowTraffic", "AfterAllowTraffic"];
const RESOURCE_TYPE = "AWS::Lambda::Function";

/**
 * Reads the document, or says what is wrong and where. Such a document fails its deployment when it starts; text that
 * is no document at all never comes here (semantics 11 #56).
 */
export function readLambdaAppSpec(document: AppSpecDocument): LambdaAppSpec | { problem: string } {
  try {
    const root = document.root;
    requireVersion(root.member("version"));
    return { ...readResource(root.member("Resources")), hooks: readHooks(root.optional("Hooks")) };
  } catch (error) {
    if (error instanceof AppSpecDocument.Problem) return { problem: error.message };
    throw error;
  }
}

/** The only version is 0.0; published documents write it as a number and as a string. */
function requireVersion(version: AppSpecNode): void {
  if (!["0.0", "0"].includes(version.scalar())) throw version.problem(`version must be 0.0, not ${version.scalar()}`);
}

function readResource(resources: AppSpecNode): Omit<LambdaAppSpec, "hooks"> {
  const entries = resources.items();
  const [entry] = entries;
  if (!entry || entries.length > 1) {
    throw resources.problem(`Resources must hold exactly one function, not ${entries.length}`);
  }
  const [, resource] = entry.onlyMember("a resource");
  const type = resource.member("Type");
  if (type.scalar() !== RESOURCE_TYPE) throw type.problem(`Type must be ${RESOURCE_TYPE}, not ${type.scalar()}`);
  const properties = resource.member("Properties");
  return {
    functionName: text(properties.member("Name")),
    alias: text(properties.member("Alias")),
    currentVersion: version(properties.member("CurrentVersion")),
    targetVersion: version(properties.member("TargetVersion")),
  };
}

function readHooks(hooks: AppSpecNode | undefined): LambdaAppSpec["hooks"] {
  const read: LambdaAppSpec["hooks"] = {};
  for (const item of hooks?.items() ?? []) {
    const [name, node] = item.onlyMember("a hook");
    const hook = HOOKS.find((candidate) => candidate === name);
    if (!hook) throw node.problem(`${name} is no hook of a Lambda deployment; those are ${HOOKS.join(" and ")}`);
    if (read[hook] !== undefined) throw node.problem(`${name} is given twice`);
    read[hook] = text(node);
  }
  return read;
}

function text(node: AppSpecNode): string {
  const value = node.scalar();
  if (value === "") throw node.problem(`${node.name} is empty`);
  return value;
}

function version(node: AppSpecNode): string {
  const value = text(node);
  if (!/^[1-9][0-9]*$/.test(value)) {
    throw node.problem(`${node.name} must be the number of a published version, not ${value}`);
  }
  return value;
}
