/**
 * The port to what is kept. By noun; every method of a transaction sees the transaction's own writes. A backend gives
 * one promise: when `transaction` resolves, all its writes are durable, and when it rejects, none of them happened.
 */
import type { Instant } from "../clock.ts";
import type { Told } from "../engine/decisions.ts";
import type { Deployment, DeploymentEvent, DeploymentState, Effect } from "../engine/deployment.ts";
import type { Notification } from "../engine/notifications/notification.ts";
import type { DeploymentPlan, PlannedAlarms } from "../engine/plan.ts";
import type { ApplicationRecord } from "../resources/application.ts";
import type { DeploymentConfigRecord } from "../resources/deploymentConfig.ts";
import type { DeploymentGroupRecord } from "../resources/deploymentGroup.ts";
import type { OnPremisesInstanceRecord } from "../resources/onPremisesInstance.ts";
import type { OnPremisesInstanceFilter } from "../resources/onPremisesInstanceList.ts";
import type { RevisionRecord } from "../resources/revision.ts";
import type { ResourceTag } from "../resources/tags.ts";

/** Account and region: the first part of every key. */
export interface Scope {
  accountId: string;
  region: string;
}

/** Nothing can be written at present, and nothing of the transaction was: the disk is full, for example. It may pass. */
export class WritesRefusedError extends Error {}

/**
 * The store cannot be reached. Where the connection was lost in the very commit, as its message says, it is not known
 * whether the transaction was written: whoever does its work again must look what is there.
 */
export class StoreUnavailableError extends WritesRefusedError {}

/** The transaction cannot go on: whatever its work makes of this, nothing of it will be written. */
export class TransactionLostError extends Error {}

/** What stands in a row cannot be read: somebody or something else has written there. Other rows are as they were. */
export class DamagedRowError extends Error {}

/**
 * A newer program has written the deployment in a form that this one does not know, and is left alone with it. Deployments
 * of such a form are not due here, and neither are their effects.
 */
export class NewerFormatError extends Error {}

/** Told of a row that is left out because it is damaged, by the number of its deployment. */
export type OnDamaged = (deploymentN: number, error: unknown) => void;

/** A row with the store's own number for it, by which other rows refer to it, whatever it is called. */
export type Stored<T> = T & { n: number };

/** Where a page begins and how long it is: rows after `after` in the order of the list. */
export interface Page<Position> {
  after: Position | null;
  limit: number;
}

export interface Applications {
  find(scope: Scope, name: string): Promise<Stored<ApplicationRecord> | undefined>;
  /** Names in alphabetical order. */
  list(scope: Scope, page: Page<string>): Promise<string[]>;
  /** Whether there are as many as the quota allows. */
  reach(scope: Scope, quota: number): Promise<boolean>;
  /** False, and nothing is written, when there is one of that name. */
  insert(scope: Scope, application: ApplicationRecord): Promise<boolean>;
  rename(n: number, name: string): Promise<void>;
  /** With its groups, revisions and tags; deployments stay readable. */
  delete(n: number): Promise<void>;
}

export interface DeploymentConfigs {
  find(scope: Scope, name: string): Promise<DeploymentConfigRecord | undefined>;
  list(scope: Scope, page: Page<string>): Promise<string[]>;
  count(scope: Scope): Promise<number>;
  insert(scope: Scope, config: DeploymentConfigRecord): Promise<void>;
  delete(scope: Scope, name: string): Promise<void>;
}

export interface DeploymentGroups {
  find(applicationN: number, name: string): Promise<Stored<DeploymentGroupRecord> | undefined>;
  list(applicationN: number, page: Page<string>): Promise<string[]>;
  count(applicationN: number): Promise<number>;
  insert(applicationN: number, group: DeploymentGroupRecord): Promise<void>;
  update(n: number, group: DeploymentGroupRecord): Promise<void>;
  delete(n: number): Promise<void>;
  /** Names of the groups whose target revision has this identity. */
  targeting(applicationN: number, revisionIdentity: string): Promise<string[]>;
  /** Identities of the revisions that are some group's target revision. */
  targetRevisions(applicationN: number): Promise<string[]>;
  /** The group in the scope that deploys to the ECS service, by `ecsServiceKey`. */
  ofEcsService(scope: Scope, ecsService: string): Promise<{ n: number; name: string } | undefined>;
  /** `application/group` of one group in the scope that uses the configuration. */
  usingConfig(scope: Scope, configName: string): Promise<string | undefined>;
}

