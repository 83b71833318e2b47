/** The clients of a torture: each lane deploys, disturbs what it has deployed, waits for its end, and deploys again. */
import { setTimeout as pause } from "node:timers/promises";
import type { DeploymentDetail } from "../../src/management/deploymentDetail.ts";
import type { Chance } from "../simulation/chance.ts";
import { appSpec, type Hooks, inlineRevision } from "../support/lambdaFixtures.ts";
import { aliasNow, sameAlias, whereItSays } from "./aliases.ts";
import { askOwn, type Ledger } from "./ledger.ts";
import type { TortureNode } from "./nodes.ts";
import type { Progress } from "./progress.ts";
import { APPLICATION, hookName, type Lane, type Scene } from "./scene.ts";
import { drawDisturbance } from "./steering.ts";

export interface Workload {
  nodes: TortureNode[];
  scene: Scene;
  ledger: Ledger;
  progress: Progress;
  /** No lane begins a deployment after this. */
  over: AbortSignal;
}

export class LaneWork {
  readonly work: Workload;
  readonly lane: Lane;
  readonly chance: Chance;
  /** The deployments that this lane knows of: acknowledged ones, found ones, and their rollbacks. */
  readonly known = new Set<string>();

  constructor(work: Workload, lane: Lane, chance: Chance) {
    this.work = work;
    this.lane = lane;
    this.chance = chance;
  }

  /** Deploys until the time is over, and ends when its last deployment has ended. */
  async run(): Promise<void> {
    const { over } = this.work;
    await pause(this.chance.between(0, 5000));
    while (!over.aborted) {
      const deploymentId = await this.#deploy();
      if (deploymentId === null) continue;
      await this.#bringToItsEnd(deploymentId);
    }
  }

  /** Any node may be asked. */
  get node(): TortureNode {
    const [first, ...others] = this.work.nodes;
    if (!first) throw new Error("there is no node");
    return this.chance.pick([first, ...others]);
  }

  detail(deploymentId: string): Promise<DeploymentDetail> {
    return this.work.ledger.read(() =>
      askOwn<DeploymentDetail>(`${this.node.url}/_signalbox/deployments/${deploymentId}`),
    );
  }

  /** Asks for one deployment; `null` when none came of it. A lost answer is looked up: nothing else deploys here. */
  async #deploy(): Promise<string | null> {
    const { lane, work } = this;
    const alias = await aliasNow(work.scene.lambda, lane, work.ledger);
    const [currentVersion, targetVersion] = alias.version === "1" ? ["1", "2"] : ["2", "1"];
    const content = appSpec({ ...lane, currentVersion, targetVersion }, this.#drawHooks());
    const names = { applicationName: APPLICATION, deploymentGroupName: lane.group };
    const { outcome, error, value } = await work.ledger.ask({ operation: "CreateDeployment" }, () =>
      this.node.codedeploy.createDeployment({ ...names, revision: inlineRevision(content) }),
    );
    if (outcome === "refused") {
      work.ledger.contradiction(`CreateDeployment in ${lane.group}, which is free, was refused: ${error}`);
      await pause(1000);
      return null;
    }
    const deploymentId = value?.deploymentId ?? (await this.#findLost());
    if (deploymentId === null) return null;
    this.known.add(deploymentId);
    return deploymentId;
  }

  /** The deployment of the group that nobody has told us of; `null` when the lost request was not done. */
  async #findLost(): Promise<string | null> {
    // What a node had sent to its database may still be done after its end.
    await pause(500);
    const strangers = (await deploymentsOf(this.node, this.lane, this.work.ledger)).filter((id) => !this.known.has(id));
    if (strangers.length > 1) {
      this.work.ledger.contradiction(
        `${this.lane.group} has ${strangers.length} deployments of one request: ${strangers}`,
      );
    }
    return strangers[0] ?? null;
  }

  #drawHooks(): Hooks {
    const { chance } = this;
    const hooks: Hooks = {};
    for (const event of ["BeforeAllowTraffic", "AfterAllowTraffic"] as const) {
      if (chance.happens(0.15)) hooks[event] = hookName(event, chance.happens(0.2) ? "Failed" : "Succeeded");
    }
    return hooks;
  }

  async #bringToItsEnd(deploymentId: string): Promise<void> {
    const disturbed = drawDisturbance(this, deploymentId);
    let last = await this.#ended(deploymentId);
    await disturbed;
    const rollback = last.rollbackInfo?.rollbackDeploymentId;
    if (rollback !== undefined) {
      this.known.add(rollback);
      last = await this.#ended(rollback);
    }
    const found = await aliasNow(this.work.scene.lambda, this.lane, this.work.ledger);
    const told = whereItSays(last);
    if (told !== null && !sameAlias(told, found)) {
      const sentence = `alias ${this.lane.alias} is at ${JSON.stringify(found)}; ${last.deploymentId} (${last.status}) says ${JSON.stringify(told)}`;
      this.work.ledger.contradiction(sentence);
    }
  }

  async #ended(deploymentId: string): Promise<DeploymentDetail> {
    for (;;) {
      const detail = await this.detail(deploymentId);
      this.work.progress.look(detail);
      if (detail.waitingFor.phase === "Ended") return detail;
      await pause(this.chance.between(1000, 2000));
    }
  }
}

/** All deployments of the lane's group. */
export async function deploymentsOf(node: TortureNode, { group }: Lane, ledger: Ledger): Promise<string[]> {
  const found: string[] = [];
  let nextToken: string | undefined;
  do {
    const names = { applicationName: APPLICATION, deploymentGroupName: group };
    const page = await ledger.read(() => node.codedeploy.listDeployments({ ...names, nextToken }));
    found.push(...(page.deployments ?? []));
    nextToken = page.nextToken;
  } while (nextToken);
  return found;
}
