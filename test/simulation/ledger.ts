/** The book of what is known: brought up to date from what is durable, and held against the promises as it changes. */
import { hasEnded } from "../../src/engine/deployment.ts";
import type { DeploymentPlan } from "../../src/engine/plan.ts";
import { isLambdaAppSpec } from "../../src/resources/lambdaAppSpec.ts";
import type { Store, TurnRecord } from "../../src/store/store.ts";
import type { Attempt } from "./actors.ts";
import type { AlarmSetting } from "./alarmScripts.ts";
import { CALLER } from "./clients.ts";
import { newBlueGreenLedger } from "./ecs/blueGreenLedger.ts";
import { readEcsWritten } from "./ecs/ecsRequests.ts";
import type { EcsWorld } from "./ecs/ecsWorld.ts";
import { checkAdmission } from "./groupPromises.ts";
import { broken, type Circumstances, type Known, type KnownAppSpec, newAlarmLedger } from "./known.ts";
import { checkProgress } from "./promises.ts";
import type { DeploymentRequest, Scenario } from "./scenario.ts";
import { SECOND } from "./times.ts";

/** Stands for a document that cannot be deployed at all. */
const NO_APP_SPEC: KnownAppSpec = { functionName: "", alias: "", currentVersion: "", targetVersion: "", hooks: {} };

export interface LedgerOptions {
  scenario: Scenario;
  /** `null` where the deployments go to Lambda. */
  ecs: EcsWorld | null;
  circumstances: () => Circumstances;
  attemptOf: (request: DeploymentRequest) => Attempt | undefined;
  rollbackBegan: (group: number) => void;
  say: (tell: () => string) => void;
}

export class Ledger {
  readonly known = new Map<string, Known>();
  /** Those that had not ended before the last step. */
  readonly present = new Set<Known>();
  /** Those that came or changed in the last step. */
  readonly changed = new Set<Known>();
  readonly #groups = new Map<number, Known[]>();
  readonly #options: LedgerOptions;

  constructor(options: LedgerOptions) {
    this.#options = options;
  }

  by(deploymentId: string): Known {
    return this.known.get(deploymentId) ?? broken(deploymentId, "acts before it is durable");
  }

  /** All of a group, in the order in which they were accepted. */
  inGroup(group: number): readonly Known[] {
    return this.#groups.get(group) ?? [];
  }

  /** Another step begins: what was, and what is, are the same so far. */
  step(): void {
    for (const known of this.changed) {
      known.before = known.record;
      if (hasEnded(known.record.state.status)) this.present.delete(known);
    }
    this.changed.clear();
  }

  /** All that is durable, for when all is over. */
  async refreshAll(store: Store): Promise<void> {
    const rows = await store.read((reader) => reader.deployments.list(CALLER, {}, { after: null, limit: 1_000_000 }));
    await this.refresh(
      store,
      rows.map(({ n }) => n),
    );
  }

