/** Who is sent what about a transition: each trigger that names it, the event bus if there is one, the webhook. */
import type { DeploymentGroupRecord } from "../../resources/deploymentGroup.ts";
import type { TriggerConfig } from "../../shapes/codedeploy.ts";
import type { DeploymentPlan } from "../plan.ts";
import type { Transition } from "../transitions.ts";
import { cloudEvent } from "./cloudEvent.ts";
import { eventBridgeEntry } from "./eventBridgeEvent.ts";
import type { Notification } from "./notification.ts";
import { snsMessage, snsSubject, triggerTest } from "./snsMessage.ts";

/** The event bus that is told of every deployment; `null` where none is. */
export type EventBus = { bus: string; source: string } | null;

/** Everything that is owed because of `transition`; a trigger that names its event several times is sent it once. */
export function notificationsOf(plan: DeploymentPlan, transition: Transition, eventBus: EventBus): Notification[] {
  const { triggers = [], webhook = null } = plan.notifies ?? {};
  const owed: Notification[] = triggers
    .filter(({ triggerEvents }) => triggerEvents?.includes(transition.event))
    .map(({ triggerName = "", triggerTargetArn = "" }) =>
      notification(plan, transition, "sns", triggerTargetArn, snsMessage(plan, transition, triggerName)),
    );
  const entry = eventBus && eventBridgeEntry(plan, transition, eventBus);
  if (entry) owed.push(notification(plan, transition, "events", entry.EventBusName, JSON.stringify(entry)));
  if (webhook !== null) owed.push(notification(plan, transition, "webhook", webhook, cloudEvent(plan, transition)));
  return owed;
}

function notification(
  plan: DeploymentPlan,
  transition: Transition,
  kind: Notification["kind"],
  receiver: string,
  body: string,
): Notification {
  const { accountId, region, deploymentId } = plan;
  // A deployment and its rollback are one story: its Stop comes before the rollback's Start.
  const story = plan.rollsBackDeploymentId ?? deploymentId;
  return {
    accountId,
    region,
    deploymentId,
    stream: `${accountId}/${region}/${story} ${kind} ${receiver}`,
    kind,
    receiver,
    subject: snsSubject(plan, transition),
    body,
    createdAt: transition.at,
  };
}

/** What the topic of each trigger of `group` is sent that `before` did not have as it is now. */
export function triggerTests(
  scope: { accountId: string; region: string; applicationName: string },
  group: DeploymentGroupRecord,
  before: readonly TriggerConfig[],
  { now, newId }: { now: number; newId: () => string },
): Notification[] {
  const { applicationName, ...account } = scope;
  const { deploymentGroupName } = group;
  const known = new Set(before.map((trigger) => JSON.stringify(trigger)));
  const fresh = group.triggerConfigurations.filter((trigger) => !known.has(JSON.stringify(trigger)));
  return fresh.map(({ triggerName = "", triggerTargetArn = "" }) => ({
    ...account,
    deploymentId: null,
    // Each by itself: one that cannot be delivered holds up no other.
    stream: newId(),
    kind: "sns",
    receiver: triggerTargetArn,
    ...triggerTest({ applicationName, deploymentGroupName }, triggerName),
    createdAt: now,
  }));
}
