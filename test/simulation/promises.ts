/**
 * What the documents promise of a Lambda deployment (semantics 3, 4 and 7), checked while the simulation runs. Nothing
 * here asks the engine what is right.
 */
import { type DeploymentState, hasEnded } from "../../src/engine/deployment.ts";
import type { HookedEvent } from "../../src/engine/stage.ts";
import type { TurnRecord } from "../../src/store/store.ts";
import { checkTrafficByAlarms } from "./alarmPromises.ts";
import { notePhase } from "./ecs/blueGreenLedger.ts";
import { checkEcsInvocation } from "./ecs/ecsPromises.ts";
import { checkEnd } from "./endPromises.ts";
import { checkBeginning } from "./groupPromises.ts";
import { broken, type Circumstances, type Known, type KnownAppSpec, type Report } from "./known.ts";
import { type Alias, type LambdaWorld, MISSING_VERSION, sameAlias, showAlias } from "./lambdaWorld.ts";
import { checkFollowed, checkForwardWrite, mostHeldMs } from "./steeringPromises.ts";
import { checkStepLet, isStepEvent } from "./stepHooks.ts";
import { HOUR } from "./times.ts";

/** The alias as the documents say it looks at a percentage (semantics 4.4). */
export function aliasAtPercent({ currentVersion, targetVersion }: KnownAppSpec, percent: number): Alias {
  if (percent === 0) return { version: currentVersion, weights: {} };
  if (percent === 100) return { version: targetVersion, weights: {} };
  return { version: currentVersion, weights: { [targetVersion]: percent / 100 } };
}

/** A write of the alias has taken effect. */
export function checkWrite(circumstances: Circumstances, known: Known, before: Alias, after: Alias, compared: boolean) {
  if (!compared) broken(known, "wrote the alias without comparing its revision");
  if (hasEnded(known.record.state.status)) broken(known, "wrote the alias after it had ended");
  const at = circumstances.now();
  if (known.undoes) {
    checkRollbackWrite(circumstances, known, known.undoes, before, after);
    known.writes.push({ at, alias: after, percent: 100 });
    return;
  }
  const last = known.writes.at(-1);
  if (last && repeatsAfterReset(circumstances, known, before, after)) {
    last.at = at;
    return;
  }
  const expectedBefore = last?.alias ?? aliasAtPercent(known.appSpec, 0);
  if (!sameAlias(before, expectedBefore)) broken(known, `wrote the alias over a foreign state, ${showAlias(before)}`);
  checkTrafficByAlarms(circumstances, known);
  const isFull = sameAlias(after, aliasAtPercent(known.appSpec, 100));
  const percent = checkForwardWrite(circumstances, known, isFull);
  const expected = aliasAtPercent(known.appSpec, percent);
  if (!sameAlias(after, expected))
    broken(known, `wrote ${showAlias(after)}; the configuration says ${showAlias(expected)}`);
  if (known.request?.hooks.BeforeAllowTraffic && !sent(known, "BeforeAllowTraffic", "Succeeded")) {
    broken(known, "shifted traffic before BeforeAllowTraffic was reported Succeeded");
  }
  checkStepLet(known, percent);
  known.writes.push({ at, alias: after, percent });
  for (const stop of known.stops) {
    if (stop.accepted && known.writes.length > stop.writesBefore + 1) broken(known, "went on shifting after a stop");
  }
}

/**
 * Somebody took back the last step of the traffic before its answer was known: the alias is where the step began, which
 * nobody can tell from a step that was never made, and it is made again.
 */
function repeatsAfterReset({ world }: Circumstances, known: Known, before: Alias, after: Alias): boolean {
  const [earlier = aliasAtPercent(known.appSpec, 0), last] = [known.writes.at(-2)?.alias, known.writes.at(-1)?.alias];
  if (!last || !changedByOthers(world, known)) return false;
  return sameAlias(before, earlier) && sameAlias(after, last);
}

