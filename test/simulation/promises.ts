/**
 * What the documents promise of a Lambda deployment (semantics 3, 4 and 7), checked while the simulation runs. Nothing
 * here asks the engine what is right.
 */

import { hasEnded } from "../../src/engine/deployment.ts";
import type { LambdaAppSpec, LambdaHook } from "../../src/resources/lambdaAppSpec.ts";
import type { TurnRecord } from "../../src/store/store.ts";
import { checkEnd } from "./endPromises.ts";
import { type Alias, type LambdaWorld, MISSING_VERSION, sameAlias, showAlias } from "./lambdaWorld.ts";
import { type DeploymentRequest, HOUR } from "./scenario.ts";

export class BrokenPromise extends Error {}

export interface Report {
  lifecycleEvent: LambdaHook;
  status: "Succeeded" | "Failed";
  /** Whether its sender was told that it counts; `null` when the process died before anybody knew. */
  accepted: boolean | null;
}

export interface StopRequest {
  rollBack: boolean | undefined;
  accepted: boolean | null;
  /** Nothing else waited for the deployment's turn when the stop was accepted. */
  undisturbed: boolean;
  /** Alias writes that had arrived before it was accepted. */
  writesBefore: number;
}

/** Everything that is known from outside of one deployment. */
export interface Known {
  deploymentId: string;
  /** `null` for a rollback. */
  request: DeploymentRequest | null;
  /** The deployment that this one undoes. */
  undoes: Known | null;
  group: number;
  appSpec: LambdaAppSpec;
  record: TurnRecord;
  /** The record before the last step. */
  before: TurnRecord;
  createdAt: number;
  /** The alias when the deployment was first seen. */
  aliasBefore: Alias;
  writes: { at: number; alias: Alias; percent: number }[];
  invocations: { lifecycleEvent: LambdaHook; id: string }[];
  reports: Report[];
  stops: StopRequest[];
}

export interface Circumstances {
  world: LambdaWorld;
  now: () => number;
  all: ReadonlyMap<string, Known>;
  outage: boolean;
  /** Calls, downtimes and waits for capacity are short enough for what should come in time to come in time. */
  calm: (group: number) => boolean;
}

export function broken(known: Known | string, promise: string): never {
  throw new BrokenPromise(`${typeof known === "string" ? known : known.deploymentId}: ${promise}`);
}

/** The alias as the documents say it looks at a percentage (semantics 4.4). */
export function aliasAtPercent({ currentVersion, targetVersion }: LambdaAppSpec, percent: number): Alias {
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
    checkRollbackWrite(known, known.undoes, before, after);
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
  const { weights, intervalMs } = known.request?.pace ?? broken(known, "nobody asked for it");
  const percent = weights[known.writes.length] ?? broken(known, "shifted traffic after the last step");
  const expected = aliasAtPercent(known.appSpec, percent);
  if (!sameAlias(after, expected))
    broken(known, `wrote ${showAlias(after)}; the configuration says ${showAlias(expected)}`);
  if (last && at - last.at < intervalMs)
    broken(known, `shifted after ${at - last.at} ms; the interval is ${intervalMs} ms`);
  if (known.request?.hooks.BeforeAllowTraffic && !sent(known, "BeforeAllowTraffic", "Succeeded")) {
    broken(known, "shifted traffic before BeforeAllowTraffic was reported Succeeded");
  }
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

function checkRollbackWrite(known: Known, undone: Known, before: Alias, after: Alias): void {
  if (known.writes.length > 0) broken(known, "a rollback wrote the alias twice");
  const left = undone.writes.at(-1)?.alias ?? undone.aliasBefore;
  if (!sameAlias(before, left)) broken(known, `a rollback wrote over a foreign state, ${showAlias(before)}`);
  if (!sameAlias(after, undone.aliasBefore)) broken(known, `a rollback wrote ${showAlias(after)}`);
}

/** A validation function was asked for; `known` is as durable as the invocation. */
export function checkInvocation(
  { world, now }: Circumstances,
  known: Known,
  functionName: string,
  lifecycleEvent: LambdaHook,
  id: string,
): void {
  if (known.undoes) broken(known, "a rollback invoked a hook");
  if (known.appSpec.hooks[lifecycleEvent] !== functionName)
    broken(known, `invoked ${functionName} in ${lifecycleEvent}`);
  // A stop may become durable while the invocation is on its way, but not with the wish for it.
  const [is, was] = [known.record, known.before].map(
    ({ targets }) => targets[0]?.lifecycleEvents.filter(({ status }) => status === "InProgress") ?? [],
  );
  const underWay = [is, was].find((events) => events?.length === 1 && events[0]?.name === lifecycleEvent)?.[0];
  if (!underWay) {
    const [names = ""] = [is?.map(({ name }) => name).join()];
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
  known.invocations.push({ lifecycleEvent, id });
}

/** Whether somebody who is no deployment changed the alias while this one was there. */
export function changedByOthers(world: LambdaWorld, { group, createdAt }: Known): boolean {
  return world.changesByOthers(group).some((at) => at >= createdAt);
}

/** A deployment as it was, and as it is after a step. */
export function checkProgress(circumstances: Circumstances, known: Known, next: TurnRecord): void {
  const was = known.record.state.status;
  const is = next.state.status;
  if (hasEnded(was) && was !== is) broken(known, `${was} became ${is}`);
  if (was === "InProgress" && is === "Created") broken(known, "InProgress became Created");
  known.record = next;
  if (hasEnded(is) && !hasEnded(was)) checkEnd(circumstances, known);
}

/** What must hold at every quiet moment of a running program. */
export function checkWaits({ now }: Circumstances, known: Known): void {
  if (hasEnded(known.record.state.status)) return;
  if (now() > known.createdAt + 52 * HOUR) broken(known, "did not end");
  for (const { name, status, startTime, hookExecution } of eventsOf(known)) {
    if (status !== "InProgress" || !hookExecution || startTime === null) continue;
    if (now() > startTime + HOUR) broken(known, `${name} waited for its report for more than an hour`);
  }
}

/** A report that its sender was told counts. */
export function checkAcceptedReport(known: Known, report: Report): void {
  const earlier = known.reports.filter((other) => other.lifecycleEvent === report.lifecycleEvent && other !== report);
  if (earlier.some(({ accepted }) => accepted)) broken(known, `accepted a second report of ${report.lifecycleEvent}`);
  const event = eventsOf(known).find(({ name }) => name === report.lifecycleEvent);
  if (event && event.status !== "InProgress")
    broken(known, `accepted a report of ${event.name}, which was ${event.status}`);
}

/** Whether a function may have made the engine know this: it was told, or the process died with the answer. */
export function sent(known: Known, lifecycleEvent: LambdaHook, status: "Succeeded" | "Failed"): boolean {
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
