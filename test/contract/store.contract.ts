/** What every store promises, whatever it is built on: the words of src/store/store.ts as tests. */
import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it } from "node:test";
import { isDeepStrictEqual } from "node:util";
import { type Deployment, hasEnded } from "../../src/engine/deployment.ts";
import type { DeploymentPlan } from "../../src/engine/plan.ts";
import { newDeployment } from "../../src/engine/step.ts";
import type { Store, Transaction } from "../../src/store/store.ts";
import { lambdaPlan, START, Story } from "../support/story.ts";
import { describeNotifications } from "./notifications.contract.ts";

export const SCOPE = { accountId: "111122223333", region: "eu-west-1" };

export interface StoreUnderTest {
  /** Opens the store that this test has: empty at first, then with what it was closed with. */
  open(): Promise<Store>;
  /** Takes everything away that the test has left. */
  discard(): Promise<void>;
}

export function planOf(deploymentId: string, createTime = START): DeploymentPlan {
  return { ...lambdaPlan(), deploymentId, createTime, rollbackDeploymentId: null };
}

/** A deployment in a group of its own, unless one is given. */
export function insertDeployment(tx: Transaction, deploymentId: string, groupN: number, createTime = START) {
  const plan = planOf(deploymentId, createTime);
  return tx.deployments.insert(plan, newDeployment(plan), 1, groupN);
}

const endedStory = () => new Story(planOf("d-AAAAAAAAA")).begin().moved(1);

const start = { type: "start", at: START } as const;
const stop = { type: "stopRequested", at: START, rollBack: null } as const;
const effect = { type: "readAlias", functionName: "shop", alias: "live" } as const;

