/** Every failure that a rollback drill injects, one for each run, and what should come of it. Pure. */
import type { DeploymentPlan } from "../engine/plan.ts";
import type { HookedEvent } from "../engine/stage.ts";
import { allWeights } from "../engine/trafficShift.ts";
import { trafficStepEvent } from "../resources/appSpec/trafficStepHook.ts";
import type { AutoRollbackEvent } from "../shapes/codedeploy.ts";

/** When a failure strikes. Weights are whole percent on the target version. */
export type Moment =
  /** When the alarms are read before anything has begun. */
  | { at: "alarmCheck" }
  /** While a validation function is awaited. */
  | { at: "hook"; lifecycleEvent: HookedEvent }
  /** While the first write of the alias is under way. */
  | { at: "firstShift" }
  /** Halfway through the interval for which the weight is held. */
  | { at: "weight"; weight: number };

export interface Injection {
  /** In words, for the report: `An alarm is red at 10 %`. */
  title: string;
  failure: "hookFailed" | "hookSilent" | "redAlarm" | "stop" | "abort";
  moment: Moment;
}

/** In the order of the report: validation functions, alarms from the start to the last step, stops, an abort. */
export function injectionsFor(plan: DeploymentPlan): Injection[] {
  const abortAt = midShift(plan)[0] ?? { at: "firstShift" };
  const where = abortAt.at === "weight" ? `at ${abortAt.weight} %` : "during AllowTraffic";
  return [
    ...hookedEvents(plan).flatMap((lifecycleEvent): Injection[] => {
      const moment: Moment = { at: "hook", lifecycleEvent };
      return [
        { title: `${lifecycleEvent} reports Failed`, failure: "hookFailed", moment },
        { title: `${lifecycleEvent} never reports`, failure: "hookSilent", moment },
      ];
    }),
    ...alarmInjections(plan),
    ...stopMoments().map(([lifecycleEvent, moment]): Injection => {
      return { title: `A stop with rollback during ${lifecycleEvent}`, failure: "stop", moment };
    }),
    { title: `An abort ${where}`, failure: "abort", moment: abortAt },
  ];
}

/** Of the steps of the traffic the last one, where a function is asked before each: the most is to be undone there. */
function hookedEvents({ work: { appSpec } }: DeploymentPlan): HookedEvent[] {
  const isAsked = "hooks" in appSpec && appSpec.hooks.BeforeTrafficStep !== undefined;
  return ["BeforeAllowTraffic", ...(isAsked ? [trafficStepEvent(100)] : []), "AfterAllowTraffic"];
}

/** Where nobody watches alarms, one run shows what that means. */
function alarmInjections(plan: DeploymentPlan): Injection[] {
  const red = (when: string, moment: Moment): Injection => ({
    title: `An alarm is red ${when}`,
    failure: "redAlarm",
    moment,
  });
  const held = midShift(plan).map((moment) => red(`at ${moment.weight} %`, moment));
  const last = red("after 100 %", { at: "hook", lifecycleEvent: "AfterAllowTraffic" });
  if (!watchesAlarms(plan)) return [held[0] ?? last];
  return [red("at the start", { at: "alarmCheck" }), ...held, last];
}

function midShift({ work }: DeploymentPlan): Extract<Moment, { at: "weight" }>[] {
  const held = allWeights(work.traffic).filter((weight) => weight < 100);
  return held.map((weight) => ({ at: "weight", weight }));
}

function stopMoments(): [lifecycleEvent: string, moment: Moment][] {
  return [
    ["BeforeAllowTraffic", { at: "hook", lifecycleEvent: "BeforeAllowTraffic" }],
    ["AllowTraffic", { at: "firstShift" }],
    ["AfterAllowTraffic", { at: "hook", lifecycleEvent: "AfterAllowTraffic" }],
  ];
}

export const watchesAlarms = ({ alarms }: DeploymentPlan): boolean => alarms !== null && alarms.names.length > 0;

export interface Expectation {
  /** How the deployment must end. */
  status: "Failed" | "Stopped" | "Succeeded";
  rollsBack: boolean;
  /** Why it does not roll back; empty when it does. */
  because: string;
}

/** What the group's configuration asks for after this failure. */
export function expectationOf(plan: DeploymentPlan, { failure }: Injection): Expectation {
  if (failure === "stop" || failure === "abort") return { status: "Stopped", rollsBack: true, because: "" };
  if (failure === "redAlarm") {
    if (watchesAlarms(plan)) return { status: "Stopped", ...configured(plan, "DEPLOYMENT_STOP_ON_ALARM") };
    return { status: "Succeeded", rollsBack: false, because: "the group watches no alarms, so a red one ends nothing" };
  }
  return { status: "Failed", ...configured(plan, "DEPLOYMENT_FAILURE") };
}

function configured({ rollsBackOn }: DeploymentPlan, event: AutoRollbackEvent): Omit<Expectation, "status"> {
  if (rollsBackOn.includes(event)) return { rollsBack: true, because: "" };
  const because =
    rollsBackOn.length === 0
      ? "the group has no automatic rollback"
      : `${event} is not among the group's automatic rollback events`;
  return { rollsBack: false, because };
}
