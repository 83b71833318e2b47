/** Bounds how much work of one kind is under way at once; the rest waits in line. */
export class Lane {
  readonly #most: number;
  readonly #line: (() => void)[] = [];
  #running = 0;

  constructor(most: number) {
    this.#most = most;
  }

  /** Those who wait for their turn. */
  get waiting(): number {
    return this.#line.length;
  }

  async run<Value>(work: () => Promise<Value>): Promise<Value> {
    if (this.#running >= this.#most) await new Promise<void>((resolve) => this.#line.push(resolve));
    else this.#running += 1;
    try {
      return await work();
    } finally {
      // Who comes next takes over the place, so that the count stays as it is.
      const next = this.#line.shift();
      if (next) next();
      else this.#running -= 1;
    }
  }
}
