/**
 * When alarms are evaluated: at the end of each of their periods while there is data to judge by, and within a second of
 * data that can matter at once. An alarm without data has no timer.
 *
 * A state set by hand (SetAlarmState) stays until the end of the first period at which there is data, and missing data
 * never overturns it. AWS evaluates alarms without data as well, and takes back what was set within a minute; here
 * someone who rehearses a red alarm has no metrics, and should see it red.
 *
 * Data does not outlive the process: for as long as an alarm's evaluation range reaches back before the start, missing
 * data says nothing about it either.
 */
import type { Clock, Instant, Release } from "../../clock.ts";
import { type Alarm, type AlarmId, metricOf, statisticOf } from "./alarm.ts";
import type { AlarmActions } from "./alarmActions.ts";
import { stateUpdate } from "./alarmHistory.ts";
import { type AlarmStore, alarmKey } from "./alarmStore.ts";
import { breachesForGood, judge, rangeOf, type Slot } from "./evaluation.ts";
import { metricKey } from "./metric.ts";
import type { MetricData, Span } from "./metricData.ts";
import { reasonDataOf, reasonOf } from "./stateReason.ts";
import { statisticValue } from "./statistics.ts";

const SOON_MS = 1000;
const MINUTE_MS = 60_000;
/** Data may be published for so far in the future. */
const FURTHEST_MS = 2 * 60 * MINUTE_MS;

interface Watch {
  id: AlarmId;
  metric: string;
  /** Until then some of the evaluation range lies before the start of this process. */
  blindUntil: Instant;
  timer: { due: Instant; cancel: Release } | undefined;
}

export interface EvaluatorParts {
  store: AlarmStore;
  data: MetricData;
  clock: Clock;
  actions: AlarmActions;
  log: (line: string) => void;
}

export class AlarmEvaluator {
  readonly #parts: EvaluatorParts;
  readonly #watches = new Map<string, Watch>();
  readonly #byMetric = new Map<string, Set<Watch>>();
  #closed = false;

  constructor(parts: EvaluatorParts) {
    this.#parts = parts;
  }

  /** An alarm that was made or changed: judged by the end of the minute, or of its period when that comes before. */
  watch(id: AlarmId, alarm: Alarm): void {
    const watch = this.#watchOver(id, alarm, this.#watches.get(alarmKey(id))?.blindUntil ?? 0);
    this.#wake(watch, endOfPeriod(this.#parts.clock.now(), Math.min(alarm.Period * 1000, MINUTE_MS)));
  }

  unwatch(id: AlarmId): void {
    const watch = this.#watches.get(alarmKey(id));
    if (!watch) return;
    watch.timer?.cancel();
    this.#watches.delete(alarmKey(id));
    const others = this.#byMetric.get(watch.metric);
    others?.delete(watch);
    if (others?.size === 0) this.#byMetric.delete(watch.metric);
  }

  /** An alarm whose state was set by hand: judged again at the end of its period, if there is data then. */
  stateWasSet(id: AlarmId, alarm: Alarm): void {
    const watch = this.#watches.get(alarmKey(id));
    if (watch) this.#wake(watch, endOfPeriod(this.#parts.clock.now(), alarm.Period * 1000));
  }

  /** New data of a metric for that moment. */
  dataCame(metric: string, at: Instant): void {
    const { store, data, clock } = this.#parts;
    const now = clock.now();
    for (const watch of this.#byMetric.get(metric) ?? []) {
      const alarm = store.find(watch.id);
      // Where it is looked at within the second anyway, nothing has to be looked up.
      if (!alarm || (watch.timer && watch.timer.due <= now + SOON_MS)) continue;
      const periodMs = alarm.Period * 1000;
      const present = endOfPeriod(now, periodMs) - periodMs;
      if (at < present - rangeOf(alarm) * periodMs) continue;
      // Of a period that is not over only counts what later data cannot undo; data of the future waits for its time.
      const counts = at < present || mayBreachForGood(data, watch.metric, alarm, present);
      this.#wake(watch, counts ? now + SOON_MS : endOfPeriod(Math.max(at, now), periodMs));
    }
  }

  /** Takes up the alarms of an earlier process. */
  resume(): void {
    const now = this.#parts.clock.now();
    for (const { id, alarm } of this.#parts.store.all()) {
      const periodMs = alarm.Period * 1000;
      const blindUntil = endOfPeriod(now + rangeOf(alarm) * periodMs, periodMs);
      this.#wake(this.#watchOver(id, alarm, blindUntil), blindUntil);
    }
  }

  close(): void {
    this.#closed = true;
    for (const { timer } of this.#watches.values()) timer?.cancel();
  }

  #watchOver(id: AlarmId, alarm: Alarm, blindUntil: Instant): Watch {
    this.unwatch(id);
    const watch: Watch = { id, metric: metricKey(id, metricOf(alarm)), blindUntil, timer: undefined };
    this.#watches.set(alarmKey(id), watch);
    const others = this.#byMetric.get(watch.metric) ?? new Set<Watch>();
    this.#byMetric.set(watch.metric, others.add(watch));
    return watch;
  }

