/**
 * Delivers notifications, beside the turns and never in them: at least once, in the order of each stream, again after a
 * failure until it gives up. Deployments neither wait for it nor fail because of it.
 */
import { type Clock, type Instant, type ProcessTime, type Release, wallClock } from "../clock.ts";
import { EffectError } from "../drivers/driver.ts";
import type { NotificationDriver } from "../drivers/notificationDriver.ts";
import type { Ids } from "../ids.ts";
import type { Store, StoredNotification, Transaction } from "../store/store.ts";
import { MOST_TO_ONE_RECEIVER, Receivers } from "./receivers.ts";
import { type Wake, wakeTimer } from "./wake.ts";

export interface NotifierOptions {
  store: Store;
  clock: Clock;
  ids: Ids;
  deliver: NotificationDriver;
  log: (line: string) => void;
  /** Where other processes work on the same store: the wall clock where it is left out. */
  time?: ProcessTime;
}

/** Deliveries under way at once. */
const MOST_UNDER_WAY = 128;
/** How often it looks for what other processes have left, where there may be any. */
const LOOK_MS = 2_000;
/** Real time in which a receiver must have answered. */
const DELIVERY_TIMEOUT_MS = 15_000;
/** A notification is tried twelve times within about six hours, three times as long apart each time. */
const MOST_ATTEMPTS = 12;
const FIRST_RETRY_MS = 2_000;
const RETRY_FACTOR = 3;
const LONGEST_RETRY_MS = 2 * 3_600_000;
/** The most outcomes written in one transaction. */
const LARGEST_BATCH = 256;
/** How many due notifications count the failed probe of a receiver that is down as their own failed attempt. */
const MOST_PER_PROBE = 256;

interface Outcome {
  notification: StoredNotification;
  /** `null` when it was delivered. */
  error: unknown;
}

export class Notifier {
  readonly #options: NotifierOptions;
  readonly #wake: Wake;
  #release: Release = () => {};
  /** By stream: the next of a stream is not begun before it is durable how the one before it ended. */
  readonly #underWay = new Map<string, AbortController>();
  readonly #receivers = new Receivers();
  readonly #outcomes: Outcome[] = [];
  /** Rows that ended since they were last read: what was read of them is no longer true. */
  readonly #endedMeanwhile = new Set<number>();
  /** Receivers to look at: something of theirs may be due and there may be room for it. */
  readonly #toLookAt = new Set<string>();
  #lookAtAll = false;
  #looking = false;
  #settling = false;
  #stopped = false;
  #running = 0;

  constructor(options: NotifierOptions) {
    this.#options = options;
    this.#wake = wakeTimer(options.clock, () => this.#look("all"));
    options.store.onNotifications((receivers) => this.#look(receivers));
  }

  /** Takes up what an earlier run left. */
  start(): void {
    this.#look("all");
    if (this.#options.store.claims) this.#lookAgain();
  }

  /** What another process has written or left is not told of here. */
  #lookAgain(): void {
    if (this.#stopped) return;
    const { time = wallClock } = this.#options;
    this.#release = time.after(LOOK_MS, () => {
      this.#look("all");
      this.#lookAgain();
    });
  }

