/** Every setting: its flag, default and one sentence. `settings.ts` reads them. */

/** One row of `signalbox serve --help`. */
export interface SettingRow {
  /** The flag without its dashes; the environment variable follows from it. */
  flag: string;
  /** What the value is called in the help text. */
  value: string;
  default: string;
  sentence: string;
}

export const settingRows = [
  { flag: "host", value: "address", default: "127.0.0.1", sentence: "Address to listen on." },
  { flag: "port", value: "number", default: "4566", sentence: "Port to listen on; 0 takes any free one." },
  {
    flag: "data-dir",
    value: "folder",
    default: ".signalbox",
    sentence: "Where everything is kept; one process at a time.",
  },
  {
    flag: "database-url",
    value: "URL",
    default: "",
    sentence:
      "PostgreSQL that several signalbox share, as postgres://user@host/database; without it, SQLite in the data folder. Other users can see flags, not variables.",
  },
  {
    flag: "database-connections",
    value: "number",
    default: "8",
    sentence: "The most connections to PostgreSQL, at least 2; one of them writes.",
  },
  {
    flag: "secrets-key-file",
    value: "file",
    default: "",
    sentence:
      "Key that secrets are sealed with, 32 bytes, the same for all who share a database; without it, secrets.key in the data folder.",
  },
  { flag: "region", value: "name", default: "us-east-1", sentence: "Region of requests that are not signed." },
  {
    flag: "account-id",
    value: "12 digits",
    default: "000000000000",
    sentence: "Account of requests whose access key is not a 12-digit account id.",
  },
  {
    flag: "auth",
    value: "off",
    default: "off",
    sentence: "Whether signatures are verified; off is only allowed on a loopback address.",
  },
  {
    flag: "endpoint",
    value: "service=URL|aws,…",
    default: "",
    sentence:
      "Where AWS services are: lambda, ecs, elbv2, s3, cloudwatch, sns and events, each at a URL or on AWS; embedded where not named. There is no embedded EventBridge: no events are sent unless events is named.",
  },
  {
    flag: "allow-outgoing",
    value: "host[:port],…",
    default: "",
    sentence: "Hosts that messages may be sent to although their address is loopback, link-local or special.",
  },
  {
    flag: "webhook",
    value: "URL",
    default: "",
    sentence:
      "Where CloudEvents about deployments are posted to, but for groups whose tag signalbox:webhook names another.",
  },
  {
    flag: "webhook-secret",
    value: "text",
    default: "",
    sentence:
      "What webhooks are signed with; without it, what stands in webhook.secret in the data folder, made at the first start. Other users can see flags, not variables.",
  },
  {
    flag: "event-bus",
    value: "name",
    default: "default",
    sentence: "EventBridge bus that events about deployments are put to.",
  },
  {
    flag: "event-source",
    value: "name",
    default: "aws.codedeploy",
    sentence: "Source of these events; AWS takes none that begins with aws. from others.",
  },
  {
    flag: "hook-invocation",
    value: "request|event",
    default: "request",
    sentence: "Whether to wait for how a validation function's invocation ends.",
  },
  {
    flag: "hook-timeout",
    value: "time",
    default: "1h",
    sentence: "How long a validation function may take to report; 1s to 1h.",
  },
  {
    flag: "ecs-stopped-tasks",
    value: "number",
    default: "3",
    sentence:
      "How many tasks of a replacement task set may stop within --ecs-stopped-window before its deployment fails; 0: it is waited for an hour, as on AWS.",
  },
  {
    flag: "ecs-stopped-window",
    value: "time",
    default: "10m",
    sentence: "How long a stopped task counts; 1s to 1h.",
  },
  {
    flag: "alarm-poll",
    value: "time",
    default: "10s",
    sentence: "How often the alarms of deployments under way are looked at; 1s to 1h.",
  },
  {
    flag: "alarm-rules",
    value: "file",
    default: "",
    sentence: "Alarms that Prometheus judges, by a PromQL expression each; YAML.",
  },
  {
    flag: "clock",
    value: "real|virtual",
    default: "real",
    sentence: "Virtual time stands still until POST /_signalbox/clock/advance moves it.",
  },
  { flag: "speed", value: "factor", default: "1", sentence: "How many times faster than real the clock runs." },
  {
    flag: "max-body",
    value: "bytes",
    default: "1048576",
    sentence: "The largest request body that is read, but for uploads of function code and objects.",
  },
  { flag: "request-timeout", value: "time", default: "30s", sentence: "How long a client may take to send a request." },
  {
    flag: "python",
    value: "program",
    default: "",
    sentence: "Interpreter for Python functions; without it, the one on the PATH.",
  },
  {
    flag: "ecs-images",
    value: "file",
    default: "",
    sentence: "What runs in place of the images of ECS tasks: a folder, a command and an environment for each; YAML.",
  },
  {
    flag: "listener-weights",
    value: "exact|random",
    default: "exact",
    sentence:
      "How a listener shares requests among weighted target groups: exactly, in turn, or by chance as AWS does.",
  },
  {
    flag: "listener-certificates",
    value: "folder",
    default: "",
    sentence:
      "Where certificates of HTTPS listeners are, NAME.crt and NAME.key, the name as their ARN ends; without it, certificates in the data folder.",
  },
  {
    flag: "ecs-engine",
    value: "program",
    default: "",
    sentence: "Container engine for all other images: docker, podman or what takes the same words; none by default.",
  },
  {
    flag: "quota-applications",
    value: "number",
    default: "1000",
    sentence: "Applications of an account in a region.",
  },
  {
    flag: "quota-deployment-groups",
    value: "number",
    default: "1000",
    sentence: "Deployment groups of an application.",
  },
  {
    flag: "quota-deployment-configs",
    value: "number",
    default: "50",
    sentence: "Custom deployment configurations of an account in a region.",
  },
  {
    flag: "quota-deployments",
    value: "number",
    default: "1000",
    sentence: "Deployments of an account under way at once in a region.",
  },
  {
    flag: "quota-queued-deployments",
    value: "number",
    default: "100",
    sentence: "Deployments that may wait in the queue of one deployment group.",
  },
  { flag: "quota-alarms", value: "number", default: "50", sentence: "Alarms of a deployment group." },
  { flag: "quota-triggers", value: "number", default: "10", sentence: "Triggers of a deployment group." },
  {
    flag: "quota-auto-scaling-groups",
    value: "number",
    default: "10",
    sentence: "Auto Scaling groups of a deployment group.",
  },
  {
    flag: "quota-tag-filters",
    value: "number",
    default: "10",
    sentence: "Tag filters of a deployment group, and of each of its tag sets.",
  },
  {
    flag: "quota-target-group-pairs",
    value: "number",
    default: "1",
    sentence:
      "Pairs of target groups of a deployment group for ECS, and target groups of an embedded service that CodeDeploy deploys; AWS has 1.",
  },
  { flag: "quota-github-tokens", value: "number", default: "25", sentence: "GitHub tokens of an account." },
] as const satisfies readonly SettingRow[];
