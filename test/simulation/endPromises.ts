/** What the documents promise of a deployment that has ended: why it did, what follows, and where the alias is. */
import type { EcsHook } from "../../src/resources/appSpec/ecsAppSpec.ts";
import { alarmCertainty, checkAlarmEnd, isAlarmEnd } from "./alarmPromises.ts";
import { rerouteExpired } from "./ecs/blueGreenLedger.ts";
import {
  certainAfter,
  certainReroute,
  checkEcsLeftAlone,
  checkEcsSuccess,
  checkFailFast,
  checkRestored,
  lifecycleOf,
  mayOutlive,
  mustBeUndone,
  serviceProblem,
} from "./ecs/ecsEnds.ts";
import { hooksOf } from "./ecs/ecsPromises.ts";
import { checkEndInQueue } from "./groupPromises.ts";
import type { HookBehaviour } from "./hookBehaviour.ts";
import { broken, type Circumstances, type Known, type StopRequest } from "./known.ts";
import { sameAlias, showAlias } from "./lambdaWorld.ts";
import { aliasAtPercent, changedByOthers, eventsOf, sent, versionProblem } from "./promises.ts";
import { checkPausedEnd } from "./steeringPromises.ts";
import { checkStepEvents, isStepEvent, stepEvent } from "./stepHooks.ts";

const LAMBDA_HOOKS: readonly EcsHook[] = ["BeforeAllowTraffic", "AfterAllowTraffic"];
const LAMBDA_LIFECYCLE = "BeforeAllowTraffic,AllowTraffic,AfterAllowTraffic";

/** Those that may run, in their order. */
const hooksFor = ({ blueGreen }: Known): readonly EcsHook[] =>
  blueGreen ? hooksOf(blueGreen.service.script) : LAMBDA_HOOKS;

/** Called once, with the step that ended it. */
export function checkEnd(circumstances: Circumstances, known: Known): void {
  const { state, targets } = known.record;
  if (state.completeTime === null) broken(known, "ended without completeTime");
  const names = eventsOf(known).map(({ name }) => name);
  const usual = names.filter((name) => !isStepEvent(name));
  if (targets.length > 0 && usual.join() !== (known.blueGreen ? lifecycleOf(known) : LAMBDA_LIFECYCLE)) {
    broken(known, `has the lifecycle events ${names}`);
  }
  checkStepEvents(known, names);
  if (eventsOf(known).some(({ status }) => status === "Pending" || status === "InProgress")) {
    broken(known, "ended with a lifecycle event under way");
  }
  if (state.status === "Succeeded") checkSuccess(circumstances, known);
  else if (state.errorInformation === null) broken(known, `${state.status} without errorInformation`);
  checkReports(known);
  checkStops(known);
  checkAlarmEnd(circumstances, known);
  checkPausedEnd(known);
  checkEndInQueue(circumstances, known);
  if (known.undoes) {
    checkRollback(circumstances, known, known.undoes);
  } else {
    checkCertainties(circumstances, known);
    if (known.blueGreen) checkFailFast(circumstances, known);
    checkAftermath(circumstances, known);
  }
}

function checkSuccess(circumstances: Circumstances, known: Known): void {
  const { request } = known;
  // What a rollback leaves is compared with what was there before, whatever its AppSpec says.
  if (!known.undoes) {
    if (known.blueGreen) checkEcsSuccess(circumstances, known);
    else checkAliasSuccess(circumstances, known);
  }
  if (eventsOf(known).some(({ status }) => status !== "Succeeded"))
    broken(known, "Succeeded with an event that had not");
  const steps = request?.hooks.BeforeTrafficStep ? known.writes.map(({ percent }) => stepEvent(percent)) : [];
  for (const hook of [...hooksFor(known).filter((one) => request?.hooks[one]), ...steps]) {
    if (!known.invocations.some(({ lifecycleEvent }) => lifecycleEvent === hook)) broken(known, `${hook} never ran`);
    if (!sent(known, hook, "Succeeded")) broken(known, `Succeeded though ${hook} had not reported it`);
    if (
      known.reports.some(
        ({ lifecycleEvent, status, accepted }) => accepted && lifecycleEvent === hook && status === "Failed",
      )
    ) {
      broken(known, `Succeeded after an accepted report of Failed from ${hook}`);
    }
  }
}

