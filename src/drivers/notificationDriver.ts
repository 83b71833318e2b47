/** What delivers notifications. */
import type { NotificationKind } from "../engine/notifications/notification.ts";

/** As much of a notification as its delivery needs. */
export interface Delivery {
  accountId: string;
  region: string;
  kind: NotificationKind;
  receiver: string;
  subject: string;
  body: string;
}

/**
 * Delivers one notification; resolves when the receiver has taken it. One that was taken may be delivered again, should
 * the answer be lost. What went wrong is thrown as an `EffectError`, which says whether a later attempt may succeed.
 */
export type NotificationDriver = (delivery: Delivery, signal: AbortSignal) => Promise<void>;
