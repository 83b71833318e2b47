/**
 * Rehearses the rollback of a deployment group: one failure after the other, each in a deployment of its own, on aliases
 * that the drill makes for itself. The group's alias is only read, and the store is, too.
 */
import { type Clock, wallClock } from "../clock.ts";
import { type Driver, EffectError } from "../drivers/driver.ts";
import { type FunctionOf, SCRATCH_PREFIX, type ScratchAliases } from "../drivers/lambda/scratchAliases.ts";
import type { AliasState } from "../engine/plan.ts";
import type { Ids } from "../ids.ts";
import type { LambdaAppSpec } from "../resources/lambdaAppSpec.ts";
import type { Scope, Store } from "../store/store.ts";
import { type Injection, injectionsFor } from "./injections.ts";
import { type GroupName, planRun, type Rehearsal, refusal, rehearsalOf, versionsToRehearse } from "./rehearsal.ts";
import { rehearse } from "./run.ts";
import { type DrillRow, judge, notRehearsed, verdicts } from "./verdict.ts";

export interface RollbackDrillOptions {
  store: Store;
  clock: Clock;
  ids: Ids;
  log: (line: string) => void;
  /** Reads and moves aliases as for real deployments. */
  hands: Driver;
  scratchAliases: ScratchAliases;
  /** A store that forgets everything when it is closed. */
  openStore: () => Store;
  hookTimeoutMs: number;
}

export interface DrillReport extends GroupName {
  deploymentConfigName: string;
  functionName: string;
  /** The group's alias, which was only read. */
  alias: string;
  /** Where it pointed when the drill began. */
  aliasState: AliasState;
  /** What each run deployed. */
  fromVersion: string;
  toVersion: string;
  /** The validation functions that the AppSpec names. The failures of those that it does not name are rehearsed, too. */
  hooks: LambdaAppSpec["hooks"];
  rows: DrillRow[];
  summary: {
    runs: number;
    restored: number;
    notRolledBackByConfiguration: number;
    notRestored: number;
    notRehearsed: number;
  };
  /** Scratch aliases that could not be deleted; the next drill of the function tries again. */
  leftBehind: string[];
}

/** Real time in which one call must be answered. */
const CALL_TIMEOUT_MS = 30_000;

export class RollbackDrill {
  readonly #options: RollbackDrillOptions;
  /** Groups with a drill under way, by their number. */
  readonly #running = new Map<number, Promise<unknown>>();
  /** Scratch aliases of drills under way: another group may have the same function. */
  readonly #inUse = new Set<string>();
  readonly #ending = new AbortController();

  constructor(options: RollbackDrillOptions) {
    this.#options = options;
  }

