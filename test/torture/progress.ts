/** Whether deployments get on: what is due must happen within seconds in which the nodes are able to work. */
import type { DeploymentDetail } from "../../src/management/deploymentDetail.ts";

/** No deployment may stand still for longer while something is due, validation functions included. */
export const LONGEST_STANDSTILL_MS = 15_000;

export interface Standstill {
  deploymentId: string;
  phase: string;
  milliseconds: number;
}

/** Waits that nothing but somebody else's act may end. */
const RESTING = new Set(["Paused", "Ended"]);
const OF_FUNCTIONS = new Set(["InvokingHook", "AwaitingReport"]);
const none = (): Standstill => ({ deploymentId: "", phase: "", milliseconds: 0 });

export class Progress {
  longest = none();
  longestForFunction = none();
  readonly #upMs: () => number;
  readonly #seen = new Map<string, { signature: string; since: number }>();

  /** `upMs`: for how long the nodes were able to work so far. */
  constructor(upMs: () => number) {
    this.#upMs = upMs;
  }

  /** Takes note of how a deployment stands. Time that it spends in a wait that is not over yet does not count. */
  look({ deploymentId, status, now, waitingFor, targets }: DeploymentDetail): void {
    const { phase, until } = waitingFor;
    const holds = phase === "HoldingTraffic" && until !== null && now < until;
    if (RESTING.has(phase) || status === "Queued" || holds) {
      this.#seen.delete(deploymentId);
      return;
    }
    const events = targets.flatMap(({ lifecycleEvents }) => lifecycleEvents.map((event) => event.status));
    const signature = JSON.stringify([status, phase, until, targets[0]?.weight, events]);
    const upMs = this.#upMs();
    const seen = this.#seen.get(deploymentId);
    if (seen?.signature !== signature) {
      this.#seen.set(deploymentId, { signature, since: upMs });
    } else {
      this.#note({ deploymentId, phase, milliseconds: upMs - seen.since });
    }
  }

  /** What is beyond the bar. */
  tooLong(): Standstill[] {
    return [this.longest, this.longestForFunction].filter(({ milliseconds }) => milliseconds > LONGEST_STANDSTILL_MS);
  }

  #note(standstill: Standstill): void {
    const which = OF_FUNCTIONS.has(standstill.phase) ? "longestForFunction" : "longest";
    if (standstill.milliseconds > this[which].milliseconds) this[which] = standstill;
  }
}
