/** Bounds how much work of one kind is under way at once; the rest waits in line. */
export class Lane {
  readonly #most: number;
  /** What is under way at once for now. */
  #open: number;
  readonly #line: (() => void)[] = [];
  #running = 0;

  /**
   * `first` where so much begins at once, and each end makes room for one more: the first calls of a process take the
   * longest, and of all that begin together hardly one is answered before the rest.
   */
  constructor(most: number, first = most) {
    this.#most = most;
    this.#open = first;
  }

  /** Those who wait for their turn. */
  get waiting(): number {
    return this.#line.length;
  }

  async run<Value>(work: () => Promise<Value>): Promise<Value> {
    if (this.#running >= this.#open) await new Promise<void>((resolve) => this.#line.push(resolve));
    else this.#running += 1;
    try {
      return await work();
    } finally {
      this.#running -= 1;
      if (this.#open < this.#most) this.#open += 1;
      this.#letIn();
    }
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
