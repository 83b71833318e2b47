/** What a deployment's detail says in words, for both ways of showing it. Pure. */
import type { DeploymentDetail } from "../management/deploymentDetail.ts";

export type TargetDetail = DeploymentDetail["targets"][number];
export type StepDetail = DeploymentDetail["steps"][number];
export type TaskSetDetail = TargetDetail["taskSets"][number];
export type EventDetail = TargetDetail["lifecycleEvents"][number];
export type HookDetail = NonNullable<EventDetail["hook"]>;

export const hasEnded = ({ status }: DeploymentDetail): boolean =>
  status === "Succeeded" || status === "Failed" || status === "Stopped";

/** `0.4s`, `24s`, `5m 04s`, `1h 02m`. */
export function duration(seconds: number): string {
  const tenths = Math.round(Math.max(0, seconds) * 10);
  if (tenths < 100) return `${(tenths / 10).toFixed(1)}s`;
  const whole = Math.round(seconds);
  const two = (value: number) => String(value).padStart(2, "0");
  if (whole < 60) return `${whole}s`;
  if (whole < 3600) return `${Math.floor(whole / 60)}m ${two(whole % 60)}s`;
  return `${Math.floor(whole / 3600)}h ${two(Math.floor((whole % 3600) / 60))}m`;
}

/** How long it has taken so far, or took; empty before it has begun. */
export function elapsed(detail: DeploymentDetail, from: number | null, to: number | null): string {
  return from === null ? "" : duration((to ?? detail.now) - from);
}

/** `checkout:live from version 1 to version 2`; empty when the AppSpec says nothing usable. */
export function subject({ appSpec, targets }: DeploymentDetail): string {
  if (appSpec === null || "problem" in appSpec) return "";
  if (!("functionName" in appSpec)) return plain(`${targets[0]?.targetId} to ${appSpec.taskDefinition}`);
  const { functionName, alias, currentVersion, targetVersion } = appSpec;
  return plain(`${functionName}:${alias} from version ${currentVersion} to version ${targetVersion}`);
}

/** Who gets how much: `10 % on version 2, 90 % on version 1`. */
export function split({ appSpec, creator }: DeploymentDetail, weight: number): string {
  if (appSpec === null || "problem" in appSpec) return "";
  const [original, replacement] =
    "functionName" in appSpec
      ? [`version ${appSpec.currentVersion}`, `version ${appSpec.targetVersion}`]
      : creator === "codeDeployRollback"
        ? ["the replacement", "the original task set"]
        : ["the original task set", "the replacement"];
  if (weight === 100) return plain(`100 % on ${replacement}`);
  if (weight === 0) return plain(`100 % on ${original}`);
  return plain(`${weight} % on ${replacement}, ${100 - weight} % on ${original}`);
}

/** What became of the hook, and whether its log will say more. */
export function hookOutcome(detail: DeploymentDetail, event: EventDetail, hook: HookDetail): string {
  const name = plain(hook.functionName);
  if (hook.report !== null) return `${name} reported ${hook.report}`;
  if (hook.error !== null) return `${name} failed without a report: ${plain(hook.error)}`;
  if (event.status !== "InProgress") return `${name} did not report`;
  const left = duration(hook.deadline - detail.now);
  if (hook.invocation === "under way") return `${name} is running and has ${left} to report`;
  return `${name} has returned without a report, which may still come for ${left}`;
}

