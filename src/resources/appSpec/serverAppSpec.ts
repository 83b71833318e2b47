/** The AppSpec of a bundle for instances (semantics 6.1): what goes where, whose it is, and which scripts run when. */
import type { AppSpecDocument, AppSpecNode, ReadingRules } from "../appSpecDocument.ts";
import { agentValue, plainValue, rubyText } from "./agentValue.ts";
import { Complaints, type Reading } from "./complaint.ts";
import { isPresent, readServerHooks, type ServerHooks, type ServerScenario } from "./serverHooks.ts";
import { type Permission, readPermissions } from "./serverPermissions.ts";

export interface ServerAppSpec {
  os: "linux" | "windows";
  files: InstalledFile[];
  /** Beats what the deployment says. */
  fileExistsBehavior?: FileExistsBehavior;
  permissions: Permission[];
  hooks: ServerHooks;
}

export interface InstalledFile {
  /** Relative to the root of the bundle; of a directory the content is meant. */
  source: string;
  /** The directory it goes into. */
  destination: string;
}

export type FileExistsBehavior = "DISALLOW" | "OVERWRITE" | "RETAIN";

const SECTIONS = ["version", "os", "files", "file_exists_behavior", "permissions", "hooks"];
const BEHAVIORS: readonly FileExistsBehavior[] = ["DISALLOW", "OVERWRITE", "RETAIN"];
/** So many aliases are followed to find more that is wrong; the agent follows none. */
const MOST_ALIASES = 20;
const AGAIN = "and then try again.";
const EMPTY =
  "The deployment failed because the application specification file was empty. Make sure your AppSpec file defines at minimum the 'version' and 'os' properties.";
const NO_SOURCE = `The deployment failed because the application specification file specifies a destination file, but no source file. Update the files section of the AppSpec file, ${AGAIN}`;

/** Reads the document with everything that can be said about it, in the order in which the host agent reads. */
export function readServerAppSpec(document: AppSpecDocument, scenario: ServerScenario = {}): Reading<ServerAppSpec> {
  const complaints = new Complaints();
  const rules: ReadingRules = { complaints, keys: "exact" };
  const root = document.root(rules);
  refuseUnloadable(document, complaints);
  const nothing = complaints.reading<ServerAppSpec>(undefined);
  const empty: boolean = !isPresent(root);
  if (empty) {
    const remark = { message: "the AppSpec is empty", found: "nothing", allowed: "version: 0.0 and os: linux" };
    root.error({ ...remark, agentMessage: EMPTY });
    return nothing;
  }
  if (document.text.aliases.length > MOST_ALIASES || !root.isMap()) return nothing;
  checkVersion(root);
  const os = readOs(root);
  const hooks = readServerHooks(root.member("hooks"), os === "windows", scenario);
  const files = readFiles(root.member("files"), os === "windows");
  const permissions = readPermissions(root.member("permissions"), os === "windows");
  const fileExistsBehavior = readBehavior(root.optional("file_exists_behavior"));
  root.warnOfUnknown(SECTIONS);
  return complaints.reading(os && { os, files, permissions, hooks, ...(fileExistsBehavior && { fileExistsBehavior }) });
}

/** What the agent's YAML library does not load at all, wherever it stands. */
function refuseUnloadable(document: AppSpecDocument, complaints: Complaints): void {
  for (const { name, place } of document.text.aliases) {
    const message = `the alias *${name} stands for something else, and the agent follows no aliases`;
    const remark = { message, found: `*${name}`, allowed: "the value itself", agentMessage: `Unknown alias: ${name}` };
    complaints.add("error", place, remark);
  }
  for (const scalar of document.text.plainScalars) {
    const text = scalar.source ?? "";
    const value = text.length < 64 && scalar.tag === undefined ? plainValue(text) : undefined;
    if (value?.kind !== "date") continue;
    const message = `${text} is a date in YAML, and the agent loads none; put it in quotes`;
    const agentMessage = `Tried to load unspecified class: ${value.className}`;
    const place = document.text.placeOf(scalar.range?.[0] ?? 0);
    complaints.add("error", place, { message, found: text, allowed: `"${text}"`, agentMessage });
  }
}

