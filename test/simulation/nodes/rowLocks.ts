/** Locks of rows and names, as PostgreSQL has them: held to the end of a transaction, waited for in line and not for long. */
import type { Release } from "../../../src/clock.ts";
import { databaseError } from "./databaseErrors.ts";
import type { VirtualTime } from "./virtualTime.ts";

export interface Holder {
  /** Locks in the order in which it came by them. */
  readonly locks: string[];
}

interface Waiting {
  holder: Holder;
  granted: () => void;
}

export class RowLocks {
  readonly #time: VirtualTime;
  readonly #holders = new Map<string, Holder>();
  readonly #lines = new Map<string, Waiting[]>();
  /** Transactions that wait for one. */
  waiting = 0;

  constructor(time: VirtualTime) {
    this.#time = time;
  }

  isFree(lock: string): boolean {
    return !this.#holders.has(lock);
  }

  /** Rejects when others have held it for all of the time. */
  async take(lock: string, holder: Holder, waitMs: number): Promise<void> {
    const held = this.#holders.get(lock);
    if (held === holder) return;
    if (held) await this.#wait(lock, holder, waitMs);
    else this.#give(lock, holder);
  }

  /** Gives back all but the first so many. */
  release(holder: Holder, kept = 0): void {
    for (const lock of holder.locks.splice(kept)) {
      this.#holders.delete(lock);
      const line = this.#lines.get(lock);
      const next = line?.shift();
      if (line?.length === 0) this.#lines.delete(lock);
      if (!next) continue;
      this.#give(lock, next.holder);
      next.granted();
    }
  }

  /** Whoever has gone waits for nothing. */
  forget(holder: Holder): void {
    for (const [lock, line] of this.#lines) {
      const left = line.filter((one) => one.holder !== holder);
      if (left.length === line.length) continue;
      if (left.length > 0) this.#lines.set(lock, left);
      else this.#lines.delete(lock);
    }
    this.release(holder);
  }

  #give(lock: string, holder: Holder): void {
    this.#holders.set(lock, holder);
    holder.locks.push(lock);
  }

  #wait(lock: string, holder: Holder, waitMs: number): Promise<void> {
    const line = this.#lines.get(lock) ?? [];
    this.#lines.set(lock, line);
    this.waiting += 1;
    let release: Release = () => {};
    return new Promise<void>((resolve, reject) => {
      const waiting = { holder, granted: resolve };
      line.push(waiting);
      release = this.#time.after(waitMs, () => {
        const place = line.indexOf(waiting);
        if (place >= 0) line.splice(place, 1);
        reject(databaseError("55P03", "canceling statement due to lock timeout"));
      });
    }).finally(() => {
      this.waiting -= 1;
      release();
    });
  }
}
