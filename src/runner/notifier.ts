/**
 * Delivers notifications, beside the turns and never in them: at least once, in the order of each stream, again after a
 * failure until it gives up. Deployments neither wait for it nor fail because of it.
 */
import { type Clock, type Instant, wallClock } from "../clock.ts";
import { EffectError } from "../drivers/driver.ts";
import type { NotificationDriver } from "../drivers/notificationDriver.ts";
import type { Ids } from "../ids.ts";
import type { Store, StoredNotification, Transaction } from "../store/store.ts";
import { type Wake, wakeTimer } from "./wake.ts";

export interface NotifierOptions {
  store: Store;
  clock: Clock;
  ids: Ids;
  deliver: NotificationDriver;
  log: (line: string) => void;
}

/** Deliveries under way at once. */
const MOST_UNDER_WAY = 128;
/** Of them to one receiver, so that one that hangs leaves room for the others. */
const MOST_TO_ONE_RECEIVER = 16;
/** Real time in which a receiver must have answered. */
const DELIVERY_TIMEOUT_MS = 15_000;
/** A notification is tried twelve times within about six hours, three times as long apart each time. */
const MOST_ATTEMPTS = 12;
const FIRST_RETRY_MS = 2_000;
const RETRY_FACTOR = 3;
const LONGEST_RETRY_MS = 2 * 3_600_000;
/** The most outcomes written in one transaction. */
const LARGEST_BATCH = 256;

interface Outcome {
  notification: StoredNotification;
  /** `null` when it was delivered. */
  error: unknown;
}

export class Notifier {
  readonly #options: NotifierOptions;
  readonly #wake: Wake;
  /** By stream: the next of a stream is not begun before it is durable how the one before it ended. */
  readonly #underWay = new Map<string, AbortController>();
  readonly #toReceiver = new Map<string, number>();
  readonly #outcomes: Outcome[] = [];
  /** Rows that ended since they were last read: what was read of them is no longer true. */
  readonly #endedMeanwhile = new Set<number>();
  #looking = false;
  #lookAgain = false;
  #settling = false;
  #stopped = false;
  #running = 0;

  constructor(options: NotifierOptions) {
    this.#options = options;
    this.#wake = wakeTimer(options.clock, () => this.#look());
    options.store.onNotifications(() => this.#look());
  }

  /** Takes up what an earlier run left. */
  start(): void {
    this.#look();
  }

  /** Gives up what is under way. It stays owed, and is delivered after the next start. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#wake.stop();
    for (const controller of this.#underWay.values()) controller.abort();
    while (this.#running > 0) await new Promise((resolve) => setImmediate(resolve));
  }

  #look(): void {
    if (this.#stopped) return;
    this.#lookAgain = true;
    if (this.#looking) return;
    this.#looking = true;
    void this.#working(() => this.#lookWhileAsked());
  }

  async #lookWhileAsked(): Promise<void> {
    try {
      while (this.#lookAgain && !this.#stopped) {
        this.#lookAgain = false;
        await this.#beginDue();
      }
    } finally {
      this.#looking = false;
    }
  }

  async #beginDue(): Promise<void> {
    const { store, clock } = this.#options;
    const busy = [...this.#toReceiver].filter(([, count]) => count >= MOST_TO_ONE_RECEIVER).map(([name]) => name);
    const now = clock.now();
    this.#endedMeanwhile.clear();
    const [due, next] = await store.read(async ({ notifications }) => {
      // What is under way is still due, and may be all that is found at first.
      const found = await notifications.due(now, busy, MOST_UNDER_WAY);
      return [found, await notifications.nextDue(now)];
    });
    for (const notification of due) this.#begin(notification);
    if (next !== null && !this.#stopped) this.#wake.noLaterThan(next);
  }

  #begin(notification: StoredNotification): void {
    const { n, stream, receiver } = notification;
    if (this.#stopped || this.#underWay.has(stream) || this.#endedMeanwhile.has(n)) return;
    if (this.#underWay.size >= MOST_UNDER_WAY) return;
    const toReceiver = this.#toReceiver.get(receiver) ?? 0;
    if (toReceiver >= MOST_TO_ONE_RECEIVER) {
      // It was not so busy when what is due was read: others may stand behind it.
      this.#lookAgain = true;
      return;
    }
    this.#toReceiver.set(receiver, toReceiver + 1);
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
    await this.#options.store.transaction(async ({ notifications }) => {
      for (const { notification, error } of batch) await this.#writeOne(notifications, notification, error, now);
    });
    for (const { notification } of batch) this.#end(notification);
    this.#look();
  }

  async #writeOne(
    notifications: Transaction["notifications"],
    notification: StoredNotification,
    error: unknown,
    now: Instant,
  ): Promise<void> {
    if (error === null) return notifications.delivered(notification, now);
    const told = error instanceof Error ? error.message : String(error);
    const mayRetry = !(error instanceof EffectError) || error.retryable;
    if (mayRetry && notification.attempt < MOST_ATTEMPTS) {
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

  #end({ n, stream, receiver }: StoredNotification): void {
    this.#endedMeanwhile.add(n);
    this.#underWay.delete(stream);
    const left = (this.#toReceiver.get(receiver) ?? 1) - 1;
    if (left > 0) this.#toReceiver.set(receiver, left);
    else this.#toReceiver.delete(receiver);
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
