/** People who pause, resume, skip waits, promote and abort, at any moment and against each other. */
import { hasEnded, type SteeringVerb } from "../../src/engine/deployment.ts";
import { steerDeployment } from "../../src/management/steering.ts";
import type { Chance } from "./chance.ts";
import { type ActorsOptions, CALLER, isAccepted, isMoving, quietness, type Sent, send } from "./clients.ts";
import { broken, isUnderWay, type Known, type Steer, type StopRequest } from "./known.ts";
import { luckOf, type SteerRequest } from "./scenario.ts";
import { SECOND } from "./times.ts";

/** How often somebody tries to resume what they have paused. */
const MOST_TRIES = 200;
/** How often somebody looks whether traffic is held. */
const MOST_LOOKS = 20;
const REASONS =
  /already completed|is a rollback|paused already|is not paused|resume it first|promoted already|all traffic|never passed over|no wait that can be ended/;

export class Steerers {
  readonly #options: ActorsOptions;
  readonly #chance: Chance;

  constructor(options: ActorsOptions) {
    this.#options = options;
    this.#chance = luckOf(options.scenario.seed, "steering");
  }

  begin(): void {
    const { clock, scenario, guarded } = this.#options;
    for (const request of scenario.steers)
      clock.after(request.atMs, () => guarded(() => this.#steer(request, MOST_LOOKS)));
  }

  async #steer(request: SteerRequest, looks: number): Promise<void> {
    const { group, verb, pauseMs, until } = request;
    const { clock, guarded, inGroup } = this.#options;
    const found = inGroup(group).filter((one) => !hasEnded(one.record.state.status));
    const known = this.#chance.happens(0.15) ? found.at(-1) : found.find(isUnderWay);
    if (until !== null && looks > 0 && !(known && isAt(known, until))) {
      clock.after(this.#chance.between(1, 60) * SECOND, () => guarded(() => this.#steer(request, looks - 1)));
      return;
    }
    if (!known) return;
    if (verb === "abort") {
      await this.#abort(known);
      // Somebody else meets the rollback that follows.
      const next = {
        ...request,
        verb: this.#chance.pick<SteeringVerb>(["abort", "pause", "promote"]),
        until: null,
      };
      const soon = this.#chance.between(1, 60);
      if (this.#chance.happens(0.5)) clock.after(soon, () => guarded(() => this.#steer(next, 0)));
      return;
    }
    const sent = await this.#send(known, verb);
    if (verb === "pause" && !("refused" in sent)) this.#resumeAfter(pauseMs, known, MOST_TRIES);
  }

  #resumeAfter(ms: number, known: Known, tries: number): void {
    const { clock, guarded } = this.#options;
    clock.after(ms, () =>
      guarded(async () => {
        if (hasEnded(known.record.state.status)) return;
        const sent = await this.#send(known, "resume");
        // A pause that is durable may not have been heard yet, and then there is nothing to resume so far.
        const again = "lost" in sent || ("refused" in sent && tries > MOST_TRIES - 4);
        if (again && tries > 0) this.#resumeAfter(this.#chance.between(1, 900) * SECOND, known, tries - 1);
      }),
    );
  }

  async #send(known: Known, verb: Steer["verb"]): Promise<Sent<unknown>> {
    const { clock, services, nextInLine } = this.#options;
    const { store } = services();
    const now = clock.now();
    const sequence = nextInLine();
    const by = `${verb}-${sequence}`;
    const steer: Steer = {
      verb,
      sequence,
      by,
      sentAt: now,
      accepted: null,
      acceptedAt: Number.POSITIVE_INFINITY,
      undisturbed: false,
      writesBefore: known.writes.length,
    };
    known.steers.push(steer);
    const seen = Promise.all([quietness(store), isMoving(store, known.deploymentId)]);
    const sent = await this.#ask(known, verb, by);
    const [isQuiet, moves] = await seen;
    steer.accepted = isAccepted(sent);
    steer.acceptedAt = clock.now();
    steer.undisturbed = isQuiet() && !moves;
    steer.writesBefore = known.writes.length;
    return sent;
  }

  async #abort(known: Known): Promise<void> {
    const { clock, services, nextInLine } = this.#options;
    const sequence = nextInLine();
    const stop: StopRequest = {
      kind: "abort",
      sequence,
      rollBack: undefined,
      accepted: null,
      undisturbed: false,
      writesBefore: known.writes.length,
      sentAt: clock.now(),
    };
    known.stops.push(stop);
    const seen = quietness(services().store);
    const sent = await this.#ask(known, "abort", `abort-${sequence}`);
    stop.accepted = isAccepted(sent);
    stop.undisturbed = (await seen)();
    stop.writesBefore = known.writes.length;
  }

  async #ask(known: Known, verb: Steer["verb"] | "abort", by: string): Promise<Sent<unknown>> {
    const { services, clock, say } = this.#options;
    const { store } = services();
    const { deploymentId } = known;
    const caller = { ...CALLER, accessKeyId: by, signedFor: "signalbox", sourceAddress: "192.0.2.1" };
    const sent = await send(() => steerDeployment(store, caller, deploymentId, verb, clock.now()));
    say(() => `${by} of ${deploymentId}: ${JSON.stringify(sent)}`);
    if ("refused" in sent && !REASONS.test(sent.refused)) broken(known, `refused to ${verb}: ${sent.refused}`);
    if ("output" in sent && known.undoes) broken(known, `a rollback let itself be steered: ${verb}`);
    return sent;
  }
}

function isAt({ record }: Known, until: NonNullable<SteerRequest["until"]>): boolean {
  const { stage } = record.state;
  if (until === "traffic is held") return stage.phase === "HoldingTraffic";
  return "lifecycleEvent" in stage && stage.lifecycleEvent === "AfterAllowTraffic";
}