function checkAliasSuccess({ world }: Circumstances, known: Known): void {
  const alias = world.aliasOf(known.group);
  if (!changedByOthers(world, known) && !sameAlias(alias, aliasAtPercent(known.appSpec, 100))) {
    broken(known, `Succeeded with the alias at ${showAlias(alias)}`);
  }
}

/** What was accepted counts: only a stop, or the function's own failure before it, may come first. */
function checkReports(known: Known): void {
  for (const { lifecycleEvent, status, accepted } of known.reports) {
    if (!accepted) continue;
    const event = eventsOf(known).find(({ name }) => name === lifecycleEvent);
    if (event?.hookExecution?.report?.status === status && event.status === status) continue;
    const why = `${known.record.state.statusMessages.join(" ")} ${event?.diagnostics?.message ?? ""}`;
    if (isAlarmEnd(known) || known.record.state.status === "Stopped") continue;
    if (/without reporting|could not be invoked/.test(why)) continue;
    broken(known, `lost an accepted report of ${status} from ${lifecycleEvent}: ${why}`);
  }
}

function checkStops(known: Known): void {
  const { status } = known.record.state;
  const accepted = known.stops.filter((stop) => stop.accepted);
  const [first] = accepted;
  if (first?.undisturbed && status !== "Stopped" && !mayOutlive(known, first.sentAt)) {
    broken(known, `${status} in spite of an accepted stop`);
  }
  if (status !== "Stopped" || isAlarmEnd(known) || rerouteExpired(known)) return;
  if (known.blueGreen) checkLateStop(known, accepted);
  if (known.stops.every((stop) => stop.accepted === false)) broken(known, "Stopped, and nobody had asked for it");
}

/** Once the original is only kept, a stop that brings no rollback ends the wait, and not the deployment. */
function checkLateStop(known: Known, accepted: readonly StopRequest[]): void {
  const isLate = accepted.length > 0 && known.stops.every(({ sentAt }) => mayOutlive(known, sentAt));
  if (isLate && wantsRollback(known) === false) broken(known, "Stopped, and only its original was waited for");
}

/** Where nothing interferes, the requests themselves say how the deployment ends. */
function checkCertainties(circumstances: Circumstances, known: Known): void {
  if (circumstances.outage || changedByOthers(circumstances.world, known)) return;
  if (known.stops.some(({ accepted }) => accepted !== false)) return;
  const { status, errorInformation } = known.record.state;
  const end = certainEnd(circumstances, known);
  if (end !== null && !`${status} ${errorInformation?.code ?? ""}`.startsWith(end)) {
    broken(known, `${status} ${errorInformation?.code} (${errorInformation?.message}); it had to be ${end}`);
  }
  const isRefused = startProblem(known) === "start" || revisionProblem(known) !== null;
  if (isRefused && known.writes.length + known.invocations.length > 0) {
    broken(known, "began in spite of a failed check");
  }
}

/** Whether what is asked for can be deployed at all. */
function startProblem(known: Known): "start" | "write" | null {
  if (!known.blueGreen) return versionProblem(known);
  return serviceProblem(known) === null ? null : "start";
}

const revisionProblem = ({ request }: Known): string | null =>
  request?.revision === "missing" ? "REVISION_MISSING" : request?.revision === "broken" ? "INVALID_REVISION" : null;

