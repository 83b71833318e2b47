/** Where the states of alarms come from. */
import type { AlarmState, EffectProblem } from "../../engine/deployment.ts";

export type AlarmStates = Record<string, AlarmState>;

export interface Scope {
  accountId: string;
  region: string;
}

/** Why an alarm could not be read. */
export interface AlarmProblem extends EffectProblem {
  /** Whether it may be read a little later. */
  passes: boolean;
}

/** What a look at alarms found: a name that is in neither is that of an alarm that does not exist. */
export interface AlarmSight {
  states: AlarmStates;
  problems: Record<string, AlarmProblem>;
}

/** What deployments ask. */
export interface AlarmSource {
  /** The present states of the named alarms. Rejects with nothing but a broken connection to whoever looks. */
  look(scope: Scope, names: readonly string[]): Promise<AlarmSight>;
}

/** Who judges alarms, outside: a call takes no longer than whoever makes it allows. */
export interface AlarmJudge {
  /** As of an `AlarmSource`, until the signal ends it. */
  look(scope: Scope, names: readonly string[], signal: AbortSignal): Promise<AlarmSight>;
}

/** None of the alarms could be read, all for one reason. */
export function allUnreadable(names: readonly string[], problem: AlarmProblem): AlarmSight {
  return { states: {}, problems: Object.fromEntries(names.map((name) => [name, problem])) };
}

/** What the sight says of some of its alarms. */
export function sightOf(names: readonly string[], { states, problems }: AlarmSight): AlarmSight {
  const own = new Set(names);
  const only = <T>(found: Record<string, T>) =>
    Object.fromEntries(Object.entries(found).filter(([name]) => own.has(name)));
  return { states: only(states), problems: only(problems) };
}
