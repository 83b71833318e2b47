/** A deployment told as a story: events at seconds from its start, through the pure engine alone. */
import { type Decision, decisionOf, decisionsOf, type Told as History } from "../../src/engine/decisions.ts";
import type {
  AlarmState,
  Deployment,
  DeploymentEvent,
  Effect,
  EffectAnswer,
  EffectProblem,
  SteeringVerb,
  Step,
  Target,
} from "../../src/engine/deployment.ts";
import { type AliasState, type DeploymentPlan, planLambdaDeployment } from "../../src/engine/plan.ts";
import type { HookedEvent } from "../../src/engine/stage.ts";
import { awaitedEffect, newDeployment, step } from "../../src/engine/step.ts";
import { wakeAt } from "../../src/engine/waits.ts";
import type { LambdaAppSpec } from "../../src/resources/lambdaAppSpec.ts";
import type { TrafficRouting } from "../../src/resources/trafficRouting.ts";
import type { AutoRollbackEvent, S3Location } from "../../src/shapes/codedeploy.ts";

export const START = Date.UTC(2026, 0, 5, 9);
export const MINUTE_S = 60;
export const HOUR_S = 3600;

export interface PlanOptions {
  appSpec?: Partial<LambdaAppSpec> | { problem: string } | { readFrom: S3Location };
  traffic?: TrafficRouting;
  rollbackOn?: AutoRollbackEvent[];
  previousSha256?: string;
  alarms?: { names: string[]; ignorePollFailure?: boolean };
}

export const canary = (percentage: number, minutes: number): TrafficRouting => {
  return { type: "TimeBasedCanary", percentage, intervalMs: minutes * 60_000 };
};
export const linear = (percentage: number, minutes: number): TrafficRouting => {
  return { type: "TimeBasedLinear", percentage, intervalMs: minutes * 60_000 };
};

const revision = (sha256: string) => ({ revisionType: "AppSpecContent", appSpecContent: { sha256 } });

/** From version 1 to version 2 of `shop`, alias `live`; all at once and without hooks when nothing else is said. */
export function lambdaPlan(options: PlanOptions = {}): DeploymentPlan {
  const { appSpec = {}, traffic, rollbackOn, previousSha256, alarms } = options;
  const complete = { functionName: "shop", alias: "live", currentVersion: "1", targetVersion: "2", hooks: {} };
  return planLambdaDeployment({
    deploymentId: "d-ORIGINAL1",
    rollbackDeploymentId: "d-ROLLBACK1",
    accountId: "111122223333",
    region: "eu-west-1",
    createTime: START,
    serviceRoleArn: "arn:aws:iam::111122223333:role/deploy",
    appSpec: "problem" in appSpec || "readFrom" in appSpec ? appSpec : { ...complete, ...appSpec },
    traffic: traffic ?? { type: "AllAtOnce" },
    hookTimeoutMs: 3_600_000,
    alarmConfiguration: alarms && {
      enabled: true,
      ignorePollAlarmFailure: alarms.ignorePollFailure ?? false,
      alarms: alarms.names.map((name) => ({ name })),
    },
    info: {
      applicationName: "app",
      deploymentGroupName: "group",
      deploymentConfigName: "CodeDeployDefault.LambdaCanary10Percent5Minutes",
      previousRevision: previousSha256 === undefined ? undefined : revision(previousSha256),
      revision: revision("this one"),
      description: "as asked for",
      autoRollbackConfiguration: rollbackOn ? { enabled: true, events: rollbackOn } : { enabled: false },
      computePlatform: "Lambda",
    },
  });
}

/** `alone("1")`: all traffic to version 1. `split(30)`: 30 percent to version 2, the rest to version 1. */
export const alone = (version: string): AliasState => ({ version, routed: null });
export const split = (percent: number): AliasState => ({
  version: "1",
  routed: { version: "2", weight: percent / 100 },
});

export const bothHooks: LambdaAppSpec["hooks"] = {
  BeforeAllowTraffic: "check-before",
  AfterAllowTraffic: "check-after",
};

export class Story {
  readonly plan: DeploymentPlan;
  deployment: Deployment;
  /** What the last event led to. */
  last: Step;
  /** Every effect so far, with the second in which it was wanted. */
  readonly wanted: { second: number; effect: Effect }[] = [];
  /** Every event so far, and what was decided on it. */
  readonly told: History[] = [];
  /** Every rollback so far. */
  readonly rollbacks: DeploymentPlan[] = [];
  second = 0;

  constructor(plan: DeploymentPlan) {
    this.plan = plan;
    this.deployment = newDeployment(plan);
    this.last = { ...this.deployment, effects: [], rollback: null };
  }