export interface Revisions {
  /** `identity` as `resources/revision.ts` makes it. */
  find(applicationN: number, identity: string): Promise<RevisionRecord | undefined>;
  /** All revisions of the application; `resources/revision.ts` filters, sorts and pages them. */
  all(applicationN: number): Promise<RevisionRecord[]>;
  put(applicationN: number, revision: RevisionRecord): Promise<void>;
}

/** A deployment as the operations read it. */
export interface StoredDeployment extends Deployment {
  n: number;
  applicationN: number;
  groupN: number;
  plan: DeploymentPlan;
  /** The same object is given again while nothing changes: what is made of it is worth keeping, too. */
  isKept: boolean;
  /** What its application and group are called now; `null` when they are gone. */
  names: { applicationName: string; deploymentGroupName: string } | null;
}

export interface DeploymentFilter {
  groupN?: number;
  statuses?: readonly string[];
  createdFrom?: Instant;
  createdTo?: Instant;
}

/** A position in the list of deployments, newest first. */
export interface DeploymentPosition {
  createTime: Instant;
  n: number;
}

export interface LastDeployment {
  deploymentId: string;
  status: string;
  plan: DeploymentPlan;
  state: DeploymentState;
}

/** What a turn starts from. */
export interface TurnRecord extends Deployment {
  plan: DeploymentPlan;
  applicationN: number;
  groupN: number;
  version: number;
  wakeAt: Instant | null;
}

/** A deployment under way, with the alarms that may end it. */
export interface WatchingDeployment extends Scope {
  deploymentN: number;
  alarms: PlannedAlarms;
}

export interface Deployments {
  find(scope: Scope, deploymentId: string): Promise<StoredDeployment | undefined>;
  /** Newest first. */
  list(
    scope: Scope,
    filter: DeploymentFilter,
    page: Page<DeploymentPosition>,
  ): Promise<(DeploymentPosition & { deploymentId: string })[]>;
  /** The deployment of the group that is under way, if there is one. */
  activeIn(groupN: number): Promise<{ n: number; deploymentId: string } | undefined>;
  /** The deployments that wait until their group is free, the first to come first. */
  queuedIn(groupN: number): Promise<{ n: number; deploymentId: string }[]>;
  /** The same for all groups of an application. */
  queuedInApplication(applicationN: number): Promise<{ n: number; deploymentId: string }[]>;
  /** Every deployment that has begun, has not ended, and watches alarms. `damaged` is told of those that cannot be read; without it, they are thrown. */
  watching(damaged?: OnDamaged): Promise<WatchingDeployment[]>;
  /** Whether as many have not ended as the quota allows. */
  activeReach(scope: Scope, quota: number): Promise<boolean>;
  /** Whether a deployment that has not ended was made with this configuration. */
  activeWithConfig(scope: Scope, configName: string): Promise<boolean>;
  lastAttempted(groupN: number): Promise<LastDeployment | undefined>;
  lastSuccessful(groupN: number): Promise<LastDeployment | undefined>;
  /** Answers the number of the new row. */
  insert(plan: DeploymentPlan, deployment: Deployment, applicationN: number, groupN: number): Promise<number>;
  load(n: number): Promise<TurnRecord | undefined>;
  /**
   * Writes what a turn led to; `version` is the one it started from. False when somebody else was faster. `was` is what that
   * version has, where this transaction has loaded it: what stays as it was need not be written.
   */
  save(
    n: number,
    version: number,
    deployment: Deployment,
    wakeAt: Instant | null,
    now: Instant,
    was?: Deployment & { wakeAt: Instant | null },
  ): Promise<boolean>;
  /** Numbers of deployments whose time has come. */
  due(now: Instant, limit: number): Promise<number[]>;
  /** The earliest moment after `now` at which a deployment becomes due. */
  nextDue(now: Instant): Promise<Instant | null>;
  /** The latest moment at which a deployment was created or turned: time has come at least this far. */
  latestUpdate(): Promise<Instant | null>;
}

