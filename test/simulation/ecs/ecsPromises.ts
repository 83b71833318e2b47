/**
 * What the documents promise of a blue/green deployment to ECS (semantics 5), checked with every write that the simulated
 * services accept. Nothing here asks the engine or the driver what is right.
 */
import type { Action } from "@aws-sdk/client-elastic-load-balancing-v2";
import { type EffectAnswer, hasEnded } from "../../../src/engine/deployment.ts";
import type { HookedEvent } from "../../../src/engine/stage.ts";
import type { EcsHook } from "../../../src/resources/appSpec/ecsAppSpec.ts";
import { checkTrafficByAlarms } from "../alarmPromises.ts";
import { broken, type Circumstances, type Known } from "../known.ts";
import { changedByOthers, eventsOf, sent } from "../promises.ts";
import { checkForwardWrite } from "../steeringPromises.ts";
import { checkStepLet } from "../stepHooks.ts";
import {
  type BlueGreenLedger,
  type FoundPair,
  type FoundRoute,
  type FoundService,
  present,
} from "./blueGreenLedger.ts";
import { taskDefinition } from "./ecsRequests.ts";
import { ECS_HOOKS, hasTestTraffic, type ServiceScript } from "./ecsScenario.ts";
import type { Input } from "./ecsWorld.ts";
import {
  CONTAINERS,
  kindOf,
  type ListenerModel,
  type RouteModel,
  type ServiceModel,
  type TaskSetModel,
  weightsOf,
} from "./serviceModel.ts";

/** A deployment to Lambda has an alias in its place. */
const NO_ALIAS = { version: "", weights: {} };

export const hooksOf = (script: ServiceScript): EcsHook[] =>
  ECS_HOOKS.filter((hook) => hasTestTraffic(script) || hook !== "AfterAllowTestTraffic");

export function ledgerOf(known: Known): BlueGreenLedger {
  return known.blueGreen ?? broken(known, "is no deployment to ECS, and writes as one");
}

export function foundBy(known: Known): FoundService {
  return ledgerOf(known.undoes ?? known).found ?? broken(known, "wrote before it had looked at its service");
}

/** An answer that the program was given, before anything follows from it. */
export function noteAnswered(known: Known, answer: EffectAnswer): void {
  const { blueGreen: ledger } = known;
  if (!ledger) return;
  if (answer.type === "serviceRead" && !ledger.touched) ledger.found = foundNow(ledger.service);
  if (answer.type !== "taskSetsRead") return;
  const green = answer.taskSets.find(({ externalId }) => externalId === known.deploymentId);
  if (green?.isSteady) Object.assign(ledger.steady, { ever: true, sinceTraffic: true });
}

function foundNow({ taskSets, listeners, group }: ServiceModel): FoundService | null {
  const blue = taskSets.find(({ status }) => status === "PRIMARY");
  if (!blue) return null;
  const pairs = blue.loadBalancers.map(({ targetGroupArn }) => ({
    blue: targetGroupArn,
    green: other(targetGroupArn),
  }));
  const routes = listeners.flatMap((listener) => {
    const pair = pairs[listener.pair] ?? broken(`group ${group}`, `a pair has no target group of ${blue.id}`);
    return listener.routes
      .filter(({ actions }) => [pair.blue, pair.green].some((arn) => weightsOf(actions).has(arn)))
      .map((route) => ({ pair, kind: kindOf(listener, route), route, actions: route.actions }));
  });
  const leftovers = taskSets.filter(({ status, externalId }) => status === "ACTIVE" && externalId !== null);
  return { blue, pairs, routes, leftovers };
}

const other = (targetGroupArn: string): string =>
  targetGroupArn.includes("blue") ? targetGroupArn.replace("blue", "green") : targetGroupArn.replace("green", "blue");

/** The route as it was found; what a predecessor had left on the other target group is not put back. */
export function restoredWeights({ pair, kind, actions }: FoundRoute): Map<string, number> {
  const weights = weightsOf(actions);
  if (kind === "test" || !weights.get(pair.green)) return weights;
  return new Map([
    [pair.green, 0],
    [pair.blue, 100],
  ]);
}

