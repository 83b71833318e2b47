/** Where the states of alarms come from. */
import type { AlarmState } from "../../engine/deployment.ts";

export type AlarmStates = Record<string, AlarmState>;

export interface Scope {
  accountId: string;
  region: string;
}

export interface AlarmSource {
  /**
   * The present states of the named alarms; one that does not exist is not among them. Throws an `EffectError`: nothing
   * is known then of any of them.
   */
  states(scope: Scope, names: readonly string[], signal: AbortSignal): Promise<AlarmStates>;
}
