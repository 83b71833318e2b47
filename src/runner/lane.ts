/** Work that takes longer waits for other work, or for somebody who has enough to do: more at once would end no sooner. */
const SLOW_MS = 1000;

export interface Beginning {
  /** So much begins at once. */
  first: number;
  /** Milliseconds as the process feels them: of deployments' time an hour may pass while a call is answered at once. */
  elapsedMs: () => number;
}

/** Bounds how much work of one kind is under way at once; the rest waits in line. */
export class Lane {
  readonly #most: number;
  readonly #beginning: Beginning | null;
  /** What may be under way at once for now. */
  #open: number;
  readonly #line: (() => void)[] = [];
  #running = 0;

  /**
   * With a `beginning`, each quick end makes room for one more, and each slow one takes it back: the first calls of a
   * process take the longest, and of all that begin together none is answered before the rest.
   */
  constructor(most: number, beginning: Beginning | null = null) {
    this.#most = most;
    this.#beginning = beginning;
    this.#open = beginning?.first ?? most;
  }

  /** Those who wait for their turn. */
  get waiting(): number {
    return this.#line.length;
  }

  async run<Value>(work: () => Promise<Value>): Promise<Value> {
    if (this.#running >= this.#open) await new Promise<void>((resolve) => this.#line.push(resolve));
    else this.#running += 1;
    const begunMs = this.#beginning?.elapsedMs() ?? 0;
    try {
      return await work();
    } finally {
      this.#running -= 1;
      if (this.#beginning) this.#adjust(this.#beginning, begunMs);
      this.#letIn();
    }
  }

  #adjust({ first, elapsedMs }: Beginning, begunMs: number): void {
    const isSlow = elapsedMs() - begunMs > SLOW_MS;
    this.#open = isSlow ? Math.max(first, this.#open - 1) : Math.min(this.#most, this.#open + 1);
  }

  #letIn(): void {
    while (this.#running < this.#open) {
      const next = this.#line.shift();
      if (!next) break;
      // The place is taken at once: somebody may come before who is let in goes on.
      this.#running += 1;
      next();
    }
  }
}
