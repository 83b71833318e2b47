/**
 * The function that is asked before every step of the traffic, in some AppSpecs, and what is promised of it: no traffic moves
 * without its word. It is drawn with luck of its own, so that the rest of a seed's story stays as it is.
 */
import type { HookedEvent } from "../../src/engine/stage.ts";
import { drawHook, type HookBehaviour } from "./hookBehaviour.ts";
import { broken, type Known } from "./known.ts";
import { type DeploymentRequest, luckOf, type Scenario } from "./scenario.ts";
import { wanted } from "./steeringPromises.ts";

/** As the function is told of a step, in percent. */
export interface TrafficStep {
  CurrentWeight: number;
  TargetWeight: number;
}

export const stepEvent = (percent: number): HookedEvent => `BeforeTrafficStep${percent}Percent`;

const percentOf = (name: string): number => Number(/^BeforeTrafficStep(\d+)Percent$/.exec(name)?.[1] ?? Number.NaN);
export const isStepEvent = (name: string): boolean => !Number.isNaN(percentOf(name));

/** The scenario with such functions in some of its AppSpecs. */
export function withStepHooks(scenario: Scenario): Scenario {
  const chance = luckOf(scenario.seed, "stepHooks");
  if (!chance.happens(0.2)) return scenario;
  const requests = scenario.requests.map((request): DeploymentRequest => {
    if (!chance.happens(0.7)) return request;
    // What always fails would never see a second step, and a function that is there stays.
    const later: HookBehaviour = { ...drawHook(chance), refusals: 0 };
    const BeforeTrafficStep = { ...(chance.happens(0.8) ? soundHook() : drawHook(chance)), later };
    return { ...request, hooks: { ...request.hooks, BeforeTrafficStep } };
  });
  return { ...scenario, requests };
}

/** Every function has its own: who reports is told by it. */
export function soundHook(): HookBehaviour {
  const reports: HookBehaviour["reports"] = [{ afterMs: 100, status: "Succeeded", id: "own" }];
  return { kind: "succeeds", reports, endsAfterMs: 150, error: null, refusals: 0, certainly: "Succeeded" };
}

/** The function was told of this step. */
export function checkStepTold(known: Known, { CurrentWeight, TargetWeight }: TrafficStep): void {
  const { weights } = known.request?.pace ?? broken(known, "nobody asked for it");
  const reached = known.writes.at(-1)?.percent ?? 0;
  if (CurrentWeight !== reached) broken(known, `said that ${CurrentWeight} % had moved, and it was ${reached} %`);
  const planned = weights[weights.indexOf(reached) + 1];
  const isPromoted = TargetWeight === 100 && wanted(known, "promote").length > 0;
  if (TargetWeight !== planned && !isPromoted) broken(known, `asked about ${TargetWeight} % after ${reached} %`);
}

/** Traffic moves. */
export function checkStepLet(known: Known, percent: number): void {
  if (!known.appSpec.hooks.BeforeTrafficStep) return;
  const name = stepEvent(percent);
  const isLet = known.reports.some(
    ({ lifecycleEvent, status, accepted }) => lifecycleEvent === name && status === "Succeeded" && accepted !== false,
  );
  if (!isLet) broken(known, `moved traffic to ${percent} % before ${name} was reported Succeeded`);
}

/** The events of its steps, when it has ended: they are those that were asked about, and AllowTraffic comes next. */
export function checkStepEvents(known: Known, names: readonly string[]): void {
  const steps = names.filter(isStepEvent);
  const at = names.indexOf("AllowTraffic") - steps.length;
  if (names.slice(at, at + steps.length).join() !== steps.join()) broken(known, `has the lifecycle events ${names}`);
  const asked = new Set<string>(known.invocations.map(({ lifecycleEvent }) => lifecycleEvent));
  const percents = steps.map(percentOf);
  if (percents.some((percent, index) => percent <= (percents[index - 1] ?? 0)))
    broken(known, `asked about ${percents}`);
  const unlisted = [...asked].find((name) => isStepEvent(name) && !steps.includes(name));
  if (unlisted !== undefined) broken(known, `does not list ${unlisted}`);
}
