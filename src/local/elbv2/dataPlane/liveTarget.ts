/** One registered target as requests meet it: its connections, what is under way there, and its health. */
import type { Pool } from "undici";
import type { Clock, Instant, Release } from "../../../clock.ts";
import type { HealthCheck, Target, TargetGroup } from "../resources.ts";
import { connectionsTo } from "./connections.ts";
import { type ProbeResult, probe } from "./healthProbe.ts";

export type Health = "initial" | "healthy" | "unhealthy" | "draining" | "unused";

/** A target that has not passed a check yet is looked at this often, so that a process that starts is served at once. */
const EAGER_MS = 1000;

export interface LiveTargetOptions {
  target: Target;
  group: TargetGroup;
  /** Where targets live that are named by the id of an instance: on this machine. */
  host: string;
  clock: Clock;
  /** Told of every change of its health, and of what it is suspected of. */
  changed(target: LiveTarget): void;
}

export class LiveTarget {
  readonly target: Target;
  health: Health = "unused";
  reason: string | undefined = "Target.NotInUse";
  says: string | undefined = "Target group is not configured to receive traffic from the load balancer";
  /** Nobody listened when a request came, and no check has passed since. */
  isSuspect = false;
  /** Requests and connections under way. */
  inFlight = 0;
  readonly address: { host: string; port: number };
  readonly #options: LiveTargetOptions;
  readonly #cutters = new Set<() => void>();
  #check: HealthCheck;
  #pool: Pool | undefined;
  #timer: Release = () => {};
  #drained: (() => void) | undefined;
  #since: Instant = 0;
  #passed = 0;
  #failed = 0;
  /** Another look was begun, or none is wanted any more: what this one finds does not count. */
  #look = 0;

  constructor(options: LiveTargetOptions) {
    const { target, group, host } = options;
    this.target = target;
    this.#options = options;
    this.#check = group.healthCheck;
    this.address = { host: group.targetType === "ip" ? target.id : host, port: target.port };
  }

  /** Its connections; made when the first request comes. */
  get pool(): Pool {
    this.#pool ??= connectionsTo(this.#options.group.protocol === "HTTPS" ? "https" : "http", this.address);
    return this.#pool;
  }

  /** A request or connection begins here; to be called when it has ended. `cut` ends it when draining takes too long. */
  begin(cut: () => void): Release {
    this.inFlight += 1;
    this.#cutters.add(cut);
    return () => {
      if (!this.#cutters.delete(cut)) return;
      this.inFlight -= 1;
      if (this.inFlight === 0) this.#drained?.();
    };
  }

  /** Begins or ends checking, as the group is in use by a load balancer or not, and checks as `check` says from now on. */
  use(inUse: boolean, check: HealthCheck): void {
    if (this.health === "draining") return;
    const isNew = check !== this.#check;
    this.#check = check;
    if (!inUse) {
      this.#stop();
      this.#become(
        "unused",
        "Target.NotInUse",
        "Target group is not configured to receive traffic from the load balancer",
      );
    } else if (this.health === "unused") {
      this.#since = this.#options.clock.now();
      this.#become("initial", "Elb.InitialHealthChecking", "Initial health checks in progress");
      this.#lookIn(0);
    } else if (isNew) {
      this.#lookIn(0);
    }
  }

  /** Nobody listens there: that is a failed check, and the next one comes soon. */
  refused(): void {
    if (this.health !== "healthy" && this.health !== "unhealthy" && this.health !== "initial") return;
    this.#suspect(true);
    this.#take({ passed: false, reason: "Target.FailedHealthChecks", says: "Health checks failed" });
    if (this.health !== "initial") this.#lookIn(Math.min(EAGER_MS, this.#check.intervalSeconds * 1000));
  }

  /** Takes no new requests; resolves when the last one has ended or `delayMs` are over, which cuts off the rest. */
  async drain(delayMs: number): Promise<void> {
    this.#stop();
    this.#become("draining", "Target.DeregistrationInProgress", "Target deregistration is in progress");
    if (this.inFlight > 0) {
      await new Promise<void>((resolve) => {
        this.#drained = resolve;
        this.#timer = this.#options.clock.at(this.#options.clock.now() + delayMs, resolve);
      });
    }
    this.close();
  }

  /** Cuts off everything. */
  close(): void {
    this.#stop();
    for (const cut of [...this.#cutters]) cut();
    const pool = this.#pool;
    this.#pool = undefined;
    pool?.destroy().catch(() => {});
    this.#become("unused", "Target.NotRegistered", "Target is not registered to the target group");
  }

  #stop(): void {
    this.#timer();
    this.#look += 1;
  }

  #lookIn(milliseconds: number): void {
    const { clock } = this.#options;
    this.#stop();
    this.#timer = clock.at(clock.now() + milliseconds, () => void this.#lookNow());
  }

  async #lookNow(): Promise<void> {
    const look = this.#look;
    const release = this.#options.clock.hold();
    const { host, port } = this.address;
    const check = this.#check;
    const result = await probe(check, host, check.port === "traffic-port" ? port : Number(check.port));
    if (look === this.#look) {
      this.#take(result);
      const intervalMs = check.intervalSeconds * 1000;
      this.#lookIn(this.health === "initial" || this.isSuspect ? Math.min(EAGER_MS, intervalMs) : intervalMs);
    }
    release();
  }

  #take(result: ProbeResult): void {
    const { intervalSeconds, healthyThreshold, unhealthyThreshold } = this.#check;
    if (result.passed) {
      this.#suspect(false);
      this.#passed += 1;
      this.#failed = 0;
      // The first check that passes is enough for a target that is new.
      if (this.health === "initial" || this.#passed >= healthyThreshold) this.#become("healthy");
      return;
    }
    this.#passed = 0;
    this.#failed += 1;
    const graceMs = unhealthyThreshold * intervalSeconds * 1000;
    const isOver =
      this.health === "initial"
        ? this.#options.clock.now() - this.#since >= graceMs
        : this.#failed >= unhealthyThreshold;
    if (isOver || this.health === "unhealthy") this.#become("unhealthy", result.reason, result.says);
  }

  #suspect(isSuspect: boolean): void {
    const before = this.isSuspect;
    this.isSuspect = isSuspect;
    if (before !== isSuspect) this.#options.changed(this);
  }

  #become(health: Health, reason?: string, says?: string): void {
    const before = this.health;
    this.health = health;
    this.reason = reason;
    this.says = says;
    if (before !== health) this.#options.changed(this);
  }
}
