/** The truth at the end, as the API and signalbox's own routes tell it. */

import type { Recording } from "../../src/engine/recording.ts";
import type { AuditPage } from "../../src/management/audit.ts";
import type { DeploymentDetail } from "../../src/management/deploymentDetail.ts";
import type { NotificationPage } from "../../src/management/notifications.ts";
import { askOwn, type Ledger } from "./ledger.ts";
import type { TortureNode } from "./nodes.ts";
import type { Lane } from "./scene.ts";
import { deploymentsOf } from "./workload.ts";

export type AuditEntry = AuditPage["entries"][number];

/** A deployment with everything that it was told. */
export interface Deployed {
  lane: Lane;
  detail: DeploymentDetail;
  told: Recording["told"];
}

export interface Truth {
  /** Of all lanes; of each lane from the first to the last. */
  deployments: Deployed[];
  audit: AuditEntry[];
  notifications: NotificationPage["notifications"];
}

export async function readTruth(node: TortureNode, lanes: Lane[], ledger: Ledger): Promise<Truth> {
  const deployments: Deployed[] = [];
  for (let from = 0; from < lanes.length; from += READS_AT_ONCE) {
    const some = lanes.slice(from, from + READS_AT_ONCE).map((lane) => readLane(node, lane, ledger));
    deployments.push(...(await Promise.all(some)).flat());
  }
  const [owed, dead] = [await notifications(node, "owed", ledger), await notifications(node, "dead", ledger)];
  return { deployments, audit: await readAudit(node, ledger), notifications: [...owed, ...dead] };
}

const READS_AT_ONCE = 16;

async function readLane(node: TortureNode, lane: Lane, ledger: Ledger): Promise<Deployed[]> {
  const found: Deployed[] = [];
  for (const id of await deploymentsOf(node, lane, ledger)) {
    const url = `${node.url}/_signalbox/deployments/${id}`;
    const detail = await ledger.read(() => askOwn<DeploymentDetail>(url));
    const { told } = await ledger.read(() => askOwn<Recording>(`${url}/recording`));
    found.push({ lane, detail, told });
  }
  // A rollback is made in the very moment in which what it rolls back ends.
  return found.sort((one, other) => one.detail.createTime - other.detail.createTime);
}

/** Those that are not delivered: the first thousand. */
export async function notifications(node: TortureNode, state: "owed" | "dead", ledger: Ledger) {
  const url = `${node.url}/_signalbox/notifications?state=${state}&limit=1000`;
  return (await ledger.read(() => askOwn<NotificationPage>(url))).notifications;
}

async function readAudit(node: TortureNode, ledger: Ledger): Promise<AuditEntry[]> {
  const entries: AuditEntry[] = [];
  for (;;) {
    const before = entries.at(-1)?.n;
    const url = `${node.url}/_signalbox/audit?limit=1000${before === undefined ? "" : `&before=${before}`}`;
    const page = await ledger.read(() => askOwn<AuditPage>(url));
    if (page.entries.length === 0) return entries;
    entries.push(...page.entries);
  }
}
