/**
 * A store whose commits happen when the simulation says so, and whose process can die at any moment: before a commit,
 * or after it and before anybody was told.
 */
import type { Store, Transaction } from "../../src/store/store.ts";

/** What everything that waits for a dead process gets: nothing that could be taken for an answer. */
export class CrashError extends Error {}

interface Job {
  work: (tx: Transaction) => Promise<unknown>;
  resolve: (value: unknown) => void;
  reject: (error: unknown) => void;
}

export class CrashableStore implements Store {
  readonly #underlying: Store;
  #parked: Job[] = [];
  #joining: Promise<() => void>[] | null = null;
  /** Those that have been begun and whose callers have not been told. */
  #unsettled: Job[] = [];
  #untold: (() => void)[] = [];
  #dead = false;

  constructor(underlying: Store) {
    this.#underlying = underlying;
  }

  /** Transactions that wait for a commit. */
  get parked(): number {
    return this.#parked.length;
  }

  writes(): number {
    return 0;
  }

  read<T>(work: (reader: Transaction) => Promise<T>): Promise<T> {
    return this.#dead ? Promise.reject(new CrashError("read")) : this.#underlying.read(work);
  }

  transaction<T>(work: (tx: Transaction) => Promise<T>): Promise<T> {
    if (this.#dead) return Promise.reject(new CrashError("transaction"));
    return new Promise<T>((resolve, reject) => {
      const job: Job = { work, resolve: resolve as (value: unknown) => void, reject };
      if (this.#joining) this.#joining.push(this.#run(job));
      else this.#parked.push(job);
    });
  }

  onInbox(listener: (deploymentN: number) => void): void {
    this.#underlying.onInbox((n) => {
      if (!this.#dead) listener(n);
    });
  }

  onNotifications(listener: (receivers: ReadonlySet<string>) => void): void {
    this.#underlying.onNotifications((receivers) => {
      if (!this.#dead) listener(receivers);
    });
  }

  close(): Promise<void> {
    return this.#underlying.close();
  }

  /**
   * Commits the first `count` waiting transactions; with `joined`, also those they bring about. With `told` false their
   * callers learn nothing until `tell`, or ever, should the process die first.
   */
  async commit(count: number, options: { joined: boolean; told: boolean }): Promise<void> {
    const under: Promise<() => void>[] = this.#parked.splice(0, count).map((job) => this.#run(job));
    if (options.joined) this.#joining = under;
    for (let next = under.shift(); next; next = under.shift()) this.#untold.push(await next);
    this.#joining = null;
    if (options.told) this.tell();
  }

  tell(): void {
    for (const settle of this.#untold.splice(0)) settle();
    this.#unsettled = [];
  }

  /** The process dies: nothing that it had not committed ever happens, and nobody is told anything. */
  crash(): void {
    this.#dead = true;
    this.#untold = [];
    for (const { reject } of this.#parked.splice(0)) reject(new CrashError("waiting for a commit"));
    for (const { reject } of this.#unsettled.splice(0)) reject(new CrashError("waiting for an answer"));
  }

  #run(job: Job): Promise<() => void> {
    this.#unsettled.push(job);
    return this.#underlying.transaction(job.work).then(
      (value) => () => job.resolve(value),
      (error: unknown) => () => job.reject(error),
    );
  }
}
