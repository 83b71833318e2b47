/** Holds what the clients know against the truth. Every complaint is one sentence that names the deployment. */
import { auditContradictions } from "./auditAccount.ts";
import { hookContradictions } from "./hookAccount.ts";
import type { HookLine } from "./hooks.ts";
import type { Request } from "./ledger.ts";
import { notificationContradictions } from "./notificationAccount.ts";
import type { Deployed, Truth } from "./truth.ts";

export interface Evidence {
  requests: readonly Request[];
  /** Deployments that a red alarm must have stopped. */
  watchedRed: ReadonlySet<string>;
  hookLines: readonly HookLine[];
  /** Bodies that the receiver of notifications was posted, in order. */
  received: readonly string[];
  /** Whether several nodes share a database. */
  shared: boolean;
}

export function contradictionsOf(evidence: Evidence, truth: Truth): string[] {
  return [
    ...creationContradictions(evidence, truth),
    ...endContradictions(evidence, truth),
    ...wishContradictions(evidence, truth),
    ...hookContradictions(evidence, truth),
    ...notificationContradictions(evidence, truth),
    ...auditContradictions(evidence, truth),
  ];
}

/** Every acknowledged deployment is there, once, and no other but those whose answer was lost. */
function creationContradictions({ requests }: Evidence, { deployments }: Truth): string[] {
  const creations = requests.filter(({ operation }) => operation === "CreateDeployment");
  const acknowledged = creations.filter(({ outcome }) => outcome === "acknowledged");
  const ids = new Set(acknowledged.map(({ deploymentId = "" }) => deploymentId));
  const there = new Set(deployments.map(({ detail }) => detail.deploymentId));
  const missing = [...ids].filter((id) => !there.has(id)).map((id) => `the acknowledged deployment ${id} is not there`);
  if (ids.size < acknowledged.length) missing.push("two acknowledged creations have the same deployment id");
  const strangers = deployments.filter(({ detail }) => !isRollback(detail) && !ids.has(detail.deploymentId));
  const lost = creations.filter(({ outcome }) => outcome === "unknown").length;
  if (strangers.length > lost) {
    missing.push(`${strangers.length} deployments are there that nobody acknowledged; ${lost} answers were lost`);
  }
  return missing;
}

const isRollback = ({ creator }: Deployed["detail"]): boolean => creator === "codeDeployRollback";

/** Every deployment has ended, for a reason that somebody gave; what was undone has a rollback that succeeded. */
function endContradictions({ requests, hookLines, watchedRed }: Evidence, { deployments }: Truth): string[] {
  const asked = Map.groupBy(requests, ({ deploymentId }) => deploymentId);
  const lines = Map.groupBy(hookLines, ({ deploymentId }) => deploymentId);
  const there = new Set<string | undefined>(deployments.map(({ detail }) => detail.deploymentId));
  return deployments.flatMap(({ detail }) => {
    const { deploymentId, rollbackInfo } = detail;
    const evidence = { requests: asked.get(deploymentId) ?? [], hookLines: lines.get(deploymentId) ?? [], watchedRed };
    return endContradiction(detail, evidence, there.has(rollbackInfo?.rollbackDeploymentId)) ?? [];
  });
}

/** `requests` and `hookLines` are those about this deployment; `null` when its end is as it must be. */
function endContradiction(
  detail: Deployed["detail"],
  { requests, hookLines, watchedRed }: Pick<Evidence, "requests" | "hookLines" | "watchedRed">,
  hasRollback: boolean,
): string | null {
  const { deploymentId, status, errorInformation, rollbackInfo, targets } = detail;
  const asked = requests.filter(({ outcome }) => outcome !== "refused");
  const of = (operation: string, verb?: string) => asked.some((r) => r.operation === operation && r.verb === verb);
  const reasons: Record<string, boolean> = {
    HOOK_EXECUTION_FAILURE: hookLines.some(({ verdict }) => verdict === "Failed"),
    MANUAL_STOP: of("StopDeployment") || of("SteerDeployment", "abort"),
    ALARM_ACTIVE: of("SetAlarmState"),
  };
  const why = `${status}, ${errorInformation?.code}: ${detail.messages.join(" ")}`;
  if (detail.waitingFor.phase !== "Ended") return `${deploymentId} has not ended: it is in ${detail.waitingFor.phase}`;
  if (status === "Succeeded" && watchedRed.has(deploymentId)) {
    return `${deploymentId} succeeded, and its alarm was red for long while it was under way`;
  }
  if (status === "Succeeded") {
    return targets[0]?.weight === 100 ? null : `${deploymentId} succeeded with ${targets[0]?.weight} % of the traffic`;
  }
  if (isRollback(detail)) return `the rollback ${deploymentId} did not succeed: ${why}`;
  if (!reasons[errorInformation?.code ?? ""]) return `${deploymentId} ended for no reason that anybody gave: ${why}`;
  return hasRollback ? null : `${deploymentId} was not rolled back: ${why} ${rollbackInfo?.rollbackMessage ?? ""}`;
}

/** What a person asked for stands in the deployment's history as often as it was acknowledged. */
function wishContradictions({ requests }: Evidence, { deployments }: Truth): string[] {
  const wishes = requests.filter(({ operation }) => operation === "StopDeployment" || operation === "SteerDeployment");
  const byDeployment = Map.groupBy(wishes, ({ deploymentId }) => deploymentId);
  const nameOf = ({ operation, verb }: Request) => (operation === "StopDeployment" ? "stop" : verb);
  return deployments.flatMap(({ detail, told }) => {
    const mine = byDeployment.get(detail.deploymentId) ?? [];
    const names = new Set(mine.map(nameOf));
    return [...names].flatMap((name) => {
      const asked = (outcome: string) =>
        mine.filter((wish) => nameOf(wish) === name && wish.outcome === outcome).length;
      const heard = told.filter(({ event }) =>
        event.type === "stopRequested" ? name === "stop" : event.type === "steered" && event.verb === name,
      ).length;
      const [least, most] = [asked("acknowledged"), asked("acknowledged") + asked("unknown")];
      if (heard >= least && heard <= most) return [];
      return [
        `${detail.deploymentId} was told ${name} ${heard} times; ${least} were acknowledged, ${most - least} lost`,
      ];
    });
  });
}
