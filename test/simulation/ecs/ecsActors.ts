/** People whom a blue/green deployment waits for: they let its traffic move, or end the wait before its original goes. */
import { hasEnded } from "../../../src/engine/deployment.ts";
import { continueDeployment } from "../../../src/operations/continueDeployment.ts";
import { skipWaitTimeForInstanceTermination } from "../../../src/operations/skipWaitTimeForInstanceTermination.ts";
import { stopDeployment } from "../../../src/operations/stopDeployment.ts";
import type { DeploymentWaitType } from "../../../src/shapes/codedeploy.ts";
import type { Chance } from "../chance.ts";
import { type ActorsOptions, CALLER, isAccepted, quietness, type Sent, send } from "../clients.ts";
import { broken, type Known, type StopRequest } from "../known.ts";
import { luckOf } from "../scenario.ts";
import { SECOND } from "../times.ts";
import type { Continuation } from "./blueGreenLedger.ts";
import type { WaitScript } from "./ecsScenario.ts";

/** How often somebody asks again whose answer was lost. */
const MOST_TRIES = 20;
const NOT_WAITING = /already completed|not waiting for|not supported|has not begun|not started/i;

export class EcsActors {
  readonly #options: ActorsOptions;
  readonly #chance: Chance;
  /** The waits that somebody has seen. */
  readonly #seen = new Set<string>();

  constructor(options: ActorsOptions) {
    this.#options = options;
    this.#chance = luckOf(options.scenario.seed, "continuing");
  }

  /** A deployment has come further, durably. */
  hasMoved(known: Known): void {
    const { blueGreen, deploymentId, record } = known;
    const { phase } = record.state.stage;
    const { waits } = blueGreen?.script ?? {};
    const wait = `${deploymentId} ${phase}`;
    if (!waits || this.#seen.has(wait)) return;
    if (phase === "AwaitingReroute") {
      this.#seen.add(wait);
      const { continueAfterMs } = waits;
      if (continueAfterMs !== null) this.#after(continueAfterMs, () => this.#continue(known, "READY_WAIT", MOST_TRIES));
      if (this.#chance.happens(0.2)) this.#after(this.#soon(), () => this.#continue(known, "TERMINATION_WAIT", 1));
    } else if (phase === "AwaitingTermination") {
      this.#seen.add(wait);
      const { ending } = waits;
      if (ending) this.#after(ending.afterMs, () => this.#endTermination(known, ending.how));
    }
  }

  #after(ms: number, work: () => Promise<void>): void {
    this.#options.clock.after(ms, () => this.#options.guarded(work));
  }

  #soon(): number {
    return this.#chance.between(0, 10 * SECOND);
  }

  async #endTermination(known: Known, how: NonNullable<WaitScript["ending"]>["how"]): Promise<void> {
    if (hasEnded(known.record.state.status)) return;
    if (how === "continue" || how === "skip")
      return this.#continue(known, "TERMINATION_WAIT", MOST_TRIES, how === "skip");
    const rollBack = how === "stopAndRollBack";
    const { services, clock, nextInLine, say } = this.#options;
    const { deploymentId } = known;
    const stop: StopRequest = {
      kind: "stop",
      sequence: nextInLine(),
      rollBack,
      accepted: null,
      undisturbed: false,
      writesBefore: known.writes.length,
      sentAt: clock.now(),
    };
    known.stops.push(stop);
    const seen = quietness(services().store);
    const sent = await send(() => stopDeployment({ deploymentId, autoRollbackEnabled: rollBack }, services(), CALLER));
    say(() => `stop of ${deploymentId} before its original goes, rollback ${rollBack}: ${JSON.stringify(sent)}`);
    stop.accepted = isAccepted(sent);
    stop.undisturbed = (await seen)();
    if ("refused" in sent && !/already completed/.test(sent.refused)) broken(known, `refused a stop: ${sent.refused}`);
  }

  async #continue(known: Known, wait: DeploymentWaitType, tries: number, isOlderForm = false): Promise<void> {
    const { services, clock, say } = this.#options;
    const { deploymentId, blueGreen } = known;
    const asked: Continuation = { wait, sentAt: clock.now(), accepted: null };
    blueGreen?.continuations.push(asked);
    const sent: Sent<unknown> = await send(() =>
      isOlderForm
        ? skipWaitTimeForInstanceTermination({ deploymentId }, services(), CALLER)
        : continueDeployment({ deploymentId, deploymentWaitType: wait }, services(), CALLER),
    );
    say(() => `${wait} of ${deploymentId} is to end: ${JSON.stringify(sent)}`);
    asked.accepted = isAccepted(sent);
    if ("refused" in sent && !NOT_WAITING.test(sent.refused)) broken(known, `refused to continue: ${sent.refused}`);
    if ("lost" in sent && tries > 1)
      this.#after(this.#soon(), () => this.#continue(known, wait, tries - 1, isOlderForm));
  }
}
