/**
 * What can be told of a deployment at one moment, each with a key: for an output that only grows, every happening is
 * written once, when it is first seen. Pure: detail in, happenings out, in plain ASCII but for what others have named.
 */
import type { DeploymentDetail } from "../management/deploymentDetail.ts";
import { type Paint, toneOf } from "./paint.ts";
import {
  type EventDetail,
  elapsed,
  ending,
  hasEnded,
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

export interface Happening {
  key: string;
  lines: string[];
}

export function happenings(detail: DeploymentDetail, paint: Paint): Happening[] {
  const { deploymentId, applicationName, deploymentGroupName, deploymentConfigName, creator, rollbackInfo } = detail;
  const undone = rollbackInfo?.rollbackTriggeringDeploymentId;
  const kind = creator === "codeDeployRollback" ? `rollback of ${undone}` : "deployment";
  const where = plain(`application ${applicationName}, group ${deploymentGroupName}, ${deploymentConfigName}`);
  const of = [kind, subject(detail), where].filter((part) => part !== "").join(", ");
  const found: Happening[] = [
    { key: "begun", lines: [`${paint("strong", deploymentId)} ${of}`] },
    ...detail.targets.flatMap((target) =>
      target.lifecycleEvents.flatMap((event) => ofEvent(detail, target, event, paint)),
    ),
    ...detail.targets.flatMap((target) => ofTaskSets(detail, target, paint)),
    ...capacity(detail),
    ...longWaits(detail),
    ...endedSteps(detail),
  ];
  if (hasEnded(detail)) found.push({ key: "ended", lines: ended(detail, paint) });
  return found.map(({ key, lines }) => ({ key: `${deploymentId}/${key}`, lines }));
}

function ofEvent(detail: DeploymentDetail, target: TargetDetail, event: EventDetail, paint: Paint): Happening[] {
  const { name, status, hook } = event;
  if (status === "Pending") return [];
  const line = (word: string, text: string) => `${paint("faint", detail.deploymentId)}   ${name}: ${word}${text}`;
  const took =
    status === "Succeeded" || status === "Failed" ? ` after ${elapsed(detail, event.startTime, event.endTime)}` : "";
  const outcome = hook ? `, ${hookOutcome(detail, event, hook)}` : "";
  const log = hook && hook.invocation === "ended" ? logLines(hook) : [];
  const { weight } = target;
  return [
    { key: `${name}/InProgress`, lines: status === "InProgress" ? [line("begun", outcome)] : [] },
    ...(hook?.invocation === "ended" && status === "InProgress"
      ? [{ key: `${name}/returned`, lines: [line("", hookOutcome(detail, event, hook))] }]
      : []),
    ...(name === "AllowTraffic" && weight > 0
      ? [{ key: `weight/${weight}`, lines: [line("", `${split(detail, weight)}${next(detail)}`)] }]
      : []),
    ...(status === "InProgress"
      ? []
      : [{ key: `${name}/${status}`, lines: [line(paint(toneOf(status), status), `${took}${outcome}`)] }]),
    ...(log.length > 0
      ? [{ key: `${name}/log`, lines: log.map((text) => `${paint("faint", `${detail.deploymentId}   | ${text}`)}`) }]
      : []),
  ].filter(({ lines }) => lines.length > 0);
}

const next = (detail: DeploymentDetail): string =>
  detail.waitingFor.phase === "HoldingTraffic" ? `. ${waiting(detail)}` : "";

function capacity(detail: DeploymentDetail): Happening[] {
  if (detail.waitingFor.phase !== "AwaitingCapacity") return [];
  return [{ key: "capacity", lines: [`${detail.deploymentId}   ${waiting(detail)}`] }];
}

/** The waits that end by somebody's word. */
function longWaits(detail: DeploymentDetail): Happening[] {
  const { phase } = detail.waitingFor;
  if (phase !== "AwaitingReroute" && phase !== "AwaitingTermination") return [];
  return [{ key: phase, lines: [`${detail.deploymentId}   ${waiting(detail)}`] }];
}

/** A step is told of once its figures are whole. */
function endedSteps(detail: DeploymentDetail): Happening[] {
  return detail.steps
    .filter(({ until }) => until !== null)
    .map((step) => ({ key: `step/${step.weight}`, lines: [`${detail.deploymentId}   ${stepLine(step)}`] }));
}

function ofTaskSets(detail: DeploymentDetail, { taskSets }: TargetDetail, paint: Paint): Happening[] {
  return taskSets.map((taskSet) => {
    const text = taskSetLine(taskSet);
    return { key: `taskSet/${text}`, lines: [`${paint("faint", detail.deploymentId)}   ${text}`] };
  });
}

function ended(detail: DeploymentDetail, paint: Paint): string[] {
  const { deploymentId, status } = detail;
  const took = elapsed(detail, detail.startTime, detail.completeTime);
  return [
    `${paint("strong", deploymentId)} ${paint(toneOf(status), status)}${took === "" ? "" : ` after ${took}`}`,
    ...ending(detail).map((text) => `${paint("faint", deploymentId)}   ${text}`),
  ];
}
