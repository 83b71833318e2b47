/** Whether deployments get on: what is due must happen within seconds in which the nodes are able to work. */
import type { DeploymentDetail } from "../../src/management/deploymentDetail.ts";

/** No deployment may stand still for longer while something is due. */
export const LONGEST_STANDSTILL_MS = 15_000;

interface Standstill {
  deploymentId: string;
  phase: string;
  milliseconds: number;
}

/** Waits that nothing but somebody else's act may end. */
const RESTING = new Set(["Paused", "Ended"]);

export class Progress {
  longest: Standstill = { deploymentId: "", phase: "", milliseconds: 0 };
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
    } else if (upMs - seen.since > this.longest.milliseconds) {
      this.longest = { deploymentId, phase, milliseconds: upMs - seen.since };
    }
  }
}