  /** Something happens `second` seconds after the start. */
  at(second: number, event: Told): this {
    this.second = second;
    const happened = timed(event, second);
    const next = step(this.plan, this.deployment, happened);
    this.told.push({ event: happened, decision: decisionOf(this.plan, this.deployment, next) });
    const { state, targets, effects, rollback } = next;
    this.last = { state, targets, effects, rollback };
    this.deployment = { state, targets };
    for (const effect of effects) this.wanted.push({ second, effect });
    if (rollback) this.rollbacks.push(rollback);
    return this;
  }

  /** The effect that is waited for is answered. */
  answer(second: number, answer: EffectAnswer): this {
    return this.at(second, { type: "effectAnswered", key: this.awaited(), answer });
  }

  fail(second: number, kind: EffectProblem["kind"], message = "no luck"): this {
    return this.at(second, { type: "effectFailed", key: this.awaited(), problem: { kind, message } });
  }

  /** The deployment starts and finds the alias like this. */
  begin(alias: AliasState = alone("1")): this {
    return this.at(0, { type: "start" }).answer(0, { type: "aliasRead", alias });
  }

  moved(second: number): this {
    return this.answer(second, { type: "aliasMoved" });
  }

  report(second: number, lifecycleEvent: HookedEvent, status: "Succeeded" | "Failed"): this {
    return this.at(second, { type: "hookReported", targetId: "shop:live", lifecycleEvent, status });
  }

  ends(second: number, lifecycleEvent: HookedEvent, error: string | null = null, logTail = ""): this {
    return this.at(second, {
      type: "effectAnswered",
      key: `hook/${lifecycleEvent}`,
      answer: { type: "hookInvocationEnded", targetId: this.target.targetId, lifecycleEvent, error, logTail },
    });
  }

  stop(second: number, rollBack: boolean | null = null): this {
    return this.at(second, { type: "stopRequested", rollBack });
  }

  steer(second: number, verb: SteeringVerb): this {
    return this.at(second, { type: "steered", verb, by: "operator" });
  }

  /** The first look at the alarms, with the states of all of them. */
  alarms(second: number, states: Record<string, AlarmState>): this {
    return this.answer(second, { type: "alarmsRead", states });
  }

  tick(second: number): this {
    return this.at(second, { type: "timeElapsed" });
  }

  /** Answers every alias write at once, and lets time pass whenever it is waited for, until nothing moves any more. */
  playOut(): this {
    for (let steps = 0; steps < 1000; steps += 1) {
      if (this.state.stage.phase === "ShiftingTraffic") this.moved(this.second);
      else if (this.wakesAt === null || this.state.stage.phase !== "HoldingTraffic") return this;
      else this.tick(this.wakesAt);
    }
    throw new Error("the story has no end");
  }

  awaited(): string {
    const key = awaitedEffect(this.state);
    if (key === null) throw new Error(`nothing is awaited in ${this.state.stage.phase}`);
    return key;
  }

  get decisions(): Decision[] {
    return decisionsOf(this.told);
  }

  get state() {
    return this.deployment.state;
  }

  get target(): Target {
    const [target] = this.deployment.targets;
    if (!target) throw new Error("there is no target");
    return target;
  }

  /** The statuses of the three lifecycle events, by their first letters: `S I P`; Skipped is `-`. */
  get events(): string {
    return this.target.lifecycleEvents.map(({ status }) => (status === "Skipped" ? "-" : status[0])).join(" ");
  }

  /** Every validation function that was to be invoked. */
  get hooksInvoked(): string[] {
    return this.wanted.flatMap(({ effect }) => (effect.type === "invokeHook" ? [effect.functionName] : []));
  }

  /** When it must be looked at again, in seconds from the start. */
  get wakesAt(): number | null {
    const due = wakeAt(this.plan, this.state);
    return due === null ? null : (due - START) / 1000;
  }

  /** Every wanted state of the alias, as `[second, percent on the target version]`. */
  get shifts(): [second: number, percent: number][] {
    return this.wanted.flatMap(({ second, effect }): [number, number][] => {
      if (effect.type !== "moveAlias") return [];
      const percent = effect.to.routed
        ? Math.round(effect.to.routed.weight * 100)
        : effect.to.version === "2"
          ? 100
          : 0;
      return [[second, percent]];
    });
  }
}

/** An event without its time. */
export type Told = DeploymentEvent extends infer Event
  ? Event extends { at: number }
    ? Omit<Event, "at">
    : never
  : never;

export function timed(event: Told, second: number): DeploymentEvent {
  return { ...event, at: START + second * 1000 } as DeploymentEvent;
}
