/**
 * Where several processes work on one store, each looks every second for what nobody does any more: effects and events of
 * one that is gone, and timers that fell due. Alarms are watched by all, since a second look costs little and tells
 * nothing twice.
 */
import type { Clock, ProcessTime, Release } from "../clock.ts";
import type { Claims, OwedEffect, Store, WatchingDeployment } from "../store/store.ts";

const LOOK_MS = 1_000;
/** The most effects that are taken over at once: what one process cannot perform at once, another may. */
const LARGEST_TAKE = 200;
/** How soon it looks again where there were as many: one that had thousands under way leaves them all at once. */
const NEXT_LOOK_MS = 100;

export interface TakeOverOptions {
  store: Store;
  claims: Claims;
  clock: Clock;
  time: ProcessTime;
  log: (line: string) => void;
  perform: (owed: OwedEffect) => void;
  turn: (deploymentN: number) => void;
  collectDue: () => Promise<void>;
  /** How often it is looked for which deployments' alarms are to be watched: that reads all of them. */
  watchEveryMs: number;
  watchOnly: (deployments: readonly WatchingDeployment[]) => void;
}

export class TakeOver {
  readonly #options: TakeOverOptions;
  /** Deployments with events that wait, and since when they are seen to. */
  #waitingSince = new Map<number, number>();
  #watchAgainMs = Number.NEGATIVE_INFINITY;
  #cancel: Release = () => {};
  #stopped = false;
  #isTold = false;

  constructor(options: TakeOverOptions) {
    this.#options = options;
  }

  start(inMs = LOOK_MS): void {
    if (this.#stopped) return;
    this.#cancel = this.#options.time.after(inMs, () => void this.#lookAndGoOn());
  }

  stop(): void {
    this.#stopped = true;
    this.#cancel();
  }

  async #lookAndGoOn(): Promise<void> {
    const { clock, log } = this.#options;
    const release = clock.hold();
    let taken = 0;
    try {
      taken = await this.look();
      this.#isTold = false;
    } catch (error) {
      if (!this.#stopped && !this.#isTold) log(`what other processes have left cannot be looked for: ${String(error)}`);
      this.#isTold = true;
    } finally {
      release();
      this.start(taken < LARGEST_TAKE ? LOOK_MS : NEXT_LOOK_MS);
    }
  }

  /** How many effects were taken over. */
  async look(): Promise<number> {
    const { store, claims, perform, turn, collectDue, watchOnly, watchEveryMs } = this.#options;
    const nowMs = this.#options.time.elapsedMs();
    await collectDue();
    const effects = await claims.effects(LARGEST_TAKE);
    const looksForWatching = nowMs >= this.#watchAgainMs;
    const { waiting, watching } = await store.read(async ({ inbox, deployments }) => ({
      waiting: await inbox.waiting(),
      watching: looksForWatching ? await deployments.watching(() => {}) : null,
    }));
    if (this.#stopped) return 0;
    for (const owed of effects) perform(owed);
    this.#waitingSince = new Map(waiting.map((n) => [n, this.#waitingSince.get(n) ?? nowMs]));
    // Whoever has put an event there turns its deployment within milliseconds: what waits for longer is left.
    for (const [n, sinceMs] of this.#waitingSince) if (nowMs - sinceMs >= LOOK_MS / 2) turn(n);
    if (watching) {
      this.#watchAgainMs = nowMs + watchEveryMs;
      watchOnly(watching);
    }
    return effects.length;
  }
}
