import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it } from "node:test";
import { START } from "../../test/support/story.ts";
import { type VirtualClock, virtualClock } from "../clock.ts";
import { EffectError } from "../drivers/driver.ts";
import type { Delivery, NotificationDriver } from "../drivers/notificationDriver.ts";
import type { Notification } from "../engine/notifications/notification.ts";
import { type Ids, seededIds } from "../ids.ts";
import { openMemoryStore } from "../store/sqlite/memoryStore.ts";
import type { Store } from "../store/store.ts";
import { Notifier } from "./notifier.ts";

const SCOPE = { accountId: "111122223333", region: "eu-west-1" };
const HOUR_MS = 3_600_000;
const down = new EffectError("unavailable", "nobody listens", true);
const refused = new EffectError("invalid", "not that", false);

describe("the notifier", () => {
  let store: Store;
  let clock: VirtualClock;
  let ids: Ids;
  let notifiers: Notifier[];
  /** `subject@second` of every attempt, in order. */
  let attempts: string[];
  let underWay: Delivery[];
  let mostUnderWay: Map<string, number>;
  /** What receivers do; replaced by the tests. */
  let world: NotificationDriver;

  beforeEach(() => {
    store = openMemoryStore();
    clock = virtualClock(START);
    ids = seededIds(7);
    notifiers = [];
    attempts = [];
    underWay = [];
    mostUnderWay = new Map();
    world = async () => {};
  });
  afterEach(async () => {
    for (const notifier of notifiers) await notifier.stop();
    await store.close();
  });

  function start(): Notifier {
    const notifier = new Notifier({ store, clock, ids, log: () => {}, deliver });
    notifiers.push(notifier);
    notifier.start();
    return notifier;
  }

  const deliver: NotificationDriver = async (delivery, signal) => {
    const { subject, receiver } = delivery;
    attempts.push(`${subject}@${Math.round((clock.now() - START) / 1000)}`);
    underWay.push(delivery);
    for (const name of ["all", receiver]) {
      const now = underWay.filter((other) => name === "all" || other.receiver === name).length;
      mostUnderWay.set(name, Math.max(mostUnderWay.get(name) ?? 0, now));
    }
    try {
      await world(delivery, signal);
    } finally {
      underWay.splice(underWay.indexOf(delivery), 1);
    }
  };

  /** Adds `<stream>/<number>` for each name, to one receiver unless told otherwise. */
  const owe = (names: string[], receiver = "https://one.example") =>
    store.transaction((tx) =>
      tx.notifications.insert(
        names.map((subject): Notification => {
          const [stream = ""] = subject.split("/");
          const about = { deploymentId: null, kind: "webhook", body: "{}", createdAt: clock.now() } as const;
          return { ...SCOPE, ...about, stream: `${stream} ${receiver}`, subject, receiver };
        }),
      ),
    );
  const left = (state: "owed" | "dead") =>
    store.read((reader) => reader.notifications.list(SCOPE, state, { after: null, limit: 10_000 }));
  const subjects = () => attempts.map((attempt) => attempt.split("@")[0]);

  it("delivers what is owed at its start and what comes later, and keeps nothing of it", async () => {
    await owe(["a/1", "a/2"]);
    start();
    await clock.idle();
    await owe(["b/1"]);
    await clock.idle();
    assert.deepEqual(attempts, ["a/1@0", "a/2@0", "b/1@0"]);
    assert.deepEqual(await left("owed"), []);
  });

  it("begins the next of a stream only when it is durable that the one before was delivered", async () => {
    const seen: string[][] = [];
    world = async () => void seen.push((await left("owed")).map(({ subject }) => subject));
    await owe(["a/1", "a/2", "a/3"]);
    start();
    await clock.idle();
    assert.deepEqual(seen, [["a/1", "a/2", "a/3"], ["a/2", "a/3"], ["a/3"]]);
  });

  it("tries again after two seconds, three times as long each time, with jitter", async () => {
    world = async () => {
      throw down;
    };
    ids = { ...ids, fraction: () => 0.999_999 };
    await owe(["a/1"]);
    start();
    await clock.advance(700_000);
    assert.deepEqual(attempts, ["a/1@0", "a/1@2", "a/1@8", "a/1@26", "a/1@80", "a/1@242"]);
  });

  it("gives up after twelve attempts within eight hours, and goes on with the next of the stream", async () => {
    world = async ({ subject }) => {
      if (subject === "a/1") throw down;
    };
    await owe(["a/1", "a/2"]);
    start();
    await clock.advance(8 * HOUR_MS);
    assert.deepEqual(subjects(), [...Array(12).fill("a/1"), "a/2"]);
    assert.deepEqual(
      (await left("dead")).map(({ subject, attempt, lastError }) => [subject, attempt, lastError]),
      [["a/1", 12, "nobody listens"]],
    );
  });

  it("gives up at once what will never be taken, and delivers it in its place when it is asked to", async () => {
    world = async ({ subject }) => {
      if (subject === "a/1") throw refused;
    };
    await owe(["a/1", "a/2"]);
    start();
    await clock.idle();
    assert.deepEqual(subjects(), ["a/1", "a/2"]);
    world = async () => {};
    assert.equal(await store.transaction((tx) => tx.notifications.retry(SCOPE, null, clock.now())), 1);
    await clock.idle();
    assert.deepEqual([subjects(), await left("dead")], [["a/1", "a/2", "a/1"], []]);
  });

  it("lets virtual time pass while it waits for another try, and not while a delivery is under way", async () => {
    let answer = () => {};
    world = () => new Promise<void>((resolve) => (answer = resolve));
    await owe(["a/1"]);
    start();
    const advanced = clock.advance(1000);
    await new Promise((resolve) => setImmediate(resolve));
    assert.equal(clock.now(), START);
    answer();
    await advanced;
    assert.equal(clock.now(), START + 1000);
  });

  it("does not deliver again what ended while it was looking for what is due", async () => {
    const soon = () => new Promise((resolve) => setImmediate(resolve));
    const { read } = store;
    // What is read is told late, when it is no longer true.
    store.read = async (work) => {
      const found = await read(work);
      for (let turns = 0; turns < 5; turns += 1) await soon();
      return found;
    };
    world = async () => void (await soon());
    await owe(["a/1", "b/1"]);
    start();
    for (let turns = 0; turns < 6; turns += 1) await soon();
    await owe(["c/1", "c/2"]);
    await clock.idle();
    assert.deepEqual(subjects(), ["a/1", "b/1", "c/1", "c/2"]);
  });

  it("leaves room for others beside a receiver that hangs, and keeps to its bounds", async () => {
    const answers: (() => void)[] = [];
    world = ({ receiver }, signal) => {
      if (!receiver.endsWith("hangs")) return Promise.resolve();
      return new Promise<void>((resolve, reject) => {
        answers.push(resolve);
        signal.addEventListener("abort", () => reject(down), { once: true });
      });
    };
    await owe(
      Array.from({ length: 300 }, (_, index) => `h${index}/1`),
      "https://hangs",
    );
    await owe(Array.from({ length: 50 }, (_, index) => `o${index}/1`));
    start();
    const isDone = () => attempts.filter((attempt) => attempt.startsWith("o")).length === 50;
    for (let turns = 0; turns < 1000 && !isDone(); turns += 1) await new Promise((resolve) => setImmediate(resolve));
    assert.ok(isDone(), "the others were told meanwhile");
    assert.equal(answers.length, 16);
    world = async () => {};
    for (const answer of answers) answer();
    await clock.idle();
    assert.equal(attempts.length, 350);
    assert.equal(mostUnderWay.get("https://hangs"), 16);
  });

  const many = (count: number) => Array.from({ length: count }, (_, index) => `s${index}/1`);

  it("probes a receiver that is down, and when it is there again tells it everything at once", async () => {
    world = async () => {
      throw down;
    };
    await owe(many(600));
    start();
    await clock.advance(3_600_000);
    assert.ok(attempts.length < 200, `${attempts.length} attempts for 600 notifications in an hour`);
    attempts = [];
    world = async () => {};
    await clock.advance(30_000);
    assert.equal(attempts.length, 600);
    assert.deepEqual(await left("owed"), []);
  });

  it("gives up all that is owed to a receiver that stays down, without trying each of them", async () => {
    world = async () => {
      throw down;
    };
    await owe(many(600));
    start();
    await clock.advance(10 * HOUR_MS);
    assert.equal((await left("dead")).length, 600);
    assert.ok(attempts.length < 1500, `${attempts.length} attempts`);
  });

  it("tells other receivers meanwhile, and one that is down about what is new within half a minute", async () => {
    world = async ({ receiver }) => {
      if (receiver === "https://down") throw down;
    };
    await owe(many(100), "https://down");
    start();
    await clock.advance(HOUR_MS);
    attempts = [];
    await owe(["other/1"]);
    await clock.idle();
    assert.equal(attempts.length, 1);
    world = async () => {};
    await owe(["new/1"], "https://down");
    await clock.advance(30_000);
    assert.deepEqual([attempts.length, await left("owed")], [102, []]);
  });

  it("never begins more than 128 at once", async () => {
    world = () => new Promise((resolve) => setImmediate(resolve));
    for (let receiver = 0; receiver < 30; receiver += 1) {
      await owe(
        Array.from({ length: 20 }, (_, index) => `${receiver}-${index}/1`),
        `https://${receiver}.example`,
      );
    }
    start();
    await clock.idle();
    assert.deepEqual([attempts.length, mostUnderWay.get("all")], [600, 128]);
  });

  it("loses nothing, repeats nothing that was taken and keeps every order, whatever fails in between", async () => {
    const chance = seededIds(3);
    const taken: string[] = [];
    world = async ({ subject }) => {
      if (chance.fraction() < 0.2) await new Promise((resolve) => setImmediate(resolve));
      if (chance.fraction() < 0.3) throw down;
      taken.push(subject);
    };
    const streams = Array.from({ length: 120 }, (_, index) => `s${index}`);
    start();
    for (const round of [1, 2, 3, 4, 5]) {
      await owe(
        streams.map((stream) => `${stream}/${round}`),
        `https://${round % 2}.example`,
      );
      await clock.advance(1000);
    }
    await clock.advance(HOUR_MS);
    assert.deepEqual([await left("owed"), await left("dead")], [[], []]);
    assert.equal(taken.length, 600);
    for (const stream of streams) {
      const order = taken.filter((subject) => subject.startsWith(`${stream}/`)).map((subject) => subject.split("/")[1]);
      const odd = order.filter((round) => Number(round) % 2 === 1);
      const even = order.filter((round) => Number(round) % 2 === 0);
      assert.deepEqual(
        [odd, even],
        [
          ["1", "3", "5"],
          ["2", "4"],
        ],
        `${stream}, to each of its two receivers`,
      );
    }
  });

  it("leaves what it breaks off at its end to the next start", async () => {
    world = (_, signal) =>
      new Promise((_resolve, reject) => signal.addEventListener("abort", () => reject(down), { once: true }));
    await owe(["a/1", "a/2"]);
    const first = start();
    await new Promise((resolve) => setImmediate(resolve));
    await new Promise((resolve) => setImmediate(resolve));
    await first.stop();
    assert.deepEqual(
      (await left("owed")).map(({ subject, attempt }) => [subject, attempt]),
      [
        ["a/1", 1],
        ["a/2", 1],
      ],
    );
    world = async () => {};
    start();
    await clock.idle();
    assert.deepEqual(subjects(), ["a/1", "a/1", "a/2"]);
  });
});