  /** Gives up what is under way. It stays owed, and is delivered after the next start. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#wake.stop();
    this.#release();
    for (const controller of this.#underWay.values()) controller.abort();
    while (this.#running > 0) await new Promise((resolve) => setImmediate(resolve));
  }

  #look(at: Iterable<string> | "all"): void {
    if (this.#stopped) return;
    if (at === "all") this.#lookAtAll = true;
    else for (const receiver of at) this.#toLookAt.add(receiver);
    if (this.#looking) return;
    this.#looking = true;
    void this.#working(() => this.#lookWhileAsked());
  }

  async #lookWhileAsked(): Promise<void> {
    try {
      while (!this.#stopped && (this.#lookAtAll || this.#toLookAt.size > 0)) {
        if (this.#lookAtAll) await this.#findReceivers();
        // Who has no room is looked at again when a delivery has ended.
        if (this.#underWay.size >= MOST_UNDER_WAY) return;
        const [receiver] = this.#toLookAt;
        if (receiver !== undefined) await this.#beginDue(receiver);
      }
    } finally {
      this.#looking = false;
    }
  }

  async #findReceivers(): Promise<void> {
    this.#lookAtAll = false;
    const now = this.#options.clock.now();
    const [receivers, next] = await this.#options.store.read(async ({ notifications }) => {
      return [await notifications.receivers(), await notifications.nextDue(now)];
    });
    for (const receiver of receivers) this.#toLookAt.add(receiver);
    this.#wakeAt(next);
  }

  async #beginDue(receiver: string): Promise<void> {
    this.#toLookAt.delete(receiver);
    const now = this.#options.clock.now();
    const room = this.#receivers.room(receiver, now);
    if (room === 0) return this.#wakeAt(this.#receivers.restsUntil(receiver, now));
    this.#endedMeanwhile.clear();
    // What is under way is due still: among twice as many there are enough that are not.
    const { claims } = this.#options.store;
    const due = await this.#options.store.read(({ notifications }) =>
      claims
        ? claims.notifications(receiver, now, 2 * MOST_TO_ONE_RECEIVER)
        : notifications.due(receiver, now, 2 * MOST_TO_ONE_RECEIVER),
    );
    for (const notification of due) this.#begin(notification, now);
  }

  #wakeAt(instant: Instant | null): void {
    if (instant !== null && !this.#stopped) this.#wake.noLaterThan(instant);
  }

  #begin(notification: StoredNotification, now: Instant): void {
    const { n, stream, receiver } = notification;
    if (this.#stopped || this.#underWay.has(stream) || this.#endedMeanwhile.has(n)) return;
    if (this.#receivers.room(receiver, now) === 0) return;
    if (this.#underWay.size >= MOST_UNDER_WAY) {
      this.#toLookAt.add(receiver);
      return;
    }
    this.#receivers.begun(receiver);
    const controller = new AbortController();
    this.#underWay.set(stream, controller);
    void this.#working(async () => {
      const error = await this.#deliver(notification, controller);
      // What was broken off stays owed; what was delivered is noted even now.
      if (this.#stopped && error !== null) return;
      this.#outcomes.push({ notification, error });
      this.#settle();
    });
  }

  async #deliver(notification: StoredNotification, controller: AbortController): Promise<unknown> {
    const overdue = wallClock.after(DELIVERY_TIMEOUT_MS, () => controller.abort());
    try {
      await this.#options.deliver(notification, controller.signal);
      return null;
    } catch (error) {
      return error;
    } finally {
      overdue();
    }
  }

  /** Writes what has come of deliveries, as many as there are in one transaction, and looks for more. */
  #settle(): void {
    if (this.#settling) return;
    this.#settling = true;
    void this.#working(async () => {
      try {
        while (this.#outcomes.length > 0) await this.#write(this.#outcomes.splice(0, LARGEST_BATCH));
      } finally {
        this.#settling = false;
      }
    });
  }

  async #write(batch: Outcome[]): Promise<void> {
    const now = this.#options.clock.now();
    // Outside the transaction: a store that waits for its disk may run it twice.
    const judged = batch.map((outcome) => {
      return {
        ...outcome,
        verdict: this.#receivers.ended(outcome.notification.receiver, !mayPass(outcome.error), now),
      };
    });
    try {
      await this.#options.store.transaction(async ({ notifications }) => {
        for (const { notification, error } of batch) await this.#writeOne(notifications, notification, error, now);
        for (const { notification, error, verdict } of judged) {
          const { receiver } = notification;
          if (verdict === "up again") await notifications.hurry(receiver, now);
          if (verdict === "down") await this.#countProbe(notifications, receiver, error, now);
        }
      });
    } finally {
      // Also where it could not be written: then it is still owed, and comes again.
      for (const { notification } of batch) this.#end(notification);
    }
    const receivers = new Set(batch.map(({ notification }) => notification.receiver));
    for (const receiver of receivers) this.#wakeAt(this.#receivers.restsUntil(receiver, now));
    if (batch.some(({ error }) => error !== null)) this.#look("all");
    else this.#look(receivers);
  }

  /** A failed probe stands for those that wait: each gets nearer to its end without being tried in vain. */
  async #countProbe(
    notifications: Transaction["notifications"],
    receiver: string,
    error: unknown,
    now: Instant,
  ): Promise<void> {
    for (const waiting of await notifications.due(receiver, now, MOST_PER_PROBE)) {
      if (!this.#underWay.has(waiting.stream)) await this.#writeOne(notifications, waiting, error, now);
    }
  }

  async #writeOne(
    notifications: Transaction["notifications"],
    notification: StoredNotification,
    error: unknown,
    now: Instant,
  ): Promise<void> {
    if (error === null) return notifications.delivered(notification, now);
    const told = error instanceof Error ? error.message : String(error);
    if (mayPass(error) && notification.attempt < MOST_ATTEMPTS) {
      return notifications.postpone(notification, now + this.#retryWait(notification.attempt), told);
    }
    const { n, kind, receiver } = notification;
    this.#options.log(
      `notification ${n} to ${kind} ${receiver} is given up after attempt ${notification.attempt}: ${told}`,
    );
    return notifications.giveUp(notification, told, now);
  }

  /** With jitter, so that many do not come back at once. */
  #retryWait(attempt: number): number {
    const waitMs = Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * RETRY_FACTOR ** (attempt - 1));
    return Math.ceil(waitMs * (0.5 + this.#options.ids.fraction() / 2));
  }

  #end({ n, stream }: StoredNotification): void {
    this.#endedMeanwhile.add(n);
    this.#underWay.delete(stream);
  }

  /** Virtual time stands still, and `stop` waits, while work is under way. */
  async #working(work: () => Promise<void>): Promise<void> {
    const release = this.#options.clock.hold();
    this.#running += 1;
    try {
      await work();
    } catch (error) {
      if (!this.#stopped) this.#options.log(`the notifier could not go on: ${String(error)}`);
    } finally {
      this.#running -= 1;
      release();
    }
  }
}

/** Whether a delivery failed in such a way that a later one may succeed. */
function mayPass(error: unknown): boolean {
  return error !== null && (!(error instanceof EffectError) || error.retryable);
}
