/** The program as several processes on one database. Each dies, ends, stands still and wakes alone. */
import { StoreUnavailableError } from "../../../src/store/store.ts";
import type { Chance } from "../chance.ts";
import { settled } from "../clients.ts";
import { CrashError } from "../crashableStore.ts";
import { BrokenPromise, type Downtime } from "../known.ts";
import { transactionOver } from "../mapStore/mapStore.ts";
import { readerOf } from "../mapStore/tables.ts";
import type { Program, ProgramStore, Surroundings } from "../program.ts";
import { luckOf } from "../scenario.ts";
import { HOUR, MINUTE, SECOND } from "../times.ts";
import type { NodeFaults } from "./nodeFaults.ts";
import { GOES_ON_MS, GoingOn } from "./nodePromises.ts";
import type { CommitFate } from "./session.ts";
import { LONGEST_END_MS, SimulatedNode } from "./simulatedNode.ts";
import { SimulatedPostgres } from "./simulatedPostgres.ts";
import { VirtualTime } from "./virtualTime.ts";

/** In which the others have taken over what one of them had, and everybody has gone on. */
const TAKE_OVER_MS = 15 * SECOND;
/** Within which a process writes down what it has heard, once the database is up again. */
const SETTLING_MS = 10 * SECOND;
/** Turns of the event loop in which nothing was asked of the database: nothing more happens by itself. */
const QUIET_TURNS = 3;

export class Cluster implements Program {
  readonly #options: Surroundings;
  readonly #faults: NodeFaults;
  readonly #time: VirtualTime;
  readonly #server: SimulatedPostgres;
  readonly #goingOn: GoingOn;
  /** Of who is told to end, and when. */
  readonly #endings: Chance;
  readonly #outageTimes: Chance;
  readonly #machines: Chance;
  readonly durable: ProgramStore;
  readonly downtimes: Downtime[] = [];
  crashes = 0;
  #nodes: SimulatedNode[] = [];
  #born = 0;
  #pauses = 0;
  #shutdowns = 0;
  #outages = 0;
  /** When the database went down that has not been up for long since. */
  #wentDownAt = Number.POSITIVE_INFINITY;
  #clockSets = 0;
  #lastWake = { at: Number.NEGATIVE_INFINITY, stoodStillMs: 0 };
  #disturbedUntil = Number.NEGATIVE_INFINITY;
  #statementsSeen = 0;
  #quietTurns = 0;

