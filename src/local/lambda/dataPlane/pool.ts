/** The execution environments of one function: reused when free, more when busy, gone when idle for long. */
import { type Release, wallClock } from "../../../clock.ts";
import { LambdaError } from "../lambdaError.ts";
import type { FunctionCall, RunTarget } from "../operation.ts";
import type { ExecutionEnvironment } from "./environment.ts";
import type { InvocationOutcome } from "./invocation.ts";

export interface PoolOptions {
  maxEnvironments: number;
  /** Real milliseconds. */
  idleMs: number;
  start: (target: RunTarget) => ExecutionEnvironment;
  /** Names code and configuration of the version as they are just now: environments of another key are of no use. */
  keyOf: (target: RunTarget) => Promise<string>;
}

interface Member {
  environment: ExecutionEnvironment;
  key: string;
  version: string;
  /** Runs an invocation, or has been promised one. */
  taken: boolean;
  /** Not to be used again. */
  retired: boolean;
  reaping: Release;
}

export class Pool {
  readonly #options: PoolOptions;
  /** In the order of their last use. */
  readonly #members = new Set<Member>();
  /** How many environments of a key provisioned concurrency keeps alive. */
  readonly #kept = new Map<string, number>();
  readonly #waiting: (() => void)[] = [];
  #closed = false;

  constructor(options: PoolOptions) {
    this.#options = options;
  }

  /** Runs the call in a free environment or a new one. Throws TooManyRequestsException when there is no room. */
  async invoke(call: FunctionCall): Promise<InvocationOutcome> {
    for (;;) {
      const member = await this.#acquire(call);
      const outcome = await member.environment.invoke(call);
      this.#put(member);
      if (outcome) return outcome;
      // It died after the invocation before and never saw this one: another environment takes it.
      this.#remove(member);
    }
  }

  /** Starts environments until `count` of the target are alive; resolves when they have started or failed. */
  async provision(target: RunTarget, count: number): Promise<{ started: number; reason: string | undefined }> {
    const key = await this.#options.keyOf(target);
    this.#keepNoMore(target.version.version);
    this.#kept.set(key, count);
    while (this.#alive(key).length < count && this.#makeRoom(key)) {
      const begun = this.#start(target, key);
      void begun.environment.started.then(() => this.#put(begun));
    }
    const chosen = this.#alive(key).slice(0, count);
    const results = await Promise.all(chosen.map((member) => member.environment.started));
    const started = results.filter(({ reason }) => reason === undefined).length;
    return { started, reason: started < count ? "FUNCTION_ERROR_INIT_FAILURE" : undefined };
  }

  /** Ends the environments of one version, or of all, as soon as they are not busy. */
  retire(version: string | undefined): void {
    this.#keepNoMore(version);
    for (const member of [...this.#members]) {
      if (version !== undefined && member.version !== version) continue;
      member.retired = true;
      if (!member.taken) this.#remove(member);
    }
  }

  async close(): Promise<void> {
    this.#closed = true;
    const all = [...this.#members];
    for (const member of all) this.#remove(member);
    for (const wake of this.#waiting.splice(0)) wake();
    await Promise.all(all.map((member) => member.environment.ended));
  }

  async #acquire(call: FunctionCall): Promise<Member> {
    const key = await this.#options.keyOf(call);
    for (;;) {
      if (this.#closed) throw throttled("CallerRateLimitExceeded");
      const member = this.#take(call, key);
      if (member) return member;
      // With nothing reserved there is nothing to wait for.
      if (!call.patient || call.reservedConcurrency === 0) {
        const reserved = call.reservedConcurrency !== undefined;
        throw throttled(`${reserved ? "ReservedFunction" : ""}ConcurrentInvocationLimitExceeded`);
      }
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
  }

  #take(target: RunTarget, key: string): Member | undefined {
    const busy = [...this.#members].filter((member) => member.taken).length;
    if (busy >= (target.reservedConcurrency ?? Number.POSITIVE_INFINITY)) return undefined;
    const free = this.#findFree(key);
    if (!free) return this.#makeRoom(key) ? this.#start(target, key) : undefined;
    free.taken = true;
    free.reaping();
    this.#members.delete(free);
    this.#members.add(free);
    return free;
  }

  /** The last one used, so that the others can grow old; one that is still returning only when none is idle. */
  #findFree(key: string): Member | undefined {
    const free = this.#alive(key).filter((member) => !member.taken && member.environment.free);
    return free.findLast((member) => member.environment.state === "idle") ?? free.at(-1);
  }

  /** True when one more may be started; gives up a free one of another version, or of what `$LATEST` was before. */
  #makeRoom(key: string): boolean {
    if (this.#members.size < this.#options.maxEnvironments) return true;
    const other = [...this.#members].find(
      (member) => member.key !== key && !member.taken && !this.#kept.has(member.key),
    );
    if (other) this.#remove(other);
    return other !== undefined;
  }

  #start(target: RunTarget, key: string): Member {
    const environment = this.#options.start(target);
    const { version } = target.version;
    const member = { environment, key, version, taken: true, retired: false, reaping: () => {} };
    this.#members.add(member);
    void environment.ended.then(() => {
      this.#remove(member);
      this.#waiting.shift()?.();
    });
    return member;
  }

  #put(member: Member): void {
    member.taken = false;
    if (member.retired || member.environment.state === "dead") this.#remove(member);
    else member.reaping = wallClock.after(this.#options.idleMs, () => this.#reap(member));
    this.#waiting.shift()?.();
  }

  #reap(member: Member): void {
    if (member.taken || this.#alive(member.key).length <= (this.#kept.get(member.key) ?? 0)) return;
    this.#remove(member);
  }

  #remove(member: Member): void {
    member.retired = true;
    member.reaping();
    this.#members.delete(member);
    member.environment.stop();
  }

  #alive(key: string): Member[] {
    return [...this.#members].filter((member) => member.key === key && !member.retired);
  }

  #keepNoMore(version: string | undefined): void {
    for (const key of this.#kept.keys()) {
      if (version === undefined || key.startsWith(`${version}@`)) this.#kept.delete(key);
    }
  }
}

const throttled = (reason: string): LambdaError =>
  new LambdaError("TooManyRequestsException", "Rate Exceeded.", { Reason: reason });
