/**
 * A Lambda deployment: read the revision where it is in S3, read the alias, look at the alarms, BeforeAllowTraffic hook,
 * traffic at the configured pace, AfterAllowTraffic hook (semantics 4). Pure: time arrives as `event.at`, work for the
 * outside world leaves as effects.
 */
import { isTrafficStepEvent } from "../resources/appSpec/trafficStepHook.ts";
import { afterChecks } from "./alarms.ts";
import type { Effect, EffectAnswer, Step } from "./deployment.ts";
import { end, succeed } from "./end.ts";
import { awaitsStepHook, runHook, runStepHook } from "./hooks.ts";
import { failure, INVALID_CONFIGURATION_TEXT } from "./interruption.ts";
import { aliasAt } from "./lambdaRollback.ts";
import { type LambdaContext, type LambdaMove, type LambdaStage, requireAppSpec, type Shift } from "./lambdaStage.ts";
import { beginEvent, passEvent, succeedEvent } from "./lifecycle.ts";
import type { LambdaPlan } from "./plan.ts";
import { type Platform, unknownStage } from "./platform.ts";
import { forward, type HookedEvent, move, onTarget, stay, targetOf } from "./stage.ts";
import { startProblem } from "./startChecks.ts";
import { holdMs, nextWeight } from "./trafficShift.ts";

/** Unpublished: how long and how often provisioned concurrency of the alias is waited for (semantics 4.4). */
const CAPACITY_WAIT_MS = 3_600_000;
const CAPACITY_POLL_MS = 10_000;

export const lambda: Platform<LambdaPlan, LambdaStage, LambdaMove> = {
  first: { do: "runHook", lifecycleEvent: "BeforeAllowTraffic" },
  unusableAppSpec: (problem) => failure("INVALID_LAMBDA_CONFIGURATION", INVALID_CONFIGURATION_TEXT, problem),
  begin,
  take,
  afterHook,
  endWait: shiftOn,

  advance(context, stage, event) {
    const { deployment } = context;
    switch (stage.phase) {
      case "ReadingAlias":
        return event.type === "effectAnswered" ? afterRead(context, event.answer) : stay(deployment);
      case "ShiftingTraffic":
        return event.type === "effectAnswered" ? afterShift(context, stage, event.answer) : stay(deployment);
      case "AwaitingCapacity":
        return event.type === "timeElapsed" && event.at >= stage.retryAt
          ? shiftTo(context, stage.shift)
          : stay(deployment);
      default:
        throw unknownStage(stage);
    }
  },

  atResume({ deployment, at }) {
    const { stage } = deployment.state;
    if (stage.phase === "HoldingTraffic") return { do: "holdTraffic", remainingMs: Math.max(0, stage.until - at) };
    return stage.phase === "AwaitingCapacity" ? { do: "retryShift", shift: stage.shift } : null;
  },
};

const proceed = (context: LambdaContext, next: LambdaMove) => forward(context, next, take);

function take(context: LambdaContext, next: LambdaMove): Step {
  switch (next.do) {
    case "runHook":
      return runHook(context, next.lifecycleEvent, afterHook);
    case "shiftTraffic":
      return shiftOn(beginTraffic(context));
    case "shiftOn":
      return shiftOn(context);
    case "retryShift":
      return shiftTo(context, { ...next.shift, giveUpAt: context.at + CAPACITY_WAIT_MS });
    case "holdTraffic":
      return context.deployment.state.promoted
        ? shiftOn(context)
        : move(context.deployment, { phase: "HoldingTraffic", until: context.at + next.remainingMs });
    case "succeed":
      return succeed(context);
  }
}

/** A rollback knows what it may find, and the write itself compares: it loses no time with a look first. */
function begin(context: LambdaContext): Step {
  const { plan, deployment, at } = context;
  if (plan.work.undoes) {
    const opened = onTarget(context, (target) => passEvent(target, "BeforeAllowTraffic", at));
    return plan.work.undoes.length > 0 ? shiftOn(beginTraffic(opened)) : undoNothing(opened);
  }
  const { functionName, alias } = requireAppSpec(context);
  const effect: Effect = { type: "readAlias", key: "readAlias", functionName, alias };
  return { ...move(deployment, { phase: "ReadingAlias", awaiting: effect.key }), effects: [effect] };
}

