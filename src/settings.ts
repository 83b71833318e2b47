/** Settings from flags, environment and defaults, as the program uses them. The only reader of the environment. */
import { join, resolve } from "node:path";
import { settingRows } from "./settingRows.ts";

export type SettingFlag = (typeof settingRows)[number]["flag"];
/** The texts given for the settings, by flag. */
export type SettingTexts = Partial<Record<SettingFlag, string>>;

export const environmentVariable = (flag: string): string => `SIGNALBOX_${flag.toUpperCase().replaceAll("-", "_")}`;

/** AWS services that deployments call. */
export const AWS_SERVICES = ["lambda", "ecs", "elbv2", "s3", "cloudwatch", "sns", "events"] as const;
export type AwsService = (typeof AWS_SERVICES)[number];
/** Embedded in this process; a compatible one at a URL; or the real one. */
export type ServiceEndpoint = { kind: "embedded" } | { kind: "url"; url: string } | { kind: "aws" };

export interface Settings {
  host: string;
  port: number;
  dataDirectory: string;
  /** `null`: SQLite in the data folder. */
  database: { url: string; connections: number } | null;
  /** `null`: the one in the data folder. */
  secretsKeyFile: string | null;
  region: string;
  accountId: string;
  /** Where each AWS service is that deployments call. */
  endpoints: Record<AwsService, ServiceEndpoint>;
  /** Hosts, on one port or on all, that users may have requests sent to whatever their address is. */
  allowOutgoing: { host: string; port: number | undefined }[];
  /** Where CloudEvents are posted to for groups that do not say; `null` is nowhere. */
  webhook: string | null;
  /** `null`: the one in the data folder. */
  webhookSecret: string | null;
  eventBus: string;
  eventSource: string;
  hookInvocation: "request" | "event";
  hookTimeoutMs: number;
  /** When a replacement task set is given up because its tasks stop; `null` where it is waited for to the end. */
  failFast: { stoppedTasks: number; withinMs: number } | null;
  alarmPollMs: number;
  /** `null` without such a file. */
  alarmRulesFile: string | null;
  clock: { kind: "real"; speed: number } | { kind: "virtual" };
  maxBodyBytes: number;
  requestTimeoutMs: number;
  python: string | undefined;
  /** `null` without such a file. */
  ecsImagesFile: string | null;
  /** With the variables by which it finds its daemon. */
  ecsEngine: { program: string; environment: Record<string, string> } | undefined;
  /** How weighted target groups get their shares. */
  listenerWeights: "exact" | "random";
  /** A folder with certificates of listeners. */
  certificateDirectory: string;
  /** Limits, by AWS's defaults (semantics 9). */
  quotas: {
    applications: number;
    deploymentGroupsPerApplication: number;
    customDeploymentConfigs: number;
    deployments: number;
    queuedDeployments: number;
    gitHubTokens: number;
    /** Of one deployment group. */
    group: {
      alarms: number;
      triggers: number;
      autoScalingGroups: number;
      tagFilters: number;
      targetGroupPairs: number;
    };
  };
  /** The PATH on which interpreters for functions are found, and which functions are given. */
  path: string;
}

const REGION = /^[a-z]{2}(-[a-z]+)+-[0-9]$/;
const EVENT_BUS = /^[A-Za-z0-9/.:_-]{1,1600}$/;
const EVENT_SOURCE = /^[A-Za-z0-9/._-]{1,256}$/;
const ACCOUNT_ID = /^[0-9]{12}$/;

const MOST = 1_000_000_000;

/** A setting that cannot be used; the message is one sentence for the person who gave it. */
export class SettingError extends Error {}

