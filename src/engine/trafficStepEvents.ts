/**
 * The lifecycle events of the hook before every step of the traffic: one for each step, listed before AllowTraffic, within
 * which it runs. Each is there from its beginning on, so that a deployment without the hook has AWS's list, and one that is
 * promoted lists no step that it does not take.
 */
import { isTrafficStepEvent, type TrafficStepEvent, trafficStepEvent } from "../resources/appSpec/trafficStepHook.ts";
import type { LifecycleEvent, Target } from "./deployment.ts";
import { pendingEvents } from "./lifecycle.ts";

/** The step's event, where it has begun. */
export function stepEventOf({ lifecycleEvents }: Target, weight: number): LifecycleEvent | undefined {
  const wanted = trafficStepEvent(weight);
  return lifecycleEvents.find(({ name }) => name === wanted);
}

/** The target with the event of a step that is about to begin. Of earlier steps the output goes: there may be a hundred. */
export function withStepEvent(target: Target, name: TrafficStepEvent): Target {
  const events = target.lifecycleEvents.map(withoutStepOutput);
  const at = events.findIndex((event) => event.name === "AllowTraffic");
  return { ...target, lifecycleEvents: [...events.slice(0, at), ...pendingEvents([name]), ...events.slice(at)] };
}

function withoutStepOutput(event: LifecycleEvent): LifecycleEvent {
  const { name, hookExecution } = event;
  if (!isTrafficStepEvent(name) || !hookExecution?.invocation) return event;
  return { ...event, hookExecution: { ...hookExecution, invocation: { ...hookExecution.invocation, logTail: "" } } };
}