/** What the deployment waits for and until when; empty when that is plain from the lifecycle events. */
export function waiting(detail: DeploymentDetail): string {
  if (detail.fault !== null) return plain(`A fault of signalbox keeps it from going on: ${detail.fault}`);
  const { phase, until } = detail.waitingFor;
  const left = until === null ? "" : duration(until - detail.now);
  switch (phase) {
    case "Created":
      return detail.status === "Queued"
        ? "Waiting in the queue of its group: the deployment before it has not ended."
        : "Waiting to start.";
    case "Paused":
      return `Paused by ${plain(detail.paused?.by ?? "somebody")}: \`signalbox resume ${detail.deploymentId}\` goes on.`;
    case "ReadingRevision":
      return "Reading the AppSpec from S3.";
    case "ReadingAlarms":
      return "Looking at the alarms.";
    case "HoldingTraffic":
      return `The traffic stays as it is for a while: ${nextStep(detail)} in ${left}.`;
    case "AwaitingCapacity":
      return `Provisioned concurrency is still being allocated: next try in ${left}.`;
    case "InvokingHook":
    case "AwaitingReport":
      return `Waiting for a report: the lifecycle event fails in ${left}.`;
    case "LookingAtTaskSets":
    case "AwaitingSteadyState":
      return "Waiting for the replacement task set to become steady.";
    case "AwaitingReroute":
      return `Ready: \`signalbox skip-wait ${detail.deploymentId}\` lets the traffic move; the deployment stops in ${left}.`;
    case "AwaitingTermination":
      return `All traffic has moved; the original task set is kept for ${left}.`;
    default:
      return "";
  }
}

function nextStep({ appSpec }: DeploymentDetail): string {
  const hook = appSpec !== null && "hooks" in appSpec ? appSpec.hooks.BeforeTrafficStep : undefined;
  return hook === undefined ? "next shift" : `${plain(hook)} is asked`;
}

/** `Green ecs-svc/2 ACTIVE, 2 of 3 tasks run, 10 % of the traffic`. */
export function taskSetLine({ label, id, status, runningCount, desiredCount, trafficWeight }: TaskSetDetail): string {
  return plain(
    `${label} ${id} ${status}, ${runningCount} of ${desiredCount} tasks run, ${trafficWeight} % of the traffic`,
  );
}

/** `10 %: original 36 requests (1.2/s), 0 failed, p99 4 ms; replacement 4 requests (0.1/s), 4 failed, p99 7 ms`. */
export function stepLine({ weight, original, replacement }: StepDetail): string {
  return `${weight} %: original ${sideLine(original)}; replacement ${sideLine(replacement)}`;
}

function sideLine({ requests, requestsPerSecond, errors, p99Ms }: StepDetail["original"]): string {
  if (requests === 0) return "no requests";
  const failed = `${errors} failed (${Math.round((errors / requests) * 100)} %)`;
  return `${requests} requests (${requestsPerSecond.toFixed(1)}/s), ${failed}, p99 ${Math.round(p99Ms ?? 0)} ms`;
}

/** Why it ended as it did, and what was done about it. */
export function ending(detail: Pick<DeploymentDetail, "errorInformation" | "messages" | "rollbackInfo">): string[] {
  const { errorInformation, messages, rollbackInfo } = detail;
  const error = errorInformation ? [`${errorInformation.code}: ${errorInformation.message}`] : [];
  const further = messages.filter((message) => message !== errorInformation?.message);
  const rollback = rollbackInfo ? [rollbackInfo.rollbackMessage] : [];
  return [...error, ...further, ...rollback].map(plain);
}

const MOST_LOG_LINES = 8;
const PLATFORM_LINE = /^(START|END|REPORT) RequestId: /;
/** What Lambda's Node runtime puts before every line: date, request id, level. */
const NODE_PREFIX = /^\S+Z\t[0-9a-f-]{36}\t([A-Z]+)\t/;

/** The last lines that the function itself wrote. */
export function logLines({ logTail }: HookDetail): string[] {
  const lines = logTail.split(/\r?\n|\r/).filter((line) => line.trim() !== "" && !PLATFORM_LINE.test(line));
  return lines.slice(-MOST_LOG_LINES).map((line) => plain(line.replace(NODE_PREFIX, "$1 ")));
}

/** Text of somebody else's, on one line and without anything that a terminal would obey. */
export function plain(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it is about
  return text.replace(/[\s\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]+/g, " ").trim();
}
