/** The deployment state machine: one event in, the next state and what it wants done out. Pure. */
import { advance, steer } from "./course.ts";
import { decisionOf } from "./decisions.ts";
import type { Deployment, DeploymentEvent, DeploymentState, Effect, Step, Turn } from "./deployment.ts";
import { interrupt } from "./end.ts";
import { recordHookExecution } from "./hookExecution.ts";
import { interruptionOf } from "./interruptions.ts";
import { assertInvariants } from "./invariants.ts";
import type { DeploymentPlan } from "./plan.ts";
import { targetsOf, usableAppSpecOf } from "./revision.ts";
import { rollbackTrigger } from "./rollback.ts";
import { type Context, stay } from "./stage.ts";
import { transitionsOf } from "./transitions.ts";

/** A deployment that has been accepted and not started. One that is Queued starts when its group is free. */
export function newDeployment(plan: DeploymentPlan, status: "Created" | "Queued" = "Created"): Deployment {
  const state: DeploymentState = {
    status,
    startTime: null,
    completeTime: null,
    errorInformation: null,
    statusMessages: [],
    rollbackInfo: rollbackTrigger(plan),
    paused: null,
    pausedMs: 0,
    promoted: false,
    lastSuccess: null,
    stage: { phase: "Created" },
  };
  const appSpec = usableAppSpecOf(plan, state);
  return { state, targets: appSpec ? targetsOf(plan, appSpec, plan.createTime) : [] };
}

/** What `event` makes of the deployment. Throws only when an invariant is broken, which is a fault of ours. */
export function step(plan: DeploymentPlan, deployment: Deployment, event: DeploymentEvent): Step {
  const next = stepUnchecked(plan, deployment, event);
  assertInvariants(plan, deployment, next);
  return next;
}

function stepUnchecked(plan: DeploymentPlan, found: Deployment, event: DeploymentEvent): Step {
  const deployment = recordHookExecution(found, event);
  const { stage } = deployment.state;
  if (stage.phase === "Ended") return stay(deployment);

  // Effects are performed at least once: an answer that is late, or comes twice, moves nothing.
  const isAnswer = event.type === "effectAnswered" || event.type === "effectFailed";
  if (isAnswer && event.key !== awaitedEffect(deployment.state)) return stay(deployment);

  const context: Context = { plan, deployment, at: event.at };
  const interruption = interruptionOf(context, event);
  if (interruption) return interrupt(context, interruption, event);
  return event.type === "steered" ? steer(context, event.verb, event.by) : advance(context, event);
}

/**
 * Folds events that arrived together, in their order, into one turn. Effects that a later event of the same turn has
 * made pointless are left out.
 */
export function foldEvents(plan: DeploymentPlan, deployment: Deployment, events: readonly DeploymentEvent[]): Turn {
  let folded: Turn = { ...deployment, effects: [], rollback: null, told: [], transitions: [] };
  for (const event of events) {
    const next = step(plan, folded, event);
    folded = {
      ...next,
      effects: [...folded.effects, ...next.effects],
      rollback: next.rollback ?? folded.rollback,
      told: [...folded.told, { event, decision: decisionOf(plan, folded, next) }],
      transitions: [...folded.transitions, ...transitionsOf(folded, next, event.at)],
    };
  }
  const awaited = awaitedEffect(folded.state);
  return { ...folded, effects: folded.effects.filter((effect: Effect) => effect.key === awaited) };
}

/** The key of the effect whose answer the deployment waits for, if it waits for one. Every other effect is void. */
export function awaitedEffect(state: DeploymentState): string | null {
  return "awaiting" in state.stage ? state.stage.awaiting : null;
}
