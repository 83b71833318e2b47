/**
 * Alarms that change as their scripts say, behind a source that may be slow, throttled, forbidden or lose its answers.
 * The program's own `sharedAlarms` stands before it.
 */
import type { AlarmProblem, AlarmSight, AlarmSource, Scope } from "../../src/drivers/alarms/alarmSource.ts";
import { sharedAlarms } from "../../src/drivers/alarms/sharedAlarms.ts";
import { EffectError } from "../../src/drivers/driver.ts";
import type { ScriptedState, SourceTrouble } from "./alarmScripts.ts";
import type { Chance } from "./chance.ts";
import { luckOf, type Scenario } from "./scenario.ts";
import type { SimulatedClock } from "./simulatedClock.ts";
import { MINUTE, SECOND } from "./times.ts";

/** One call, and who shares it: the watch over all deployments, the start of one, or both. */
export interface Look {
  askedAt: number;
  /** Whether the watch over all deployments under way is among those who asked. */
  watch: boolean;
  names: readonly string[];
}

export interface LookWatcher {
  asked(look: Look): void;
  /** The program has been given what was seen; nothing for a program that has died meanwhile. */
  watchTold(look: Look, sight: AlarmSight): void;
}

/** Answers lost in a row, at most. */
const MOST_LOST = 3;

export class AlarmWorld {
  readonly #clock: SimulatedClock;
  readonly #chance: Chance;
  readonly #scenario: Scenario;
  readonly #watcher: LookWatcher;
  readonly #start: number;
  readonly #changes = new Map<string, { at: number; state: ScriptedState }[]>();
  #lost = 0;
  /** Questions that wait for time to pass. */
  parked = 0;

