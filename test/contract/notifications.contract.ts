/** What every store promises about notifications: part of the store contract. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Notification } from "../../src/engine/notifications/notification.ts";
import type { Store, StoredNotification } from "../../src/store/store.ts";
import { START } from "../support/story.ts";

const SCOPE = { accountId: "111122223333", region: "eu-west-1" };

function notification(stream: string, subject: string, more: Partial<Notification> = {}): Notification {
  const about = { deploymentId: "d-AAAAAAAAA", kind: "webhook", receiver: "https://one.example", body: "{}" } as const;
  return { ...SCOPE, ...about, stream, subject, createdAt: START, ...more };
}

export function describeNotifications(current: () => Store): void {
  const insert = (...added: Notification[]) => current().transaction((tx) => tx.notifications.insert(added));
  const ONE = "https://one.example";
  const dueAt = (now: number, receiver = ONE, limit = 100) =>
    current().read((reader) => reader.notifications.due(receiver, now, limit));
  const subjectsDue = async (...given: Parameters<typeof dueAt>) =>
    (await dueAt(...given)).map(({ subject }) => subject);
  const nextDue = (now: number) => current().read((reader) => reader.notifications.nextDue(now));
  const first = async (now: number): Promise<StoredNotification> =>
    (await dueAt(now))[0] ?? assert.fail("nothing is due");
  const deliver = (delivered: StoredNotification, now: number) =>
    current().transaction((tx) => tx.notifications.delivered(delivered, now));
  const giveUp = (dead: StoredNotification, now: number) =>
    current().transaction((tx) => tx.notifications.giveUp(dead, "refused", now));
  const list = (state: "owed" | "dead", scope = SCOPE, page: { after: number | null; limit: number } | null = null) =>
    current().read((reader) => reader.notifications.list(scope, state, page ?? { after: null, limit: 100 }));
  const retry = (n: number | null, scope = SCOPE, now = START) =>
    current().transaction((tx) => tx.notifications.retry(scope, n, now));

  describe("a notification", () => {
    it("is due with all that it was given, until it is delivered", async () => {
      const given = notification("a", "one", { deploymentId: null, kind: "sns", body: '{"ü":1}' });
      await insert(given);
      const { n, ...found } = await first(START);
      assert.deepEqual(found, { ...given, attempt: 1, nextAt: START, state: "owed", lastError: null });
      await deliver({ n, ...found }, START);
      assert.deepEqual([await dueAt(START + 1), await list("owed"), await list("dead")], [[], [], []]);
    });

    it("is due when the one before it in its stream has been delivered, and no other", async () => {
      await insert(notification("a", "a1"), notification("a", "a2"), notification("b", "b1"), notification("a", "a3"));
      assert.deepEqual(await subjectsDue(START), ["a1", "b1"]);
      await deliver(await first(START), START + 7);
      assert.deepEqual([await subjectsDue(START), await nextDue(START)], [["b1"], START + 7]);
      await insert(notification("a", "a4"));
      assert.deepEqual(await subjectsDue(START + 7), ["b1", "a2"]);
      await deliver(await first(START), START + 8);
      assert.deepEqual(await subjectsDue(START + 9), ["a2"]);
    });

    it("that is postponed keeps its stream waiting, and tells what went wrong", async () => {
      await insert(notification("a", "a1"), notification("a", "a2"));
      const failed = await first(START);
      await current().transaction((tx) => tx.notifications.postpone(failed, START + 500, "no route"));
      assert.deepEqual([await subjectsDue(START + 499), await nextDue(START)], [[], START + 500]);
      const again = await first(START + 500);
      assert.deepEqual([again.subject, again.attempt, again.lastError], ["a1", 2, "no route"]);
      assert.deepEqual(
        (await list("owed")).map(({ subject, nextAt }) => [subject, nextAt]),
        [
          ["a1", START + 500],
          ["a2", null],
        ],
      );
    });

    it("that is given up is listed as dead and lets the next of its stream go on", async () => {
      await insert(notification("a", "a1"), notification("a", "a2"));
      await giveUp(await first(START), START + 3);
      assert.deepEqual(await subjectsDue(START + 3), ["a2"]);
      assert.deepEqual(
        (await list("dead")).map(({ subject, state, nextAt, lastError }) => [subject, state, nextAt, lastError]),
        [["a1", "dead", null, "refused"]],
      );
    });

    it("that is tried again goes before what is younger in its stream", async () => {
      await insert(notification("a", "a1"), notification("a", "a2"), notification("a", "a3"));
      await giveUp(await first(START), START);
      const [dead] = await list("dead");
      const underWay = await first(START);
      assert.equal(await retry(dead?.n ?? 0, SCOPE, START + 5), 1);
      assert.deepEqual(await subjectsDue(START + 5), ["a1"]);
      assert.equal((await first(START + 5)).attempt, 1);
      await current().transaction((tx) => tx.notifications.postpone(underWay, START + 6, "late"));
      assert.deepEqual(await subjectsDue(START + 9), ["a1"], "what was under way then does not get ahead again");
      await deliver(await first(START + 5), START + 6);
      assert.deepEqual(await subjectsDue(START + 6), ["a2"]);
    });

    it("is tried again alone or with all of its account and region", async () => {
      const elsewhere = { ...SCOPE, region: "us-east-1" };
      await insert(...["a", "b", "c"].map((stream) => notification(stream, stream)));
      await insert(notification("d", "d", elsewhere));
      for (const one of await dueAt(START)) await giveUp(one, START);
      const [a, b] = await list("dead");
      assert.equal(await retry(a?.n ?? 0, elsewhere), 0, "it is somebody else's");
      assert.equal(await retry(a?.n ?? 0), 1);
      assert.equal(await retry(a?.n ?? 0), 0, "it is owed already");
      assert.deepEqual(await subjectsDue(START), ["a"]);
      await giveUp(await first(START), START);
      assert.equal(await retry(null), 3);
      assert.deepEqual(await subjectsDue(START), ["a", "b", "c"]);
      assert.deepEqual([await list("dead"), (await list("dead", elsewhere)).length, b?.subject], [[], 1, "b"]);
    });

    it("is due to its receiver, the longest due first", async () => {
      const to = (stream: string, receiver: string, createdAt: number) =>
        notification(stream, stream, { receiver, createdAt });
      await insert(to("a", ONE, START + 2), to("b", "two", START + 1), to("c", ONE, START), to("d", "arn:x", START));
      assert.deepEqual(await subjectsDue(START + 1), ["c"]);
      assert.deepEqual(await subjectsDue(START + 2), ["c", "a"]);
      assert.deepEqual(await subjectsDue(START + 2, ONE, 1), ["c"]);
      assert.deepEqual([await subjectsDue(START, "two"), await subjectsDue(START + 1, "two")], [[], ["b"]]);
      assert.deepEqual([await nextDue(START), await nextDue(START + 2)], [START + 1, null]);
      assert.deepEqual(await current().read((reader) => reader.notifications.receivers()), ["arn:x", ONE, "two"]);
    });

    it("that was postponed is due at once where its receiver is known to be there", async () => {
      await insert(...["a", "b"].map((stream) => notification(stream, stream)), notification("a", "a2"));
      await insert(notification("c", "c", { receiver: "two" }));
      for (const each of [...(await dueAt(START)), ...(await dueAt(START, "two"))])
        await current().transaction((tx) => tx.notifications.postpone(each, START + 500, "no route"));
      assert.deepEqual(await subjectsDue(START + 1), []);
      await current().transaction((tx) => tx.notifications.hurry(ONE, START + 1));
      assert.deepEqual([await subjectsDue(START + 1), await nextDue(START + 1)], [["a", "b"], START + 500]);
    });

    it("is listed in the order in which it was added, page by page", async () => {
      await insert(...["a", "b", "c", "d", "e"].map((stream) => notification(stream, stream)));
      const [one, two] = await list("owed", SCOPE, { after: null, limit: 2 });
      assert.deepEqual([one?.subject, two?.subject], ["a", "b"]);
      const rest = await list("owed", SCOPE, { after: two?.n ?? 0, limit: 9 });
      assert.deepEqual(
        rest.map(({ subject }) => subject),
        ["c", "d", "e"],
      );
    });

    it("is told of after the commit that brings it, and after one that revives it, with its receiver", async () => {
      const seen: unknown[] = [];
      const reads: Promise<unknown>[] = [];
      current().onNotifications((receivers) =>
        reads.push(dueAt(START).then((due) => seen.push([[...receivers], due.length]))),
      );
      await insert(notification("a", "a1"));
      await current().transaction((tx) => tx.installation.put("key", "no notification"));
      await giveUp(await first(START), START);
      await retry(null);
      await Promise.all(reads);
      assert.deepEqual(seen, [
        [[ONE], 1],
        [[ONE], 1],
      ]);
    });
  });
}
