/**
 * Notifications that were not delivered yet, and those that were given up: `GET /_signalbox/notifications`, and
 * `POST /_signalbox/notifications/retry` or `…/<n>/retry`.
 */
import type { HttpRequest } from "../protocol/http.ts";
import { ProtocolError } from "../protocol/protocolError.ts";
import type { Store } from "../store/store.ts";
import { pageOf } from "./page.ts";

/**
 * `GET /_signalbox/notifications?state=owed|dead&limit=50&after=N`: those of the caller's account and region in the order
 * in which they arose; `after` is the number of the last one of the page before. Times in seconds since the epoch.
 */
export async function notificationPage(store: Store, { caller, query }: HttpRequest) {
  const state = query.get("state") ?? "dead";
  if (state !== "owed" && state !== "dead") {
    throw new ProtocolError(400, "ValidationException", "state must be owed or dead");
  }
  const page = pageOf(query, "after");
  const found = await store.read((reader) => reader.notifications.list(caller, state, page));
  return {
    notifications: found.map(({ accountId: _, region: __, stream: ___, createdAt, nextAt, ...told }) => ({
      ...told,
      createdAt: createdAt / 1000,
      /** `null` when it is dead, or waits for an earlier one to the same receiver. */
      nextAt: nextAt === null ? null : nextAt / 1000,
    })),
  };
}

export type NotificationPage = Awaited<ReturnType<typeof notificationPage>>;

/** Owes one that was given up again, or all with `null`. Answers how many. */
export async function retryNotifications(
  store: Store,
  { caller }: HttpRequest,
  n: number | null,
  now: number,
): Promise<{ retried: number }> {
  return store.transaction(async ({ notifications }) => {
    const retried = await notifications.retry(caller, n, now);
    if (n !== null && retried === 0) {
      throw new ProtocolError(404, "NotificationDoesNotExistException", `No notification ${n} has been given up`);
    }
    return { retried };
  });
}