/** Settings from the given texts, else from the environment, else from the defaults. */
export function readSettings(given: SettingTexts, environment: NodeJS.ProcessEnv = process.env): Settings {
  const text = (flag: SettingFlag): string => {
    const row = settingRows.find((candidate) => candidate.flag === flag);
    return given[flag] ?? environment[environmentVariable(flag)] ?? row?.default ?? "";
  };
  const quota = (flag: SettingFlag) => wholeNumber(flag, text(flag), 0, MOST);
  const host = text("host");
  requireAuth(text("auth"), host);
  const endpoints = serviceEndpoints(text("endpoint"));
  return {
    host,
    port: wholeNumber("port", text("port"), 0, 65_535),
    dataDirectory: resolve(text("data-dir")),
    database: databaseSetting(text("database-url"), text("database-connections")),
    secretsKeyFile: text("secrets-key-file") === "" ? null : resolve(text("secrets-key-file")),
    region: matching("region", text("region"), REGION, "a region such as eu-west-1"),
    accountId: matching("account-id", text("account-id"), ACCOUNT_ID, "12 digits"),
    endpoints,
    allowOutgoing: text("allow-outgoing")
      .split(",")
      .filter((entry) => entry !== "")
      .map(outgoingHost),
    webhook: text("webhook") === "" ? null : httpUrl("webhook", text("webhook")),
    webhookSecret: text("webhook-secret") || null,
    eventBus: matching("event-bus", text("event-bus"), EVENT_BUS, "the name or ARN of an event bus"),
    eventSource: eventSource(text("event-source"), endpoints),
    hookInvocation: oneOf("hook-invocation", text("hook-invocation"), ["request", "event"]),
    hookTimeoutMs: time("hook-timeout", text("hook-timeout"), 1, 3600),
    failFast: failFastSetting(text("ecs-stopped-tasks"), text("ecs-stopped-window")),
    alarmRulesFile: text("alarm-rules") === "" ? null : resolve(text("alarm-rules")),
    alarmPollMs: time("alarm-poll", text("alarm-poll"), 1, 3600),
    clock: clockSetting(oneOf("clock", text("clock"), ["real", "virtual"]), text("speed")),
    maxBodyBytes: wholeNumber("max-body", text("max-body"), 1, 2 ** 30),
    requestTimeoutMs: time("request-timeout", text("request-timeout"), 1, 3600),
    python: text("python") || undefined,
    ecsImagesFile: text("ecs-images") === "" ? null : resolve(text("ecs-images")),
    ecsEngine: engineSetting(text("ecs-engine"), environment),
    listenerWeights: oneOf("listener-weights", text("listener-weights"), ["exact", "random"]),
    certificateDirectory: resolve(text("listener-certificates") || join(text("data-dir"), "certificates")),
    quotas: {
      applications: quota("quota-applications"),
      deploymentGroupsPerApplication: quota("quota-deployment-groups"),
      customDeploymentConfigs: quota("quota-deployment-configs"),
      deployments: quota("quota-deployments"),
      queuedDeployments: quota("quota-queued-deployments"),
      gitHubTokens: quota("quota-github-tokens"),
      group: {
        alarms: quota("quota-alarms"),
        triggers: quota("quota-triggers"),
        autoScalingGroups: quota("quota-auto-scaling-groups"),
        tagFilters: quota("quota-tag-filters"),
        targetGroupPairs: wholeNumber("quota-target-group-pairs", text("quota-target-group-pairs"), 1, MOST),
      },
    },
    path: environment["PATH"] ?? "/usr/local/bin:/usr/bin:/bin",
  };
}

function failFastSetting(tasks: string, window: string): Settings["failFast"] {
  const stoppedTasks = wholeNumber("ecs-stopped-tasks", tasks, 0, 10_000);
  const withinMs = time("ecs-stopped-window", window, 1, 3600);
  return stoppedTasks === 0 ? null : { stoppedTasks, withinMs };
}

/** Where a command finds the signalbox it speaks to, and as whom. */
export interface ClientSettings {
  endpoint: string;
  /** `undefined`: whatever account and region the server takes for callers that name none. */
  accountId: string | undefined;
  region: string | undefined;
}

export type ClientTexts = { [Flag in "endpoint" | "accountId" | "region"]?: string | undefined };