  constructor(clock: SimulatedClock, scenario: Scenario, watcher: LookWatcher) {
    this.#clock = clock;
    this.#chance = luckOf(scenario.seed, "alarms");
    this.#scenario = scenario;
    this.#watcher = watcher;
    this.#start = clock.now();
    for (const { name, changes } of scenario.alarms.scripts) {
      this.#changes.set(
        name,
        changes.map(({ atMs, state }) => ({ at: this.#start + atMs, state })),
      );
    }
  }

  /** What one run of the program sees: the source of its watch, and that of the looks at the start of a deployment. */
  sourcesOf(isAlive: () => boolean): { watch: AlarmSource; start: AlarmSource } {
    const unasked = { watch: 0, start: 0 };
    const shared = sharedAlarms({
      look: (scope, names) => {
        const { watch, start } = unasked;
        Object.assign(unasked, { watch: 0, start: 0 });
        const look = { askedAt: this.#clock.now(), watch: watch > 0, names };
        return this.#look(scope, look, watch + start, isAlive);
      },
    });
    const counted = (who: "watch" | "start"): AlarmSource => ({
      look(scope, names) {
        unasked[who] += 1;
        return shared.look(scope, names);
      },
    });
    return { watch: counted("watch"), start: counted("start") };
  }

  /** All traffic of some group has moved, or the program is up again: some alarms wait for that. */
  hasCome(moment: "full traffic" | "a restart"): void {
    const now = this.#clock.now();
    for (const { name, redAt } of this.#scenario.alarms.scripts) {
      if (redAt?.moment !== moment) continue;
      const changes = (this.#changes.get(name) ?? []).filter(({ at }) => at <= now);
      changes.push({ at: now + 1, state: "ALARM" }, { at: now + redAt.forMs, state: "OK" });
      this.#changes.set(name, changes);
    }
  }

  stateOf(name: string, at = this.#clock.now()): ScriptedState {
    return this.#changes.get(name)?.findLast((change) => change.at <= at)?.state ?? "missing";
  }

  /** Since when the alarm has been in its state without a break. */
  since(name: string): number {
    const now = this.#clock.now();
    const past = (this.#changes.get(name) ?? []).filter(({ at }) => at <= now);
    const state = past.at(-1)?.state;
    return past.slice(past.findLastIndex((change) => change.state !== state) + 1)[0]?.at ?? this.#start;
  }

  /** Whether the alarm is in this state from the beginning to the end. */
  isAlways(name: string, states: readonly ScriptedState[]): boolean {
    const script = this.#scenario.alarms.scripts.find((other) => other.name === name);
    if (!script || script.redAt !== null) return false;
    return script.changes.every(({ state }) => states.includes(state));
  }

  /** Until when the source answered, or will answer, badly about these alarms: the past and the present alone. */
  troubledUntil(names: readonly string[]): number {
    const now = this.#clock.now() - this.#start;
    const begun = this.#scenario.alarms.troubles.filter(
      ({ name, fromMs }) => fromMs <= now && (name === null || names.includes(name)),
    );
    return this.#start + Math.max(0, ...begun.map(({ toMs }) => toMs));
  }

  /** Since when one of these alarms cannot be read; `null` when all can. */
  unreadableSince(names: readonly string[]): number | null {
    const now = this.#clock.now() - this.#start;
    const present = this.#scenario.alarms.troubles.filter(
      ({ kind, name, fromMs, toMs }) =>
        kind !== "slow" && (name === null || names.includes(name)) && fromMs <= now && now < toMs,
    );
    return present.length > 0 ? this.#start + Math.min(...present.map(({ fromMs }) => fromMs)) : null;
  }

  /** Whether the source ever answers badly. */
  get isReliable(): boolean {
    return this.#scenario.alarms.troubles.length === 0 && this.#scenario.lostAnswers === 0;
  }

  /** The longest that a change can stay unseen while the source answers. */
  get longestUnseenMs(): number {
    const looks = this.#scenario.lostAnswers > 0 ? MOST_LOST + 1 : 1;
    const isSlow = this.#scenario.alarms.troubles.some(({ kind }) => kind === "slow");
    const slowest = Math.max(30, this.#scenario.slowestCallMs) + (isSlow ? 3 * MINUTE : 0);
    return looks * (this.#scenario.alarms.intervalMs + 4 * slowest) + 2 * SECOND;
  }

  async #look(scope: Scope, look: Look, askers: number, isAlive: () => boolean): Promise<AlarmSight> {
    if (scope.region !== "eu-west-1") throw new Error(`alarms of ${scope.region} were asked for`);
    this.#watcher.asked(look);
    const slow = this.#trouble("slow", null) ? this.#chance.between(20 * SECOND, 3 * MINUTE) : 0;
    await this.#delay(askers, this.#latency() + slow);
    const sight = this.#sight(look.names);
    if (this.#chance.happens(0.3)) await this.#delay(askers, this.#latency());
    if (this.#losesAnswer()) {
      const failed: AlarmProblem = { kind: "unavailable", message: "socket hang up", passes: true };
      if (isAlive() && look.watch) this.#watcher.watchTold(look, unreadable(look.names, failed));
      if (this.#chance.happens(0.5)) throw new EffectError(failed.kind, failed.message, true);
      return unreadable(look.names, failed);
    }
    if (isAlive() && look.watch) this.#watcher.watchTold(look, sight);
    return sight;
  }

  #sight(names: readonly string[]): AlarmSight {
    const sight: AlarmSight = { states: {}, problems: {} };
    for (const name of names) {
      const state = this.stateOf(name);
      if (this.#trouble("denied", name)) {
        sight.problems[name] = { kind: "accessDenied", message: "DescribeAlarms: AccessDenied", passes: false };
      } else if (this.#trouble("throttled", name)) {
        sight.problems[name] = { kind: "unavailable", message: "DescribeAlarms: Throttling", passes: true };
      } else if (state !== "missing") sight.states[name] = state;
    }
    return sight;
  }

  #trouble(kind: SourceTrouble["kind"], name: string | null): boolean {
    const now = this.#clock.now() - this.#start;
    return this.#scenario.alarms.troubles.some(
      (trouble) =>
        trouble.kind === kind &&
        (trouble.name === null || name === null || trouble.name === name) &&
        now >= trouble.fromMs &&
        now < trouble.toMs,
    );
  }

  #losesAnswer(): boolean {
    this.#lost = this.#lost < MOST_LOST && this.#chance.happens(this.#scenario.lostAnswers) ? this.#lost + 1 : 0;
    return this.#lost > 0;
  }

  #latency(): number {
    return this.#chance.between(1, this.#chance.happens(0.2) ? this.#scenario.slowestCallMs : 30);
  }

  #delay(askers: number, ms: number): Promise<void> {
    this.parked += askers;
    return new Promise((resolve) => {
      this.#clock.after(ms, () => {
        this.parked -= askers;
        resolve();
      });
    });
  }
}

function unreadable(names: readonly string[], problem: AlarmProblem): AlarmSight {
  return { states: {}, problems: Object.fromEntries(names.map((name) => [name, problem])) };
}
