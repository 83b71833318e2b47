/** What undoes a deployment to Lambda, and the states that its alias goes through (semantics 4.4, 4.6). */
import type { LambdaAppSpec } from "../resources/lambdaAppSpec.ts";
import type { LambdaContext } from "./lambdaStage.ts";
import type { AliasState, LambdaPlan } from "./plan.ts";
import { usableAppSpecOf } from "./revision.ts";
import type { Stage } from "./stage.ts";
import { allWeights } from "./trafficShift.ts";

/** The alias has not yet been measured by the AppSpec. */
const BEFORE_THE_CHECK: ReadonlySet<Stage["phase"]> = new Set(["Created", "ReadingRevision", "ReadingAlias"]);

/**
 * The alias goes straight back to the old version. Before it was checked against the AppSpec it is left alone. `null` where
 * there is no AppSpec that could be deployed.
 */
export function undoAlias({ plan, deployment }: LambdaContext): LambdaPlan | null {
  const appSpec = usableAppSpecOf(plan, deployment.state);
  if (appSpec === null) return null;
  const { currentVersion, targetVersion } = appSpec;
  return {
    ...plan.work,
    appSpec: { ...appSpec, currentVersion: targetVersion, targetVersion: currentVersion, hooks: {} },
    traffic: { type: "AllAtOnce" },
    undoes: BEFORE_THE_CHECK.has(deployment.state.stage.phase) ? [] : statesOf(plan.work, appSpec),
  };
}

/** Every state that the deployment may have left the alias in, the untouched one included. */
function statesOf({ traffic }: LambdaPlan, appSpec: LambdaAppSpec): AliasState[] {
  return [0, ...allWeights(traffic)].map((weight) => aliasAt(appSpec, weight));
}

/** The state of the alias with `weight` percent of the traffic on the target version (semantics 4.4). */
export function aliasAt(appSpec: LambdaAppSpec, weight: number): AliasState {
  if (weight === 100) return { version: appSpec.targetVersion, routed: null };
  if (weight === 0) return { version: appSpec.currentVersion, routed: null };
  return { version: appSpec.currentVersion, routed: { version: appSpec.targetVersion, weight: weight / 100 } };
}