/** The deployment being undone had not touched the alias, and neither does its rollback. */
function undoNothing(context: LambdaContext): Step {
  const done = onTarget(context, (target) => ({ ...passEvent(target, "AllowTraffic", context.at), weight: 100 }));
  return runHook(done, "AfterAllowTraffic", afterHook);
}

function afterRead(context: LambdaContext, answer: EffectAnswer): Step {
  if (answer.type !== "aliasRead") return stay(context.deployment);
  const problem = startProblem(requireAppSpec(context), answer.alias);
  return problem ? end(context, problem) : afterChecks(context, lambda.first, take);
}

function afterHook(context: LambdaContext, lifecycleEvent: HookedEvent): Step {
  if (isTrafficStepEvent(lifecycleEvent)) return proceed(context, { do: "shiftOn" });
  return proceed(context, { do: lifecycleEvent === "BeforeAllowTraffic" ? "shiftTraffic" : "succeed" });
}

function beginTraffic(context: LambdaContext): LambdaContext {
  return onTarget(context, (target) => beginEvent(target, "AllowTraffic", context.at, null));
}

function shiftOn(context: LambdaContext): Step {
  const weight = nextWeight(context.plan.work.traffic, targetOf(context.deployment).weight);
  return shiftTo(context, { weight, attempt: 1, giveUpAt: context.at + CAPACITY_WAIT_MS });
}

function shiftTo(context: LambdaContext, planned: Shift): Step {
  const { plan, deployment } = context;
  const shift = { ...planned, weight: deployment.state.promoted ? 100 : planned.weight };
  if (awaitsStepHook(context, shift.weight)) return runStepHook(context, shift.weight);
  const appSpec = requireAppSpec(context);
  const { functionName, alias } = appSpec;
  const key = `moveAlias/${shift.weight}/${shift.attempt}`;
  const from = plan.work.undoes ?? [aliasAt(appSpec, targetOf(deployment).weight)];
  const to = aliasAt(appSpec, shift.weight);
  // Traffic that goes back waits for nothing.
  const waitsForCapacity = plan.work.undoes === null;
  const effect: Effect = { type: "moveAlias", key, functionName, alias, from, to, waitsForCapacity };
  return {
    ...move(deployment, { phase: "ShiftingTraffic", awaiting: key, shift, interruption: null }),
    effects: [effect],
  };
}

type ShiftingTraffic = Extract<LambdaStage, { phase: "ShiftingTraffic" }>;

function afterShift(context: LambdaContext, stage: ShiftingTraffic, answer: EffectAnswer): Step {
  const { shift, interruption } = stage;
  if (answer.type === "aliasNotReady") {
    if (interruption) return end(context, interruption);
    return waitForCapacity(context, shift, answer.reason);
  }
  if (answer.type !== "aliasMoved") return stay(context.deployment);
  const moved = onTarget(context, (target) => ({ ...target, weight: shift.weight, lastUpdatedAt: context.at }));
  if (interruption) return end(moved, interruption);
  if (shift.weight === 100) {
    return proceed(
      onTarget(moved, (target) => succeedEvent(target, "AllowTraffic", context.at)),
      { do: "runHook", lifecycleEvent: "AfterAllowTraffic" },
    );
  }
  // Held from the moment the alias has the weight, so that a slow write never shortens the watch over the new version.
  return proceed(moved, { do: "holdTraffic", remainingMs: holdMs(context.plan.work.traffic) });
}

function waitForCapacity(context: LambdaContext, shift: Shift, reason: string): Step {
  if (context.at >= shift.giveUpAt) {
    return end(context, failure("INVALID_LAMBDA_CONFIGURATION", INVALID_CONFIGURATION_TEXT, reason));
  }
  const again = { ...shift, attempt: shift.attempt + 1 };
  if (context.deployment.state.paused) return proceed(context, { do: "retryShift", shift: again });
  const retryAt = Math.min(context.at + CAPACITY_POLL_MS, shift.giveUpAt);
  return move(context.deployment, { phase: "AwaitingCapacity", shift: again, retryAt });
}
