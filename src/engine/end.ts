/** How a deployment ends: well, or by what interrupts it, with the rollback that follows. */
import type { DeploymentEvent, Step } from "./deployment.ts";
import { withTraffic } from "./ecsTraffic.ts";
import type { Interruption } from "./interruption.ts";
import { breakOff } from "./lifecycle.ts";
import { decideRollback } from "./rollback.ts";
import { type Context, move, onTarget } from "./stage.ts";

/** Ends the deployment, or notes that it must end as soon as the write under way has been answered. */
export function interrupt(context: Context, interruption: Interruption, event: DeploymentEvent): Step {
  const { stage } = context.deployment.state;
  if (!("interruption" in stage)) return end(context, interruption);
  const first = stage.interruption ?? interruption;
  if (event.type === "effectFailed") return end(context, { ...first, obstacle: interruption.obstacle });
  return move(context.deployment, { ...stage, interruption: first });
}

/** Ends the deployment before it has succeeded. */
export function end(context: Context, interruption: Interruption): Step {
  const { at } = context;
  const decision = decideRollback(context, interruption);
  const { message, detail, logTail, code, status } = interruption;
  const { deployment } = onTarget(context, (target) => {
    const broken = breakOff(target, at, { message: detail, logTail });
    // What the real service shows of a deployment that is undone (semantics 4.6): nothing stays on the new version.
    return decision?.rollback ? { ...withTraffic(broken, 0), weight: 0 } : broken;
  });
  const state = {
    ...deployment.state,
    status,
    completeTime: at,
    errorInformation: { code, message },
    statusMessages: [detail],
    rollbackInfo: decision?.rollbackInfo ?? deployment.state.rollbackInfo,
  };
  return { ...move({ ...deployment, state }, { phase: "Ended" }), rollback: decision?.rollback ?? null };
}

export function succeed(context: Context): Step {
  const { deployment } = onTarget(context, (target) => ({ ...target, status: "Succeeded", lastUpdatedAt: context.at }));
  const state = { ...deployment.state, status: "Succeeded" as const, completeTime: context.at };
  return move({ ...deployment, state }, { phase: "Ended" });
}