function checkRollbackWrite({ world }: Circumstances, known: Known, undone: Known, before: Alias, after: Alias): void {
  if (known.writes.length > 0) broken(known, "a rollback wrote the alias twice");
  const left = undone.writes.at(-1)?.alias ?? undone.aliasBefore;
  if (!sameAlias(before, left)) broken(known, `a rollback wrote over a foreign state, ${showAlias(before)}`);
  // Between the beginning and its look at the alias, somebody may have made it what the AppSpec says.
  const found = changedByOthers(world, undone) ? aliasAtPercent(undone.appSpec, 0) : undone.aliasBefore;
  if (!sameAlias(after, found)) broken(known, `a rollback wrote ${showAlias(after)}`);
}

/** An answer that took longer is not gone by. */
const LONGEST_ANSWER_MS = 500;

/** A validation function was asked for; `known` is as durable as the invocation. */
export function checkInvocation(
  circumstances: Circumstances,
  known: Known,
  functionName: string,
  lifecycleEvent: HookedEvent,
  id: string,
): void {
  const { world, now } = circumstances;
  const hooks: Record<string, string> = known.appSpec.hooks;
  const isStep = isStepEvent(lifecycleEvent);
  if (known.undoes) broken(known, "a rollback invoked a hook");
  if (hooks[isStep ? "BeforeTrafficStep" : lifecycleEvent] !== functionName)
    broken(known, `invoked ${functionName} in ${lifecycleEvent}`);
  // A stop may become durable while the invocation is on its way, but not with the wish for it.
  const seen = [known.record, known.before, ...seenByWhoWoke(circumstances, known)].map(
    ({ targets }) => targets[0]?.lifecycleEvents.filter(({ status }) => status === "InProgress") ?? [],
  );
  const expected = isStep ? `${lifecycleEvent},AllowTraffic` : lifecycleEvent;
  const underWay = seen.find((events) => events.map(({ name }) => name).join() === expected)?.[0];
  if (!underWay) {
    const [names = ""] = seen.map((events) => events.map(({ name }) => name).join());
    broken(known, `invoked the ${lifecycleEvent} function while ${names || "nothing"} was in progress`);
  }
  if (now() >= (underWay.startTime ?? 0) + HOUR) broken(known, `invoked the ${lifecycleEvent} function after its hour`);
  const reached = known.writes.at(-1)?.percent ?? 0;
  if (lifecycleEvent === "BeforeAllowTraffic" && reached > 0) broken(known, "invoked BeforeAllowTraffic after traffic");
  if (lifecycleEvent === "AfterAllowTraffic" && reached < 100 && !changedByOthers(world, known)) {
    broken(known, "invoked AfterAllowTraffic before all traffic had moved");
  }
  if (known.invocations.some((other) => other.lifecycleEvent === lifecycleEvent && other.id !== id)) {
    broken(known, `the ${lifecycleEvent} function was invoked again with another id`);
  }
  if (known.invocations.some((other) => other.lifecycleEvent !== lifecycleEvent && other.id === id)) {
    broken(known, `the ${lifecycleEvent} function was invoked with the id of another event`);
  }
  if (known.blueGreen) checkEcsInvocation(circumstances, known, lifecycleEvent);
  known.invocations.push({ lifecycleEvent, id });
}

/** What a process may go by that stood still while it was told: nobody can tell a short pause from an answer that takes so long. */
function seenByWhoWoke({ now, stoodStillMs }: Circumstances, { earlier }: Known): TurnRecord[] {
  const pauseMs = stoodStillMs();
  if (pauseMs === 0 || pauseMs > LONGEST_ANSWER_MS) return [];
  return earlier.filter(({ until }) => until >= now() - pauseMs).map(({ record }) => record);
}

/** Whether somebody who is no deployment changed the alias while this one was there. */
export function changedByOthers(world: LambdaWorld, { group, createdAt }: Known): boolean {
  return world.changesByOthers(group).some((at) => at >= createdAt);
}

