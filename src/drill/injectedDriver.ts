/**
 * The hands of a rehearsed deployment: the alias is really moved, and the one failure of the run is injected. Validation
 * functions are not invoked and alarms not looked at; all of them are well but the one that the injection is about.
 */
import { type Clock, wallClock } from "../clock.ts";
import { type Driver, type EffectContext, EffectError } from "../drivers/driver.ts";
import type { DeploymentEvent, Effect, EffectAnswer } from "../engine/deployment.ts";
import type { DeploymentPlan } from "../engine/plan.ts";
import { holdMs } from "../engine/trafficShift.ts";
import { type Injection, watchesAlarms } from "./injections.ts";

export interface InjectedDriverOptions {
  plan: DeploymentPlan;
  injection: Injection;
  /** Reads and moves aliases for real. */
  hands: Driver;
  /** The only alias that may be touched. */
  scratchAlias: string;
  /** The run's own. */
  clock: Clock;
  /** Puts an event into the inbox of the deployment. */
  tell: (event: DeploymentEvent) => Promise<unknown>;
  /** Aborted when the drill must end. */
  signal: AbortSignal;
}

/** Real time between attempts of a call that may succeed later: the run's own time does not wait for anybody. */
const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 2000;

export class InjectedDriver implements Driver {
  readonly performs = ["readAlias", "readAlarms", "moveAlias", "invokeHook"] as const;
  readonly #options: InjectedDriverOptions;
  readonly #attempts = new Map<string, number>();
  #injected = false;

  constructor(options: InjectedDriverOptions) {
    this.#options = options;
  }

  /** Whether the failure has struck: a deployment that ended before it has rehearsed nothing. */
  get injected(): boolean {
    return this.#injected;
  }

  async perform(effect: Effect, context: EffectContext): Promise<EffectAnswer> {
    if (this.#options.signal.aborted) throw new EffectError("unavailable", "the drill was broken off", false);
    switch (effect.type) {
      case "readRevision":
        throw new Error("a rehearsal has its AppSpec from the start");
      case "readAlarms":
        return { type: "alarmsRead", states: this.#alarms(effect.names) };
      case "invokeHook":
        return this.#awaitHook(effect);
      case "moveAlias":
        return this.#move(effect, context);
      case "readAlias":
        return this.#reach(effect, context);
      default:
        throw new Error(`a rehearsal is of a deployment to Lambda, which wants no ${effect.type}`);
    }
  }

  #alarms(names: readonly string[]): Record<string, "OK" | "ALARM"> {
    const isRed = this.#options.injection.moment.at === "alarmCheck";
    if (isRed) this.#injected = true;
    return firstRed(names, isRed);
  }

  /** Every function returns; what it reports is in the inbox before, as it is of a real one. */
  async #awaitHook(effect: Extract<Effect, { type: "invokeHook" }>): Promise<EffectAnswer> {
    const { injection, plan, tell, clock } = this.#options;
    const { targetId, lifecycleEvent } = effect;
    const { failure, moment } = injection;
    const isMeant = moment.at === "hook" && moment.lifecycleEvent === lifecycleEvent;
    if (isMeant) await this.#strike();
    const endsTheWait = failure === "stop" || failure === "abort" || (failure === "redAlarm" && watchesAlarms(plan));
    if (!isMeant || (failure !== "hookSilent" && !endsTheWait)) {
      const status = isMeant && failure === "hookFailed" ? "Failed" : "Succeeded";
      await tell({ type: "hookReported", at: clock.now(), targetId, lifecycleEvent, status });
    }
    return { type: "hookInvocationEnded", targetId, lifecycleEvent, error: null, logTail: "" };
  }

  async #move(effect: Extract<Effect, { type: "moveAlias" }>, context: EffectContext): Promise<EffectAnswer> {
    const { plan, injection } = this.#options;
    const { moment } = injection;
    if (context.deploymentId !== plan.deploymentId) return this.#reach(effect, context);
    if (moment.at === "firstShift" && !this.#injected) await this.#strike();
    const answer = await this.#reach(effect, context);
    const weight = Math.round((effect.to.routed?.weight ?? 1) * 100);
    if (moment.at === "weight" && weight === moment.weight) this.#strikeHalfway();
    return answer;
  }

  /** The write must have been answered by then, and the weight must still be held. */
  #strikeHalfway(): void {
    const { plan, clock } = this.#options;
    clock.at(clock.now() + holdMs(plan.work.traffic) / 2, () => {
      const release = clock.hold();
      void this.#strike().finally(release);
    });
  }

  async #strike(): Promise<void> {
    this.#injected = true;
    const event = this.#event();
    if (event) await this.#options.tell(event);
  }

  /** What the deployment is told; nothing where the failure is in what a validation function reports. */
  #event(): DeploymentEvent | null {
    const { injection, plan, clock } = this.#options;
    const at = clock.now();
    switch (injection.failure) {
      case "stop":
        return { type: "stopRequested", at, rollBack: true };
      case "abort":
        return { type: "steered", at, verb: "abort", by: "the rollback drill" };
      case "redAlarm":
        return { type: "alarmsSeen", at, states: firstRed(plan.alarms?.names ?? [], true) };
      default:
        return null;
    }
  }

  /** A call that may succeed later is repeated by the runner, at once by the run's own clock: the wait is here. */
  async #reach(effect: Extract<Effect, { alias: string }>, context: EffectContext): Promise<EffectAnswer> {
    const { hands, scratchAlias } = this.#options;
    if (effect.alias !== scratchAlias) throw new Error(`a drill must not touch the alias ${effect.alias}`);
    try {
      return await hands.perform(effect, context);
    } catch (error) {
      if (error instanceof EffectError && error.retryable) {
        const key = `${context.deploymentId}/${effect.key}`;
        const attempt = this.#attempts.get(key) ?? 0;
        this.#attempts.set(key, attempt + 1);
        await wallClock.pause(Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** attempt));
      }
      throw error;
    }
  }
}

/** The first alarm in ALARM, if one is to be, and the others OK. */
function firstRed(names: readonly string[], isRed: boolean): Record<string, "OK" | "ALARM"> {
  return Object.fromEntries(names.map((name, index) => [name, isRed && index === 0 ? "ALARM" : "OK"]));
}
