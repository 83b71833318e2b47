/** The target groups as requests meet them: whose turn it is among the targets, and who is draining. */
import type { Clock } from "../../../clock.ts";
import { targetGroupAttributes } from "../attributes.ts";
import type { Target, TargetGroup } from "../resources.ts";
import { type Health, LiveTarget } from "./liveTarget.ts";

export interface TargetCondition {
  target: Target;
  state: Health;
  reason?: string | undefined;
  description?: string | undefined;
}

export type HealthListener = (targetGroupArn: string, target: Target, health: Health) => void;

interface GroupOptions {
  clock: Clock;
  host: string;
  fraction: () => number;
  /** Told of every change of a target's health. */
  changed(targetGroupArn: string, target: Target, health: Health): void;
}

const keyOf = ({ id, port }: Target): string => `${id}:${port}`;

export class LiveGroup {
  readonly arn: string;
  readonly #options: GroupOptions;
  readonly #targets = new Map<string, LiveTarget>();
  /** With what resolves when they have drained. */
  readonly #draining = new Map<LiveTarget, Promise<void>>();
  #group: TargetGroup;
  #inUse: boolean | undefined;
  #algorithm = "round_robin";
  /** Those that requests go to at present; made anew when a target or its health has changed. */
  #candidates: LiveTarget[] | undefined;
  #turn = 0;

  constructor(group: TargetGroup, options: GroupOptions) {
    this.arn = group.arn;
    this.#group = group;
    this.#options = options;
  }

  /** Brings the targets to what the group says: new ones come, others drain. */
  update(group: TargetGroup, inUse: boolean): void {
    if (group === this.#group && inUse === this.#inUse) return;
    this.#inUse = inUse;
    this.#group = group;
    this.#algorithm = targetGroupAttributes(group)["load_balancing.algorithm.type"] ?? "round_robin";
    const wanted = new Map(group.targets.map((target) => [keyOf(target), target]));
    for (const [key, live] of this.#targets) if (!wanted.has(key)) this.#drain(key, live);
    for (const [key, target] of wanted) {
      const live = this.#targets.get(key) ?? this.#add(key, target);
      live.use(inUse, group.healthCheck);
    }
    this.#candidates = undefined;
  }

  /**
   * Whose turn it is; none of `tried` while there is another. Healthy targets take all requests; where there is none,
   * every target does, as on AWS. Those where nobody listens come last.
   */
  next(tried: ReadonlySet<LiveTarget>): LiveTarget | undefined {
    this.#candidates ??= candidatesOf([...this.#targets.values()]);
    const all = this.#candidates;
    const fresh = tried.size === 0 ? all : all.filter((target) => !tried.has(target));
    if (fresh.length <= 1) return fresh[0];
    if (this.#algorithm === "weighted_random") return fresh[Math.floor(this.#options.fraction() * fresh.length)];
    this.#turn = (this.#turn + 1) % fresh.length;
    if (this.#algorithm === "round_robin") return fresh[this.#turn];
    const inTurn = [...fresh.slice(this.#turn), ...fresh.slice(0, this.#turn)];
    return inTurn.reduce((least, target) => (target.inFlight < least.inFlight ? target : least));
  }

  conditions(): TargetCondition[] {
    const live = [...this.#targets.values(), ...this.#draining.keys()];
    return live.map(({ target, health, reason, says }) => ({ target, state: health, reason, description: says }));
  }

  health(target: Target): Health {
    const registered = this.#targets.get(keyOf(target));
    if (registered) return registered.health;
    return this.#drainingOf(target).length > 0 ? "draining" : "unused";
  }

  /** Resolves when no target of that name drains any more. */
  async drained(target: Target): Promise<void> {
    await Promise.all(this.#drainingOf(target).map((live) => this.#draining.get(live)));
  }

  /** The group has been deleted: its targets drain, and nobody comes any more. */
  remove(): void {
    for (const [key, live] of this.#targets) this.#drain(key, live);
    this.#candidates = undefined;
  }

  count(health: Health): number {
    return [...this.#targets.values()].filter((target) => target.health === health).length;
  }

  close(): void {
    for (const live of [...this.#targets.values(), ...this.#draining.keys()]) live.close();
  }

  #add(key: string, target: Target): LiveTarget {
    let known: Health = "unused";
    const changed = (live: LiveTarget) => {
      this.#candidates = undefined;
      if (live.health === known) return;
      known = live.health;
      this.#options.changed(this.arn, target, known);
    };
    const live = new LiveTarget({ target, group: this.#group, ...this.#options, changed });
    this.#targets.set(key, live);
    return live;
  }

  #drain(key: string, live: LiveTarget): void {
    this.#targets.delete(key);
    const delayMs = Number(targetGroupAttributes(this.#group)["deregistration_delay.timeout_seconds"]) * 1000;
    const drained = live.drain(delayMs).then(() => void this.#draining.delete(live));
    this.#draining.set(live, drained);
  }

  #drainingOf(target: Target): LiveTarget[] {
    return [...this.#draining.keys()].filter((live) => keyOf(live.target) === keyOf(target));
  }
}

function candidatesOf(targets: LiveTarget[]): LiveTarget[] {
  const answering = targets.filter(({ isSuspect }) => !isSuspect);
  const healthy = answering.filter(({ health }) => health === "healthy");
  return healthy.length > 0 ? healthy : answering.length > 0 ? answering : targets;
}
