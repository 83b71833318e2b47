/** The scripts of a server AppSpec: lifecycle event by lifecycle event (semantics 6.1, 6.2). */
import type { AppSpecNode } from "../appSpecDocument.ts";
import { agentValue, rubyInteger, rubyText } from "./agentValue.ts";
import { listed, spoken } from "./complaint.ts";

/** The lifecycle events of an instance that can run scripts, in their order in a deployment in place. */
export const serverHooks = [
  "BeforeBlockTraffic",
  "AfterBlockTraffic",
  "ApplicationStop",
  "BeforeInstall",
  "AfterInstall",
  "ApplicationStart",
  "ValidateService",
  "BeforeAllowTraffic",
  "AfterAllowTraffic",
] as const;

export type ServerHook = (typeof serverHooks)[number];

export interface Script {
  /** Relative to the root of the bundle. */
  location: string;
  timeoutSeconds: number;
  /** The user that runs it; without one, the agent's. */
  runas?: string;
  sudo: boolean;
}

export type ServerHooks = Partial<Record<ServerHook, Script[]>>;

/** What is known of the deployment group that will use the document. */
export interface ServerScenario {
  loadBalancer?: boolean | undefined;
}

/** What an event may take as a whole, and a script that says nothing. */
const LONGEST_SECONDS = 3600;
const SCRIPT_KEYS = ["location", "timeout", "runas", "sudo"];
const NOT_SCRIPTABLE = ["Start", "DownloadBundle", "Install", "BlockTraffic", "AllowTraffic", "End"];
const NO_LOCATION =
  "The deployment failed because the application specification file specifies a script with no location value. Specify the location in the hooks section of the AppSpec file, and then try again.";
const BAD_TIMEOUT =
  "The deployment failed because an invalid timeout value was provided for a script in the application specification file. Make corrections in the hooks section of the AppSpec file, and then try again.";

export function readServerHooks(
  section: AppSpecNode | undefined,
  windows: boolean,
  scenario: ServerScenario,
): ServerHooks {
  const read: ServerHooks = {};
  if (!isPresent(section) || !section.isMap()) return read;
  for (const [name, node] of section.members()) {
    const hook = serverHooks.find((candidate) => candidate === name);
    const items = isPresent(node) ? (node.items() ?? []) : [];
    const scripts = items.map((item) => readScript(item, windows));
    if (!hook) warnOfUnknownEvent(name, node);
    else if (scripts.length > 0) {
      checkTotal(node, items, scripts);
      warnOfTraffic(hook, node, scenario);
      read[hook] = scripts.filter((script) => script !== undefined);
    }
  }
  return read;
}

/** Null and false stand for a section that is not there. */
export function isPresent(node: AppSpecNode | undefined): node is AppSpecNode {
  if (!node || (node.kind === "nothing" && node.alias === undefined)) return false;
  const value = agentValue(node);
  return value.kind !== "boolean" || value.value;
}

/** The agent adds nothing up: scripts without a timeout of their own run, as long as they are quick. */
function checkTotal(event: AppSpecNode, items: AppSpecNode[], scripts: (Script | undefined)[]): void {
  const seconds = scripts.map((script) => script?.timeoutSeconds ?? 0);
  const sum = (numbers: number[]) => numbers.reduce((total, number) => total + number, 0);
  const given = sum(seconds.filter((_, index) => isPresent(items[index]?.member("timeout"))));
  const total = sum(seconds);
  if (total <= LONGEST_SECONDS) return;
  const limit = `an event may take ${LONGEST_SECONDS}`;
  const remark = { found: `${total} seconds`, allowed: `at most ${LONGEST_SECONDS} seconds for an event` };
  if (given > LONGEST_SECONDS) {
    event.error({ ...remark, message: `the timeouts of ${event.name} add up to ${given} seconds; ${limit}` });
  } else {
    const message = `the scripts of ${event.name} may take ${total} seconds, those without a timeout ${LONGEST_SECONDS} each; ${limit}`;
    event.warning({ ...remark, message });
  }
}

function readScript(script: AppSpecNode, windows: boolean): Script | undefined {
  if (!script.isMap()) return undefined;
  const location = readLocation(script, windows);
  const runas = script.optional("runas");
  const user = runas?.scalar()?.trim();
  if (runas && windows) {
    const message = "runas is ignored on Windows; scripts run as the agent's user";
    runas.warning({ message, found: runas.found, allowed: "runas on Linux" });
  }
  const sudo = script.optional("sudo");
  const timeoutSeconds = readTimeout(script.member("timeout"));
  script.warnOfUnknown(SCRIPT_KEYS);
  if (location === undefined || timeoutSeconds === undefined) return undefined;
  return { location, timeoutSeconds, sudo: isPresent(sudo), ...(user !== undefined && { runas: user }) };
}

function readLocation(script: AppSpecNode, windows: boolean): string | undefined {
  const allowed = "the path of a script in the bundle";
  const node = script.optional("location");
  if (node?.kind === "map" || node?.kind === "list") return node.scalar() as undefined;
  const location = node ? rubyText(agentValue(node)).trim() : "";
  if (location === "") {
    const message = `${script.name} has no location`;
    return (node ?? script).error({ message, found: "nothing", allowed, agentMessage: NO_LOCATION });
  }
  if (node && /\s/.test(location) && !windows) {
    const message = `the agent hands ${location} to a shell as it is; a location with a space breaks apart there`;
    node.warning({ message, found: location, allowed: "a location without spaces" });
  }
  return location;
}

function readTimeout(node: AppSpecNode | undefined): number | undefined {
  if (!isPresent(node)) return LONGEST_SECONDS;
  const allowed = "a whole number of seconds above 0";
  const value = agentValue(node);
  const seconds = node.kind === "scalar" ? rubyInteger(value) : undefined;
  if (seconds === undefined || seconds <= 0) {
    const message = `timeout must be ${allowed}, not ${node.found}`;
    const agentMessage = seconds === undefined ? {} : { agentMessage: BAD_TIMEOUT };
    return node.error({ message, found: node.found, allowed, ...agentMessage });
  }
  if (String(seconds) !== node.written.trim()) {
    const message = `timeout is ${node.written}, which the agent reads as ${seconds} seconds`;
    node.warning({ message, found: node.written, allowed });
  }
  return seconds;
}

function warnOfUnknownEvent(name: string, node: AppSpecNode): void {
  const allowed = listed(serverHooks, "or");
  const bare = (word: string) => word.toLowerCase().replace(/[\s_-]/g, "");
  const meant = serverHooks.find((hook) => bare(hook) === bare(name));
  const why = NOT_SCRIPTABLE.includes(name)
    ? "that event runs no scripts"
    : `no such event; ${meant ? `did you mean ${meant}?` : `there are ${listed(serverHooks)}`}`;
  const message = `the scripts of ${spoken(name)} will never run: ${why}`;
  node.complainOfKey("warning", { message, found: name, allowed });
}

/** The four traffic hooks belong to events that only happen around a load balancer, or in a blue/green deployment. */
function warnOfTraffic(hook: ServerHook, node: AppSpecNode, { loadBalancer }: ServerScenario): void {
  if (!hook.endsWith("Traffic") || loadBalancer) return;
  const message =
    loadBalancer === false
      ? `${hook} will never run: the deployment group has no load balancer`
      : `${hook} runs only where the deployment group has a load balancer`;
  node.warning({ message, found: hook, allowed: "a deployment group with a load balancer" });
}