function checkVersion(root: AppSpecNode): void {
  const node = root.member("version");
  const value = node && agentValue(node);
  if (value?.kind === "number" && value.value === 0) return;
  const found = value ? rubyText(value) : "";
  const quoted = value?.kind === "text" && Number(value.value) === 0 ? "; without quotes" : "";
  const message = node ? `version must be 0.0, not ${node.found}${quoted}` : "the AppSpec has no version";
  const agentMessage = `The deployment failed because an invalid version value (${found}) was entered in the application specification file. Make sure your AppSpec file specifies "0.0" as the version, ${AGAIN}`;
  (node ?? root).error({ message, found: node?.found ?? "nothing", allowed: "0.0", agentMessage });
}

function readOs(root: AppSpecNode): "linux" | "windows" | undefined {
  const node = root.member("os");
  const value = node ? agentValue(node) : ({ kind: "nothing" } as const);
  const os = rubyText(value);
  if (value.kind === "text" && (os === "linux" || os === "windows")) return os;
  const message = node ? `os must be linux or windows, not ${node.found}` : "the AppSpec has no os";
  const agentMessage = `The deployment failed because the application specification file specifies an unsupported operating system (${os}). Specify either "linux" or "windows" in the os section of the AppSpec file, ${AGAIN}`;
  return (node ?? root).error({ message, found: node?.found ?? "nothing", allowed: "linux or windows", agentMessage });
}

function readFiles(section: AppSpecNode | undefined, windows: boolean): InstalledFile[] {
  if (!isPresent(section)) return [];
  const read: InstalledFile[] = [];
  const seen = new Set<string>();
  for (const item of section.items() ?? []) {
    const file = readFile(item, windows);
    if (!file) continue;
    const identity = JSON.stringify([file.source, file.destination]);
    if (seen.has(identity)) {
      const message = `${file.source} is installed into ${file.destination} twice`;
      item.error({ message, found: file.source, allowed: "each source once for a destination" });
    }
    seen.add(identity);
    read.push(file);
  }
  return read;
}

function readFile(item: AppSpecNode, windows: boolean): InstalledFile | undefined {
  if (!item.isMap()) return undefined;
  const [source, destination] = [item.optional("source"), item.optional("destination")];
  if (!source) {
    const message = `${item.name} has no source`;
    item.error({ message, found: "nothing", allowed: "a path in the bundle", agentMessage: NO_SOURCE });
  } else if (!destination) {
    const agentMessage = `The deployment failed because the application specification file specifies only a source file (${rubyText(agentValue(source))}). Add the name of the destination file to the files section of the AppSpec file, ${AGAIN}`;
    const message = `${item.name} has no destination`;
    item.error({ message, found: source.found, allowed: "a directory of the instance", agentMessage });
  }
  item.warnOfUnknown(["source", "destination"], {
    overwrite: "to replace files that exist already, write file_exists_behavior: OVERWRITE beside files",
  });
  const from = source && readPath(source);
  const to = destination && readPath(destination);
  if (destination && to !== undefined) warnOfRelative(destination, to, windows);
  return from === undefined || to === undefined ? undefined : { source: from, destination: to };
}

/** Joining paths wants texts: the agent fails on anything else when it installs. */
function readPath(node: AppSpecNode): string | undefined {
  if (node.scalar() === undefined) return undefined;
  const value = agentValue(node);
  if (value.kind === "text") return value.value;
  const message = `${node.name} must be a path, not ${node.found}; put it in quotes`;
  return node.error({ message, found: node.found, allowed: "a path in quotes" });
}

function warnOfRelative(node: AppSpecNode, path: string, windows: boolean): void {
  if (windows ? /^([A-Za-z]:[\\/]|[\\/])/.test(path) : path.startsWith("/")) return;
  const message = `destination ${node.found} is not absolute; the agent takes it from wherever it was started`;
  node.warning({
    message,
    found: node.found,
    allowed: windows ? "a path such as C:\\app" : "a path that begins with /",
  });
}

function readBehavior(node: AppSpecNode | undefined): FileExistsBehavior | undefined {
  if (!node) return undefined;
  const value = rubyText(agentValue(node));
  const behavior = BEHAVIORS.find((candidate) => candidate === value);
  if (behavior) return behavior;
  const message = `file_exists_behavior must be DISALLOW, OVERWRITE or RETAIN, not ${node.found}`;
  const agentMessage = `The deployment failed because an invalid file_exists_behavior value (${value}) was entered in the application specification file. Make sure your AppSpec file specifies one of DISALLOW,OVERWRITE,RETAIN as the file_exists_behavior, ${AGAIN}`;
  return node.error({ message, found: node.found, allowed: "DISALLOW, OVERWRITE or RETAIN", agentMessage });
}
