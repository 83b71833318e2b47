/** Validation functions: how one is run, and what its report means (semantics 4.5). */
import { isTrafficStepEvent, TRAFFIC_STEP_HOOK, trafficStepEvent } from "../resources/appSpec/trafficStepHook.ts";
import type { Effect, Step } from "./deployment.ts";
import { beginEvent, passEvent, succeedEvent } from "./lifecycle.ts";
import { usableAppSpecOf } from "./revision.ts";
import { type Context, type HookedEvent, move, onTarget, stay, targetOf } from "./stage.ts";
import { stepEventOf, withStepEvent } from "./trafficStepEvents.ts";

/** The function that the AppSpec names for this lifecycle event, if it names one. */
export function hookFunction({ plan, deployment }: Context, lifecycleEvent: HookedEvent): string | undefined {
  const hooks: Record<string, string> | undefined = usableAppSpecOf(plan, deployment.state)?.hooks;
  return hooks?.[isTrafficStepEvent(lifecycleEvent) ? TRAFFIC_STEP_HOOK : lifecycleEvent];
}

/** What follows a lifecycle event that has succeeded, or that had nothing to do. */
export type AfterHook<In extends Context> = (context: In, lifecycleEvent: HookedEvent) => Step;

/** Invokes the event's function, where there is one. */
export function runHook<In extends Context>(context: In, lifecycleEvent: HookedEvent, then: AfterHook<In>): Step {
  const functionName = hookFunction(context, lifecycleEvent);
  if (functionName !== undefined) return invoke(context, lifecycleEvent, functionName);
  return then(
    onTarget(context, (target) => passEvent(target, lifecycleEvent, context.at)),
    lifecycleEvent,
  );
}

/** Whether a function must let the traffic move to `weight` percent, and has not done so yet. */
export function awaitsStepHook(context: Context, weight: number): boolean {
  const hasHook = hookFunction(context, trafficStepEvent(weight)) !== undefined;
  return hasHook && stepEventOf(targetOf(context.deployment), weight)?.status !== "Succeeded";
}

/** Asks the function whether the traffic may move to `weight` percent. */
export function runStepHook(context: Context, weight: number): Step {
  const name = trafficStepEvent(weight);
  const functionName = hookFunction(context, name);
  if (functionName === undefined) throw new Error("nobody is to be asked before a step of the traffic");
  const trafficStep = { from: targetOf(context.deployment).weight, to: weight };
  return invoke(
    onTarget(context, (target) => withStepEvent(target, name)),
    name,
    functionName,
    { trafficStep },
  );
}

function invoke(
  context: Context,
  lifecycleEvent: HookedEvent,
  functionName: string,
  more: Pick<Extract<Effect, { type: "invokeHook" }>, "trafficStep"> = {},
): Step {
  const { plan, at } = context;
  const deadline = at + plan.work.hookTimeoutMs;
  const execution = { functionName, deadline, report: null, invocation: null };
  const begun = onTarget(context, (target) => beginEvent(target, lifecycleEvent, at, execution));
  const { targetId } = targetOf(context.deployment);
  const key = `hook/${lifecycleEvent}`;
  return {
    ...move(begun.deployment, { phase: "InvokingHook", awaiting: key, lifecycleEvent, deadline }),
    effects: [{ type: "invokeHook", key, functionName, lifecycleEvent, targetId, deadline, ...more }],
  };
}

/** The function has reported Succeeded; a report of Failed is an interruption. */
export function afterReport<In extends Context>(context: In, reported: string, then: AfterHook<In>): Step {
  const { stage } = context.deployment.state;
  if (!("lifecycleEvent" in stage) || stage.lifecycleEvent !== reported) return stay(context.deployment);
  return then(
    onTarget(context, (target) => succeedEvent(target, reported, context.at)),
    stage.lifecycleEvent,
  );
}

/** The function has returned, and has not reported yet. */
export function afterInvocation({ deployment }: Context): Step {
  const { stage } = deployment.state;
  if (stage.phase !== "InvokingHook") return stay(deployment);
  const { lifecycleEvent, deadline } = stage;
  return move(deployment, { phase: "AwaitingReport", lifecycleEvent, deadline });
}
