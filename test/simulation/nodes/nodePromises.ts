/** What is promised where several processes share the work: whatever becomes of one of them, another goes on. */
import { LEASE_MS } from "../../../src/store/postgres/node.ts";
import { BrokenPromise } from "../known.ts";
import { IN } from "../mapStore/tables.ts";
import type { SimulatedClock } from "../simulatedClock.ts";
import { SECOND } from "../times.ts";
import { deploymentLock, effectLock } from "./locksOf.ts";
import type { SimulatedNode } from "./simulatedNode.ts";
import type { SimulatedPostgres } from "./simulatedPostgres.ts";

/** Within which another process goes on with the work of one that died. */
export const GOES_ON_MS = 10 * SECOND;

/** Within which another does where it has ended in good order, and said so: nobody waits for its lease to run out. */
const AT_ONCE_MS = 4 * SECOND;

interface Undone {
  what: string;
  lock: string;
  withinMs: number;
}

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
    // After an outage nobody claims anything for a lease: the others may not have come back yet.
    const isAnybodyThere =
      this.#server.hasBeenUpFor(LEASE_MS + 2 * SECOND) && nodes.some((node) => node.hasWorkedFor(GOES_ON_MS));
    const since = new Map<string, number>();
    for (const { what, lock, withinMs } of this.#undone(nodes)) {
      // Where the database is slow, a row may be held for long, or everybody wait for a commit.
      const { locks, slowCommits } = this.#server;
      const isHeld = slowCommits > 0 || locks.waiting > 0 || !locks.isFree(lock);
      const first = isHeld || !isAnybodyThere ? present : (this.#since.get(what) ?? present);
      if (present - first > withinMs) throw new BrokenPromise(`${what}, and nobody has gone on with it`);
      since.set(what, first);
    }
    this.#since = since;
  }

  *#undone(nodes: readonly SimulatedNode[]): Generator<Undone> {
    const withinMs = GOES_ON_MS;
    const { deployments, inbox, effects } = this.#server.tables;
    for (const { n, record } of deployments.committed.where("timed", IN)) {
      const { wakeAt, version, plan } = record;
      if (wakeAt === null || wakeAt > this.#clock.now()) continue;
      yield { what: `${plan.deploymentId} is due in version ${version}`, lock: deploymentLock(n), withinMs };
    }
    for (const { n, deploymentN } of inbox.committed.all()) {
      yield { what: `event ${n} of deployment ${deploymentN} waits`, lock: deploymentLock(deploymentN), withinMs };
    }
    for (const { deploymentN, deploymentId, effect } of effects.committed.all()) {
      const owner = this.#server.ownerOfEffect(deploymentN, effect.key);
      if (nodes.some(({ id, isDead }) => id === owner && !isDead)) continue;
      const hasEnded = owner !== undefined && this.#server.ended.has(owner);
      yield {
        what: `${effect.key} of ${deploymentId} was ${owner}'s, which has ${hasEnded ? "ended" : "died"}`,
        lock: effectLock(deploymentN, effect.key),
        withinMs: hasEnded ? AT_ONCE_MS : GOES_ON_MS,
      };
    }
  }
}
