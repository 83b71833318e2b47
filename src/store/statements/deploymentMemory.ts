/**
 * Deployments that were read are kept, and given again as the very same object for as long as nothing has changed them:
 * clients ask for a deployment over and over while they wait for its end. Every read still asks the database; a turn
 * raises a deployment's version, and a rename shows in its names.
 */
import { number, type Row } from "../database.ts";
import type { StoredDeployment } from "../store.ts";

/** About 8 kB each. */
const MOST_DEPLOYMENTS = 1024;

/** Only for a connection that sees committed data: a version that is taken back is given to other content later. */
export class DeploymentMemory {
  readonly #known = new Map<number, { version: number; deployment: StoredDeployment }>();

  /** The deployment that was kept for this row, unless the row has changed since. */
  recall(row: Row): StoredDeployment | undefined {
    const found = this.#known.get(number(row, "n"));
    return found && found.version === row["version"] && isNamed(found.deployment, row) ? found.deployment : undefined;
  }

  keep(row: Row, deployment: StoredDeployment): void {
    if (this.#known.size >= MOST_DEPLOYMENTS) this.#known.clear();
    this.#known.set(deployment.n, { version: number(row, "version"), deployment });
  }
}

function isNamed({ names }: StoredDeployment, row: Row): boolean {
  const { application_name: application, group_name: group } = row;
  if (names === null) return application === null || group === null;
  return names.applicationName === application && names.deploymentGroupName === group;
}