export function describeStore(name: string, underTest: () => StoreUnderTest): void {
  describe(`the store contract: ${name}`, () => {
    let store: Store;
    let subject: StoreUnderTest;

    beforeEach(async () => {
      subject = underTest();
      store = await subject.open();
    });
    afterEach(async () => {
      await store.close();
      await subject.discard();
    });
    const reopen = async () => {
      await store.close();
      store = await subject.open();
    };
    const insert = (deploymentId: string, groupN: number, createTime = START) =>
      store.transaction((tx) => insertDeployment(tx, deploymentId, groupN, createTime));

    describe("durability", () => {
      it("what a transaction has written is there after the store was closed and opened again", async () => {
        const n = await store.transaction(async (tx) => {
          await tx.installation.put("clock", "42");
          await tx.tags.put("resource", [{ Key: "team", Value: "shop" }]);
          const n = await insertDeployment(tx, "d-AAAAAAAAA", 1);
          await tx.inbox.append(n, start);
          await tx.effects.insert(n, [{ key: "readAlias", ...effect }], START);
          return n;
        });
        await reopen();
        await store.read(async (reader) => {
          assert.equal(await reader.installation.get("clock"), "42");
          assert.deepEqual(await reader.tags.of("resource"), [{ Key: "team", Value: "shop" }]);
          const found = await reader.deployments.load(n);
          const plan = planOf("d-AAAAAAAAA");
          assert.deepEqual(found?.plan, JSON.parse(JSON.stringify(plan)));
          assert.deepEqual({ state: found?.state, targets: found?.targets }, newDeployment(plan));
          assert.deepEqual(await reader.inbox.waiting(), [n]);
          assert.deepEqual(
            (await reader.effects.all()).map((owed) => ({ ...owed })),
            [
              {
                deploymentN: n,
                deploymentId: "d-AAAAAAAAA",
                ...SCOPE,
                attempt: 1,
                effect: { key: "readAlias", ...effect },
              },
            ],
          );
        });
      });

      it("close waits for transactions that were already asked for, and takes no more", async () => {
        const asked = store.transaction((tx) => tx.installation.put("asked", "before"));
        const closed = store.close();
        await assert.rejects(store.transaction((tx) => tx.installation.put("asked", "after")));
        await Promise.all([asked, closed]);
        store = await subject.open();
        assert.equal(await store.read((reader) => reader.installation.get("asked")), "before");
      });
    });

    describe("atomicity", () => {
      it("a transaction that throws rejects with its error and takes back all of its writes, and only those", async () => {
        const put = (key: string) => store.transaction((tx) => tx.installation.put(key, "kept"));
        const fault = new Error("a rule was broken");
        const broken = store.transaction(async (tx) => {
          await tx.installation.put("b", "lost");
          await insertDeployment(tx, "d-AAAAAAAAA", 1);
          throw fault;
        });
        const results = await Promise.allSettled([put("a"), broken, put("c")]);
        assert.deepEqual(
          results.map((result) => (result.status === "rejected" ? result.reason : result.status)),
          ["fulfilled", fault, "fulfilled"],
        );
        await reopen();
        await store.read(async ({ installation, deployments }) => {
          assert.deepEqual(await Promise.all(["a", "b", "c"].map(installation.get)), ["kept", undefined, "kept"]);
          assert.equal(await deployments.find(SCOPE, "d-AAAAAAAAA"), undefined);
        });
      });

      it("a statement that the database refuses takes back its transaction, and the next one works", async () => {
        await insert("d-AAAAAAAAA", 1);
        const refused = store.transaction(async (tx) => {
          await tx.installation.put("half", "done");
          await insertDeployment(tx, "d-AAAAAAAAA", 2);
        });
        await assert.rejects(refused);
        await store.transaction((tx) => tx.installation.put("next", "works"));
        assert.equal(await store.read((reader) => reader.installation.get("half")), undefined);
      });

      it("a transaction sees its own writes, and a reader sees none before they are committed", async () => {
        let seenOutside: string | undefined = "not looked";
        await store.transaction(async (tx) => {
          await tx.installation.put("key", "new");
          assert.equal(await tx.installation.get("key"), "new");
          seenOutside = await store.read((reader) => reader.installation.get("key"));
        });
        assert.equal(seenOutside, undefined);
        assert.equal(await store.read((reader) => reader.installation.get("key")), "new");
      });
    });

    describe("many transactions", () => {
      it("run one after the other in the order in which they came, each seeing those before it", async () => {
        const counts = await Promise.all(
          Array.from({ length: 1500 }, (_, index) =>
            store.transaction(async (tx) => {
              const count = Number((await tx.installation.get("count")) ?? 0) + 1;
              await tx.installation.put("count", String(count));
              return [index, count];
            }),
          ),
        );
        assert.deepEqual(
          counts,
          Array.from({ length: 1500 }, (_, index) => [index, index + 1]),
        );
        await reopen();
        assert.equal(await store.read((reader) => reader.installation.get("count")), "1500");
      });

      it("about different deployments are all there or not, each by itself", async () => {
        const ns = await Promise.all(Array.from({ length: 9 }, (_, index) => insert(`d-AAAAAAAA${index}`, index)));
        const fault = new Error("a rule was broken");
        const results = await Promise.allSettled(
          ns.map((n, index) =>
            store.transaction(async (tx) => {
              const found = await tx.deployments.find(SCOPE, `d-AAAAAAAA${index}`);
              assert.equal(found?.n, n);
              const isFirst = await tx.inbox.append(n, { ...start, at: index }, "once");
              await tx.effects.insert(n, [{ key: "readAlias", ...effect }], START);
              if (index % 3 === 1) throw fault;
              // The database refuses it: it is owed already.
              if (index % 3 === 2) await tx.effects.insert(n, [{ key: "readAlias", ...effect }], START);
              return [index, isFirst, await tx.inbox.append(n, stop, "once")];
            }, `d-AAAAAAAA${index}`),
          ),
        );
        assert.deepEqual(
          results.map((result) => (result.status === "fulfilled" ? result.value : result.reason === fault)),
          ns.map((_, index) => (index % 3 === 0 ? [index, true, false] : index % 3 === 1)),
        );
        await store.read(async ({ inbox, effects }) => {
          const events = await Promise.all(ns.map(async (n) => (await inbox.of(n)).map(({ event }) => event.at)));
          assert.deepEqual(
            events,
            ns.map((_, index) => (index % 3 === 0 ? [index] : [])),
          );
          assert.equal((await effects.all()).length, 3);
        });
      });

      it("about one deployment run one after the other", async () => {
        const n = await insert("d-AAAAAAAAA", 1);
        const append = (at: number) =>
          store.transaction(async (tx) => {
            const before = (await tx.inbox.of(n)).length;
            await tx.inbox.append(n, { ...start, at });
            return before;
          }, "d-AAAAAAAAA");
        assert.deepEqual(await Promise.all([0, 1, 2, 3].map(append)), [0, 1, 2, 3]);
      });

      it("tell of a grown inbox inside the transaction, and one that is asked for then sees the event", async () => {
        const told: number[] = [];
        const turns: Promise<number>[] = [];
        store.onInbox((n) => {
          told.push(n);
          turns.push(store.transaction(async (tx) => (await tx.inbox.of(n)).length));
        });
        const n = await store.transaction(async (tx) => {
          const inserted = await insertDeployment(tx, "d-AAAAAAAAA", 1);
          await tx.inbox.append(inserted, start);
          assert.deepEqual(told, [inserted]);
          return inserted;
        });
        assert.deepEqual([told, await Promise.all(turns)], [[n], [1]]);
      });
    });

    describe("the inbox", () => {
      it("keeps the order of its events, and gives up those that a turn has taken", async () => {
        const n = await insert("d-AAAAAAAAA", 1);
        const other = await insert("d-BBBBBBBBB", 2);
        await store.transaction(async (tx) => {
          for (const event of [start, stop]) await tx.inbox.append(n, event);
          await tx.inbox.append(other, start);
        });
        const [first, second] = await store.read((reader) => reader.inbox.of(n));
        assert.deepEqual([first?.event, second?.event], [start, stop]);
        await store.transaction((tx) => tx.inbox.append(n, start));
        await store.transaction((tx) => tx.inbox.remove(n, second?.n ?? 0));
        const left = await store.read(({ inbox }) => Promise.all([inbox.of(n), inbox.of(other), inbox.waiting()]));
        assert.deepEqual([left[0].map(({ event }) => event), left[1].length], [[start], 1]);
        assert.deepEqual(left[2].sort(), [n, other].sort());
      });

      it("takes an event with a `once` a single time while it waits, also when two come together", async () => {
        const n = await insert("d-AAAAAAAAA", 1);
        const other = await insert("d-BBBBBBBBB", 2);
        const append = (to: number, once?: string) => store.transaction((tx) => tx.inbox.append(to, stop, once));
        const grown: number[] = [];
        store.onInbox((told) => grown.push(told));
        assert.deepEqual(await Promise.all([append(n, "report"), append(n, "report")]), [true, false]);
        assert.deepEqual(await Promise.all([append(n, "another"), append(other, "report")]), [true, true]);
        assert.deepEqual(await Promise.all([append(n), append(n)]), [true, true]);
        assert.deepEqual(grown, [n, n, other, n, n], "nothing is told of an event that was not taken");
        const [waiting] = await store.read((reader) => reader.inbox.of(n));
        await store.transaction((tx) => tx.inbox.remove(n, waiting?.n ?? 0));
        assert.equal(await append(n, "report"), true, "the name is free again");
      });
    });

    describe("a deployment", () => {
      it("is saved only from the version that was loaded", async () => {
        const n = await insert("d-AAAAAAAAA", 1);
        const { deployment } = new Story(planOf("d-AAAAAAAAA")).begin();
        const save = (version: number, wakeAt: number) =>
          store.transaction((tx) => tx.deployments.save(n, version, deployment, wakeAt, START));
        const version = (await store.read((reader) => reader.deployments.load(n)))?.version ?? 0;
        assert.equal(await save(version, START + 1), true);
        assert.equal(await save(version, START + 2), false);
        const found = await store.read((reader) => reader.deployments.load(n));
        assert.deepEqual([found?.version, found?.wakeAt], [version + 1, START + 1]);
        assert.deepEqual({ state: found?.state, targets: found?.targets }, deployment);
        assert.equal(await save(version + 1, START + 3), true);
      });

      it("is saved as it has become, also where the turn tells what it was", async () => {
        const n = await insert("d-AAAAAAAAA", 1);
        const { deployment: begun } = new Story(planOf("d-AAAAAAAAA")).begin();
        const paused = { ...begun, state: { ...begun.state, pausedMs: 5 } };
        const turned = async ({ state, targets }: Deployment, wakeAt: number | null) => {
          await store.transaction(async ({ deployments }) => {
            const was = (await deployments.load(n)) ?? assert.fail();
            const kept = isDeepStrictEqual(targets, was.targets) ? was.targets : targets;
            await deployments.save(n, was.version, { state, targets: kept }, wakeAt, START, was);
          });
          const found = await store.read(({ deployments }) => deployments.load(n));
          assert.deepEqual(
            { state: found?.state, targets: found?.targets, wakeAt: found?.wakeAt },
            { state, targets, wakeAt },
          );
          const due = await store.read(({ deployments }) => deployments.due(START + 10, 10));
          assert.deepEqual(due, wakeAt === null ? [] : [n]);
        };
        await turned(begun, START + 1);
        await turned(paused, START + 1);
        await turned(begun, START + 2);
        await turned(endedStory().deployment, null);
        const inStatus = (status: string) =>
          store.read(({ deployments }) => deployments.list(SCOPE, { statuses: [status] }, { after: null, limit: 9 }));
        assert.deepEqual([(await inStatus("InProgress")).length, (await inStatus("Succeeded")).length], [0, 1]);
        assert.equal(await store.read(({ deployments }) => deployments.activeIn(1)), undefined);
      });

      it("is the only active one of its group: a second is refused until the first has ended", async () => {
        const n = await insert("d-AAAAAAAAA", 7);
        await assert.rejects(insert("d-BBBBBBBBB", 7));
        assert.equal((await store.read((reader) => reader.deployments.activeIn(7)))?.deploymentId, "d-AAAAAAAAA");
        const { deployment } = new Story(planOf("d-AAAAAAAAA")).begin().moved(1);
        assert.ok(hasEnded(deployment.state.status));
        await store.transaction(async (tx) => {
          await tx.deployments.save(n, 1, deployment, null, START);
          await insertDeployment(tx, "d-BBBBBBBBB", 7);
        });
        assert.equal((await store.read((reader) => reader.deployments.activeIn(7)))?.deploymentId, "d-BBBBBBBBB");
        assert.equal(await store.read((reader) => reader.deployments.activeIn(8)), undefined);
      });

      it("waits in its group's queue in the order of arrival, beside the one that is under way", async () => {
        const queue = (deploymentId: string) => {
          const plan = planOf(deploymentId);
          return store.transaction((tx) => tx.deployments.insert(plan, newDeployment(plan, "Queued"), 1, 7));
        };
        const active = await insert("d-AAAAAAAAA", 7);
        const [second, third] = [await queue("d-CCCCCCCCC"), await queue("d-BBBBBBBBB")];
        const waiting = [
          { n: second, deploymentId: "d-CCCCCCCCC" },
          { n: third, deploymentId: "d-BBBBBBBBB" },
        ];
        await store.read(async ({ deployments }) => {
          assert.deepEqual(await deployments.queuedIn(7), waiting);
          assert.deepEqual(await deployments.queuedIn(8), []);
          assert.deepEqual(await deployments.queuedInApplication(1), waiting);
          assert.deepEqual(await deployments.queuedInApplication(2), []);
          assert.equal((await deployments.activeIn(7))?.n, active);
        });
        const { deployment } = new Story(planOf("d-CCCCCCCCC")).at(0, start);
        await store.transaction((tx) => tx.deployments.save(active, 1, endedStory().deployment, null, START));
        await store.transaction((tx) => tx.deployments.save(second, 1, deployment, null, START));
        assert.equal((await store.read((reader) => reader.deployments.activeIn(7)))?.n, second);
        assert.deepEqual((await store.read((reader) => reader.deployments.queuedIn(7))).length, 1);
      });

      it("is among those that watch alarms from its start to its end", async () => {
        const alarms = { names: ["errors", "latency"], ignorePollFailure: true };
        const plan = { ...planOf("d-AAAAAAAAA"), alarms };
        const n = await store.transaction((tx) => tx.deployments.insert(plan, newDeployment(plan), 1, 7));
        await insert("d-BBBBBBBBB", 8);
        assert.deepEqual(await store.read((reader) => reader.deployments.watching()), []);
        const begun = new Story(plan).begin().deployment;
        await store.transaction((tx) => tx.deployments.save(n, 1, begun, null, START));
        await reopen();
        assert.deepEqual(await store.read((reader) => reader.deployments.watching()), [
          { deploymentN: n, ...SCOPE, alarms },
        ]);
        await store.transaction((tx) => tx.deployments.save(n, 2, endedStory().deployment, null, START));
        assert.deepEqual(await store.read((reader) => reader.deployments.watching()), []);
      });

      it("keeps what it was told and what was decided, in order and apart from others", async () => {
        const n = await insert("d-AAAAAAAAA", 7);
        const { told } = new Story(planOf("d-AAAAAAAAA")).begin().tick(1);
        assert.deepEqual(
          told.map(({ decision }) => decision !== null),
          [true, true, false],
        );
        await store.transaction(async (tx) => {
          await tx.history.append(n, 3, told.slice(1));
          await tx.history.append(n, 2, told.slice(0, 1));
          await tx.history.append(n, 4, []);
        });
        assert.deepEqual(await store.read((reader) => reader.history.of(n)), told);
        assert.deepEqual(await store.read((reader) => reader.history.of(n + 1)), []);
      });

      it("is due from its moment on, and until then it is the next one", async () => {
        const wake = [START + 30, START + 10, START + 20, null];
        const numbers: number[] = [];
        for (const [index, wakeAt] of wake.entries()) {
          const n = await insert(`d-AAAAAAAA${index}`, index);
          const { deployment } = new Story(planOf(`d-AAAAAAAA${index}`));
          await store.transaction((tx) => tx.deployments.save(n, 1, deployment, wakeAt, START));
          numbers.push(n);
        }
        const [a, b, c] = numbers;
        const at = (now: number, limit = 10) =>
          store.read(async ({ deployments }) => [await deployments.due(now, limit), await deployments.nextDue(now)]);
        assert.deepEqual(await at(START + 9), [[], START + 10]);
        assert.deepEqual(await at(START + 10), [[b], START + 20]);
        assert.deepEqual(await at(START + 30), [[b, c, a], null]);
        assert.deepEqual(await at(START + 30, 2), [[b, c], null]);
      });

      it("is listed newest first, page by page, each once, also where times are equal", async () => {
        const times = [5, 5, 5, 9, 1, 5, 5, 9, 3, 5];
        const made: { n: number; createTime: number }[] = [];
        for (const [index, time] of times.entries()) {
          made.push({ n: await insert(`d-AAAAAAAA${index}`, index, START + time), createTime: START + time });
        }
        const paged: { n: number; createTime: number }[] = [];
        for (let after: { n: number; createTime: number } | null = null; paged.length < 99; ) {
          const page = await store.read((reader) => reader.deployments.list(SCOPE, {}, { after, limit: 3 }));
          paged.push(...page.map(({ n, createTime }) => ({ n, createTime })));
          const last = page.at(-1);
          if (!last) break;
          after = { n: last.n, createTime: last.createTime };
        }
        assert.deepEqual(
          paged,
          made.sort((one, other) => other.createTime - one.createTime || other.n - one.n),
        );
      });

      it("is listed by group, by status and by time, both ends included, and only in its own account and region", async () => {
        for (const index of [0, 1, 2, 3]) await insert(`d-AAAAAAAA${index}`, index, START + index);
        const { deployment } = new Story(planOf("d-AAAAAAAA3")).begin().moved(1);
        await store.transaction(async (tx) => {
          const found = await tx.deployments.find(SCOPE, "d-AAAAAAAA3");
          await tx.deployments.save(found?.n ?? 0, 1, deployment, null, START);
        });
        const list = async (filter: Parameters<Transaction["deployments"]["list"]>[1], scope = SCOPE) =>
          (await store.read((reader) => reader.deployments.list(scope, filter, { after: null, limit: 9 }))).map(
            ({ deploymentId }) => deploymentId.at(-1),
          );
        assert.deepEqual(await list({ groupN: 2 }), ["2"]);
        assert.deepEqual(await list({ statuses: ["Succeeded"] }), ["3"]);
        assert.deepEqual(await list({ statuses: ["Created", "Succeeded"] }), ["3", "2", "1", "0"]);
        assert.deepEqual(await list({ createdFrom: START + 1, createdTo: START + 2 }), ["2", "1"]);
        assert.deepEqual(await list({}, { ...SCOPE, region: "us-east-1" }), []);
        assert.deepEqual(await list({}, { ...SCOPE, accountId: "999999999999" }), []);
      });
    });

    describe("an effect", () => {
      const keyed = (key: string) => ({ ...effect, key });
      const keys = async () => (await store.read((reader) => reader.effects.all())).map((owed) => owed.effect.key);

      it("is owed until it is removed, with the number of its attempts", async () => {
        const n = await insert("d-AAAAAAAAA", 1);
        const put = (attempt: number) => store.transaction((tx) => tx.effects.postpone(n, "one", attempt, START));
        const isOwed = () => store.read((reader) => reader.effects.isOwed(n, "one"));
        await store.transaction((tx) => tx.effects.insert(n, [keyed("one"), keyed("two")], START));
        assert.equal(await isOwed(), true);
        assert.equal(await put(4), true);
        const [first] = await store.read((reader) => reader.effects.all());
        assert.deepEqual([first?.effect.key, first?.attempt], ["one", 4]);
        await store.transaction((tx) => tx.effects.remove(n, "one"));
        assert.deepEqual([await put(5), await isOwed(), await keys()], [false, false, ["two"]]);
      });

      it("is void when its deployment awaits another or none; those of other deployments stay", async () => {
        const n = await insert("d-AAAAAAAAA", 1);
        const other = await insert("d-BBBBBBBBB", 2);
        await store.transaction(async (tx) => {
          await tx.effects.insert(n, [keyed("one"), keyed("two")], START);
          await tx.effects.insert(other, [keyed("one")], START);
          await tx.effects.removeOthers(n, "two");
        });
        assert.deepEqual((await keys()).sort(), ["one", "two"]);
        await store.transaction((tx) => tx.effects.removeOthers(n, null));
        assert.deepEqual(await keys(), ["one"]);
      });

      it("that is gone never lends its place to a later one: a late answer removes nothing else", async () => {
        const n = await insert("d-AAAAAAAAA", 1);
        await store.transaction((tx) => tx.effects.insert(n, [keyed("hook")], START));
        await store.transaction((tx) => tx.effects.removeOthers(n, "moveAlias"));
        await store.transaction((tx) => tx.effects.insert(n, [keyed("moveAlias")], START));
        assert.equal(await store.transaction((tx) => tx.effects.postpone(n, "hook", 2, START)), false);
        await store.transaction((tx) => tx.effects.remove(n, "hook"));
        assert.deepEqual(await keys(), ["moveAlias"]);
      });
    });

    describeNotifications(() => store);

    describe("an application and its group", () => {
      it("is written once for each name, account and region; what is there already stays as it is", async () => {
        const insert = (applicationId: string, scope = SCOPE) =>
          store.transaction((tx) =>
            tx.applications.insert(scope, {
              applicationId,
              applicationName: "app",
              computePlatform: "Lambda",
              createTime: START,
            }),
          );
        assert.equal(await insert("first"), true);
        assert.equal(await insert("second"), false);
        assert.equal(await insert("theirs", { ...SCOPE, region: "elsewhere" }), true);
        const found = await store.read((reader) => reader.applications.find(SCOPE, "app"));
        assert.equal(found?.applicationId, "first");
      });

      it("never get the number of one that was deleted, to whose deployments it would lead", async () => {
        const make = (round: string) =>
          store.transaction(async (tx) => {
            const application = {
              applicationId: round,
              applicationName: "app",
              computePlatform: "Lambda" as const,
              createTime: START,
            };
            await tx.applications.insert(SCOPE, application);
            const { n } = (await tx.applications.find(SCOPE, "app")) ?? assert.fail("the application is there");
            const names = { deploymentGroupId: round, deploymentGroupName: "group", deploymentConfigName: "config" };
            await tx.deploymentGroups.insert(n, { ...names, serviceRoleArn: "role" } as never);
            const group = (await tx.deploymentGroups.find(n, "group")) ?? assert.fail("the group is there");
            return { application: n, group: group.n };
          });
        const first = await make("first");
        await store.transaction((tx) => tx.applications.delete(first.application));
        const second = await make("second");
        assert.notEqual(second.application, first.application);
        assert.notEqual(second.group, first.group);
        await store.transaction((tx) => tx.deploymentGroups.delete(second.group));
        await store.transaction((tx) => tx.applications.delete(second.application));
        const third = await make("third");
        assert.notEqual(third.group, second.group);
      });
    });
  });
}