  constructor(options: Surroundings, faults: NodeFaults, changed: Set<number>) {
    this.#options = options;
    this.#faults = faults;
    this.#time = new VirtualTime(options.clock);
    this.#endings = luckOf(options.scenario.seed, "shutdownTimes");
    this.#outageTimes = luckOf(options.scenario.seed, "outageTimes");
    this.#machines = luckOf(options.scenario.seed, "machineTimes");
    this.#server = new SimulatedPostgres({
      time: this.#time,
      chance: luckOf(options.scenario.seed, "database"),
      slowStatements: faults.slowStatements,
      changed,
      isWorking: (id) => this.#nodes.some((node) => node.id === id && node.hasWorkedFor(7 * SECOND)),
    });
    this.#goingOn = new GoingOn(this.#server, options.clock);
    const reader = readerOf(this.#server.tables);
    const tx = transactionOver(reader, { inboxGrew: () => {}, notificationsGrew: () => {} });
    this.durable = { ...nobody(), read: (work) => work(tx) };
    for (let count = 0; count < faults.count; count += 1) this.#add();
  }

  /** That of any process that takes requests. */
  get store(): ProgramStore {
    const [first, ...others] = this.#answering();
    const parked = this.#underWay();
    const writes = () => this.#server.writes;
    return first ? { ...this.#options.chance.pick([first, ...others]).store, parked, writes } : nobody();
  }

  run() {
    if (this.#isDisturbed()) return null;
    return { number: this.downtimes.length, since: Math.max(0, this.#disturbedUntil) };
  }

  async alone(work: Promise<void>): Promise<void> {
    while (this.#server.parked > 0 || !(await settled(work))) {
      if (this.#server.parked > 0) this.#server.letGo(() => ({ isWritten: true, takesMs: 0, answerIsLost: false }));
    }
  }

  async start(): Promise<void> {
    await Promise.all(this.#nodes.map((node) => node.start()));
  }

  async step(): Promise<boolean> {
    this.#quietTurns = 0;
    const { chance, clock, scenario } = this.#options;
    const [node] = this.#nodes.length > 0 ? [chance.pick(this.#nodes as [SimulatedNode, ...SimulatedNode[]])] : [];
    if (node && this.crashes < scenario.crashes && chance.happens(scenario.crashChance)) {
      await this.#crash(node);
      return true;
    }
    if (
      node &&
      !node.isPaused &&
      !node.isEnding &&
      this.#pauses < this.#faults.pauses &&
      chance.happens(this.#faults.pauseChance)
    ) {
      this.#pause(node);
      return true;
    }
    const leaving = this.#toldToEnd();
    if (leaving) {
      this.#shutDown(leaving);
      return true;
    }
    if (this.#perhapsGoesDown()) return true;
    this.#perhapsSetsClock();
    const soon = clock.next();
    const first = soon !== null && soon <= clock.now() + 40 && chance.happens(0.3);
    if (this.#server.parked === 0 || first) return this.#letTimePass();
    this.#server.letGo(() => this.#fate());
    return true;
  }

  isAtRest(): boolean {
    if (this.#server.fault) throw this.#server.fault;
    if (this.#statementsSeen !== this.#server.statements) this.#quietTurns = 0;
    this.#statementsSeen = this.#server.statements;
    if (this.#quietTurns >= QUIET_TURNS) {
      this.#goingOn.check(this.#nodes);
      return true;
    }
    setImmediate(() => {
      this.#quietTurns += 1;
    });
    return false;
  }

  isIdle(): boolean {
    return this.#nodes.length > 0 && this.#underWay() === 0 && !this.#isDisturbed();
  }

  stoodStillMs(): number {
    const { at, stoodStillMs } = this.#lastWake;
    return at === this.#options.clock.now() ? stoodStillMs : 0;
  }

  mayRepeat(): boolean {
    return this.#options.clock.now() < this.#disturbedUntil + MINUTE;
  }

  faults(): Iterable<[number, string]> {
    return this.#nodes.flatMap((node) => [...node.faults()]);
  }

  async end(): Promise<void> {
    await Promise.all(this.#nodes.map((node) => node.die()));
  }

  #add(): SimulatedNode {
    this.#born += 1;
    const node = new SimulatedNode({ ...this.#options, id: `node${this.#born}`, server: this.#server });
    this.#nodes.push(node);
    return node;
  }

  #letTimePass(): boolean {
    const { clock } = this.#options;
    const [deployments, processes] = [earliest(clock.next(), this.#server.nextDue(clock.now())), this.#time.next()];
    if (deployments === null && processes === null) return false;
    if (processes !== null && (deployments === null || processes <= deployments)) this.#time.fireNext();
    else if (deployments !== null) {
      this.#time.stand(deployments);
      // What is due is somebody's, whether or not a timer of theirs says so.
      this.#time.stirs(GOES_ON_MS + SECOND);
      if (clock.next() === deployments) clock.fireNext();
      else clock.passUntil(deployments);
    }
    return true;
  }

  async #crash(node: SimulatedNode): Promise<void> {
    const { chance, scenario, say } = this.#options;
    this.crashes += 1;
    const downtime = chance.between(1, scenario.longestDowntimeMs);
    say(() => `CRASH of ${node.id}; down for ${downtime} ms`);
    await this.#isGone(node, downtime);
  }

  #toldToEnd(): SimulatedNode | null {
    const { shutdowns, shutdownChance } = this.#faults;
    if (this.#shutdowns >= shutdowns || !this.#endings.happens(shutdownChance)) return null;
    const [first, ...others] = this.#answering();
    return first ? this.#endings.pick([first, ...others]) : null;
  }

  /** As for an upgrade: it ends in good order, and another comes in its place. */
  #shutDown(node: SimulatedNode): void {
    const { scenario, guarded, say } = this.#options;
    this.#shutdowns += 1;
    const downtime = this.#endings.between(1, scenario.longestDowntimeMs);
    say(() => `${node.id} is told to end; down for ${downtime} ms`);
    this.#disturb(LONGEST_END_MS + TAKE_OVER_MS);
    guarded(async () => {
      await node.end().catch(unlessDead(node));
      if (node.isDead) return;
      say(() => `${node.id} has ended`);
      await this.#isGone(node, downtime);
    });
  }

  /** After `downtime` another takes its place. */
  async #isGone(node: SimulatedNode, downtime: number): Promise<void> {
    const { clock, guarded, alarms, receivers, say } = this.#options;
    this.#nodes = this.#nodes.filter((other) => other !== node);
    const isLast = this.#answering().length === 0;
    this.#disturb((isLast ? downtime : 0) + TAKE_OVER_MS);
    // What was on its way when its sender died, or stood still for the last time, may have been taken just then; of what it
    // heard while the database was away, nothing is written.
    const lastWrote = this.#server.hasBeenUpFor(SETTLING_MS) ? clock.now() : this.#wentDownAt;
    const lastHeard = Math.min(node.pausedSince ?? clock.now(), lastWrote);
    await node.die();
    receivers.interrupted(lastHeard);
    clock.after(downtime, () => {
      const next = this.#add();
      say(() => `${next.id} starts`);
      alarms.hasCome("a restart");
      this.#disturb(TAKE_OVER_MS);
      guarded(() => this.#begin(next));
    });
  }

  /** A database that is away is waited for; who loses it in the midst of the start is started anew. */
  async #begin(node: SimulatedNode): Promise<void> {
    await this.#server.up;
    try {
      await node.start();
    } catch (error) {
      if (node.isDead) return;
      if (!(error instanceof StoreUnavailableError)) throw error;
      await this.#isGone(node, SECOND);
    }
  }

  #perhapsGoesDown(): boolean {
    const { say } = this.#options;
    const { outages, outageChance, longestOutageMs } = this.#faults;
    if (this.#server.isDown || this.#outages >= outages || !this.#outageTimes.happens(outageChance)) return false;
    this.#outages += 1;
    if (this.#server.hasBeenUpFor(SETTLING_MS)) this.#wentDownAt = this.#options.clock.now();
    const ms = this.#outageTimes.between(1, longestOutageMs);
    say(() => `the database goes down for ${ms} ms`);
    this.#disturb(ms + TAKE_OVER_MS, { isOutage: true });
    this.#server.goDown();
    for (const node of this.#nodes) node.loseConnections();
    this.#time.after(ms, () => {
      say(() => "the database is up");
      this.#disturb(TAKE_OVER_MS);
      this.#server.comeUp();
    });
    return true;
  }

  #perhapsSetsClock(): void {
    const { clockSets, clockSetChance } = this.#faults;
    if (this.#clockSets >= clockSets || !this.#machines.happens(clockSetChance)) return;
    const [first, ...others] = this.#nodes.filter(({ isPaused }) => !isPaused);
    if (!first) return;
    this.#clockSets += 1;
    const node = this.#machines.pick([first, ...others]);
    const ms = this.#machines.pick([HOUR, -HOUR]);
    this.#options.say(() => `somebody sets the clock of ${node.id} by ${ms} ms`);
    const before = node.machine.elapsedMs();
    node.machine.setWall(ms);
    // Short sleeps that have gone unnoticed so far may show.
    if (Math.abs(node.machine.elapsedMs() - before) > SECOND)
      throw new BrokenPromise("time passed when somebody set the clock");
  }

  /** Those that are sent requests: awake, and not about to end. */
  #answering(): SimulatedNode[] {
    return this.#nodes.filter(({ isPaused, isEnding }) => !isPaused && !isEnding);
  }

  #pause(node: SimulatedNode): void {
    const { chance, clock, say } = this.#options;
    this.#pauses += 1;
    const ms = chance.between(1, this.#faults.longestPauseMs);
    const isAsleep = this.#machines.happens(this.#faults.sleeps);
    say(() => `${node.id} ${isAsleep ? "sleeps with its machine" : "stands still"} for ${ms} ms`);
    node.pause();
    this.#disturb(ms + TAKE_OVER_MS);
    this.#time.after(ms, () => {
      if (node.isDead) return;
      say(() => `${node.id} wakes`);
      this.#disturb(TAKE_OVER_MS);
      this.#lastWake = { at: clock.now(), stoodStillMs: ms };
      if (isAsleep) node.machine.hasSlept(ms);
      node.wake();
    });
  }

  #fate(): CommitFate {
    const { chance, say } = this.#options;
    const isSlow = chance.happens(this.#faults.slowCommits);
    const takesMs = isSlow ? chance.between(1, this.#faults.slowestCommitMs) : 0;
    const answerIsLost = chance.happens(this.#faults.lostCommits);
    if (isSlow || answerIsLost) this.#disturb(takesMs + TAKE_OVER_MS);
    say(() => `a commit${isSlow ? ` that takes ${takesMs} ms` : ""}${answerIsLost ? ", its answer is lost" : ""}`);
    return { isWritten: true, takesMs, answerIsLost };
  }

  /** For a while, what should come in time may not. */
  #disturb(ms: number, how: Pick<Downtime, "isOutage"> = {}): void {
    const { clock, receivers } = this.#options;
    const from = clock.now();
    this.downtimes.push({ from, to: from + ms, isSleep: false, othersGoOn: true, ...how });
    this.#disturbedUntil = Math.max(this.#disturbedUntil, from + ms);
    this.#time.stirs(ms);
    receivers.interrupted(from);
  }

  #isDisturbed(): boolean {
    return this.#options.clock.now() < this.#disturbedUntil;
  }

  #underWay(): number {
    return this.#server.parked + this.#nodes.reduce((total, { underWay }) => total + underWay, 0);
  }
}

function earliest(one: number | null, other: number | null): number | null {
  return one === null || other === null ? (one ?? other) : Math.min(one, other);
}

function unlessDead(node: SimulatedNode) {
  return (error: unknown) => {
    if (!node.isDead) throw error;
  };
}

/** Nobody is up. */
function nobody(): ProgramStore {
  const down = () => Promise.reject(new CrashError("nobody is up"));
  return {
    parked: 0,
    writes: () => 0,
    read: down,
    transaction: down,
    onInbox() {},
    onNotifications() {},
    close: async () => {},
  };
}
