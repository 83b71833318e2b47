/**
 * The decision log: for every step that changed something, what led to it, with its inputs, and what was decided. Made
 * from the two states and the event between them, so that no decision can be forgotten.
 */
import type { Instant } from "../clock.ts";
import type { Deployment, DeploymentEvent, Effect, Step } from "./deployment.ts";
import type { DeploymentPlan } from "./plan.ts";
import type { Stage } from "./stage.ts";
import { wakeAt } from "./waits.ts";

export interface Decision {
  at: Instant;
  /** The event with its inputs: alarm states, answers, who asked. Long output of functions is left out. */
  because: Cause;
  /** Where the deployment stands after it, as its stage is called; `Queued` for one that waits for its group. */
  phase: string;
  /** When time ends this wait, if nothing else does before. */
  until: Instant | null;
  /** The share of traffic on the new version, in percent. */
  weight: number | null;
  /** What is to be done outside, by key. */
  wants: string[];
  paused: boolean;
  /** Set with the decision that ended the deployment. */
  ended: { status: string; code: string | null; detail: string } | null;
  /** The rollback that begins with it, or why there is none where one was wanted. */
  rollback: { deploymentId: string | null; message: string } | null;
}

/** One event that a deployment was told, as it was told, and what was decided on it; `null` when nothing was. */
export interface Told {
  event: DeploymentEvent;
  decision: Omit<Decision, "at" | "because"> | null;
}

/** The decision log of everything that a deployment was told. */
export function decisionsOf(told: readonly Told[]): Decision[] {
  return told.flatMap(({ event, decision }) =>
    decision ? [{ at: event.at, because: causeOf(event), ...decision }] : [],
  );
}

export type Cause = { type: DeploymentEvent["type"] } & Record<string, unknown>;

/** What one step decided; `null` when the event changed nothing that matters to anybody. */
export function decisionOf(plan: DeploymentPlan, before: Deployment, after: Step): Told["decision"] {
  if (isIdle(before, after)) return null;
  const { state, targets } = after;
  const ends = state.completeTime !== null && before.state.completeTime === null;
  return {
    phase: state.stage.phase,
    until: wakeAt(plan, state),
    weight: targets[0]?.weight ?? null,
    wants: after.effects.map(({ key }: Effect) => key),
    paused: state.paused !== null,
    ended: ends
      ? {
          status: state.status,
          code: state.errorInformation?.code ?? null,
          detail: state.statusMessages[0] ?? "",
        }
      : null,
    rollback:
      ends && state.rollbackInfo && plan.rollsBackDeploymentId === null
        ? {
            deploymentId: state.rollbackInfo.rollbackDeploymentId ?? null,
            message: state.rollbackInfo.rollbackMessage,
          }
        : null,
  };
}

function isIdle(before: Deployment, after: Step): boolean {
  const [was, is] = [before.state, after.state];
  if (was.status !== is.status || was.paused !== is.paused || was.promoted !== is.promoted) return false;
  return isNextLook(was.stage, is.stage) || (after.effects.length === 0 && was.stage === is.stage);
}

/** The same wait goes on: a replacement may be looked at hundreds of times before it is steady. */
function isNextLook(was: Stage, is: Stage): boolean {
  return "look" in was && "look" in is && was.look.weight === is.look.weight;
}

function causeOf({ at: _, ...event }: DeploymentEvent): Cause {
  if (event.type !== "effectAnswered" || event.answer.type !== "hookInvocationEnded") return event;
  const { logTail: __, ...answer } = event.answer;
  return { ...event, answer };
}
