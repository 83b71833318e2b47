/** Validation functions: how one is run, and what its report means (semantics 4.5). */
import type { Step } from "./deployment.ts";
import { beginEvent, passEvent, succeedEvent } from "./lifecycle.ts";
import { usableAppSpecOf } from "./revision.ts";
import { type Context, type HookedEvent, move, onTarget, stay, targetOf } from "./stage.ts";

/** The function that the AppSpec names for this lifecycle event, if it names one. */
export function hookFunction({ plan, deployment }: Context, lifecycleEvent: HookedEvent): string | undefined {
  const hooks: Partial<Record<HookedEvent, string>> | undefined = usableAppSpecOf(plan, deployment.state)?.hooks;
  return hooks?.[lifecycleEvent];
}

/** What follows a lifecycle event that has succeeded, or that had nothing to do. */
export type AfterHook<In extends Context> = (context: In, lifecycleEvent: HookedEvent) => Step;

/** Invokes the event's function, where there is one. */
export function runHook<In extends Context>(context: In, lifecycleEvent: HookedEvent, then: AfterHook<In>): Step {
  const { plan, at } = context;
  const functionName = hookFunction(context, lifecycleEvent);
  if (functionName === undefined) {
    return then(
      onTarget(context, (target) => passEvent(target, lifecycleEvent, at)),
      lifecycleEvent,
    );
  }
  const deadline = at + plan.work.hookTimeoutMs;
  const execution = { functionName, deadline, report: null, invocation: null };
  const begun = onTarget(context, (target) => beginEvent(target, lifecycleEvent, at, execution));
  const { targetId } = targetOf(context.deployment);
  const key = `hook/${lifecycleEvent}`;
  return {
    ...move(begun.deployment, { phase: "InvokingHook", awaiting: key, lifecycleEvent, deadline }),
    effects: [{ type: "invokeHook", key, functionName, lifecycleEvent, targetId, deadline }],
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
