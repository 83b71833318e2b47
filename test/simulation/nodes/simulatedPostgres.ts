/**
 * A model of the PostgreSQL that several processes share: rows in maps, locks, sessions, beats and claims. Statements see what
 * is committed when they run, and wait for who has locked a row; commits come when the simulation says so, may take long,
 * and their answers may be lost.
 */
import { LEASE_MS, type Node } from "../../../src/store/postgres/node.ts";
import type { Claims } from "../../../src/store/store.ts";
import type { Chance } from "../chance.ts";
import { BrokenPromise } from "../known.ts";
import { emptyTables, IN, type Tables } from "../mapStore/tables.ts";
import type { Draft } from "./draft.ts";
import { deploymentLock, effectLock, notificationLock } from "./locksOf.ts";
import { RowLocks } from "./rowLocks.ts";
import type { CommitFate, Session } from "./session.ts";
import type { VirtualTime } from "./virtualTime.ts";

interface Parked {
  session: Session;
  goOn: (fate: CommitFate) => void;
  isCommit: boolean;
}

export interface SimulatedPostgresOptions {
  time: VirtualTime;
  chance: Chance;
  /** How often a statement is on its way long enough for others to come before it. */
  slowStatements: number;
  /** Whether the process has been there, and awake, for longer than a lease. */
  isWorking: (nodeId: string) => boolean;
  /** Given every deployment that a transaction has written. */
  changed: Set<number>;
}

const AT_ONCE: CommitFate = { isWritten: true, takesMs: 0, answerIsLost: false };

export class SimulatedPostgres {
  readonly tables: Tables = emptyTables();
  readonly locks: RowLocks;
  readonly time: VirtualTime;
  readonly #chance: Chance;
  readonly #isWorking: SimulatedPostgresOptions["isWorking"];
  readonly #slowStatements: number;
  readonly #changed: Set<number>;
  readonly #beats = new Map<string, number>();
  /** Processes that have ended in good order. */
  readonly ended = new Set<string>();
  readonly #claimed = new Map<number, { until: number; version: number }>();
  readonly #owners = new Map<string, string>();
  #parked: Parked[] = [];
  /** Commits that take long, while the process that sent them can send no other; each is told whether it is written. */
  readonly #slowCommits = new Set<(isWritten: boolean) => void>();
  /** Resolves when it is up again; `null` while it is. */
  up: Promise<void> | null = null;
  #comesUp: () => void = () => {};
  #upSinceMs = Number.NEGATIVE_INFINITY;
  /** Statements that were sent. */
  statements = 0;
  /** Transactions that are written. */
  writes = 0;
  fault: unknown = null;

  constructor({ time, chance, slowStatements, isWorking, changed }: SimulatedPostgresOptions) {
    this.time = time;
    this.#chance = chance;
    this.#slowStatements = slowStatements;
    this.#isWorking = isWorking;
    this.#changed = changed;
    this.locks = new RowLocks(time);
  }

  /** What waits for the simulation: commits, and statements on their way. */
  get parked(): number {
    return this.#parked.length;
  }

