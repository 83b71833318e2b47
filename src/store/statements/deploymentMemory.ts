/**
 * Deployments that were read are kept, and given again as the very same object for as long as nothing has changed them:
 * clients ask for a deployment over and over while they wait for its end. As long as nothing at all was committed there is
 * nothing to ask the database; after that its row tells, since a turn raises a deployment's version and a rename shows
 * in its names.
 */
import { number, type Row } from "../database.ts";
import type { Scope, StoredDeployment } from "../store.ts";

/** About 8 kB each. */
const MOST_DEPLOYMENTS = 1024;

/** Only for a connection that sees committed data: a version that is taken back is given to other content later. */
export class DeploymentMemory {
  readonly #alone: boolean;
  readonly #known = new Map<number, { version: number; deployment: StoredDeployment }>();
  /** The version in which a deployment was asked for once. Only who is asked for again is worth keeping. */
  readonly #askedOnce = new Map<number, number>();
  /** Read since the last commit, by scope and id; nothing where others may have committed. */
  readonly #current = new Map<string, StoredDeployment>();

  /** `alone` where nobody but this process writes. */
  constructor({ alone }: { alone: boolean }) {
    this.#alone = alone;
  }

  /** To be told of every commit, before its writes can be read. */
  forgetCurrent(): void {
    if (this.#current.size > 0) this.#current.clear();
  }

  /** A deployment that was read since the last commit. */
  current(scope: Scope, deploymentId: string): StoredDeployment | undefined {
    return this.#current.get(keyOf(scope, deploymentId));
  }

  /** The deployment that was kept for this row, unless the row has changed since. */
  recall(row: Row): StoredDeployment | undefined {
    const found = this.#known.get(number(row, "n"));
    if (!found || found.version !== row["version"] || !isNamed(found.deployment, row)) return undefined;
    this.#note(found.deployment);
    return found.deployment;
  }

  /** Keeps a deployment that is read for the second time as it is, and gives it as it will be given from now on. */
  keep(row: Row, deployment: StoredDeployment): StoredDeployment {
    const version = number(row, "version");
    if (this.#askedOnce.get(deployment.n) !== version) {
      if (this.#askedOnce.size >= MOST_DEPLOYMENTS) this.#askedOnce.clear();
      this.#askedOnce.set(deployment.n, version);
      return deployment;
    }
    if (this.#known.size >= MOST_DEPLOYMENTS) this.#known.clear();
    const kept = { ...deployment, isKept: true };
    this.#known.set(deployment.n, { version, deployment: kept });
    this.#note(kept);
    return kept;
  }

  #note(deployment: StoredDeployment): void {
    if (!this.#alone) return;
    if (this.#current.size >= MOST_DEPLOYMENTS) this.#current.clear();
    this.#current.set(keyOf(deployment.plan, deployment.plan.deploymentId), deployment);
  }
}

function keyOf({ accountId, region }: Scope, deploymentId: string): string {
  return `${accountId}/${region}/${deploymentId}`;
}

function isNamed({ names }: StoredDeployment, row: Row): boolean {
  const { application_name: application, group_name: group } = row;
  if (names === null) return application === null || group === null;
  return names.applicationName === application && names.deploymentGroupName === group;
}