/** Status and error code, or their beginning; `null` when it depends on times that the requests do not say. */
function certainEnd(circumstances: Circumstances, known: Known): string | null {
  const unreadable = revisionProblem(known);
  const problem = startProblem(known);
  const alarms = alarmCertainty(circumstances, known);
  if (alarms !== "goes on") {
    if (alarms === null || problem === "start" || unreadable) return null;
    return alarms === "red" ? "Stopped ALARM_ACTIVE" : "Stopped ";
  }
  if (unreadable) return `Failed ${unreadable}`;
  if (problem === "start") return `Failed ${serviceOrAliasProblem(known)}`;
  for (const hook of hooksFor(known)) {
    const end = certainStep(circumstances, known, hook);
    if (end !== "goes on") return end;
  }
  return "Succeeded ";
}

/** As `certainEnd`, by one function and by what comes right before and after it. */
function certainStep(circumstances: Circumstances, known: Known, hook: EcsHook): "goes on" | string | null {
  const before = known.blueGreen && hook === "BeforeAllowTraffic" ? certainReroute(known) : "goes on";
  if (before !== "goes on") return before;
  const end = certainHookEnd(circumstances, known, known.request?.hooks[hook]);
  if (end !== "goes on") return end;
  const ask = hook === "BeforeAllowTraffic" ? known.request?.hooks.BeforeTrafficStep : undefined;
  const first = certainHookEnd(circumstances, known, ask);
  if (first !== "goes on") return first;
  if (!circumstances.calm(known.group)) return null;
  if (ask && startProblem(known) === null) return certainLater(circumstances, known, hook, ask);
  if (known.blueGreen) return certainAfter(known, hook);
  return startProblem(known) === "write" ? "Failed INVALID_LAMBDA_FUNCTION" : "goes on";
}

const serviceOrAliasProblem = (known: Known) =>
  known.blueGreen ? serviceProblem(known) : "INVALID_LAMBDA_CONFIGURATION";

/** As `certainEnd`, by what the function says that is asked before the steps of the traffic after the first. */
function certainLater(circumstances: Circumstances, known: Known, hook: EcsHook, { later }: HookBehaviour) {
  const after = known.blueGreen ? certainAfter(known, hook) : "goes on";
  const end = certainHookEnd(circumstances, known, later);
  if (after !== "goes on" || end === "goes on") return after;
  const isPromoted = known.steers.some(({ verb, accepted }) => verb === "promote" && accepted !== false);
  const steps = known.request?.pace.weights.length ?? 0;
  // A service that scales may be waited for in vain before the function is asked.
  if (isPromoted || known.blueGreen?.script?.tasks.scales) return null;
  return steps > 1 ? end : "goes on";
}

/** As `certainEnd`, by one function alone. */
function certainHookEnd(
  { calm, downtimes }: Circumstances,
  known: Known,
  behaviour: HookBehaviour | undefined,
): "goes on" | string | null {
  if (behaviour?.refusals === "missing") return calm(known.group) ? "Failed INVALID_LAMBDA_FUNCTION" : null;
  // Its end may be heard of before its report, which it could not deliver.
  if (behaviour?.error && behaviour.certainly === "Succeeded" && downtimes.some(({ isOutage }) => isOutage))
    return null;
  // A function that was throttled before its hour was slept through may never have been invoked.
  const hasSlept = downtimes.some(({ isSleep }) => isSleep);
  if (behaviour?.certainly === "Failed") return hasSlept ? "Failed " : "Failed HOOK_EXECUTION_FAILURE";
  return behaviour?.certainly === "either" ? null : "goes on";
}

