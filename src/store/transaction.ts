/** All nouns of the port over one database. */
import type { Database } from "./database.ts";
import { applications } from "./statements/applications.ts";
import { audit } from "./statements/audit.ts";
import { decisions } from "./statements/decisions.ts";
import { deploymentConfigs } from "./statements/deploymentConfigs.ts";
import { deploymentGroups } from "./statements/deploymentGroups.ts";
import type { DeploymentMemory } from "./statements/deploymentMemory.ts";
import { deployments } from "./statements/deployments.ts";
import { effects } from "./statements/effects.ts";
import { gitHubTokens } from "./statements/gitHubTokens.ts";
import { inbox } from "./statements/inbox.ts";
import { onPremisesInstances } from "./statements/onPremisesInstances.ts";
import { revisions } from "./statements/revisions.ts";
import { installation, tags } from "./statements/tags.ts";
import type { Transaction } from "./store.ts";

/**
 * `inboxGrew` is told of every deployment that has been given a new event. `memory` spares a connection that only reads
 * committed data from reading unchanged deployments again.
 */
export function transactionOn(
  db: Database,
  inboxGrew: (deploymentN: number) => void,
  memory?: DeploymentMemory,
): Transaction {
  return {
    audit: audit(db),
    applications: applications(db),
    deploymentConfigs: deploymentConfigs(db),
    deploymentGroups: deploymentGroups(db),
    revisions: revisions(db),
    deployments: deployments(db, memory),
    decisions: decisions(db),
    inbox: inbox(db, inboxGrew),
    effects: effects(db),
    tags: tags(db),
    onPremisesInstances: onPremisesInstances(db),
    gitHubTokens: gitHubTokens(db),
    installation: installation(db),
  };
}