/** Where a command finds the running signalbox, and whose resources it asks for. */
export function readClientSettings(given: ClientTexts, environment: NodeJS.ProcessEnv = process.env): ClientSettings {
  const endpoint =
    given.endpoint ||
    environment["SIGNALBOX_URL"] ||
    environment["AWS_ENDPOINT_URL_CODEDEPLOY"] ||
    environment["AWS_ENDPOINT_URL"] ||
    "http://127.0.0.1:4566";
  if (!URL.canParse(endpoint) || !/^https?:$/.test(new URL(endpoint).protocol)) {
    throw new SettingError(`The endpoint is ${endpoint}; it must be an http or https URL.`);
  }
  const accessKey = environment["AWS_ACCESS_KEY_ID"] ?? "";
  const accountId = given.accountId ?? (/^[0-9]{12}$/.test(accessKey) ? accessKey : undefined);
  const region = given.region ?? (environment["AWS_REGION"] || environment["AWS_DEFAULT_REGION"] || undefined);
  return {
    endpoint: endpoint.replace(/\/+$/, ""),
    accountId: accountId && matching("account-id", accountId, ACCOUNT_ID, "12 digits"),
    region: region && matching("region", region, REGION, "a region such as eu-west-1"),
  };
}

export interface TerminalSettings {
  colour: boolean;
  /** Lines can be drawn over. */
  redraws: boolean;
}

/** What may be written to an output: colours and redrawing on a terminal that can, neither anywhere else. */
export function readTerminalSettings(isTerminal: boolean, environment: NodeJS.ProcessEnv = process.env) {
  const redraws = isTerminal && environment["TERM"] !== "dumb";
  return { redraws, colour: redraws && !environment["NO_COLOR"] } satisfies TerminalSettings;
}

function requireAuth(auth: string, host: string): void {
  oneOf("auth", auth, ["off"]);
  if (host === "localhost" || host === "::1" || /^127\.[0-9.]+$/.test(host)) return;
  throw new SettingError(
    `Signalbox does not listen on ${host} with --auth off: anyone who reaches that address could deploy and run code here; use a loopback address such as 127.0.0.1.`,
  );
}

function serviceEndpoints(value: string): Settings["endpoints"] {
  const embedded = AWS_SERVICES.map((service) => [service, { kind: "embedded" }] as const);
  const given = value === "" ? [] : value.split(",").map(serviceEndpoint);
  return Object.fromEntries([...embedded, ...given]) as Settings["endpoints"];
}

function serviceEndpoint(text: string): [AwsService, ServiceEndpoint] {
  const [, name, target = ""] = /^([^=]*)=(.*)$/.exec(text) ?? [];
  const service = AWS_SERVICES.find((candidate) => candidate === name);
  if (!service) {
    const services = AWS_SERVICES.join(", ");
    throw new SettingError(
      `--endpoint is ${text}; it must be service=URL or service=aws, the service one of ${services}.`,
    );
  }
  if (target === "aws") return [service, { kind: "aws" }];
  if (!URL.canParse(target) || !/^https?:$/.test(new URL(target).protocol)) {
    throw new SettingError(`--endpoint ${service} is ${target}; it must be an http or https URL, or aws.`);
  }
  return [service, { kind: "url", url: target }];
}