export const sameWeights = (one: ReadonlyMap<string, number>, other: ReadonlyMap<string, number>): boolean =>
  one.size === other.size && [...one].every(([arn, weight]) => other.get(arn) === weight);

export const showWeights = (weights: ReadonlyMap<string, number>): string => JSON.stringify([...weights]);

/** Whose shares it is to change: every write is of a deployment that is under way. */
function checkWriter(known: Known): BlueGreenLedger {
  if (hasEnded(known.record.state.status)) broken(known, "wrote after it had ended");
  const ledger = ledgerOf(known);
  foundBy(known);
  ledger.touched = true;
  return ledger;
}

export function checkRouteWrite(
  circumstances: Circumstances,
  known: Known,
  listener: ListenerModel,
  route: RouteModel,
  actions: readonly Action[],
): void {
  checkWriter(known);
  const found = foundBy(known);
  const pair = found.pairs[listener.pair] ?? broken(known, "wrote a listener of no pair");
  const [before, after] = [weightsOf(route.actions), weightsOf(actions)];
  if (!route.isOurs) broken(known, `wrote ${route.ruleArn}, a rule of others`);
  const rest = (all: readonly Action[]) => JSON.stringify(all.map(withoutShares));
  if (rest(actions) !== rest(route.actions)) broken(known, "changed more of a listener than where it forwards to");
  const total = [...after.values()].reduce((sum, weight) => sum + weight, 0);
  if (total !== 100) broken(known, `wrote weights that sum up to ${total}`);
  if (![pair.green, pair.blue].some((arn) => before.has(arn)) && route.foreignSeenBy.has(known.deploymentId)) {
    broken(known, `wrote over a foreign state, ${showWeights(before)}`);
  }
  if (known.undoes) checkRestoring(known, found, route, after);
  else if (kindOf(listener, route) === "test") checkTestWrite(known, pair, after);
  else checkProductionWrite(circumstances, known, found, pair, route, after);
}

/** What an action is beside its shares. */
function withoutShares({ TargetGroupArn: _, ForwardConfig, ...action }: Action): unknown {
  return action.Type === "forward" ? { ...action, stickiness: ForwardConfig?.TargetGroupStickinessConfig } : action;
}

function checkRestoring(known: Known, found: FoundService, route: RouteModel, after: Map<string, number>): void {
  const original =
    found.routes.find((one) => one.route === route) ?? broken(known, "wrote a route that it had not found");
  const expected = restoredWeights(original);
  if (!sameWeights(after, expected)) {
    broken(known, `a rollback wrote ${showWeights(after)}; it had been ${showWeights(expected)}`);
  }
}

function checkTestWrite(known: Known, { green }: FoundPair, after: Map<string, number>): void {
  const ledger = ledgerOf(known);
  if (after.get(green) !== 100) broken(known, `sent test traffic to ${showWeights(after)}`);
  if (!ledger.steady.ever) broken(known, "sent test traffic to a task set that had not been steady");
  checkReported(known, ["BeforeInstall", "AfterInstall"]);
}

function checkReported(known: Known, hooks: readonly EcsHook[]): void {
  const silent = hooks.find((hook) => known.appSpec.hooks[hook] && !sent(known, hook, "Succeeded"));
  if (silent) broken(known, `went on before ${silent} was reported Succeeded`);
}

function checkProductionWrite(
  circumstances: Circumstances,
  known: Known,
  found: FoundService,
  { green: greenGroup }: FoundPair,
  route: RouteModel,
  after: Map<string, number>,
): void {
  const ledger = ledgerOf(known);
  const percent = after.get(greenGroup) ?? broken(known, `sent production traffic to ${showWeights(after)}`);
  if (ledger.made === 0) {
    const had = weightsOf(found.routes.find((one) => one.route === route)?.actions ?? []);
    if (percent > 0 || !had.get(greenGroup)) broken(known, "moved production traffic before it had a replacement");
    return;
  }
  const last = known.writes.at(-1);
  // Another route of the same step.
  if (last && last.percent === percent) return;
  const green = present(ledger.service.taskSets).find(({ externalId }) => externalId === known.deploymentId);
  if (!green && !changedByOthers(circumstances.world, known)) broken(known, "moved traffic to a task set that is gone");
  if (!ledger.steady.sinceTraffic) broken(known, "moved traffic to a task set that it had not seen steady");
  checkReported(
    known,
    hooksOf(ledger.service.script).filter((hook) => hook !== "AfterAllowTraffic"),
  );
  if (!changedByOthers(circumstances.world, known)) {
    if (!testsGreen(found)) broken(known, "moved production traffic before test traffic");
    if (last) checkWhole(known, found, last.percent);
  }
  if (!last) checkReroute(known, ledger);
  checkTrafficByAlarms(circumstances, known);
  const expected = checkForwardWrite(circumstances, known, percent === 100);
  if (percent !== expected) broken(known, `moved traffic to ${percent} %; the configuration says ${expected} %`);
  checkStepLet(known, percent);
  known.writes.push({ at: circumstances.now(), alias: NO_ALIAS, percent });
  ledger.steady.sinceTraffic = false;
  for (const stop of known.stops) {
    if (stop.accepted && known.writes.length > stop.writesBefore + 1) broken(known, "went on shifting after a stop");
  }
}

