/** The program under test, whatever it is made of: what a simulation does to it, and what it must be given to run in one. */
import type { Driver } from "../../src/drivers/driver.ts";
import type { NotificationDriver } from "../../src/drivers/notificationDriver.ts";
import type { Services } from "../../src/operations/operation.ts";
import type { Store } from "../../src/store/store.ts";
import type { AlarmWorld } from "./alarmWorld.ts";
import type { Chance } from "./chance.ts";
import type { Downtime } from "./known.ts";
import type { LambdaWorld } from "./lambdaWorld.ts";
import type { Receivers } from "./receivers.ts";
import type { Scenario } from "./scenario.ts";
import type { SimulatedClock } from "./simulatedClock.ts";

/** The store as somebody reaches it through the program. */
export interface ProgramStore extends Store {
  /** Transactions that wait for a commit. */
  readonly parked: number;
  /** How many transactions are written by now; 0 for ever where requests are committed in the order in which they are sent. */
  writes(): number;
}

export interface Program {
  /** What is durable, whoever is up. */
  readonly durable: Store;
  /** As clients reach it at the moment. */
  readonly store: ProgramStore;
  readonly crashes: number;
  /** When it died or its machine slept, and when it was up again. */
  readonly downtimes: readonly Downtime[];
  /** Which run this is, or which of its machine between two sleeps, and since when; `null` while it is down. */
  run(): { number: number; since: number } | null;
  /** Everything that the work brings about is committed, before anything goes wrong. */
  alone(work: Promise<void>): Promise<void>;
  start(): Promise<void>;
  /** One thing happens: a crash, a commit, or the next timer. False when nothing is left to happen. */
  step(): Promise<boolean>;
  /** Whether everything under way waits for time, for a commit, or in line behind what does. */
  isAtRest(): boolean;
  /** Whether it is up, and has nothing to do before time passes. */
  isIdle(): boolean;
  /** How long a process stood still that has woken at this very moment; 0 where none has. */
  stoodStillMs(): number;
  /** Whether somebody who stood still may go on with what others have taken over: receivers are told twice. */
  mayRepeat(): boolean;
  /** Deployments, by row, that a fault has stopped. */
  faults(): Iterable<[number, string]>;
  /** Leaves nothing behind that could keep the process alive. */
  end(): Promise<void>;
}

/** What the program lives in. */
export interface Surroundings {
  scenario: Scenario;
  chance: Chance;
  clock: SimulatedClock;
  world: LambdaWorld;
  alarms: AlarmWorld;
  receivers: Receivers;
  services: Omit<Services, "store">;
  /** The drivers of one run of a process, before the simulated services; one that is not `awake` hears nothing of them. */
  drivers(
    alarms: ReturnType<AlarmWorld["sourcesOf"]>["start"],
    isAlive: () => boolean,
    awake?: () => Promise<void> | undefined,
  ): Driver[];
  deliver: NotificationDriver;
  /** Runs what no one awaits. */
  guarded: (work: () => Promise<void>) => void;
  say: (tell: () => string) => void;
}
