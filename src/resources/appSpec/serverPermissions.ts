/** Who may do what with installed files: the permissions of a server AppSpec (semantics 6.1). */
import type { AppSpecNode } from "../appSpecDocument.ts";
import { type AgentValue, agentValue, rubyText } from "./agentValue.ts";
import { type Parsed, parseAccess, parseMode, parseRange } from "./permissionValues.ts";
import { isPresent } from "./serverHooks.ts";

export interface Permission {
  /** A file, or a directory whose content is meant. */
  object: string;
  /** What is meant in the directory; `**` is everything, at any depth. */
  pattern: string;
  except: string[];
  types: ObjectType[];
  owner?: string;
  group?: string;
  /** Three or four octal digits. */
  mode?: string;
  /** Each in full: `default:user:bob:rw-`. */
  acls?: string[];
  context?: SelinuxContext;
}

export interface SelinuxContext {
  /** The SELinux user. */
  name?: string;
  type: string;
  range?: string;
}

export type ObjectType = "file" | "directory";

const KEYS = ["object", "pattern", "except", "type", "owner", "group", "mode", "acls", "context"];
const UPDATE = "Update the permissions section of the AppSpec file, and then try again.";
const NO_OBJECT = `The deployment failed because a permission listed in the application specification file has no object value. ${UPDATE}`;
const WINDOWS = `The deployment failed because the application specification file specifiles file permissions, but the deployment is targeting one or more Windows Server instances. Permissions are supported only for Amazon Linux, Ubuntu Server, and Red Hat Enterprise Linux (RHEL) instances. ${UPDATE}`;

export function readPermissions(section: AppSpecNode | undefined, windows: boolean): Permission[] {
  if (!isPresent(section)) return [];
  const items = section.items() ?? [];
  return items.map((item) => readPermission(item, windows)).filter((permission) => permission !== undefined);
}

function readPermission(permission: AppSpecNode, windows: boolean): Permission | undefined {
  if (!permission.isMap()) return undefined;
  const object = readObject(permission);
  if (windows && object !== undefined) {
    const message = "permissions are for Linux only";
    return permission.error({ message, found: object, allowed: "no permissions", agentMessage: WINDOWS });
  }
  const pattern = readPattern(permission.optional("pattern"));
  const except = readTexts(permission.optional("except"));
  const types = readTypes(permission.optional("type"));
  const owner = permission.optional("owner")?.scalar();
  const group = permission.optional("group")?.scalar();
  const mode = readMode(permission.optional("mode"), owner ?? group);
  const acls = readAccess(permission.optional("acls"));
  const context = readContext(permission.optional("context"));
  permission.warnOfUnknown(KEYS);
  if (object === undefined || pattern === undefined || !except || !types) return undefined;
  return {
    object,
    pattern,
    except,
    types,
    ...(owner !== undefined && { owner }),
    ...(group !== undefined && { group }),
    ...(mode !== undefined && { mode }),
    ...(acls && { acls }),
    ...(context && { context }),
  };
}

function readObject(permission: AppSpecNode): string | undefined {
  const node = permission.optional("object");
  if (node?.kind === "map" || node?.kind === "list") return node.scalar();
  const object = node ? rubyText(agentValue(node)).trim() : "";
  if (object !== "") return object;
  const message = `${permission.name} has no object`;
  const allowed = "the path of an installed file or directory";
  return (node ?? permission).error({ message, found: "nothing", allowed, agentMessage: NO_OBJECT });
}

function readPattern(node: AppSpecNode | undefined): string | undefined {
  return node ? readText(node, "a pattern in quotes") : "**";
}

/** A text as the agent sees it; numbers and truth values have no patterns, entries or names in them. */
function readText(node: AppSpecNode, allowed: string): string | undefined {
  if (node.scalar() === undefined) return undefined;
  const value = agentValue(node);
  if (value.kind === "text") return value.value;
  const message = `${node.name} must be ${allowed}, not ${node.found}`;
  return node.error({ message, found: node.found, allowed });
}

function readTexts(list: AppSpecNode | undefined): string[] | undefined {
  if (!isPresent(list)) return [];
  const texts = list.items()?.map((item) => readText(item, "a text"));
  return texts?.every((text) => text !== undefined) ? texts : undefined;
}