  /** What is durable now of these rows, of which some may not be there. */
  async refresh(store: Store, rows: readonly number[]): Promise<void> {
    // In the order in which they were accepted; a clock that stands still gives many the same time.
    const inOrder = rows.toSorted((one, other) => one - other);
    const fresh = await store.read(({ deployments }) => Promise.all(inOrder.map((n) => deployments.load(n))));
    const found = fresh.filter((record) => record !== undefined);
    for (const record of found) if (!this.known.has(record.plan.deploymentId)) this.#meet(record);
    // One commit may end a deployment and begin the next: all are known before any is judged.
    const changes = found.flatMap((next) => {
      const known = this.by(next.plan.deploymentId);
      return next.version === known.record.version ? [] : [{ known, was: known.record, next }];
    });
    const now = this.#options.circumstances().now();
    for (const { known, was, next } of changes) {
      known.earlier = known.earlier.filter(({ until }) => until >= now - SECOND);
      known.earlier.push({ record: was, until: now });
      known.record = next;
      this.changed.add(known);
    }
    for (const { known, was, next } of changes) {
      const { status, stage, paused } = next.state;
      this.#options.say(() => {
        const phase = JSON.stringify(stage).slice(0, 160);
        return `${known.deploymentId} is ${status}, ${phase}${paused ? ", paused" : ""}`;
      });
      checkProgress(this.#options.circumstances(), known, was.state, next.state);
    }
  }

  #meet(record: TurnRecord): void {
    const { scenario, ecs, circumstances, say } = this.#options;
    const { plan } = record;
    const { deploymentId } = plan;
    const undoes = plan.rollsBackDeploymentId === null ? null : this.by(plan.rollsBackDeploymentId);
    const index = Number.parseInt(plan.info.description ?? "", 10);
    const request = undoes ? null : (scenario.requests[index] ?? null);
    const group = undoes?.group ?? request?.group ?? 0;
    const unseen: TurnRecord = {
      ...record,
      version: 0,
      targets: [],
      state: {
        ...record.state,
        status: record.state.startTime === null ? record.state.status : "Created",
        startTime: null,
      },
    };
    const known: Known = {
      deploymentId,
      request,
      undoes,
      group,
      appSpec: this.#appSpecOf(plan),
      record: unseen,
      before: unseen,
      earlier: [],
      createdAt: plan.createTime,
      aliasBefore: circumstances().world.aliasOf(group),
      writes: [],
      invocations: [],
      reports: [],
      stops: [],
      steers: [],
      watches: request && enabled(request.alarms ?? scenario.groupSettings[group]?.alarms ?? null),
      alarms: newAlarmLedger(),
      hasQueued: record.state.status === "Queued",
      blueGreen: ecs && newBlueGreenLedger(ecs.of(group), request ? (scenario.ecs?.requests[index] ?? null) : null),
    };
    this.known.set(deploymentId, known);
    this.#groups.set(group, [...this.inGroup(group), known]);
    this.present.add(known);
    this.changed.add(known);
    say(
      () => `${deploymentId} ${undoes ? `rolls back ${undoes.deploymentId}` : `is request ${plan.info.description}`}`,
    );
    checkAdmission(circumstances(), known);
    if (request) this.#makeWay(known, request);
    if (undoes) this.#options.rollbackBegan(group);
  }

  /** What the deployment is to do, whether or not it knows it yet. */
  #appSpecOf({ work: { appSpec } }: DeploymentPlan): KnownAppSpec {
    const { world } = this.#options.circumstances();
    const inS3 = "readFrom" in appSpec ? world.objectOf(appSpec.readFrom.key ?? "") : undefined;
    const readText = this.#options.ecs ? readEcsWritten : readWritten;
    const read = "readFrom" in appSpec ? (inS3 === undefined ? null : readText(inS3)) : appSpec;
    if (read === null || "problem" in read) return NO_APP_SPEC;
    return isLambdaAppSpec(read) ? read : { ...NO_APP_SPEC, hooks: read.hooks };
  }

  /**
   * In a group that replaces, whatever is there is asked to stop when a newer one is accepted, but a rollback is not. In
   * one that queues, what still waits and has a lower order.
   */
  #makeWay(newer: Known, request: DeploymentRequest): void {
    const onBusy = this.#options.circumstances().onBusy(newer.group);
    if (onBusy !== "replace" && onBusy !== "queue") return;
    const attempt = this.#options.attemptOf(request) ?? broken(newer, "nobody has asked for it");
    const { sequence, sentAt } = attempt;
    const undisturbed = attempt.isUndisturbed();
    for (const other of this.inGroup(newer.group)) {
      if (other === newer || other.undoes) continue;
      if (hasEnded(other.record.state.status)) continue;
      if (onBusy === "queue" && !isOlderInQueue(other, request)) continue;
      other.stops.push({
        kind: "replaced",
        rollBack: undefined,
        accepted: true,
        writesBefore: other.writes.length,
        sequence,
        sentAt,
        undisturbed,
      });
    }
  }
}

/** An AppSpec as the actors write it; `null` for one that is not complete. */
function readWritten(content: string): KnownAppSpec | null {
  try {
    const { Resources, Hooks = [] } = JSON.parse(content);
    const { Name, Alias, CurrentVersion, TargetVersion } = Resources[0].shop.Properties;
    if (CurrentVersion === undefined) return null;
    const versions = { currentVersion: CurrentVersion, targetVersion: TargetVersion };
    return { functionName: Name, alias: Alias, ...versions, hooks: Object.assign({}, ...Hooks) };
  } catch {
    return null;
  }
}

function enabled(setting: AlarmSetting | null): AlarmSetting | null {
  return setting?.enabled ? setting : null;
}

function isOlderInQueue({ record, request }: Known, { order }: DeploymentRequest): boolean {
  const earlier = request?.order ?? null;
  return record.state.status === "Queued" && earlier !== null && order !== null && earlier < order;
}