/** `host` or `host:port`; IPv6 addresses in brackets. */
function outgoingHost(text: string): { host: string; port: number | undefined } {
  const [, host = "", port] = /^(\[[0-9a-fA-F:.]+\]|[^\s:/@?#[\]]+)(?::([0-9]{1,5}))?$/.exec(text) ?? [];
  const url = `http://${host}`;
  if (host === "" || !URL.canParse(url) || Number(port ?? 1) < 1 || Number(port ?? 1) > 65_535) {
    throw new SettingError(`--allow-outgoing has ${text}; it must be a host or host:port, such as localhost:8080.`);
  }
  const written = new URL(url).hostname.replace(/^\[|\]$/g, "").replace(/\.$/, "");
  return { host: written, port: port === undefined ? undefined : Number(port) };
}

/** What AWS would refuse for every single event is refused at the start. */
function eventSource(source: string, { events }: Settings["endpoints"]): string {
  if (source.startsWith("aws.") && events.kind === "aws") {
    throw new SettingError(
      `--event-source is ${source}; AWS takes no source that begins with aws. from others, so choose another.`,
    );
  }
  return matching("event-source", source, EVENT_SOURCE, "1 to 256 letters, digits and / . _ -");
}

/** What command lines of container engines read to find their daemon, their registries and their store. */
const ENGINE_VARIABLES = [
  "PATH",
  "HOME",
  "DOCKER_HOST",
  "DOCKER_CONTEXT",
  "DOCKER_CONFIG",
  "CONTAINER_HOST",
  "XDG_RUNTIME_DIR",
];

function engineSetting(program: string, environment: NodeJS.ProcessEnv): Settings["ecsEngine"] {
  if (program === "") return undefined;
  const variables = ENGINE_VARIABLES.flatMap((name) => {
    const value = environment[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  return { program, environment: Object.fromEntries(variables) };
}

/** A URL that requests can be sent to; who may not see it must not find a password in it. */
function httpUrl(flag: SettingFlag, text: string): string {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url && /^https?:$/.test(url.protocol) && url.username === "" && url.password === "") return text;
  throw new SettingError(`--${flag} is ${text}; it must be an http or https URL without a user or password.`);
}

/** The URL is not shown: it may have a password. */
function databaseSetting(url: string, connectionsText: string): Settings["database"] {
  const connections = wholeNumber("database-connections", connectionsText, 2, 100);
  if (url === "") return null;
  if (URL.canParse(url) && /^postgres(ql)?:$/.test(new URL(url).protocol)) return { url, connections };
  throw new SettingError("--database-url must be a URL such as postgres://user@host/database.");
}

function clockSetting(kind: "real" | "virtual", speedText: string): Settings["clock"] {
  const speed = Number(speedText);
  if (!(speed > 0 && speed <= 100_000))
    throw new SettingError(`--speed is ${speedText}; it must be a number above 0, at most 100000.`);
  if (kind === "real") return { kind, speed };
  if (speed !== 1)
    throw new SettingError("--speed goes with the real clock only; a virtual one moves when it is told to.");
  return { kind };
}

function oneOf<Value extends string>(flag: SettingFlag, text: string, values: readonly Value[]): Value {
  const found = values.find((value) => value === text);
  if (found === undefined) throw new SettingError(`--${flag} is ${text}; it must be ${values.join(" or ")}.`);
  return found;
}

function matching(flag: SettingFlag, text: string, pattern: RegExp, wanted: string): string {
  if (!pattern.test(text)) throw new SettingError(`--${flag} is ${text}; it must be ${wanted}.`);
  return text;
}

function wholeNumber(flag: SettingFlag, text: string, least: number, most: number): number {
  const value = Number(text);
  if (text === "" || !Number.isInteger(value) || value < least || value > most) {
    throw new SettingError(`--${flag} is ${text}; it must be a whole number from ${least} to ${most}.`);
  }
  return value;
}

/** A time such as `90`, `90s`, `5m` or `1h`, in milliseconds; bounds in seconds. */
function time(flag: SettingFlag, text: string, least: number, most: number): number {
  const match = /^([0-9]{1,6})(s|m|h)?$/.exec(text);
  const unit = { s: 1, m: 60, h: 3600 }[match?.[2] ?? "s"] ?? 1;
  const seconds = match ? Number(match[1]) * unit : Number.NaN;
  if (!(seconds >= least && seconds <= most)) {
    throw new SettingError(
      `--${flag} is ${text}; it must be a time from ${least} to ${most} seconds, such as 90, 5m or 1h.`,
    );
  }
  return seconds * 1000;
}
