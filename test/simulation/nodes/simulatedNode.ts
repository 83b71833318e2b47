/**
 * One process of several: the real runner, notifier, beats and commit groups on the shared database. It may die, end in good
 * order, or be paused at any point at which it waits for something from outside, and wake when others have long taken it for
 * dead.
 */
import type { Clock, Instant, Release } from "../../../src/clock.ts";
import { Notifier } from "../../../src/runner/notifier.ts";
import { Runner } from "../../../src/runner/runner.ts";
import { type PatientStore, patientStore } from "../../../src/store/patientStore.ts";
import { CommitGroup } from "../../../src/store/postgres/commitGroup.ts";
import { Node } from "../../../src/store/postgres/node.ts";
import type { Query, Statement } from "../../../src/store/postgres/postgresDatabase.ts";
import { type Store, StoreUnavailableError, type Transaction } from "../../../src/store/store.ts";
import { CrashError } from "../crashableStore.ts";
import type { Listeners } from "../mapStore/mapStore.ts";
import { readerOf } from "../mapStore/tables.ts";
import type { Surroundings } from "../program.ts";
import { connectionLost } from "./databaseErrors.ts";
import { Machine } from "./machine.ts";
import { type NounStatement, Session } from "./session.ts";
import type { SimulatedPostgres } from "./simulatedPostgres.ts";
import { statementsOver } from "./statements.ts";

/** How long a transaction that was turned down is left alone, as in `store/postgres/postgresStore.ts`. */
const PATIENCE_MS = 250;

/** A process that is told to end goes within this, whatever is under way (`compose.ts`). */
export const LONGEST_END_MS = 2_000;

const PROGRAM = { version: "", schema: 1, engineFormat: 1 };

export interface NodeParts extends Surroundings {
  id: string;
  server: SimulatedPostgres;
}

export class SimulatedNode {
  readonly id: string;
  readonly store: Store;
  readonly bornAtMs: number;
  readonly machine: Machine;
  /** Transactions that have not been answered. */
  underWay = 0;
  isDead = false;
  /** It takes no requests any more. */
  isEnding = false;
  wokeAtMs = Number.NEGATIVE_INFINITY;
  readonly #parts: NodeParts;
  readonly #sessions = new Set<Session>();
  readonly #givenUp = new Set<() => void>();
  readonly #clock: Clock;
  readonly #node: Node;
  readonly #group: CommitGroup;
  readonly #patient: PatientStore;
  readonly #runner: Runner;
  readonly #notifier: Notifier | null;
  /** Of the store: who was not heard before is not heard any more. */
  #isClosed = false;
  #paused: { since: Instant; over: Promise<void>; wake: () => void } | null = null;