/** A deployment as it was, and as it is after a step and in `known`. */
export function checkProgress(
  circumstances: Circumstances,
  known: Known,
  was: DeploymentState,
  is: DeploymentState,
): void {
  if (hasEnded(was.status)) {
    if (JSON.stringify(was) !== JSON.stringify(is)) broken(known, `${was.status}, and was changed after that`);
    return;
  }
  if (was.status === "InProgress" && !hasEnded(is.status) && is.status !== "InProgress") {
    if (!known.blueGreen || is.status !== "Ready") broken(known, `InProgress became ${is.status}`);
  }
  if (known.blueGreen) notePhase(known.blueGreen, known.record, circumstances.now());
  if (was.status === "Created" && is.status === "Queued") broken(known, "Created became Queued");
  if (was.startTime === null && is.startTime !== null) {
    known.aliasBefore = circumstances.world.aliasOf(known.group);
    checkBeginning(circumstances, known);
  }
  checkHours(circumstances, known);
  if (hasEnded(is.status)) checkEnd(circumstances, known);
}

/** The hour of a hook that is seen for the first time begins when the program is there to invoke it. */
function checkHours({ now, downtimes }: Circumstances, known: Known): void {
  if (downtimes.length === 0) return;
  const wasUnderWay = new Set(
    known.before.targets[0]?.lifecycleEvents.flatMap(({ name, hookExecution }) => (hookExecution ? [name] : [])),
  );
  for (const { name, hookExecution, startTime } of eventsOf(known)) {
    if (!hookExecution || startTime === null || wasUnderWay.has(name)) continue;
    if (downtimes.some(({ to, othersGoOn }) => !othersGoOn && startTime < to && to <= now())) {
      broken(known, `the hour of ${name} began before the program was there`);
    }
  }
}

/** What must hold at every quiet moment of a running program. */
export function checkWaits(circumstances: Circumstances, known: Known): void {
  const { status, startTime: begun } = known.record.state;
  if (hasEnded(status)) return;
  const now = circumstances.now();
  const steps = known.appSpec.hooks.BeforeTrafficStep ? (known.request?.pace.weights.length ?? 0) : 0;
  if (begun !== null && now > begun + (52 + steps) * HOUR + mostHeldMs(known)) broken(known, "did not end");
  for (const { name, status, startTime, hookExecution } of eventsOf(known)) {
    if (status !== "InProgress" || !hookExecution || startTime === null) continue;
    if (now > startTime + HOUR) broken(known, `${name} waited for its report for more than an hour`);
  }
  checkFollowed(circumstances, known);
}

/** A report that its sender was told counts; held against the deployment as it was when it was accepted, at the latest. */
export function checkAcceptedReport(known: Known, report: Report, { targets }: TurnRecord): void {
  const earlier = known.reports.filter((other) => other.lifecycleEvent === report.lifecycleEvent && other !== report);
  if (earlier.some(({ accepted }) => accepted)) broken(known, `accepted a second report of ${report.lifecycleEvent}`);
  const event = targets[0]?.lifecycleEvents.find(({ name }) => name === report.lifecycleEvent);
  if (event && event.status !== "InProgress")
    broken(known, `accepted a report of ${event.name}, which was ${event.status}`);
}

/** Whether a function may have made the engine know this: it was told, or the process died with the answer. */
export function sent(known: Known, lifecycleEvent: HookedEvent, status: "Succeeded" | "Failed"): boolean {
  return known.reports.some(
    (report) => report.lifecycleEvent === lifecycleEvent && report.status === status && report.accepted !== false,
  );
}

export function eventsOf({ record }: Known) {
  return record.targets[0]?.lifecycleEvents ?? [];
}

/** Whether the versions of the request can be deployed at all. */
export function versionProblem({ appSpec, aliasBefore }: Known): "start" | "write" | null {
  if (Object.keys(aliasBefore.weights).length > 0) return "start";
  if (appSpec.currentVersion !== aliasBefore.version || appSpec.currentVersion === appSpec.targetVersion)
    return "start";
  return appSpec.targetVersion === MISSING_VERSION ? "write" : null;
}
