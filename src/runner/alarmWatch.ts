/**
 * Looks at the alarms of all deployments under way, in one call for each account and region whatever their number, and
 * tells a deployment only what may end it: a look that finds nothing costs it nothing.
 */
import type { Clock, Instant } from "../clock.ts";
import type { AlarmSource, AlarmStates, Scope } from "../drivers/alarms/alarmSource.ts";
import { EffectError } from "../drivers/driver.ts";
import { isNotable } from "../engine/alarms.ts";
import type { DeploymentEvent, EffectProblem } from "../engine/deployment.ts";
import type { PlannedAlarms } from "../engine/plan.ts";
import type { Store, WatchingDeployment } from "../store/store.ts";
import { wakeTimer } from "./wake.ts";

export interface AlarmWatchOptions {
  store: Store;
  clock: Clock;
  source: AlarmSource;
  /** Between two looks. */
  intervalMs: number;
  log: (line: string) => void;
}

/** Looks in a row that may fail for a passing reason before the deployments are told: a throttled call stops nobody. */
const MOST_FAILURES = 3;

export class AlarmWatch {
  readonly #options: AlarmWatchOptions;
  readonly #watching = new Map<number, WatchingDeployment>();
  readonly #failures = new Map<string, number>();
  readonly #timer;
  #looking = false;
  #stopped = false;

  constructor(options: AlarmWatchOptions) {
    this.#options = options;
    this.#timer = wakeTimer(options.clock, () => void this.#look());
  }

  /** Begins to watch for a deployment, or goes on. */
  watch(deployment: WatchingDeployment): void {
    if (this.#stopped || this.#watching.has(deployment.deploymentN)) return;
    this.#watching.set(deployment.deploymentN, deployment);
    this.#setTimer();
  }

  forget(deploymentN: number): void {
    this.#watching.delete(deploymentN);
  }

  stop(): void {
    this.#stopped = true;
    this.#timer.stop();
  }

  #setTimer(): void {
    const { clock, intervalMs } = this.#options;
    if (!this.#stopped && this.#watching.size > 0) this.#timer.noLaterThan(clock.now() + intervalMs);
  }

  async #look(): Promise<void> {
    if (this.#looking) return;
    const { clock, log } = this.#options;
    const release = clock.hold();
    this.#looking = true;
    try {
      const scopes = Map.groupBy(this.#watching.values(), ({ accountId, region }) => `${accountId}/${region}`);
      await Promise.all([...scopes].map(([key, deployments]) => this.#lookIn(key, deployments)));
    } catch (error) {
      if (!this.#stopped) log(`alarms could not be looked at: ${String(error)}`);
    } finally {
      this.#looking = false;
      this.#setTimer();
      release();
    }
  }

  async #lookIn(key: string, deployments: WatchingDeployment[]): Promise<void> {
    const [first] = deployments;
    if (!first) return;
    const names = [...new Set(deployments.flatMap(({ alarms }) => alarms.names))];
    const found = await this.#statesOf(first, names);
    const { clock } = this.#options;
    if ("states" in found) {
      this.#failures.delete(key);
      const { states } = found;
      const told = deployments.filter(({ alarms }) => isNotable(alarms, states));
      return this.#tell(told, ({ alarms }) => alarmsSeen(clock.now(), alarms, states));
    }
    const failures = (this.#failures.get(key) ?? 0) + 1;
    this.#failures.set(key, failures);
    if (found.passes && failures < MOST_FAILURES) return;
    const told = deployments.filter(({ alarms }) => !alarms.ignorePollFailure);
    return this.#tell(told, () => ({ type: "alarmsUnreadable", at: clock.now(), problem: found.problem }));
  }

  async #statesOf(
    scope: Scope,
    names: string[],
  ): Promise<{ states: AlarmStates } | { problem: EffectProblem; passes: boolean }> {
    try {
      return { states: await this.#options.source.states(scope, names, new AbortController().signal) };
    } catch (error) {
      const { kind, message, retryable } =
        error instanceof EffectError ? error : new EffectError("unavailable", String(error), true);
      return { problem: { kind, message }, passes: retryable };
    }
  }

  async #tell(deployments: WatchingDeployment[], eventFor: (of: WatchingDeployment) => DeploymentEvent): Promise<void> {
    if (this.#stopped || deployments.length === 0) return;
    await this.#options.store.transaction(async (tx) => {
      // Once while it waits for its turn: the next look comes whether or not the deployment has had one.
      for (const of of deployments) await tx.inbox.append(of.deploymentN, eventFor(of), "alarms");
    });
  }
}

/** Only the states of its own alarms: they are kept in its decision log. */
function alarmsSeen(at: Instant, { names }: PlannedAlarms, states: AlarmStates): DeploymentEvent {
  const own = names.flatMap((name) => (states[name] === undefined ? [] : [[name, states[name]] as const]));
  return { type: "alarmsSeen", at, states: Object.fromEntries(own) };
}
