/** What a blue/green deployment's original and replacement answered at each share of the traffic. */
import type { Instant } from "../clock.ts";
import type { Decision } from "../engine/decisions.ts";
import type { EcsFound } from "../engine/ecsPlan.ts";
import type { Scope } from "../protocol/http.ts";
import type { StoredDeployment } from "../store/store.ts";

/** What a load balancer has counted of the requests for one of its target groups. */
export interface TrafficFigures {
  requests: number;
  /** Answers of 500 and above. */
  errors: number;
  /** Milliseconds; `null` without requests. */
  p50Ms: number | null;
  p99Ms: number | null;
}

/** Names as metrics have them: `app/shop/…`, `targetgroup/blue/…`. From `from` to before `to`, to ten seconds. */
export type ReadFigures = (
  scope: Scope,
  of: { loadBalancer: string; targetGroup: string },
  from: Instant,
  to: Instant,
) => TrafficFigures;

export interface TrafficStep {
  /** The replacement's share, in percent. */
  weight: number;
  /** Seconds since the epoch; `until` is `null` for the present step. */
  since: number;
  until: number | null;
  original: SideFigures;
  replacement: SideFigures;
}

export interface SideFigures extends TrafficFigures {
  requestsPerSecond: number;
}

/**
 * The steps so far, the test traffic of the same target groups included; empty for other platforms, and for a rollback,
 * which takes no steps.
 */
export function trafficSteps(
  { plan, state }: StoredDeployment,
  decisions: readonly Decision[],
  now: Instant,
  read: ReadFigures | null,
): TrafficStep[] {
  const { found } = state;
  if (!read || !found || plan.rollsBackDeploymentId !== null) return [];
  const begun = weightsOf(decisions);
  return begun.map(({ weight, at }, index) => {
    const end = begun[index + 1]?.at ?? state.completeTime;
    const side = (targetGroup: string): SideFigures => {
      const names = {
        loadBalancer: loadBalancerOf(found),
        targetGroup: targetGroup.slice(targetGroup.lastIndexOf(":") + 1),
      };
      const figures = read(plan, names, at, end ?? now);
      const seconds = Math.max(1, ((end ?? now) - at) / 1000);
      return { ...figures, requestsPerSecond: figures.requests / seconds };
    };
    return {
      weight,
      since: at / 1000,
      until: end === null ? null : end / 1000,
      original: side(found.blueTargetGroup.arn),
      replacement: side(found.greenTargetGroup.arn),
    };
  });
}

/** When each share began; one that is taken back by a failure is no step. */
function weightsOf(decisions: readonly Decision[]): { weight: number; at: Instant }[] {
  const steps: { weight: number; at: Instant }[] = [];
  for (const { weight, at } of decisions) {
    if (weight !== null && weight > (steps.at(-1)?.weight ?? 0)) steps.push({ weight, at });
  }
  return steps;
}

/** From `…:listener/app/shop/123/456`, `app/shop/123`. */
function loadBalancerOf({ production }: EcsFound): string {
  const [, ...parts] = (production[0]?.listenerArn ?? "").split("/");
  return parts.slice(0, 3).join("/");
}
