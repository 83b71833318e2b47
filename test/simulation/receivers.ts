/** Those who have subscribed: webhooks and topics that are down at times, slow, or whose answers are lost. */
import { EffectError } from "../../src/drivers/driver.ts";
import type { Delivery } from "../../src/drivers/notificationDriver.ts";
import type { Chance } from "./chance.ts";
import { broken } from "./known.ts";
import type { SimulatedClock } from "./simulatedClock.ts";
import { HOUR, MINUTE, SECOND } from "./times.ts";

export interface ReceiverScript {
  name: string;
  downs: { fromMs: number; toMs: number }[];
  slowestMs: number;
  lostAnswers: number;
  /** It says that it will never take anything. */
  refuses: boolean;
}

/** One notification, as its receiver knows it: a deployment, and what has become of it. */
interface Told {
  tries: number;
  takes: number;
  /** Whether the program may not know that it was taken, and may send it again. */
  mayRepeat: boolean;
  /** When the sender was answered, or last taken from. */
  answeredAt: number;
}

/** Within which what was answered becomes durable. */
const SLACK_MS = 10 * SECOND;

export function drawReceiver(chance: Chance, name: string): ReceiverScript {
  const downs = Array.from({ length: chance.happens(0.4) ? chance.between(1, 4) : 0 }, () => {
    const fromMs = chance.between(0, chance.pick([SECOND, 20 * MINUTE, HOUR]));
    return { fromMs, toMs: fromMs + chance.pick([20 * SECOND, 10 * MINUTE, 3 * HOUR, 30 * HOUR]) };
  });
  return {
    name,
    downs,
    slowestMs: chance.pick([5, 300, 40 * SECOND]),
    lostAnswers: chance.happens(0.3) ? 0.3 : 0,
    refuses: chance.happens(0.05),
  };
}

export class Receivers {
  readonly #clock: SimulatedClock;
  readonly #chance: Chance;
  readonly #scripts: ReadonlyMap<string, ReceiverScript>;
  readonly #start: number;
  /** Whether another sender than the one that was answered may send the same again. */
  readonly #mayRepeat: () => boolean;
  readonly #told = new Map<string, Told>();
  /** What each receiver has taken, as `<deployment> <status>`, in order. */
  readonly taken = new Map<string, string[]>();
  readonly #lastFailures = new Map<string, number>();
  /** Deliveries that wait for time to pass. */
  parked = 0;

  constructor(clock: SimulatedClock, chance: Chance, scripts: readonly ReceiverScript[], mayRepeat: () => boolean) {
    this.#mayRepeat = mayRepeat;
    this.#clock = clock;
    this.#chance = chance;
    this.#scripts = new Map(scripts.map((script) => [script.name, script]));
    this.#start = clock.now();
  }

  async deliver({ receiver, body }: Delivery, signal: AbortSignal): Promise<void> {
    const script = this.#scripts.get(receiver);
    if (!script) throw new Error(`nobody is called ${receiver}`);
    const what = whatIsTold(body);
    const told = this.#toldOf(receiver, what);
    told.tries += 1;
    // What was on its way when its sender died may have been taken.
    await this.#delay(
      script,
      signal,
      () => this.#isUp(script) && this.#chance.happens(0.5) && this.#take(told, script, what),
    );
    if (!this.#isUp(script)) this.#fail(script, "connection refused", true);
    if (script.refuses) this.#fail(script, "gone", false);
    this.#take(told, script, what);
    await this.#delay(script, signal, () => {
      told.mayRepeat = true;
    });
    told.answeredAt = this.#clock.now();
    if (!this.#chance.happens(script.lostAnswers)) return;
    told.mayRepeat = true;
    this.#fail(script, "socket hang up", true);
  }

  /** The program has died or its machine has slept: what it was answered last may not have become durable. */
  interrupted(at: number): void {
    for (const told of this.#told.values()) {
      if (told.answeredAt >= at - SLACK_MS) told.mayRepeat = true;
    }
  }

  /** Whether giving up is fair: the receiver refuses, was tried a dozen times, or has been down for hours. */
  mayBeGivenUp(receiver: string, body: string, createdAt: number): boolean {
    const { tries } = this.#toldOf(receiver, whatIsTold(body));
    const isRefused = this.#scripts.get(receiver)?.refuses ?? false;
    return isRefused || tries >= 12 || (this.#lastFailures.get(receiver) ?? 0) >= createdAt + 3 * HOUR;
  }

  #take(told: Told, { name }: ReceiverScript, what: string): void {
    if (told.takes > 0 && !told.mayRepeat && !this.#mayRepeat())
      broken(name, `was told twice of ${what}, and had answered`);
    const taken = this.taken.get(name) ?? [];
    if (taken.at(-1) !== what) taken.push(what);
    this.taken.set(name, taken);
    Object.assign(told, { takes: told.takes + 1, mayRepeat: false, answeredAt: this.#clock.now() });
  }

  #fail({ name }: ReceiverScript, message: string, passes: boolean): never {
    this.#lastFailures.set(name, this.#clock.now());
    throw new EffectError(passes ? "unavailable" : "invalid", message, passes);
  }

  #isUp({ downs }: ReceiverScript): boolean {
    const now = this.#clock.now() - this.#start;
    return !downs.some(({ fromMs, toMs }) => now >= fromMs && now < toMs);
  }

  #toldOf(receiver: string, what: string): Told {
    const key = `${receiver} ${what}`;
    const told = this.#told.get(key) ?? { tries: 0, takes: 0, mayRepeat: false, answeredAt: 0 };
    this.#told.set(key, told);
    return told;
  }

  #delay({ slowestMs }: ReceiverScript, signal: AbortSignal, onAbort: () => void): Promise<void> {
    this.parked += 1;
    return new Promise((resolve, reject) => {
      const aborted = () => {
        release();
        this.parked -= 1;
        try {
          onAbort();
          reject(new Error("the sender has gone"));
        } catch (broken) {
          reject(broken);
        }
      };
      const release = this.#clock.after(this.#chance.between(1, slowestMs), () => {
        signal.removeEventListener("abort", aborted);
        this.parked -= 1;
        resolve();
      });
      if (signal.aborted) aborted();
      else signal.addEventListener("abort", aborted, { once: true });
    });
  }
}

/** What the message to the topic of a new trigger begins with here. */
export const TEST = "Test: ";

/** A deployment and what has become of it, from a CloudEvent or from a message to a topic. */
export function whatIsTold(body: string): string {
  const message = JSON.parse(body) as { Test?: string; deploymentId?: string; status?: string; data?: typeof message };
  const { deploymentId, status } = message.data ?? message;
  return message.Test === undefined ? `${deploymentId} ${status}` : `${TEST}${message.Test}`;
}