  /** Answers when every failure has been injected. One drill of a group at a time. */
  async run(scope: Scope, group: GroupName): Promise<DrillReport> {
    const { store, hookTimeoutMs } = this.#options;
    const rehearsal = await store.read((tx) => rehearsalOf(tx, scope, group, hookTimeoutMs));
    const { groupN } = rehearsal;
    this.#requireGoingOn();
    if (this.#running.has(groupN)) {
      throw refusal(`A rollback drill of the deployment group ${group.deploymentGroupName} is under way already`);
    }
    const drill = this.#rehearseAll(rehearsal).finally(() => this.#running.delete(groupN));
    this.#running.set(
      groupN,
      drill.catch(() => {}),
    );
    return drill;
  }

  /** Breaks off what is under way; resolves when it has removed its aliases. */
  async close(): Promise<void> {
    this.#ending.abort();
    await Promise.all(this.#running.values());
  }

  async #rehearseAll(rehearsal: Rehearsal): Promise<DrillReport> {
    const { appSpec, applicationName, deploymentGroupName, deploymentConfigName } = rehearsal;
    const { functionName, alias } = appSpec;
    const aliasState = await asked((signal) => this.#readAlias(rehearsal, alias, signal));
    const { from, to } = versionsToRehearse(rehearsal, aliasState);
    const where = functionOf(rehearsal);
    await asked((signal) => this.#options.scratchAliases.requireVersions(where, [from, to], signal));
    const leftBehind = await this.#sweep(where);
    const rows: DrillRow[] = [];
    // The failures depend on the group alone; the plan of each run has an alias of its own.
    for (const injection of injectionsFor(planRun(rehearsal, { alias, from, to }, this.#options.ids, 0))) {
      this.#requireGoingOn();
      rows.push(await this.#rehearseOne(rehearsal, { from, to }, injection, leftBehind));
    }
    this.#requireGoingOn();
    return {
      applicationName,
      deploymentGroupName,
      deploymentConfigName,
      functionName,
      alias,
      aliasState,
      fromVersion: from,
      toVersion: to,
      hooks: appSpec.hooks,
      rows,
      summary: summaryOf(rows),
      leftBehind,
    };
  }

  /** Removes what drills that were killed have left on the function; answers what could not be removed. */
  async #sweep(where: FunctionOf): Promise<string[]> {
    const found = await asked((signal) => this.#options.scratchAliases.list(where, signal));
    const leftBehind: string[] = [];
    for (const name of found) {
      if (!this.#inUse.has(name)) await this.#remove(where, name, leftBehind);
    }
    return leftBehind;
  }

  async #rehearseOne(
    rehearsal: Rehearsal,
    { from, to }: { from: string; to: string },
    injection: Injection,
    leftBehind: string[],
  ): Promise<DrillRow> {
    const { ids, clock, scratchAliases } = this.#options;
    const where = functionOf(rehearsal);
    const scratchAlias = `${SCRATCH_PREFIX}${ids.bytes(8).toString("hex")}`;
    const before: AliasState = { version: from, routed: null };
    const plan = planRun(rehearsal, { alias: scratchAlias, from, to }, ids, clock.now());
    this.#inUse.add(scratchAlias);
    try {
      await timed((signal) => scratchAliases.create(where, scratchAlias, from, signal));
      const end = await rehearse({ ...this.#options, plan, injection, scratchAlias, signal: this.#ending.signal });
      return judge(plan, injection, end, before, await this.#look(rehearsal, scratchAlias));
    } catch (error) {
      return notRehearsed(injection, before, `The run could not be done: ${sentenceOf(error)}`);
    } finally {
      await this.#remove(where, scratchAlias, leftBehind);
      this.#inUse.delete(scratchAlias);
    }
  }

  #look(rehearsal: Rehearsal, alias: string): Promise<AliasState | { unreadable: string }> {
    return timed((signal) => this.#readAlias(rehearsal, alias, signal)).catch((error: unknown) => ({
      unreadable: sentenceOf(error),
    }));
  }

  async #readAlias({ accountId, region, appSpec }: Rehearsal, alias: string, signal: AbortSignal): Promise<AliasState> {
    const effect = { type: "readAlias", key: "readAlias", functionName: appSpec.functionName, alias } as const;
    const answer = await this.#options.hands.perform(effect, { deploymentId: "", accountId, region, signal });
    if (answer.type !== "aliasRead") throw new Error(`readAlias was answered with ${answer.type}`);
    return answer.alias;
  }

  async #remove(where: FunctionOf, name: string, leftBehind: string[]): Promise<void> {
    const { scratchAliases, log } = this.#options;
    try {
      await timed((signal) => scratchAliases.delete(where, name, signal));
    } catch (error) {
      leftBehind.push(name);
      log(`the alias ${name} of a rollback drill could not be deleted: ${sentenceOf(error)}`);
    }
  }

  #requireGoingOn(): void {
    if (this.#ending.signal.aborted) throw refusal("The drill was broken off because signalbox is ending");
  }
}

function functionOf({ accountId, region, appSpec }: Rehearsal): FunctionOf {
  return { accountId, region, functionName: appSpec.functionName };
}

function summaryOf(rows: readonly DrillRow[]): DrillReport["summary"] {
  const count = (verdict: DrillRow["verdict"]) => rows.filter((row) => row.verdict === verdict).length;
  return {
    runs: rows.length,
    restored: count(verdicts.restored),
    notRolledBackByConfiguration: count(verdicts.byConfiguration),
    notRestored: count(verdicts.notRestored),
    notRehearsed: count(verdicts.notRehearsed),
  };
}

/** A call before the first run: what Lambda refuses, the drill refuses. */
function asked<T>(call: (signal: AbortSignal) => Promise<T>): Promise<T> {
  return timed(call).catch((error: unknown) => {
    throw error instanceof EffectError ? refusal(`The drill cannot begin: ${error.message}`) : error;
  });
}

async function timed<T>(call: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  const release = wallClock.after(CALL_TIMEOUT_MS, () => controller.abort());
  try {
    return await call(controller.signal);
  } finally {
    release();
  }
}

const sentenceOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
