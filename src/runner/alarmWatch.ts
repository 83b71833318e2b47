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

  async #lookIn(scopeKey: string, deployments: WatchingDeployment[]): Promise<void> {
    const [first] = deployments;
    if (!first) return;
    const names = [...new Set(deployments.flatMap(({ alarms }) => alarms.names))];
    const sight = await this.#options.source
      .look(first, names, new AbortController().signal)
      .catch((error: unknown) => allUnreadable(names, { kind: "unavailable", message: String(error), passes: true }));
    const lost = this.#lost(scopeKey, names, sight);
    const at = this.#options.clock.now();
    const told = deployments.flatMap((deployment) => {
      const event = eventFor(deployment.alarms, sight, lost, at);
      return event ? [{ deployment, event }] : [];
    });
    await this.#tell(told);
  }

  /** The alarms that cannot be read and are not to be waited for: for a lasting reason, or again and again. */
  #lost(scopeKey: string, names: readonly string[], { problems }: AlarmSight): Map<string, AlarmProblem> {
    const lost = new Map<string, AlarmProblem>();
    for (const name of names) {
      const key = `${scopeKey}/${name}`;
      const problem = problems[name];
      const failures = problem ? (this.#failures.get(key) ?? 0) + 1 : 0;
      if (failures === 0) this.#failures.delete(key);
      else this.#failures.set(key, failures);
      if (problem && (!problem.passes || failures >= MOST_FAILURES)) lost.set(name, problem);
    }
    return lost;
  }

  async #tell(told: { deployment: WatchingDeployment; event: DeploymentEvent }[]): Promise<void> {
    if (this.#stopped || told.length === 0) return;
    await this.#options.store.transaction(async (tx) => {
      // Once while it waits for its turn: the next look comes whether or not the deployment has had one.
      for (const { deployment, event } of told) await tx.inbox.append(deployment.deploymentN, event, "alarms");
    });
  }
}

/** What a deployment must be told of a look; `null` when it found nothing that may end it. */
function eventFor(
  alarms: PlannedAlarms,
  sight: AlarmSight,
  lost: ReadonlyMap<string, AlarmProblem>,
  at: Instant,
): DeploymentEvent | null {
  const { states, problems } = sightOf(alarms.names, sight);
  if (isRed(alarms, states)) return { type: "alarmsSeen", at, states };
  if (alarms.ignorePollFailure) return null;
  const unreadable = alarms.names.find((name) => lost.has(name));
  const problem = unreadable === undefined ? undefined : lost.get(unreadable);
  if (problem) return { type: "alarmsUnreadable", at, problem: { kind: problem.kind, message: problem.message } };
  const isMissing = alarms.names.some((name) => states[name] === undefined && problems[name] === undefined);
  // What could not be read this time is not missing: only what is known to be missing is told.
  return isMissing && Object.keys(problems).length === 0 ? { type: "alarmsSeen", at, states } : null;
}