/** What each deployment was told, and what was decided on it: enough to play it through the engine again. */
export interface History {
  /** `version` is the one that the turn led to. */
  append(deploymentN: number, version: number, told: readonly Told[]): Promise<void>;
  /** In order. */
  of(deploymentN: number): Promise<Told[]>;
}

/** Events that wait for their deployment's next turn. */
export interface Inbox {
  /**
   * Adds an event. An event with a `once` is taken once while it waits: false when one of the same name is already
   * there.
   */
  append(deploymentN: number, event: DeploymentEvent, once?: string): Promise<boolean>;
  of(deploymentN: number): Promise<{ n: number; event: DeploymentEvent }[]>;
  /** Removes what a turn has taken: all up to and including `lastN`. */
  remove(deploymentN: number, lastN: number): Promise<void>;
  /** Deployments with waiting events. */
  waiting(): Promise<number[]>;
}

/** An effect owed to the world, until its answer is in the inbox. Deployment and key tell one from another. */
export interface OwedEffect {
  deploymentN: number;
  deploymentId: string;
  accountId: string;
  region: string;
  effect: Effect;
  /** 1 at first. */
  attempt: number;
}

export interface Effects {
  /** `attemptAt` is when they are next tried, should this node go away. */
  insert(deploymentN: number, effects: readonly Effect[], attemptAt: Instant): Promise<void>;
  /** Voids all effects of the deployment but the one it awaits. */
  removeOthers(deploymentN: number, awaitedKey: string | null): Promise<void>;
  remove(deploymentN: number, key: string): Promise<void>;
  isOwed(deploymentN: number, key: string): Promise<boolean>;
  /** Notes when the effect is tried again. False when it is no longer owed, or by another process. */
  postpone(deploymentN: number, key: string, attempt: number, attemptAt: Instant): Promise<boolean>;
  /** `damaged` is told of those that cannot be read; without it, they are thrown. */
  all(damaged?: OnDamaged): Promise<OwedEffect[]>;
}

/** `dead` once it has been given up; it stays until it is asked for again. */
export type NotificationState = "owed" | "dead";

export interface StoredNotification extends Stored<Notification> {
  /** 1 at first. */
  attempt: number;
  /** When it is tried; `null` when it is dead or waits for an earlier one of its stream. */
  nextAt: Instant | null;
  state: NotificationState;
  /** What the last attempt failed with. */
  lastError: string | null;
}

/** Messages owed to receivers, until they are delivered. Only the first owed one of a stream is ever due. */
export interface Notifications {
  insert(notifications: readonly Notification[]): Promise<void>;
  /** Everybody to whom one is owed. */
  receivers(): Promise<string[]>;
  /** Those to the receiver whose time has come, the longest due first. */
  due(receiver: string, now: Instant, limit: number): Promise<StoredNotification[]>;
  /** The earliest moment after `now` at which one becomes due. */
  nextDue(now: Instant): Promise<Instant | null>;
  /** Removes it; the next of its stream is due at once. */
  delivered(notification: StoredNotification, now: Instant): Promise<void>;
  postpone(notification: StoredNotification, nextAt: Instant, error: string): Promise<void>;
  /** Makes due at once what was postponed: the receiver is known to be there. */
  hurry(receiver: string, now: Instant): Promise<void>;
  /** Makes it dead; the next of its stream is due at once. */
  giveUp(notification: StoredNotification, error: string, now: Instant): Promise<void>;
  /** In the order in which they were added. */
  list(scope: Scope, state: NotificationState, page: Page<number>): Promise<StoredNotification[]>;
  /** Makes a dead one, or with `null` all of the scope, owed and due as if it were new. Answers how many. */
  retry(scope: Scope, n: number | null, now: Instant): Promise<number>;
}

export interface Tags {
  /** `resourceId` is the resource's own id, which survives a rename. */
  of(resourceId: string): Promise<ResourceTag[]>;
  put(resourceId: string, tags: readonly ResourceTag[]): Promise<void>;
  remove(resourceId: string, keys: readonly string[]): Promise<void>;
}