  mayTakeItsTime(session: Session): Promise<unknown> | undefined {
    if (!this.#chance.happens(this.#slowStatements)) return undefined;
    return new Promise((resolve) => this.#parked.push({ session, goOn: resolve, isCommit: false }));
  }

  commitsWhenTold(session: Session): Promise<CommitFate> {
    return new Promise((resolve) => this.#parked.push({ session, goOn: resolve, isCommit: true }));
  }

  /** One of those that wait goes on; `fate` is drawn for a commit. */
  letGo(fate: () => CommitFate): void {
    const [chosen] = this.#parked.splice(this.#chance.between(0, this.#parked.length - 1), 1);
    chosen?.goOn(chosen.isCommit ? fate() : AT_ONCE);
  }

  /** A process is gone. What it had sent may be lost on the way; a commit may have arrived. */
  forget(nodeId: string): void {
    const gone = this.#parked.filter(({ session }) => session.nodeId === nodeId);
    this.#parked = this.#parked.filter((one) => !gone.includes(one) || (one.isCommit && this.#chance.happens(0.5)));
    for (const one of gone) if (one.isCommit && !this.#parked.includes(one)) one.session.lose();
  }

  get slowCommits(): number {
    return this.#slowCommits.size;
  }

  /** Resolves after so long, and answers whether the commit is written. */
  takesLong(milliseconds: number): Promise<boolean> {
    return new Promise((resolve) => {
      const ends = (isWritten: boolean) => {
        release();
        this.#slowCommits.delete(ends);
        resolve(isWritten);
      };
      const release = this.time.after(milliseconds, () => ends(true));
      this.#slowCommits.add(ends);
    });
  }

  get isDown(): boolean {
    return this.up !== null;
  }

  hasBeenUpFor(milliseconds: number): boolean {
    return !this.isDown && this.time.elapsedMs() - this.#upSinceMs > milliseconds;
  }

  /** Nobody hears of a commit that was under way; it may be written. Those who were connected are to lose their connections. */
  goDown(): void {
    this.up = new Promise((resolve) => {
      this.#comesUp = resolve;
    });
    for (const { goOn } of this.#parked.splice(0)) {
      goOn({ isWritten: this.#chance.happens(0.5), takesMs: 0, answerIsLost: true });
    }
    for (const ends of [...this.#slowCommits]) ends(this.#chance.happens(0.5));
  }

  comeUp(): void {
    this.up = null;
    this.#upSinceMs = this.time.elapsedMs();
    this.#comesUp();
    this.time.stirs();
  }

  /** What the session has written is committed. */
  write({ nodeId }: Session, draft: Draft): void {
    const effects = draft.keys("effects");
    const deployments = draft.keys("deployments");
    try {
      draft.commit(this.tables);
      this.writes += 1;
    } catch (error) {
      this.fault ??= error;
    }
    for (const key of effects) this.#own(String(key), nodeId);
    for (const n of deployments) this.#changed.add(Number(n));
    this.time.stirs();
  }

  /** A new effect is that of whoever has written it. */
  #own(key: string, nodeId: string): void {
    const row = `effect ${key}`;
    if (!this.tables.effects.committed.get(key)) this.#owners.delete(row);
    else if (!this.#owners.has(row)) this.#owners.set(row, nodeId);
  }

  /** When the next deployment is due. */
  nextDue(after: number): number | null {
    const times = this.tables.deployments.committed.where("timed", IN).map(({ record }) => record.wakeAt ?? 0);
    const later = times.filter((at) => at > after);
    return later.length === 0 ? null : Math.min(...later);
  }

  accuse(promise: string): void {
    this.fault ??= new BrokenPromise(promise);
  }

  beat(nodeId: string): number {
    this.#beats.set(nodeId, this.time.elapsedMs());
    return this.time.elapsedMs();
  }

  /** The process says that it goes. */
  leave(nodeId: string): void {
    this.#beats.delete(nodeId);
  }

  /** Whether others take it to be there. */
  isLive(nodeId: string): boolean {
    return (this.#beats.get(nodeId) ?? Number.NEGATIVE_INFINITY) > this.time.elapsedMs() - LEASE_MS;
  }

  ownerOfEffect(deploymentN: number, key: string): string | undefined {
    return this.#owners.get(effectLock(deploymentN, key));
  }

  /** As `store/postgres/claims.ts`; each is a commit of its own, and skips what is locked. */
  claimsOf(nodeId: string, node: Pick<Node, "mayClaim" | "ownsUnknown">): Claims {
    const isFree = (row: string) => {
      const owner = this.#owners.get(row);
      return owner === undefined || !this.isLive(owner);
    };
    return {
      due: async (now, limit) => {
        if (!node.mayClaim()) return [];
        const due = this.tables.deployments.committed.where("timed", IN).filter(({ n, record }) => {
          const claim = this.#claimed.get(n);
          const isClaimed = claim && claim.until > now && claim.version === record.version;
          return record.wakeAt !== null && record.wakeAt <= now && !isClaimed && this.locks.isFree(deploymentLock(n));
        });
        const sorted = due.sort((one, other) => (one.record.wakeAt ?? 0) - (other.record.wakeAt ?? 0));
        return sorted.slice(0, limit).map(({ n, record }) => {
          this.#claimed.set(n, { until: now + LEASE_MS, version: record.version });
          return n;
        });
      },
      effects: async (limit) => {
        if (!node.mayClaim()) return [];
        const free = this.tables.effects.committed.all().filter(({ deploymentN, effect: { key } }) => {
          const row = effectLock(deploymentN, key);
          const isOwn = node.ownsUnknown() && this.#owners.get(row) === nodeId;
          return (isFree(row) || isOwn) && this.locks.isFree(row);
        });
        const taken = free.slice(0, limit);
        for (const { deploymentN, effect } of taken) {
          this.#requireGone(effectLock(deploymentN, effect.key), nodeId);
          this.#owners.set(effectLock(deploymentN, effect.key), nodeId);
        }
        return taken;
      },
      notifications: async (receiver, now, limit) => {
        const due = this.tables.notifications.committed
          .where("timedFor", receiver)
          .filter(({ nextAt }) => nextAt !== null && nextAt <= now)
          .sort((one, other) => (one.nextAt ?? 0) - (other.nextAt ?? 0) || one.n - other.n);
        const free = node.mayClaim() ? due.filter(({ n }) => isFree(notificationLock(n))) : [];
        const taken = free.filter(({ n }) => this.locks.isFree(notificationLock(n))).slice(0, limit);
        for (const { n } of taken) this.#owners.set(notificationLock(n), nodeId);
        return due.filter(({ n }) => this.#owners.get(notificationLock(n)) === nodeId).slice(0, limit);
      },
    };
  }

  #requireGone(row: string, by: string): void {
    const owner = this.#owners.get(row);
    if (owner === undefined || owner === by || !this.#isWorking(owner)) return;
    this.accuse(`${row.replaceAll("\n", " ")} was taken from a process that lives`);
  }
}