/** A rollback exactly when plan and cause ask for one; otherwise the alias stays as the deployment left it. */
function checkAftermath(circumstances: Circumstances, known: Known): void {
  const { state } = known.record;
  const rollback = circumstances.inGroup(known.group).find(({ undoes }) => undoes === known);
  const wanted = wantsRollback(known);
  const { rollbackDeploymentId, rollbackMessage } = state.rollbackInfo ?? {};
  if (rollback && rollbackDeploymentId !== rollback.deploymentId) broken(known, "names another rollback than its own");
  if (rollback && wanted === false) broken(known, "was rolled back, and nothing asked for it");
  if (rollbackDeploymentId && !rollback) broken(known, "names a rollback that is not there");
  if (!rollback && wanted === true) {
    const nothingDone = isUntouched(circumstances, known) || (known.hasQueued && state.startTime === null);
    if (!nothingDone && !changedByOthers(circumstances.world, known)) broken(known, "was not rolled back");
    if (!rollbackMessage) broken(known, "was not rolled back and does not say why");
  }
  if (rollback || state.startTime === null) return;
  if (known.blueGreen) checkEcsLeftAlone(circumstances, known);
  else checkAliasLeftAlone(circumstances, known);
}

/** Whether there may be nothing to undo. */
function isUntouched(circumstances: Circumstances, known: Known): boolean {
  if (known.blueGreen) return !mustBeUndone(circumstances, known);
  const isImpossible = known.record.state.errorInformation?.code === "INVALID_LAMBDA_CONFIGURATION";
  return known.writes.length === 0 && (isImpossible || known.record.targets.length === 0);
}

function checkAliasLeftAlone({ world }: Circumstances, known: Known): void {
  if (changedByOthers(world, known)) return;
  const left = known.writes.at(-1)?.alias ?? known.aliasBefore;
  const alias = world.aliasOf(known.group);
  if (!sameAlias(alias, left)) broken(known, `left the alias at ${showAlias(alias)}, not at ${showAlias(left)}`);
}

/** `null` when it cannot be known from outside which stop came first, or whether there was anything to undo. */
function wantsRollback(known: Known): boolean | null {
  const { request, record, stops, writes } = known;
  const { status } = record.state;
  const on = request?.rollbackOn ?? [];
  if (status === "Succeeded" || rerouteExpired(known)) return false;
  if (status === "Failed") return on.includes("DEPLOYMENT_FAILURE");
  if (isAlarmEnd(known)) return on.includes("DEPLOYMENT_STOP_ON_ALARM");
  const answerTo = ({ kind, rollBack }: StopRequest): boolean | null => {
    if (kind === "abort") return true;
    // What makes way is undone where it had touched traffic.
    if (kind === "replaced") return writes.length > 0 ? true : null;
    return rollBack ?? on.includes("DEPLOYMENT_STOP_ON_REQUEST");
  };
  const asked = stops.filter(({ accepted }) => accepted !== false).sort((one, other) => one.sequence - other.sequence);
  const answers = new Set(asked.map(answerTo));
  const [first] = asked;
  if (answers.size > 1 && asked.some(({ accepted }) => accepted === null)) return null;
  return first ? answerTo(first) : null;
}

function checkRollback(circumstances: Circumstances, known: Known, undone: Known): void {
  const { status, errorInformation } = known.record.state;
  if (undone.undoes) broken(known, "rolls back a rollback");
  if (known.record.plan.info.creator !== "codeDeployRollback") broken(known, "is not made by codeDeployRollback");
  const platform = known.blueGreen ? "ECS" : "Lambda";
  if (known.record.plan.info.deploymentConfigName !== `CodeDeployDefault.${platform}AllAtOnce`) {
    broken(known, `rolls back with ${known.record.plan.info.deploymentConfigName}`);
  }
  const reachable = !circumstances.outage;
  const disturbed = !reachable || changedByOthers(circumstances.world, undone);
  const stopped = known.stops.some(({ accepted }) => accepted !== false);
  if (status !== "Succeeded" && !disturbed && !stopped) {
    broken(known, `the rollback is ${status}: ${errorInformation?.message}`);
  }
  if (known.blueGreen) {
    if (status === "Succeeded" && !disturbed) checkRestored(known, undone);
    return;
  }
  const alias = circumstances.world.aliasOf(known.group);
  if (status === "Succeeded" && !disturbed && !sameAlias(alias, undone.aliasBefore)) {
    broken(known, `left the alias at ${showAlias(alias)}, not at ${showAlias(undone.aliasBefore)}`);
  }
}
