/** What is kept of a hook execution: the report, and how the invocation ended. */
import { isTrafficStepEvent } from "../resources/appSpec/trafficStepHook.ts";
import type { Deployment, DeploymentEvent, HookExecution, Target } from "./deployment.ts";
import { changeEvent } from "./lifecycle.ts";

/**
 * The deployment with what `event` tells of a hook execution. The end of an invocation is kept however late it becomes
 * known (a function usually reports before it returns); a report counts only while its lifecycle event is under way.
 */
export function recordHookExecution(deployment: Deployment, event: DeploymentEvent): Deployment {
  if (event.type === "hookReported") {
    const { lifecycleEvent, status, at, targetId } = event;
    return onExecution(deployment, targetId, lifecycleEvent, at, (execution, underWay) =>
      underWay ? { ...execution, report: { status, at } } : execution,
    );
  }
  if (event.type !== "effectAnswered" || event.answer.type !== "hookInvocationEnded") return deployment;
  const { error, logTail, targetId, lifecycleEvent } = event.answer;
  return onExecution(deployment, targetId, lifecycleEvent, event.at, (execution) =>
    execution.invocation ? execution : { ...execution, invocation: { at: event.at, error, logTail } },
  );
}

function onExecution(
  deployment: Deployment,
  targetId: string,
  lifecycleEvent: string,
  at: number,
  change: (execution: HookExecution, underWay: boolean) => HookExecution,
): Deployment {
  const changeTarget = (target: Target): Target => {
    const found = target.lifecycleEvents.find(({ name }) => name === lifecycleEvent);
    if (target.targetId !== targetId || !found?.hookExecution) return target;
    const hookExecution = change(found.hookExecution, found.status === "InProgress");
    if (hookExecution === found.hookExecution) return target;
    const logTail = found.diagnostics?.logTail || hookExecution.invocation?.logTail;
    const diagnostics = found.diagnostics && { ...found.diagnostics, logTail: logTail ?? "" };
    const changed = changeEvent(target, lifecycleEvent, at, { hookExecution, diagnostics });
    // AllowTraffic has failed of the same.
    const isStep = isTrafficStepEvent(lifecycleEvent) && diagnostics !== null;
    return isStep ? changeEvent(changed, "AllowTraffic", at, { diagnostics }) : changed;
  };
  return { ...deployment, targets: deployment.targets.map(changeTarget) };
}

/** The last output of the function that runs, or ran, in this lifecycle event; empty while it is unknown. */
export function hookLogTail(target: Target, lifecycleEvent: string): string {
  const found = target.lifecycleEvents.find(({ name }) => name === lifecycleEvent);
  return found?.hookExecution?.invocation?.logTail ?? "";
}