/** Whether the test traffic goes to the replacement, where there is any. */
const testsGreen = ({ routes }: FoundService): boolean =>
  routes.every(({ kind, pair, route }) => kind !== "test" || weightsOf(route.actions).get(pair.green) === 100);

/** A step is over when every route of every pair has taken it. */
function checkWhole(known: Known, { routes }: FoundService, percent: number): void {
  const behind = routes.find(({ kind, pair, route }) => {
    return kind === "production" && weightsOf(route.actions).get(pair.green) !== percent;
  });
  if (behind)
    broken(known, `went on from ${percent} % with a route at ${showWeights(weightsOf(behind.route.actions))}`);
}

/** Where somebody has to let the traffic move, somebody has. */
function checkReroute(known: Known, { service, continuations }: BlueGreenLedger): void {
  if (service.script.rerouteWaitMs === null) return;
  const asked = continuations.some(({ wait, accepted }) => wait === "READY_WAIT" && accepted !== false);
  if (!asked && !hasSkipped(known)) broken(known, "moved production traffic, and nobody had let it");
}

/** Somebody may have ended whatever wait there was. */
export const hasSkipped = ({ steers }: Known): boolean =>
  steers.some(({ verb, accepted }) => verb === "skip-wait" && accepted !== false);

export function checkTaskSetAsked(known: Known, service: ServiceModel, input: Input, isRepeated: boolean): void {
  const ledger = checkWriter(known);
  const found = foundBy(known);
  if (known.undoes) broken(known, "a rollback made a task set");
  if (input.externalId !== known.deploymentId) broken(known, `made a task set for ${input.externalId}`);
  const behind = JSON.stringify(input.loadBalancers);
  const expected = found.pairs.map(({ green }, pair) => ({ targetGroupArn: green, ...CONTAINERS[pair] }));
  if (behind !== JSON.stringify(expected)) broken(known, `made a task set behind ${behind}`);
  if (input.taskDefinition !== taskDefinitionOf(known)) {
    broken(known, `made a task set of ${input.taskDefinition}`);
  }
  checkReported(known, ["BeforeInstall"]);
  const underWay = eventsOf(known).find(({ status }) => status === "InProgress")?.name;
  if (underWay !== "Install") broken(known, `made a task set in ${underWay ?? "no lifecycle event"}`);
  const greens = present(service.taskSets).filter(
    ({ status, externalId }) => status === "ACTIVE" && externalId !== null,
  );
  const own = greens.find(({ externalId }) => externalId === known.deploymentId);
  if (own && !isRepeated) broken(known, "made a second task set");
  const other = greens.find((green) => green !== own);
  if (other) broken(known, `made a task set beside that of ${other.externalId}`);
  if (hasProduction(service, greensOf(found))) broken(known, "made a task set where production traffic goes already");
  ledger.made += 1;
}

/** Every request has a revision of the task definition of its own. */
const taskDefinitionOf = ({ record }: Known): string =>
  taskDefinition(Number.parseInt(record.plan.info.description ?? "", 10));

const greensOf = ({ pairs }: FoundService): string[] => pairs.map(({ green }) => green);
const bluesOf = ({ pairs }: FoundService): string[] => pairs.map(({ blue }) => blue);