  constructor(parts: NodeParts) {
    const { id, server, clock, services, alarms, scenario, deliver, drivers, say } = parts;
    this.id = id;
    this.#parts = parts;
    this.bornAtMs = server.time.elapsedMs();
    this.#clock = { now: clock.now.bind(clock), at: (at, callback) => this.#at(at, callback), hold: () => () => {} };
    this.machine = new Machine(server.time, (callback) => this.#whenAwake(callback));
    const log = (line: string) => say(() => `${id}: ${line}`);
    this.#node = new Node({
      id,
      pool: { query: (asked) => this.#ask(asked) },
      clock: "real",
      program: PROGRAM,
      onExcluded: () => {},
      log,
      time: this.machine,
    });
    const { store, group } = this.#openStore();
    this.store = store;
    this.#group = group;
    const patient = patientStore(
      this.store,
      () => new Promise((resolve) => void this.machine.after(PATIENCE_MS, resolve)),
    );
    this.#patient = patient;
    const common = { store: patient, clock: this.#clock, time: this.machine, ids: services.ids, log };
    const sources = alarms.sourcesOf(() => !this.isDead);
    this.#runner = new Runner({
      ...common,
      alarms: {
        source: { look: (...asked) => this.#heard(sources.watch.look(...asked)) },
        intervalMs: scenario.alarms.intervalMs,
      },
      drivers: drivers(
        sources.start,
        () => !this.isDead,
        () => this.awake(),
      ).map((driver) => ({
        ...driver,
        perform: (effect, context) => this.#heard(driver.perform(effect, context)),
      })),
    });
    this.#notifier =
      scenario.receivers.length === 0
        ? null
        : new Notifier({ ...common, deliver: (delivery, signal) => this.#heard(deliver(delivery, signal)) });
  }

  get isPaused(): boolean {
    return this.#paused !== null;
  }

  /** Since when it stands still; `null` while it does not. */
  get pausedSince(): Instant | null {
    return this.#paused?.since ?? null;
  }

  /** Whether it has been there, and awake, for longer than this. */
  hasWorkedFor(milliseconds: number): boolean {
    const since = Math.max(this.bornAtMs, this.wokeAtMs);
    return (
      !this.isDead && !this.isPaused && !this.isEnding && this.#parts.server.time.elapsedMs() - since > milliseconds
    );
  }

  async start(): Promise<void> {
    await this.#node.start();
    await this.#runner.start();
    this.#notifier?.start();
  }

  /** Resolves when it may go on; nothing to wait for while it is not paused. */
  awake(): Promise<void> | undefined {
    return this.#paused?.over;
  }

  pause(): void {
    let wake = () => {};
    const over = new Promise<void>((resolve) => {
      wake = resolve;
    });
    this.#paused = { since: this.#parts.clock.now(), over, wake };
  }

  wake(): void {
    this.wokeAtMs = this.#parts.server.time.elapsedMs();
    this.#paused?.wake();
    this.#paused = null;
  }

  /**
   * As a signal has it, in the order of `compose.ts`: nothing new is begun, what has been begun is committed, and it says
   * that it goes. What takes longer than it may is left.
   */
  end(): Promise<void> {
    this.isEnding = true;
    const inOrder = async () => {
      const stopped = [this.#runner.stop(), this.#notifier?.stop()];
      this.#patient.giveUp();
      await Promise.all(stopped);
      this.#isClosed = true;
      await this.#group.drained();
      await this.#node.stop();
      const { server } = this.#parts;
      // Where the database is down, nobody hears of it.
      if (!this.isDead && !server.isDown) server.ended.add(this.id);
    };
    return new Promise((resolve, reject) => {
      const release = this.#parts.server.time.after(LONGEST_END_MS, resolve);
      inOrder().then(resolve, reject).finally(release);
    });
  }

  async die(): Promise<void> {
    this.isDead = true;
    // Nothing that it waited for comes to it any more.
    this.#paused?.wake();
    this.#paused = null;
    this.#parts.server.forget(this.id);
    this.loseConnections();
    const stopped = [this.#runner.stop(), this.#notifier?.stop()];
    this.#patient.giveUp();
    for (const giveUp of this.#givenUp) giveUp();
    await Promise.all(stopped);
  }

  loseConnections(): void {
    for (const session of this.#sessions) session.drop();
    this.#sessions.clear();
  }

  faults(): Iterable<[number, string]> {
    return this.isDead ? [] : this.#runner.faults();
  }

  #openStore(): { store: Store; group: CommitGroup } {
    const { server } = this.#parts;
    let inboxListener: (deploymentN: number) => void = () => {};
    let notificationsListener: (receivers: ReadonlySet<string>) => void = () => {};
    let notified = new Set<string>();
    const listeners = {
      inboxGrew: (n: number) => inboxListener(n),
      notificationsGrew: (receiver: string) => void notified.add(receiver),
    };
    const committed = readerOf(server.tables);
    const reader = statementsOver(({ noun, method, run }) => {
      if (noun === "deployments" && method === "due")
        server.accuse("a process took what is due, and had not claimed it");
      return this.#asked(() => run(committed));
    });
    const group = new CommitGroup({
      connect: async () => {
        await this.awake();
        if (this.isDead) throw new CrashError("a connection");
        if (server.isDown) throw connectionLost();
        const session = new Session(server, this.id, () => this.awake());
        this.#sessions.add(session);
        return session;
      },
      transactionOn: (query) => ({ tx: writing(query, listeners), flush: () => {} }),
      afterCommit() {
        if (notified.size === 0) return;
        const receivers = notified;
        notified = new Set();
        notificationsListener(receivers);
      },
      onUnknown: () => this.#node.mayOwnUnknown(),
      time: this.machine,
    });
    const claims = server.claimsOf(this.id, this.#node);
    const store: Store = {
      claims: {
        due: (...asked) => this.#asked(() => claims.due(...asked)),
        effects: (...asked) => this.#asked(() => claims.effects(...asked)),
        notifications: (...asked) => this.#asked(() => claims.notifications(...asked)),
      },
      read: (work) => this.#mortal(work(reader)),
      transaction: (work, about) =>
        this.#isClosed
          ? Promise.reject(new CrashError("a closed store"))
          : this.#counted(this.#mortal(group.add(work, about ?? null))),
      onInbox(heard) {
        inboxListener = heard;
      },
      onNotifications(heard) {
        notificationsListener = heard;
      },
      close: async () => {},
    };
    return { store, group };
  }

  /** Outside of transactions a statement is sent, run and heard of without anybody in its way. */
  async #asked<T>(run: () => Promise<T>): Promise<T> {
    this.#parts.server.statements += 1;
    await this.awake();
    if (this.isDead) throw new CrashError("a statement");
    if (this.#parts.server.isDown) throw new StoreUnavailableError("The database cannot be reached.");
    const answer = await run();
    await this.awake();
    if (this.isDead) throw new CrashError("the answer to a statement");
    return answer;
  }

  #ask({ name = "", text }: { name?: string; text: string }): Promise<{ rows: Record<string, unknown>[] }> {
    return this.#asked(async () => {
      if (name === "beat") return { rows: [{ beat_at: this.#parts.server.beat(this.id), version: 1, oldest: 1 }] };
      if (name === "forget") return { rows: [] };
      if (text.startsWith("delete from node")) {
        this.#parts.server.leave(this.id);
        return { rows: [] };
      }
      throw new Error(`the simulated database does not know: ${text}`);
    });
  }

  /** An answer from outside, which a paused process hears when it wakes. */
  async #heard<T>(call: Promise<T>): Promise<T> {
    try {
      return await call;
    } finally {
      await this.awake();
    }
  }

  async #counted<T>(work: Promise<T>): Promise<T> {
    this.underWay += 1;
    try {
      return await work;
    } finally {
      this.underWay -= 1;
    }
  }

  /** Nobody hears anything of a process that has died. */
  #mortal<T>(work: Promise<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      const giveUp = () => reject(new CrashError("waiting for an answer"));
      work.then(resolve, reject).finally(() => this.#givenUp.delete(giveUp));
      if (this.isDead) giveUp();
      else this.#givenUp.add(giveUp);
    });
  }

  #at(instant: Instant, callback: () => void): Release {
    return this.#parts.clock.at(instant, () => this.#whenAwake(callback));
  }

  #whenAwake(callback: () => void): void {
    if (this.#paused) void this.#paused.over.then(() => this.#whenAwake(callback));
    else if (!this.isDead) callback();
  }
}

/** A transaction whose every statement goes through the connection of the commit group. */
function writing(query: Query, listeners: Listeners): Transaction {
  return statementsOver(async (call) => {
    const statement: Statement & Omit<NounStatement, keyof Statement> = {
      name: call.method,
      text: call.noun,
      values: [],
      ...call,
    };
    const { rows } = await query(statement);
    return rows[0];
  }, listeners);
}