  #wake(watch: Watch, due: Instant): void {
    if (this.#closed || (watch.timer && watch.timer.due <= due)) return;
    watch.timer?.cancel();
    const cancel = this.#parts.clock.at(due, () => {
      watch.timer = undefined;
      this.#evaluate(watch);
    });
    watch.timer = { due, cancel };
  }

  /** A state that cannot be written down is not taken: it is judged again a minute later. */
  #evaluate(watch: Watch): void {
    try {
      this.#judge(watch);
    } catch (error) {
      const { clock, log } = this.#parts;
      log(`alarm ${watch.id.name} is evaluated again in a minute: ${String(error)}`);
      this.#wake(watch, clock.now() + MINUTE_MS);
    }
  }

  #judge(watch: Watch): void {
    const { store, data, clock } = this.#parts;
    const alarm = store.find(watch.id);
    if (!alarm || this.#closed) return;
    const now = clock.now();
    const periodMs = alarm.Period * 1000;
    if (alarm.setByHand !== undefined && now < endOfPeriod(alarm.setByHand, periodMs)) {
      this.#wake(watch, endOfPeriod(alarm.setByHand, periodMs));
      return;
    }
    const { slots, hasData } = readSlots(data, watch.metric, alarm, now);
    // What data will have aged by then may change the state; where there is none, nothing will.
    if (hasData) this.#wake(watch, endOfPeriod(now, periodMs));
    else {
      if (now < watch.blindUntil) this.#wake(watch, watch.blindUntil);
      const [later] = readPeriods(data, watch.metric, alarm, now, now + FURTHEST_MS);
      if (later) this.#wake(watch, later.at + periodMs);
    }
    const trustsMissing = alarm.setByHand === undefined && now >= watch.blindUntil;
    const treatment = trustsMissing ? (alarm.TreatMissingData ?? "missing") : "ignore";
    const verdict = judge(alarm, slots, treatment);
    if (!verdict || (verdict.state === alarm.StateValue && alarm.setByHand === undefined)) return;
    changeState(this.#parts, watch.id, alarm, {
      StateValue: verdict.state,
      StateReason: reasonOf(alarm, verdict, treatment),
      StateReasonData: reasonDataOf(alarm, verdict, now),
      setByHand: undefined,
    });
  }
}

/** The end of the period in which the moment lies. Periods begin at multiples of their length since 1970. */
const endOfPeriod = (at: Instant, periodMs: number): Instant => (Math.floor(at / periodMs) + 1) * periodMs;

function mayBreachForGood(data: MetricData, metric: string, alarm: Alarm, present: Instant): boolean {
  const [current] = readPeriods(data, metric, alarm, present, present + alarm.Period * 1000);
  return current !== undefined && breachesForGood(alarm, current);
}

function readPeriods(data: MetricData, metric: string, alarm: Alarm, from: Instant, to: Instant): Span[] {
  return data.read(metric, alarm.Unit, from, to, alarm.Period * 1000);
}

/** The evaluation range: periods that are over, and the present one where it already counts. */
function readSlots(data: MetricData, metric: string, alarm: Alarm, now: Instant): { slots: Slot[]; hasData: boolean } {
  const periodMs = alarm.Period * 1000;
  const present = endOfPeriod(now, periodMs) - periodMs;
  const range = rangeOf(alarm);
  const periods = readPeriods(data, metric, alarm, present - range * periodMs, present + periodMs);
  const found = new Map(periods.map((period) => [period.at, period]));
  const current = found.get(present);
  const newest = current && breachesForGood(alarm, current) ? present : present - periodMs;
  const slots = Array.from({ length: range }, (_, index): Slot => {
    const at = newest - (range - 1 - index) * periodMs;
    const period = found.get(at);
    const value = period && statisticValue(period, statisticOf(alarm));
    return { at, point: period && value !== undefined ? { value, sampleCount: period.count } : undefined };
  });
  return { slots, hasData: periods.length > 0 };
}

type NewState = Pick<Alarm, "StateValue" | "StateReason" | "StateReasonData" | "setByHand">;

/** Writes a new state durably, tells the history of it when the value changes, and sets off the actions. */
export function changeState(
  { store, actions, clock }: Pick<EvaluatorParts, "store" | "actions" | "clock">,
  id: AlarmId,
  before: Alarm,
  { StateReasonData, ...state }: NewState,
): Alarm {
  const now = clock.now();
  const changed = state.StateValue !== before.StateValue;
  const { StateReasonData: _, ...rest } = before;
  const after: Alarm = {
    ...rest,
    ...state,
    ...(StateReasonData === undefined ? {} : { StateReasonData }),
    StateUpdatedTimestamp: now,
    StateTransitionedTimestamp: changed ? now : before.StateTransitionedTimestamp,
  };
  if (!changed) {
    store.put([{ id, alarm: after }]);
    return after;
  }
  store.put([{ id, alarm: after, told: stateUpdate(before, after) }]);
  actions.perform(id, before, after);
  return after;
}
