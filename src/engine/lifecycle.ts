/** The lifecycle events of a target: their order, and what may happen to each. */
import type { Instant } from "../clock.ts";
import type { HookExecution, LifecycleEvent, Target } from "./deployment.ts";

/** Semantics 4.3: exactly these three, hooked or not. */
export const LAMBDA_LIFECYCLE = ["BeforeAllowTraffic", "AllowTraffic", "AfterAllowTraffic"] as const;

/** Semantics 5.3: two of the eight are there only where the deployment group has test traffic. */
export function ecsLifecycle(hasTestTraffic: boolean): string[] {
  const test = hasTestTraffic ? ["AllowTestTraffic", "AfterAllowTestTraffic"] : [];
  const [install, traffic] = [
    ["BeforeInstall", "Install", "AfterInstall"],
    ["BeforeAllowTraffic", "AllowTraffic", "AfterAllowTraffic"],
  ];
  return [...install, ...test, ...traffic];
}

/** Events that have not begun, without times. */
export function pendingEvents(names: readonly string[]): LifecycleEvent[] {
  return names.map((name) => ({
    name,
    status: "Pending",
    startTime: null,
    endTime: null,
    diagnostics: null,
    hookExecution: null,
  }));
}

export function beginEvent(target: Target, name: string, at: Instant, hookExecution: HookExecution | null): Target {
  return changeEvent({ ...target, status: "InProgress" }, name, at, {
    status: "InProgress",
    startTime: at,
    hookExecution,
  });
}

export function succeedEvent(target: Target, name: string, at: Instant): Target {
  return changeEvent(target, name, at, { status: "Succeeded", endTime: at });
}

/** An event that has nothing to do begins and ends at once. */
export function passEvent(target: Target, name: string, at: Instant): Target {
  return succeedEvent(beginEvent(target, name, at, null), name, at);
}

/**
 * Ends the target before its time: the event under way is Failed with the diagnostics, what has not begun is Skipped.
 * A target on which nothing had begun is Skipped as a whole.
 */
export function breakOff(target: Target, at: Instant, diagnostics: { message: string; logTail: string }): Target {
  const begun = target.lifecycleEvents.some((event) => event.status !== "Pending");
  const lifecycleEvents = target.lifecycleEvents.map((event): LifecycleEvent => {
    if (event.status === "Pending") return { ...event, status: "Skipped" };
    return event.status === "InProgress" ? { ...event, status: "Failed", endTime: at, diagnostics } : event;
  });
  return { ...target, lifecycleEvents, status: begun ? "Failed" : "Skipped", lastUpdatedAt: at };
}

export function changeEvent(target: Target, name: string, at: Instant, change: Partial<LifecycleEvent>): Target {
  const lifecycleEvents = target.lifecycleEvents.map((event) =>
    event.name === name ? { ...event, ...change } : event,
  );
  return { ...target, lifecycleEvents, lastUpdatedAt: at };
}
