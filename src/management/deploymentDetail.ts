/**
 * A deployment with what the CodeDeploy API has no place for: hook output, the present wait, its deadline and what would
 * end it, and why everything was decided as it was.
 */
import type { Decision } from "../engine/decisions.ts";
import type { LifecycleEvent } from "../engine/deployment.ts";
import { appSpecOf } from "../engine/revision.ts";
import { presentWait } from "../engine/waits.ts";
import { deploymentInfo } from "../operations/deploymentView.ts";
import type { StoredDeployment } from "../store/store.ts";
import { type ReadFigures, trafficSteps } from "./trafficSteps.ts";

/**
 * Times are seconds since the epoch, as in the API; weights percent. `now` in milliseconds. `fault` is what has stopped it
 * from turning, if something has. `readFigures` is `null` where the load balancers are elsewhere.
 */
export function deploymentDetail(
  deployment: StoredDeployment,
  decisions: readonly Decision[],
  now: number,
  fault: string | null,
  readFigures: ReadFigures | null = null,
) {
  const { plan, state, targets } = deployment;
  const { applicationName, deploymentGroupName, deploymentConfigName, creator } = deploymentInfo(deployment);
  const { traffic, hookTimeoutMs } = plan.work;
  const wait = presentWait(plan, deployment);
  return {
    deploymentId: plan.deploymentId,
    applicationName,
    deploymentGroupName,
    deploymentConfigName,
    creator,
    status: state.status,
    /** What keeps it from turning; `null` when nothing does. */
    fault,
    now: now / 1000,
    createTime: plan.createTime / 1000,
    startTime: seconds(state.startTime),
    completeTime: seconds(state.completeTime),
    errorInformation: state.errorInformation,
    messages: state.statusMessages,
    rollbackInfo: state.rollbackInfo,
    /** `null` while the revision has not been read. */
    appSpec: appSpecOf(plan, state),
    traffic,
    hookTimeoutSeconds: hookTimeoutMs / 1000,
    alarms: plan.alarms?.names ?? [],
    paused: state.paused && { since: state.paused.since / 1000, by: state.paused.by },
    waitingFor: {
      phase: state.stage.phase,
      until: seconds(wait?.deadline ?? null),
      waitsFor: wait?.waitsFor ?? null,
      atDeadline: wait?.atDeadline ?? null,
      /** For how long a call that fails is made again; empty when no call is waited for. */
      retries: wait?.retries ?? "",
    },
    decisions: decisions.map(decisionDetail),
    /** Of a blue/green deployment: what each side answered, share by share. */
    steps: trafficSteps(deployment, decisions, now, readFigures),
    targets: targets.map(({ targetId, status, weight, taskSets, lifecycleEvents }) => ({
      targetId,
      status,
      weight,
      /** Of an ECS service: the original and the replacement, with their counts and their shares in percent. */
      taskSets: taskSets ?? [],
      lifecycleEvents: lifecycleEvents.map(eventDetail),
    })),
  };
}

export type DeploymentDetail = ReturnType<typeof deploymentDetail>;

function eventDetail({ name, status, startTime, endTime, diagnostics, hookExecution }: LifecycleEvent) {
  return {
    name,
    status,
    startTime: seconds(startTime),
    endTime: seconds(endTime),
    message: diagnostics?.message ?? null,
    hook: hookExecution && {
      functionName: hookExecution.functionName,
      deadline: hookExecution.deadline / 1000,
      report: hookExecution.report?.status ?? null,
      invocation: hookExecution.invocation === null ? "under way" : "ended",
      error: hookExecution.invocation?.error ?? null,
      logTail: hookExecution.invocation?.logTail ?? "",
    },
  };
}

function decisionDetail({ at, until, ...decision }: Decision) {
  return { at: at / 1000, ...decision, until: seconds(until) };
}

export type DecisionDetail = DeploymentDetail["decisions"][number];

function seconds(instant: number | null): number | null {
  return instant === null ? null : instant / 1000;
}