function hasProduction({ listeners }: ServiceModel, targetGroupArns: string[]): boolean {
  const production = listeners.flatMap((listener) =>
    listener.routes.filter((route) => kindOf(listener, route) === "production"),
  );
  return production.some(({ actions }) => targetGroupArns.some((arn) => (weightsOf(actions).get(arn) ?? 0) > 0));
}

export function checkPrimarySet(circumstances: Circumstances, known: Known, taskSet: TaskSetModel): void {
  const ledger = checkWriter(known);
  const found = foundBy(known);
  if (known.undoes) {
    if (taskSet !== found.blue) broken(known, `a rollback made ${taskSet.id} the primary task set`);
    if (hasProduction(ledger.service, greensOf(found)))
      broken(known, "made blue the primary one before it had the traffic");
    return;
  }
  if (taskSet.externalId !== known.deploymentId) broken(known, `made ${taskSet.id} the primary task set`);
  if (known.writes.at(-1)?.percent !== 100) broken(known, "promoted its replacement before all traffic had moved");
  if (hasProduction(ledger.service, bluesOf(found))) broken(known, "promoted its replacement while blue had traffic");
  ledger.promotedAt ??= circumstances.now();
}

export function checkTaskSetDeleted(circumstances: Circumstances, known: Known, taskSet: TaskSetModel): void {
  const ledger = checkWriter(known);
  const found = foundBy(known);
  const behind = taskSet.loadBalancers.map(({ targetGroupArn }) => targetGroupArn);
  if (hasProduction(ledger.service, behind)) broken(known, `deleted ${taskSet.id}, which has traffic`);
  if (known.undoes) {
    if (taskSet.externalId !== known.undoes.deploymentId) broken(known, `a rollback deleted ${taskSet.id}`);
    if (found.blue.status !== "PRIMARY") broken(known, "deleted green before blue was the primary task set again");
    return;
  }
  if (found.leftovers.includes(taskSet)) {
    if (ledger.made > 0) broken(known, "deleted a leftover after it had made its own task set");
    return;
  }
  if (taskSet !== found.blue) broken(known, `deleted ${taskSet.id}, which is none of its own`);
  if (known.writes.at(-1)?.percent !== 100) broken(known, "deleted blue before green had all traffic");
  checkReported(known, hooksOf(ledger.service.script));
  if (eventsOf(known).some(({ status }) => status !== "Succeeded")) broken(known, "deleted blue before its last event");
  checkTermination(circumstances, known, ledger);
}

function checkTermination({ now }: Circumstances, known: Known, { service, continuations }: BlueGreenLedger): void {
  const isEnded = continuations.some(({ wait, accepted }) => wait === "TERMINATION_WAIT" && accepted !== false);
  const isStopped = known.stops.some(({ accepted }) => accepted !== false);
  if (isEnded || isStopped || hasSkipped(known)) return;
  const since = eventsOf(known).at(-1)?.endTime ?? broken(known, "deleted blue before its last event had ended");
  const { terminationWaitMs } = service.script;
  if (now() - since < terminationWaitMs) {
    broken(known, `deleted blue after ${now() - since} ms; it was to be kept for ${terminationWaitMs} ms`);
  }
}

/** A validation function was asked for: what its lifecycle event is about has happened. */
export function checkEcsInvocation({ world, now }: Circumstances, known: Known, lifecycleEvent: HookedEvent): void {
  const { steady, made, service, promotedAt } = ledgerOf(known);
  if (lifecycleEvent === "BeforeInstall") {
    if (made > 0) broken(known, "invoked BeforeInstall after the replacement was made");
    return;
  }
  if (!steady.ever) broken(known, `invoked ${lifecycleEvent} before the replacement was steady`);
  if (lifecycleEvent !== "AfterInstall" && !testsGreen(foundBy(known)) && !changedByOthers(world, known)) {
    broken(known, `invoked ${lifecycleEvent} before test traffic had moved`);
  }
  if (lifecycleEvent !== "AfterAllowTraffic") return;
  const watchedMs = promotedAt === null ? 0 : now() - promotedAt;
  if (watchedMs < service.script.bakeMs && !hasSkipped(known)) {
    broken(known, `invoked AfterAllowTraffic after all traffic was watched for ${watchedMs} ms`);
  }
}
