/** How alarms behave over time, and who watches them. */
import type { Chance } from "./chance.ts";
import { HOUR, MINUTE, SECOND } from "./times.ts";

export type ScriptedState = "OK" | "ALARM" | "INSUFFICIENT_DATA" | "missing";

export interface RedAt {
  moment: "full traffic" | "a restart";
  forMs: number;
}

export interface AlarmScript {
  name: string;
  kind: string;
  /** The state from each moment on; the first is from the beginning. */
  changes: { atMs: number; state: ScriptedState }[];
  /** What it turns red at, beside its changes, and for how long; `null` when it does not. */
  redAt: RedAt | null;
}

/** A time in which the source answers badly: to all questions, or to those about one alarm. */
export interface SourceTrouble {
  kind: "throttled" | "denied" | "slow";
  name: string | null;
  fromMs: number;
  toMs: number;
}

/** Alarms as a group or a deployment names them. */
export interface AlarmSetting {
  names: string[];
  enabled: boolean;
  ignorePollAlarmFailure: boolean;
}

export interface AlarmScenario {
  intervalMs: number;
  scripts: AlarmScript[];
  troubles: SourceTrouble[];
}

const NAMES = ["errors", "latency", "orders", "queue-depth"] as const;

export const NO_ALARMS: AlarmScenario = { intervalMs: 10 * SECOND, scripts: [], troubles: [] };

export function drawAlarms(chance: Chance): AlarmScenario {
  return {
    intervalMs: chance.pick([10 * SECOND, MINUTE, MINUTE, 7 * MINUTE]),
    scripts: NAMES.map((name) => drawScript(chance, name)),
    troubles: Array.from({ length: chance.happens(0.5) ? chance.between(1, 2) : 0 }, () => drawTrouble(chance)),
  };
}

/** Everything is green until the program has been down: what it no longer watches goes on for ever. */
export function redAfterRestart(chance: Chance): AlarmScenario {
  const scripts = NAMES.map((name) => turningRed(name, "a restart"));
  return { intervalMs: chance.pick([10 * SECOND, MINUTE]), scripts, troubles: [] };
}

function turningRed(name: string, moment: RedAt["moment"], forMs = 3 * HOUR): AlarmScript {
  const changes: AlarmScript["changes"] = [{ atMs: 0, state: "OK" }];
  return { name, kind: `turns red at ${moment}`, changes, redAt: { moment, forMs } };
}

export function drawAlarmSetting(chance: Chance): AlarmSetting {
  const names = NAMES.filter(() => chance.happens(0.4));
  return {
    names: names.length > 0 ? names : [chance.pick(NAMES)],
    enabled: chance.happens(0.85),
    ignorePollAlarmFailure: chance.happens(0.4),
  };
}

function drawScript(chance: Chance, name: string): AlarmScript {
  const when = () => chance.between(1, chance.pick([5 * SECOND, 6 * MINUTE, 2 * HOUR]));
  const from = (state: ScriptedState, atMs = 0) => ({ atMs, state });
  const script = (kind: string, ...changes: AlarmScript["changes"]): AlarmScript => {
    return { name, kind, changes, redAt: null };
  };
  if (chance.happens(0.5)) return script("is green", from("OK"));
  const at = when();
  const blink = chance.pick([3 * SECOND, 40 * SECOND, 20 * MINUTE]);
  const flaps = Array.from({ length: chance.between(2, 30) }, (_, index) =>
    from(index % 2 === 0 ? "ALARM" : "OK", at + index * blink),
  );
  const redAt = (moment: RedAt["moment"], forMs?: number) => turningRed(name, moment, forMs);
  return chance.pick<AlarmScript>([
    redAt("full traffic"),
    redAt("full traffic"),
    redAt("full traffic", 30 * SECOND),
    redAt("a restart"),
    script("has too little data", from("INSUFFICIENT_DATA")),
    script("is red", from("ALARM")),
    script("is red at first", from("ALARM"), from("OK", at)),
    script("turns red for good", from("OK"), from("ALARM", at)),
    script("turns red for a while", from("OK"), from("ALARM", at), from("OK", at + blink)),
    script("flaps", from("OK"), ...flaps),
    script("is missing", from("missing")),
    script("is missing for a while", from("OK"), from("missing", at), from("OK", at + blink)),
    script("is deleted while red", from("ALARM"), from("missing", at)),
  ]);
}

function drawTrouble(chance: Chance): SourceTrouble {
  const fromMs = chance.between(0, chance.pick([SECOND, 10 * MINUTE, HOUR]));
  return {
    kind: chance.pick(["throttled", "throttled", "denied", "slow"]),
    name: chance.happens(0.5) ? null : chance.pick(NAMES),
    fromMs,
    toMs: fromMs + chance.pick([2 * SECOND, 90 * SECOND, HOUR, 2 * HOUR]),
  };
}

export function describeAlarms({ intervalMs, scripts, troubles }: AlarmScenario): string[] {
  const at = (ms: number) => `+${ms / SECOND} s`;
  return [
    ...(scripts.length > 0 ? [`alarms are looked at every ${intervalMs / SECOND} s`] : []),
    ...scripts
      .filter(({ kind }) => kind !== "is green")
      .map(({ name, kind, changes }) => {
        const course = changes.map(({ atMs, state }) => `${state} ${at(atMs)}`).join(", ");
        return `alarm ${name} ${kind}: ${course.slice(0, 120)}`;
      }),
    ...troubles.map(
      ({ kind, name, fromMs, toMs }) => `alarm source: ${name ?? "everything"} is ${kind} ${at(fromMs)} to ${at(toMs)}`,
    ),
  ];
}