function readTypes(list: AppSpecNode | undefined): ObjectType[] | undefined {
  if (!isPresent(list)) return ["file", "directory"];
  const types = list.items()?.map((item) => {
    const type = rubyText(agentValue(item));
    if (type === "file" || type === "directory") return type;
    const message = `${item.name} must be file or directory, not ${item.found}`;
    // The missing blank is the agent's.
    const agentMessage = `The deployment failed because the application specification filespecifies a permission for an object type not supported for permissions (${type}). ${UPDATE}`;
    return item.error({ message, found: item.found, allowed: "file or directory", agentMessage });
  });
  return types?.every((type) => type !== undefined) ? types : undefined;
}

function readMode(node: AppSpecNode | undefined, owner: string | undefined): string | undefined {
  if (!node || node.scalar() === undefined) return undefined;
  const value = agentValue(node);
  const mode = accepted(node, parseMode(rubyText(value)), asRead(node, value));
  if (mode === undefined) return undefined;
  if (value.kind === "number" && value.decimal !== node.written) {
    const message = `mode ${node.written} is the number ${value.decimal} in YAML, so the mode becomes ${mode}; write "${node.written}" in quotes`;
    node.warning({ message, found: node.written, allowed: `"${node.written}"` });
  }
  if (mode.length > 3 && /^[2-7]/.test(mode) && owner !== undefined) {
    const message = `the agent sets the owner after the mode, which takes the set-id bit of ${mode} away again`;
    node.warning({ message, found: mode, allowed: "a set-id bit without owner and group" });
  }
  return mode;
}

/** `, which the agent reads as the number 489`, where that is not what one sees. */
function asRead(node: AppSpecNode, value: AgentValue): string {
  return rubyText(value) === node.written ? "" : `, which YAML makes ${rubyText(value)}`;
}

function readAccess(list: AppSpecNode | undefined): string[] | undefined {
  if (!list) return undefined;
  const entries = list.items()?.map((item) => {
    const entry = readText(item, "an entry in quotes, such as user:bob:rwx");
    return entry === undefined ? undefined : accepted(item, parseAccess(entry));
  });
  return entries?.every((entry) => entry !== undefined) ? entries : undefined;
}

function readContext(context: AppSpecNode | undefined): SelinuxContext | undefined {
  if (!context?.isMap()) return undefined;
  const type = context.optional("type")?.scalar();
  const name = context.optional("name")?.scalar();
  const rangeNode = context.optional("range");
  if (type === undefined && context.optional("type") === undefined) {
    const agentMessage = `The deployment failed because the application specification file specifies an invalid context type (${inspected(context)}). ${UPDATE}`;
    context.error({ message: "context has no type", found: "nothing", allowed: "an SELinux type", agentMessage });
  }
  const rangeText = rangeNode && readText(rangeNode, "a range in quotes, such as s0-s3:c0.c7");
  const range = rangeNode && rangeText !== undefined ? accepted(rangeNode, parseRange(rangeText)) : undefined;
  context.warnOfUnknown(["name", "type", "range"], {
    user: "the agent reads the SELinux user from name, whatever the documents say",
  });
  if (type === undefined) return undefined;
  return { type, ...(name !== undefined && { name }), ...(range !== undefined && { range }) };
}

/** A map as Ruby 3.1 shows it. */
function inspected(map: AppSpecNode): string {
  const members = map.members().map(([key, node]) => {
    const value = agentValue(node);
    const text = value.kind === "nothing" ? "nil" : rubyText(value);
    return `${JSON.stringify(key)}=>${value.kind === "text" ? JSON.stringify(text) : text}`;
  });
  return `{${members.join(", ")}}`;
}

function accepted(node: AppSpecNode, parsed: Parsed<string>, addition = ""): string | undefined {
  if ("value" in parsed) return parsed.value;
  const { agentMessage, allowed } = parsed;
  const message = `${node.name} is ${node.found}${addition}; allowed is ${allowed}`;
  return node.error({ message, found: node.found, allowed, agentMessage });
}