/** One record for each name: that of its last registration. */
export interface OnPremisesInstances {
  find(scope: Scope, name: string): Promise<OnPremisesInstanceRecord | undefined>;
  /** The name of the registered instance that has this IAM user or session. */
  registeredWith(scope: Scope, iamArn: string): Promise<string | undefined>;
  /** Adds the record, or replaces the one of its name. Tags stay. */
  put(scope: Scope, instance: OnPremisesInstanceRecord): Promise<void>;
  /** Names in alphabetical order. */
  list(scope: Scope, filter: OnPremisesInstanceFilter, page: Page<string>): Promise<string[]>;
  tagsOf(scope: Scope, name: string): Promise<ResourceTag[]>;
  putTags(scope: Scope, name: string, tags: readonly ResourceTag[]): Promise<void>;
  /** Removes those of which both key and value are as given. */
  removeTags(scope: Scope, name: string, tags: readonly ResourceTag[]): Promise<void>;
  removeAllTags(scope: Scope, name: string): Promise<void>;
}

/** GitHub tokens, sealed by the caller: the store never sees one. */
export interface GitHubTokens {
  find(scope: Scope, name: string): Promise<string | undefined>;
  /** Names in alphabetical order. */
  list(scope: Scope, page: Page<string>): Promise<string[]>;
  /** In all regions. */
  count(accountId: string): Promise<number>;
  put(scope: Scope, name: string, sealed: string): Promise<void>;
  /** False when there was none. */
  delete(scope: Scope, name: string): Promise<boolean>;
}

/** Facts of this installation, such as keys. */
export interface Installation {
  get(name: string): Promise<string | undefined>;
  /** Answers what is there, or else puts the value: of several that come together, all get the same. */
  keep(name: string, value: string): Promise<string>;
  put(name: string, value: string): Promise<void>;
}

/** Who did what, and what came of it. */
export interface AuditEntry {
  at: Instant;
  operation: string;
  /** `Succeeded`, or the name of the error that was answered. */
  outcome: string;
  requestId: string;
  accessKeyId: string | null;
  sourceAddress: string;
  /** The input, long texts shortened; absent where none could be made of what was sent. */
  input?: unknown;
}

export interface Audit {
  append(scope: Scope, entry: AuditEntry): Promise<void>;
  /** Newest first, older than the entry numbered `after`. */
  list(scope: Scope, page: Page<number>): Promise<Stored<AuditEntry>[]>;
}

export interface Transaction {
  audit: Audit;
  applications: Applications;
  deploymentConfigs: DeploymentConfigs;
  deploymentGroups: DeploymentGroups;
  revisions: Revisions;
  deployments: Deployments;
  history: History;
  inbox: Inbox;
  effects: Effects;
  notifications: Notifications;
  tags: Tags;
  onPremisesInstances: OnPremisesInstances;
  gitHubTokens: GitHubTokens;
  installation: Installation;
}

/**
 * What falls to this process where several work on one store. What one has claimed is left to it while it lives, or for a
 * moment; several that ask together get different things.
 */
export interface Claims {
  /** Numbers of deployments whose time has come. */
  due(now: Instant, limit: number): Promise<number[]>;
  /**
   * Effects that nobody performs any more. For a while after a commit whose answer was lost also all that are this
   * process's own: it may have brought some that nobody here knows of.
   */
  effects(limit: number): Promise<OwedEffect[]>;
  /** As `Notifications.due`. */
  notifications(receiver: string, now: Instant, limit: number): Promise<StoredNotification[]>;
}

export interface Store {
  /** Only where other processes may work on the same store. */
  claims?: Claims;
  /** Runs `work` on committed data, without writing. */
  read<T>(work: (reader: Transaction) => Promise<T>): Promise<T>;
  /**
   * Runs `work` alone and makes its writes durable together. `work` waits for nothing but the transaction's own
   * methods. Transactions that come together share one disk sync. Where other processes write, too, `work` may be run
   * again from its beginning, and what it has read of a single thing stays as it is until it is done.
   *
   * `about` names the deployment, by its id, where `work` reads and writes what belongs to that one and to no other, and
   * nothing that it decides on depends on anything else. It may then run beside such works about other deployments.
   */
  transaction<T>(work: (tx: Transaction) => Promise<T>, about?: string): Promise<T>;
  /** Told of every deployment whose inbox has grown, inside the transaction, so that its turn can join the same sync. */
  onInbox(listener: (deploymentN: number) => void): void;
  /** Told after a commit with which notifications may have become due, and to whom. */
  onNotifications(listener: (receivers: ReadonlySet<string>) => void): void;
  close(): Promise<void>;
}
