/**
 * Whether the store takes writes. Once the disk has refused one, all are refused at once until a probe has succeeded:
 * reads go on, and who can wait is told when it is over.
 */
import { type Release, wallClock } from "../../clock.ts";
import { WritesRefusedError } from "../store.ts";

/** Real time between two probes. */
const PROBE_EVERY_MS = 1000;

export interface WritabilityOptions {
  /** Writes something and syncs it; false while that is refused. */
  probe: () => boolean;
  log: (line: string) => void;
}

export class Writability {
  readonly #options: WritabilityOptions;
  #reason: string | null = null;
  #waiting: (() => void)[] = [];
  #timer: Release = () => {};

  constructor(options: WritabilityOptions) {
    this.#options = options;
  }

  /** Why nothing can be written at present; `null` when it can. */
  get reason(): string | null {
    return this.#reason;
  }

  refuse(reason: string): void {
    if (this.#reason === null) this.#options.log(`${sentenceOf(reason)} Reads go on, deployments stand still.`);
    this.#reason = reason;
    this.#timer();
    this.#timer = wallClock.after(PROBE_EVERY_MS, () => this.#probe());
  }

  /** What a refused write is told. */
  error(): WritesRefusedError {
    return new WritesRefusedError(`${sentenceOf(this.#reason ?? "")} Reads go on; try again later.`);
  }

  /** Resolves when writes are taken; at once when they are. Never when the store is closed before. */
  whenWritable(): Promise<void> {
    if (this.#reason === null) return Promise.resolve();
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  close(): void {
    this.#timer();
  }

  #probe(): void {
    const reason = this.#reason;
    if (reason === null) return;
    if (!this.#options.probe()) {
      this.refuse(reason);
      return;
    }
    this.#reason = null;
    this.#options.log("Writes are taken again, and deployments go on.");
    for (const resolve of this.#waiting.splice(0)) resolve();
  }
}

const sentenceOf = (reason: string): string => `Nothing can be written: ${reason}.`;
