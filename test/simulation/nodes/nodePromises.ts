/** What is promised where several processes share the work: whatever becomes of one of them, another goes on. */
import { BrokenPromise } from "../known.ts";
import { IN } from "../mapStore/tables.ts";
import type { SimulatedClock } from "../simulatedClock.ts";
import { SECOND } from "../times.ts";
import { deploymentLock, effectLock } from "./locksOf.ts";
import type { SimulatedNode } from "./simulatedNode.ts";
import type { SimulatedPostgres } from "./simulatedPostgres.ts";

/** Within which another process goes on with the work of one that died. */
export const GOES_ON_MS = 10 * SECOND;

/** What is to be done, and since when somebody could have done it. */
export class GoingOn {
  readonly #server: SimulatedPostgres;
  readonly #clock: SimulatedClock;
  #since = new Map<string, number>();

  constructor(server: SimulatedPostgres, clock: SimulatedClock) {
    this.#server = server;
    this.#clock = clock;
  }

  check(nodes: readonly SimulatedNode[]): void {
    const present = this.#server.time.elapsedMs();
    const isAnybodyThere = nodes.some((node) => node.hasWorkedFor(GOES_ON_MS));
    const since = new Map<string, number>();
    for (const { what, lock } of this.#undone(nodes)) {
      // Where the database is slow, a row may be held for long, or everybody wait for a commit.
      const { locks, slowCommits } = this.#server;
      const isHeld = slowCommits > 0 || locks.waiting > 0 || !locks.isFree(lock);
      const first = isHeld || !isAnybodyThere ? present : (this.#since.get(what) ?? present);
      if (present - first > GOES_ON_MS) throw new BrokenPromise(`${what}, and nobody has gone on with it`);
      since.set(what, first);
    }
    this.#since = since;
  }

  *#undone(nodes: readonly SimulatedNode[]): Generator<{ what: string; lock: string }> {
    const { deployments, inbox, effects } = this.#server.tables;
    for (const { n, record } of deployments.committed.where("timed", IN)) {
      const { wakeAt, version, plan } = record;
      if (wakeAt === null || wakeAt > this.#clock.now()) continue;
      yield { what: `${plan.deploymentId} is due in version ${version}`, lock: deploymentLock(n) };
    }
    for (const { n, deploymentN } of inbox.committed.all()) {
      yield { what: `event ${n} of deployment ${deploymentN} waits`, lock: deploymentLock(deploymentN) };
    }
    for (const { deploymentN, deploymentId, effect } of effects.committed.all()) {
      const owner = this.#server.ownerOfEffect(deploymentN, effect.key);
      if (nodes.some(({ id, isDead }) => id === owner && !isDead)) continue;
      yield {
        what: `${effect.key} of ${deploymentId} was ${owner}'s, which has died`,
        lock: effectLock(deploymentN, effect.key),
      };
    }
  }
}
