/** What the documents promise of a deployment to ECS that has ended: where its listeners and its task sets are. */
import type { EcsHook } from "../../../src/resources/appSpec/ecsAppSpec.ts";
import { broken, type Circumstances, type Known } from "../known.ts";
import { changedByOthers } from "../promises.ts";
import { HOUR, MINUTE } from "../times.ts";
import { becomesSteady, present } from "./blueGreenLedger.ts";
import { hasSkipped, ledgerOf, restoredWeights, sameWeights, showWeights } from "./ecsPromises.ts";
import { hasTestTraffic, SOUND_TASKS } from "./ecsScenario.ts";
import { pairsOf, weightsOf } from "./serviceModel.ts";

const LIFECYCLE = "BeforeInstall,Install,AfterInstall,BeforeAllowTraffic,AllowTraffic,AfterAllowTraffic";
const WITH_TEST = LIFECYCLE.replace("AfterInstall,", "AfterInstall,AllowTestTraffic,AfterAllowTestTraffic,");

export function lifecycleOf(known: Known): string {
  return hasTestTraffic(ledgerOf(known).service.script) ? WITH_TEST : LIFECYCLE;
}

/** It stands alone, with everything. */
export function checkEcsSuccess({ world }: Circumstances, known: Known): void {
  if (changedByOthers(world, known)) return;
  const { service, found } = ledgerOf(known);
  const taskSets = present(service.taskSets).filter(
    (taskSet) => taskSet.externalId !== null || taskSet === found?.blue,
  );
  if (taskSets.length !== 1 || taskSets[0]?.externalId !== known.deploymentId || taskSets[0].status !== "PRIMARY") {
    broken(known, `Succeeded with the task sets ${showTaskSets(taskSets)}`);
  }
  for (const { pair, kind, route } of found?.routes ?? []) {
    const weights = weightsOf(route.actions);
    if (weights.get(pair.green) !== 100) broken(known, `Succeeded with ${kind} at ${showWeights(weights)}`);
  }
}

const showTaskSets = (taskSets: ReturnType<typeof present>) =>
  taskSets.map(({ externalId, status }) => `${externalId ?? "the first"} ${status}`).join(", ");

/** It is over and not undone: all is left as it is. */
export function checkEcsLeftAlone({ world, outage }: Circumstances, known: Known): void {
  const { found, made, service } = ledgerOf(known);
  if (!found || outage || known.record.state.status === "Succeeded" || changedByOthers(world, known)) return;
  const green = service.taskSets.find(({ externalId }) => externalId === known.deploymentId);
  if (made > 0 && (!green || green.status === "DRAINING")) broken(known, "did not leave its replacement where it was");
  if (present(service.taskSets).every((taskSet) => taskSet !== found.blue))
    broken(known, "did not leave blue where it was");
  if (known.writes.length === 0) return;
  const percent = known.writes.at(-1)?.percent;
  const primary = service.taskSets.find(({ status }) => status === "PRIMARY");
  if (primary !== (percent === 100 ? green : found.blue)) {
    broken(known, `left ${primary?.id} as the primary task set with the traffic at ${percent} %`);
  }
  for (const { pair, kind, route } of found.routes) {
    const weights = weightsOf(route.actions);
    if (kind === "production" && weights.get(pair.green) !== percent) {
      broken(known, `left the listener at ${showWeights(weights)}, not at ${percent} %`);
    }
  }
}

/** A rollback has succeeded, and nobody else has been there: everything is as the undone deployment found it. */
export function checkRestored(known: Known, undone: Known): void {
  const { found, service } = ledgerOf(undone);
  if (!found) broken(known, "undid what had not begun");
  for (const original of found.routes) {
    const [is, was] = [weightsOf(original.route.actions), restoredWeights(original)];
    if (!sameWeights(is, was)) broken(known, `left ${original.kind} at ${showWeights(is)}, not at ${showWeights(was)}`);
  }
  if (found.blue.status !== "PRIMARY") broken(known, `left the original task set ${found.blue.status}`);
  const green = present(service.taskSets).find(({ externalId }) => externalId === undone.deploymentId);
  if (green) broken(known, "left the replacement where it was");
}

/** Tasks that stop again and again are not waited for until the hour is over. */
export function checkFailFast({ answers, downtimes }: Circumstances, known: Known): void {
  const { script, service } = ledgerOf(known);
  const third = script?.tasks.stopsAtMs[2];
  const green = service.taskSets.find(({ externalId }) => externalId === known.deploymentId);
  const { completeTime, errorInformation } = known.record.state;
  if (third === undefined || !green || errorInformation?.code !== "ECS_UPDATE_ERROR") return;
  if (!answers(known.group) || downtimes.length > 0) return;
  const tookMs = (completeTime ?? 0) - green.createdAt;
  if (tookMs > third + MINUTE) broken(known, `waited for ${tookMs} ms; its third task stopped after ${third} ms`);
}

/** Whether there must be a rollback where one is wanted: something has been written, and all of it can be undone. */
export function mustBeUndone({ outage }: Circumstances, known: Known): boolean {
  const { touched, terminatingAt } = ledgerOf(known);
  return touched && !(outage && terminatingAt !== null);
}

/** Why the service cannot be deployed to, by what was found. */
export function serviceProblem(known: Known): string | null {
  const { found, service } = ledgerOf(known);
  if (!found) return null;
  const isPaced = (known.request?.pace.weights.length ?? 0) > 1;
  const { hasTestListener, protocol } = service.script;
  const isUnfit = pairsOf(service.script).some((number) => {
    const pair = found.pairs[number];
    const routes = found.routes.filter((route) => route.pair === pair);
    const isBehind = routes.some(({ kind, actions }) => {
      return kind === "production" && (weightsOf(actions).get(pair?.blue ?? "") ?? 0) > 0;
    });
    const lacksTest = hasTestListener && !routes.some(({ kind, route }) => kind === "test" && !route.isTest);
    return !isBehind || lacksTest;
  });
  return isUnfit || (protocol === "TCP" && isPaced) ? "ELASTIC_LOAD_BALANCING_INVALID" : null;
}

/** What the tasks make of a deployment after this function has succeeded. `null` where it depends on times. */
export function certainAfter(known: Known, hook: EcsHook): "goes on" | string | null {
  const tasks = ledgerOf(known).script?.tasks ?? SOUND_TASKS;
  if (hook === "BeforeInstall" && !becomesSteady(tasks, HOUR)) return "Failed ECS_UPDATE_ERROR";
  // A service that scales while traffic moves may be waited for in vain.
  return hook === "AfterInstall" && tasks.scales ? null : "goes on";
}

export function certainReroute(known: Known): "goes on" | string | null {
  const { service, continuations } = ledgerOf(known);
  if (service.script.rerouteWaitMs === null) return "goes on";
  if (hasSkipped(known)) return null;
  if (continuations.some(({ wait, accepted }) => wait === "READY_WAIT" && accepted !== false)) return null;
  return "Stopped TIMEOUT";
}

/** A stop that comes when all is done but the end of the original task set may end only the wait for that. */
export function mayOutlive({ blueGreen }: Known, sentAt: number): boolean {
  const since = blueGreen?.pastTrafficAt ?? null;
  return since !== null && sentAt >= since;
}
