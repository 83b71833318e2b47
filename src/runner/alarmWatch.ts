/**
 * Looks at the alarms of all deployments under way, in one call for each account and region whatever their number, and
 * tells a deployment only what may end it: a look that finds nothing costs it nothing.
 */
import type { Clock, Instant } from "../clock.ts";
import {
  type AlarmProblem,
  type AlarmSight,
  type AlarmSource,
  allUnreadable,
  sightOf,
} from "../drivers/alarms/alarmSource.ts";
import { isRed } from "../engine/alarms.ts";
import type { DeploymentEvent } from "../engine/deployment.ts";
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
  /** Looks in a row that could not read every alarm of the deployment. */
  readonly #failures = new Map<number, number>();
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

  /**
   * Takes up what an earlier run has watched, and looks at once: what turned red meanwhile is not left so for an interval,
   * and a program that is killed again and again sees it in each of its lives.
   */
  async start(deployments: readonly WatchingDeployment[]): Promise<void> {
    for (const deployment of deployments) this.watch(deployment);
    await this.#look();
  }

  /** Watches for these and no others: what other processes have begun or ended, the store knows. */
  watchOnly(deployments: readonly WatchingDeployment[]): void {
    const under = new Set(deployments.map(({ deploymentN }) => deploymentN));
    for (const deploymentN of this.#watching.keys()) if (!under.has(deploymentN)) this.forget(deploymentN);
    for (const deployment of deployments) this.watch(deployment);
  }

  forget(deploymentN: number): void {
    this.#watching.delete(deploymentN);
    this.#failures.delete(deploymentN);
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
      await Promise.all([...scopes.values()].map((deployments) => this.#lookIn(deployments)));
    } catch (error) {
      if (!this.#stopped) log(`alarms could not be looked at: ${String(error)}`);
    } finally {
      this.#looking = false;
      this.#setTimer();
      release();
    }
  }

  async #lookIn(deployments: WatchingDeployment[]): Promise<void> {
    const [first] = deployments;
    if (!first) return;
    const names = [...new Set(deployments.flatMap(({ alarms }) => alarms.names))];
    const sight = await this.#options.source
      .look(first, names)
      .catch((error: unknown) => allUnreadable(names, { kind: "unavailable", message: String(error), passes: true }));
    const at = this.#options.clock.now();
    const told = deployments.flatMap((deployment) => {
      const own = sightOf(deployment.alarms.names, sight);
      const event = eventFor(deployment.alarms, own, this.#lost(deployment.deploymentN, own), at);
      return event ? [{ deployment, event }] : [];
    });
    await this.#tell(told);
  }

  /**
   * Why the deployment is told that its alarms cannot be read: for a lasting reason, or because looks failed again and
   * again. Only looks made for this deployment count, whatever others had seen before it began.
   */
  #lost(deploymentN: number, { problems }: AlarmSight): AlarmProblem | undefined {
    const found = Object.values(problems);
    const failures = found.length > 0 ? (this.#failures.get(deploymentN) ?? 0) + 1 : 0;
    if (failures > 0 && this.#watching.has(deploymentN)) this.#failures.set(deploymentN, failures);
    else this.#failures.delete(deploymentN);
    return found.find(({ passes }) => !passes) ?? (failures >= MOST_FAILURES ? found[0] : undefined);
  }

  async #tell(told: { deployment: WatchingDeployment; event: DeploymentEvent }[]): Promise<void> {
    if (this.#stopped || told.length === 0) return;
    await this.#options.store.transaction(async (tx) => {
      // Once while it waits for its turn: the next look comes whether or not the deployment has had one.
      for (const { deployment, event } of told) await tx.inbox.append(deployment.deploymentN, event, "alarms");
    });
  }
}

/** What a deployment must be told of a look at its own alarms; `null` when it found nothing that may end it. */
function eventFor(
  alarms: PlannedAlarms,
  { states, problems }: AlarmSight,
  lost: AlarmProblem | undefined,
  at: Instant,
): DeploymentEvent | null {
  if (isRed(alarms, states)) return { type: "alarmsSeen", at, states };
  if (alarms.ignorePollFailure) return null;
  if (lost) return { type: "alarmsUnreadable", at, problem: { kind: lost.kind, message: lost.message } };
  const isMissing = alarms.names.some((name) => states[name] === undefined && problems[name] === undefined);
  // What could not be read this time is not missing: only what is known to be missing is told.
  return isMissing && Object.keys(problems).length === 0 ? { type: "alarmsSeen", at, states } : null;
}
