/** Faults in what is told of a deployment, and to whom. */
import { type Mutant, mutant, storeMutant } from "./mutant.ts";

export const NOTIFICATION_MUTANTS: readonly Mutant[] = [
  mutant(
    "of several transitions in a turn only the last is told",
    "engine/step.ts",
    "transitions: [...folded.transitions, ...transitionsOf(folded, next, event.at)],",
    "transitions: transitionsOf(folded, next, event.at),",
  ),
  mutant(
    "a transition that brings no effect is not told of",
    "runner/turn.ts",
    "  await tx.notifications.insert(owed);",
    "  if (turn.effects.length > 0) await tx.notifications.insert(owed);",
  ),
  mutant(
    "a rollback is told of in a stream of its own",
    "engine/notifications/notificationsOf.ts",
    "plan.rollsBackDeploymentId ?? deploymentId",
    "deploymentId",
  ),
  storeMutant(
    "a notification is due while an earlier one of its stream is owed",
    "store/statements/notifications.ts",
    "then null else cast(? as bigint) end)",
    "then cast(? as bigint) else null end)",
  ),
  mutant(
    "a trigger is told of every event",
    "engine/notifications/notificationsOf.ts",
    "triggerEvents?.includes(transition.event)",
    "triggerEvents !== undefined",
  ),
  mutant(
    "a webhook is told besides that of the group",
    "engine/notifications/notificationsOf.ts",
    `if (webhook !== null) owed.push(notification(plan, transition, "webhook", webhook, cloudEvent(plan, transition)));`,
    `for (const url of new Set(webhook === null ? [] : [webhook, "https://receiver.example/"])) {
    owed.push(notification(plan, transition, "webhook", url, cloudEvent(plan, transition)));
  }`,
  ),
  mutant(
    "a receiver that is down for a while is given up",
    "runner/notifier.ts",
    "const MOST_ATTEMPTS = 12;",
    "const MOST_ATTEMPTS = 3;",
  ),
  mutant(
    "what has failed often counts as delivered",
    "runner/notifier.ts",
    "if (error === null) return notifications.delivered",
    "if (error === null || notification.attempt > 1) return notifications.delivered",
  ),
  mutant(
    "what is owed to receivers is not taken up after a restart",
    "runner/notifier.ts",
    `start(): void {
    this.#look("all");`,
    `start(): void {
    this.#look([]);`,
  ),
  mutant(
    "what was delivered stays owed",
    "store/statements/notifications.ts",
    `await db.write("delete from notification where n = ?", n);`,
    `await db.write("update notification set next_at = next_at + 60000 where n = ?", n);`,
  ),
  mutant(
    "what was given up holds up what comes after it",
    "store/statements/notifications.ts",
    "error, n);\n      await promote(stream, now);",
    "error, n);\n      if (now < 0) await promote(stream, now);",
  ),
];
