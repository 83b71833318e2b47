/**
 * The course that every deployment takes, whatever it deploys to: it starts, reads its revision where that is in S3, looks
 * at what is there and at its alarms, and goes through its lifecycle events, in some of which a validation function runs.
 */
import type { RevisionLocation } from "../shapes/codedeploy.ts";
import type { DeploymentEvent, EffectAnswer, SteeringVerb, Step } from "./deployment.ts";
import { ecs } from "./ecs.ts";
import { end } from "./end.ts";
import { afterInvocation, afterReport } from "./hooks.ts";
import { lambda } from "./lambda.ts";
import type { Work } from "./plan.ts";
import type { OwnStage, Platform } from "./platform.ts";
import { appSpecOf, readRevision, withRevision } from "./revision.ts";
import { type Context, forward, type HookedEvent, move, type NextMove, type Stage, stay } from "./stage.ts";
import { steeringRefusal } from "./steering.ts";

/** The plan says which engine it is for, and its stages are then of that platform. */
const platforms: Record<Work["platform"], Platform> = { Lambda: lambda as Platform, ECS: ecs as Platform };

const platformOf = ({ plan }: Context): Platform => platforms[plan.work.platform];

/** What the event means to the stage, now that it is known to end nothing. */
export function advance(context: Context, event: DeploymentEvent): Step {
  const { deployment } = context;
  const { stage } = deployment.state;
  switch (stage.phase) {
    case "Created":
      return event.type === "start" ? start(context, event.lastSuccess ?? null) : stay(deployment);
    case "ReadingRevision":
      return event.type === "effectAnswered" ? afterRevision(context, event.answer) : stay(deployment);
    case "ReadingAlarms":
      // Alarms that are red, or that cannot be read and must be, are an interruption.
      return event.type === "effectAnswered" || event.type === "effectFailed"
        ? proceed(context, platformOf(context).first)
        : stay(deployment);
    case "InvokingHook":
    case "AwaitingReport":
      if (event.type === "hookReported") return afterReport(context, event.lifecycleEvent, afterHook);
      return event.type === "effectAnswered" ? afterInvocation(context) : stay(deployment);
    case "HoldingTraffic":
      return event.type === "timeElapsed" && event.at >= stage.until
        ? platformOf(context).endWait(context)
        : stay(deployment);
    case "Paused":
    case "Ended":
      return stay(deployment);
    default:
      return platformOf(context).advance(context, stage as OwnStage<Stage>, event);
  }
}

const afterHook = (context: Context, lifecycleEvent: HookedEvent) =>
  platformOf(context).afterHook(context, lifecycleEvent);

const proceed = (context: Context, next: NextMove) => forward(context, next, platformOf(context).take);

function start(context: Context, lastSuccess: RevisionLocation | null): Step {
  const { appSpec } = context.plan.work;
  const deployment = {
    ...context.deployment,
    state: { ...context.deployment.state, status: "InProgress" as const, startTime: context.at, lastSuccess },
  };
  if (!("readFrom" in appSpec)) return begin({ ...context, deployment });
  const effect = readRevision(appSpec.readFrom);
  return { ...move(deployment, { phase: "ReadingRevision", awaiting: effect.key }), effects: [effect] };
}

function afterRevision(context: Context, answer: EffectAnswer): Step {
  if (answer.type !== "revisionRead") return stay(context.deployment);
  const read = withRevision(context, answer.content);
  return "unreadable" in read ? end(context, read.unreadable) : begin({ ...context, deployment: read });
}

/** The AppSpec is known, whatever it says. */
function begin(context: Context): Step {
  const appSpec = appSpecOf(context.plan, context.deployment.state);
  if (!appSpec || !("problem" in appSpec)) return platformOf(context).begin(context);
  return end(context, platformOf(context).unusableAppSpec(appSpec.problem));
}

/** Follows what a person asks. What cannot be followed any more changes nothing: they have been told, or will see it. */
export function steer(context: Context, verb: SteeringVerb, by: string): Step {
  const { plan, deployment, at } = context;
  const { state } = deployment;
  if (steeringRefusal(plan, deployment, verb) !== null) return stay(deployment);
  const withState = (change: Partial<typeof state>): Context => ({
    ...context,
    deployment: { ...deployment, state: { ...state, ...change } },
  });
  switch (verb) {
    case "pause":
      return pauseWait(withState({ paused: { since: at, by } }));
    case "resume": {
      const pausedMs = state.pausedMs + at - (state.paused?.since ?? at);
      const resumed = withState({ paused: null, pausedMs });
      return state.stage.phase === "Paused" ? proceed(resumed, state.stage.next) : stay(resumed.deployment);
    }
    case "skip-wait":
      return platformOf(context).endWait(context);
    case "promote": {
      const promoted = withState({ promoted: true });
      return state.stage.phase === "HoldingTraffic" ? platformOf(context).endWait(promoted) : stay(promoted.deployment);
    }
    case "abort":
      return stay(deployment);
  }
}

/** A wait of the traffic stands still where it is; a validation function's hour goes on, since the function does. */
function pauseWait(context: Context): Step {
  const next = platformOf(context).atResume(context);
  return next === null ? stay(context.deployment) : proceed(context, next);
}
