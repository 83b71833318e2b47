/** All nouns of the port over one database. */
import type { Database } from "./database.ts";
import { applications } from "./statements/applications.ts";
import { audit } from "./statements/audit.ts";
import { deploymentConfigs } from "./statements/deploymentConfigs.ts";
import { deploymentGroups } from "./statements/deploymentGroups.ts";
import type { DeploymentMemory } from "./statements/deploymentMemory.ts";
import { deployments } from "./statements/deployments.ts";
import { effects } from "./statements/effects.ts";
import { gitHubTokens } from "./statements/gitHubTokens.ts";
import { history } from "./statements/history.ts";
import { inbox } from "./statements/inbox.ts";
import { notifications } from "./statements/notifications.ts";
import { onPremisesInstances } from "./statements/onPremisesInstances.ts";
import { revisions } from "./statements/revisions.ts";
import { installation, tags } from "./statements/tags.ts";
import type { Transaction } from "./store.ts";

/** What a store listens to while a transaction is at work. */
export interface TransactionListeners {
  /** Told of every deployment that has been given a new event. */
  inboxGrew: (deploymentN: number) => void;
  /** Told when a notification to the receiver may have become due. */
  notificationsGrew: (receiver: string) => void;
}

/** `memory` spares a connection that only reads committed data from reading unchanged deployments again. */
export function transactionOn(
  db: Database,
  { inboxGrew, notificationsGrew }: TransactionListeners,
  memory?: DeploymentMemory,
): Transaction {
  return {
    audit: audit(db),
    applications: applications(db),
    deploymentConfigs: deploymentConfigs(db),
    deploymentGroups: deploymentGroups(db),
    revisions: revisions(db),
    deployments: deployments(db, memory),
    history: history(db),
    inbox: inbox(db, inboxGrew),
    effects: effects(db),
    notifications: notifications(db, notificationsGrew),
    tags: tags(db),
    onPremisesInstances: onPremisesInstances(db),
    gitHubTokens: gitHubTokens(db),
    installation: installation(db),
  };
}
