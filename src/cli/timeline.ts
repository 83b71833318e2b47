/** A deployment at one moment, drawn for a terminal that redraws. Pure: detail in, lines out. */
import type { DeploymentDetail } from "../management/deploymentDetail.ts";
import { isTrafficStepEvent } from "../resources/appSpec/trafficStepHook.ts";
import { type Paint, type Tone, toneOf } from "./paint.ts";
import {
  type EventDetail,
  elapsed,
  ending,
  hookOutcome,
  logLines,
  plain,
  split,
  stepLine,
  subject,
  type TargetDetail,
  taskSetLine,
  waiting,
} from "./wording.ts";

const MARKS: Record<string, string> = { Succeeded: "✔", Failed: "✖", InProgress: "▶", Skipped: "–", Pending: "·" };
const BAR_WIDTH = 30;
const LEAST_WIDTH = 40;
const LEAST_NAME_WIDTH = 18;

/** `columns` is where sentences are broken; what cannot be broken may be longer. */
export function timeline(detail: DeploymentDetail, paint: Paint, columns = 80): string[] {
  const view: View = { detail, paint, columns: Math.max(columns, LEAST_WIDTH) };
  const tone = toneOf(detail.status) === "bad" ? "bad" : "faint";
  const notes = [waiting(detail), ...ending(detail)].filter((note) => note !== "");
  return [
    ...heading(view),
    ...detail.targets.flatMap((target) => shownEvents(target).flatMap((event) => eventLines(view, target, event))),
    ...detail.targets.flatMap(({ taskSets }) =>
      taskSets.flatMap((one) => sentence(view, 2, "faint", taskSetLine(one))),
    ),
    ...detail.steps.flatMap((step) => sentence(view, 2, "faint", stepLine(step))),
    ...notes.flatMap((note) => sentence(view, 2, tone, note)),
  ];
}

interface View {
  detail: DeploymentDetail;
  paint: Paint;
  columns: number;
}

function heading(view: View): string[] {
  const { detail, paint } = view;
  const { deploymentId, status, creator, rollbackInfo } = detail;
  const undone = rollbackInfo?.rollbackTriggeringDeploymentId;
  const title =
    creator === "codeDeployRollback" ? `Rollback ${deploymentId} of ${undone}` : `Deployment ${deploymentId}`;
  const took = elapsed(detail, detail.startTime, detail.completeTime);
  const { applicationName, deploymentGroupName, deploymentConfigName } = detail;
  const where = plain(`application ${applicationName}, group ${deploymentGroupName}, ${deploymentConfigName}`);
  return [
    `${paint("strong", title)}  ${paint(toneOf(status), status)}  ${paint("faint", took)}`.trimEnd(),
    ...[subject(detail), where].filter((line) => line !== "").flatMap((line) => sentence(view, 2, "faint", line)),
  ];
}

/** Of the hooks before steps of the traffic only the last: there may be a hundred. */
function shownEvents({ lifecycleEvents }: TargetDetail): EventDetail[] {
  const last = lifecycleEvents.findLastIndex(({ name }) => isTrafficStepEvent(name));
  return lifecycleEvents.filter(({ name }, index) => index === last || !isTrafficStepEvent(name));
}

const nameWidth = (target: TargetDetail): number =>
  Math.max(LEAST_NAME_WIDTH, ...shownEvents(target).map(({ name }) => name.length));

function eventLines(view: View, target: TargetDetail, event: EventDetail): string[] {
  const { detail, paint } = view;
  const { name, status, hook, message } = event;
  const tone = toneOf(status);
  const took = elapsed(detail, event.startTime, event.endTime);
  const head = `  ${paint(tone, MARKS[status] ?? "?")} ${name.padEnd(nameWidth(target))}`;
  const outcome = hook
    ? sentence(view, 4, status === "Failed" ? "bad" : "faint", hookOutcome(detail, event, hook))
    : [];
  const log = hook ? logLines(hook).map((line) => `    ${paint("faint", `│ ${line}`)}`) : [];
  const weights = name === "AllowTraffic" && target.weight > 0 ? [`    ${bar(view, target)}`] : [];
  // What was wrong with a hook stands in its outcome; what is wrong with the deployment stands below.
  const told = message === null || hook !== null || detail.messages.includes(message);
  return [
    `${head}  ${paint(tone, status)}${" ".repeat(12 - status.length)}${paint("faint", took)}`.trimEnd(),
    ...outcome,
    ...log,
    ...weights,
    ...(told ? [] : sentence(view, 4, "bad", plain(message))),
  ];
}

function bar({ detail, paint }: View, { weight }: TargetDetail): string {
  const full = Math.round((weight / 100) * BAR_WIDTH);
  return `${paint("good", "█".repeat(full))}${paint("faint", "░".repeat(BAR_WIDTH - full))}  ${split(detail, weight)}`;
}

/** The text in lines that fit, broken at spaces, each with the indent. */
function sentence({ paint, columns }: View, indent: number, tone: Tone, text: string): string[] {
  const lines: string[] = [];
  for (const word of text.split(" ")) {
    const last = lines.at(-1);
    if (last !== undefined && indent + last.length + 1 + word.length <= columns)
      lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines.map((line) => " ".repeat(indent) + paint(tone, line));
}
