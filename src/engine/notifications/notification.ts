/** One message to one receiver, complete when the deployment's turn writes it: sending it needs no look at anything else. */
import type { Instant } from "../../clock.ts";

/** `sns` publishes to a topic, `events` puts to an event bus, `webhook` posts to a URL. */
export const NotificationKinds = ["sns", "events", "webhook"] as const;
export type NotificationKind = (typeof NotificationKinds)[number];

export interface Notification {
  accountId: string;
  region: string;
  /** `null` when it is about no deployment: a test of a trigger. */
  deploymentId: string | null;
  /** Those of one stream are delivered one after the other, in the order in which they were added. */
  stream: string;
  kind: NotificationKind;
  /** The ARN of a topic, the name or ARN of an event bus, or a URL. */
  receiver: string;
  /** One line for people; the subject of a message to a topic. */
  subject: string;
  /** What is sent: the text of a message to a topic, else JSON. */
  body: string;
  createdAt: Instant;
}
