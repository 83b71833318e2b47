/** Several stores on one database, as several processes have them: who decides, who waits, who takes over. */
import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it } from "node:test";
import { ENGINE_FORMAT } from "../../src/engine/format.ts";
import { newDeployment } from "../../src/engine/step.ts";
import { DatabaseSetupError } from "../../src/store/postgres/connection.ts";
import type { PostgresStore } from "../../src/store/postgres/postgresStore.ts";
import { NewerFormatError, StoreUnavailableError } from "../../src/store/store.ts";
import { needsPostgres, type TestSchema, testSchema } from "../support/postgres.ts";
import { START, Story } from "../support/story.ts";
import { waitFor } from "../support/waitFor.ts";
import { insertDeployment, planOf, SCOPE } from "./store.contract.ts";

const start = { type: "start", at: START } as const;
const begun = new Story(planOf("d-AAAAAAAAA")).begin().deployment;
const readAlias = { key: "k", type: "readAlias", functionName: "shop", alias: "live" } as const;
const notification = (stream: string, subject: string) =>
  ({
    ...SCOPE,
    deploymentId: null,
    kind: "webhook",
    receiver: "r",
    body: "{}",
    createdAt: START,
    stream,
    subject,
  }) as const;

/** A promise and what resolves it. */
function gate() {
  let open = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { open, opened };
}

describe("stores on one PostgreSQL", needsPostgres, () => {
  let schema: TestSchema;
  let opened: PostgresStore[];
  let one: PostgresStore;
  let other: PostgresStore;
  const open = async (more?: Parameters<TestSchema["open"]>[0]) => {
    const store = await schema.open(more);
    opened.push(store);
    return store;
  };
  beforeEach(async () => {
    schema = testSchema();
    opened = [];
    [one, other] = [await open(), await open()];
  });
  afterEach(async () => {
    await Promise.all(opened.map((store) => store.close()));
    await schema.discard();
  });
  const insert = (deploymentId: string, groupN: number) =>
    one.transaction((tx) => insertDeployment(tx, deploymentId, groupN));

  describe("transactions", () => {
    it("on one deployment come one after the other, and each decides on what the one before has written", async () => {
      const n = await insert("d-AAAAAAAAA", 1);
      const turn = (store: PostgresStore) =>
        store.transaction(async (tx) => {
          const record = (await tx.deployments.load(n)) ?? assert.fail("it is there");
          assert.equal(await tx.deployments.save(n, record.version, begun, null, START), true);
          return record.version;
        });
      const versions = await Promise.all(Array.from({ length: 40 }, (_, index) => turn(index % 2 ? one : other)));
      assert.deepEqual(
        versions.sort((a, b) => a - b),
        Array.from({ length: 40 }, (_, index) => index + 1),
      );
    });

    it("that want the same things in different orders all end", async () => {
      const numbers: number[] = [];
      for (let index = 0; index < 6; index++) numbers.push(await insert(`d-AAAAAAAA${index}`, index));
      const both = [one, other].flatMap((store, index) =>
        Array.from({ length: 20 }, () =>
          store.transaction(async (tx) => {
            for (const n of index === 0 ? numbers : numbers.toReversed()) await tx.inbox.append(n, start);
          }),
        ),
      );
      await Promise.all(both);
      const counts = await one.read(({ inbox }) => Promise.all(numbers.map(async (n) => (await inbox.of(n)).length)));
      assert.deepEqual(
        counts,
        numbers.map(() => 40),
      );
    });

    it("lose no event that was numbered before those of a turn, and is committed after them", async () => {
      const n = await insert("d-AAAAAAAAA", 1);
      const commit = gate();
      let isAppended = false;
      let isRead = false;
      const late = one.transaction(async (tx) => {
        await tx.inbox.append(n, start);
        isAppended = true;
        await commit.opened;
      });
      await waitFor("the first is numbered", () => isAppended);
      const second = other.transaction((tx) => tx.inbox.append(n, start));
      const turn = second.then(() =>
        other.transaction(async (tx) => {
          await tx.deployments.load(n);
          const events = await tx.inbox.of(n);
          isRead = true;
          await late;
          await tx.inbox.remove(n, events.at(-1)?.n ?? 0);
          return events.length;
        }),
      );
      await waitFor("others wait, or have read what there is", async () => isRead || (await isAnyoneWaiting()));
      commit.open();
      const taken = await turn;
      const left = await one.read((reader) => reader.inbox.of(n));
      assert.equal(taken + left.length, 2);
    });

    it("start a group's queue although its end and a new deployment in it come together", async () => {
      for (let round = 0; round < 10; round++) {
        const groupN = await newGroup(round);
        const active = await insert(`d-ACTIVE${String(round).padStart(3, "0")}`, groupN);
        const ended = new Story(planOf("d-AAAAAAAAA")).begin().moved(1).deployment;
        const end = other.transaction(async (tx) => {
          await tx.deployments.load(active);
          await tx.deployments.save(active, 1, ended, null, START);
          const [first] = await tx.deployments.queuedIn(groupN);
          return first !== undefined;
        });
        const queue = one.transaction(async (tx) => {
          await tx.deploymentGroups.find(1, `group ${round}`);
          const busy = await tx.deployments.activeIn(groupN);
          const plan = planOf(`d-SECOND${String(round).padStart(3, "0")}`);
          await tx.deployments.insert(plan, newDeployment(plan, busy ? "Queued" : "Created"), 1, groupN);
          return busy !== undefined;
        });
        const [isStarted, isQueued] = await Promise.all([end, queue]);
        assert.equal(isStarted, isQueued, "who was queued was seen by the one that ended");
      }
    });

    it("leave none of a stream of notifications waiting for one that is gone", async () => {
      for (let round = 0; round < 20; round++) {
        await one.transaction((tx) => tx.notifications.insert([notification("s", `first ${round}`)]));
        const [first] = await one.read((reader) => reader.notifications.due("r", START, 9));
        await Promise.all([
          one.transaction((tx) => tx.notifications.insert([notification("s", `second ${round}`)])),
          other.transaction((tx) => tx.notifications.delivered(first ?? assert.fail("it is due"), START)),
        ]);
        const [second, ...more] = await one.read((reader) => reader.notifications.due("r", START, 9));
        assert.deepEqual([second?.subject, more], [`second ${round}`, []]);
        await one.transaction((tx) => tx.notifications.delivered(second ?? assert.fail("it is due"), START));
      }
    });

    it("of one that was paused in their midst lose their locks to others, and change nothing when it goes on", async () => {
      const n = await insert("d-AAAAAAAAA", 1);
      const paused = await open({ idleMs: 300 });
      const wake = gate();
      const versions: number[] = [];
      const late = paused.transaction(async (tx) => {
        const record = (await tx.deployments.load(n)) ?? assert.fail("it is there");
        versions.push(record.version);
        if (versions.length === 1) await wake.opened;
        return tx.deployments.save(n, record.version, begun, null, START);
      });
      await waitFor("it has the deployment", () => versions.length === 1);
      const saved = await other.transaction(async (tx) => {
        const record = (await tx.deployments.load(n)) ?? assert.fail("it is there");
        return tx.deployments.save(n, record.version, begun, START + 5, START);
      });
      assert.equal(saved, true);
      wake.open();
      assert.equal(await late, true);
      assert.deepEqual(versions, [1, 2], "it began anew, from what the other had written");
      assert.equal((await one.read((reader) => reader.deployments.load(n)))?.version, 3);
      assert.equal(await paused.transaction((tx) => tx.deployments.save(n, 2, begun, null, START)), false);
    });
  });

  describe("claims", () => {
    const due = (store: PostgresStore, now: number) => store.claims?.due(now, 10) ?? assert.fail("it has claims");

    it("give what is due to one, until it was turned or its lease is over", async () => {
      const n = await insert("d-AAAAAAAAA", 1);
      const turn = () =>
        one.transaction(async (tx) => {
          const record = (await tx.deployments.load(n)) ?? assert.fail("it is there");
          await tx.deployments.save(n, record.version, begun, START, START);
        });
      await turn();
      const both = await Promise.all([due(one, START), due(other, START), due(one, START), due(other, START)]);
      assert.deepEqual(both.flat(), [n]);
      assert.deepEqual([await due(other, START + 4_999), await due(other, START + 5_000)], [[], [n]]);
      await turn();
      assert.deepEqual(await due(one, START + 1), [n], "its next moment is not covered by the claim on the last one");
    });

    it("give effects and notifications of a store that is closed to another, once", async () => {
      const gone = await open();
      const n = await insert("d-AAAAAAAAA", 1);
      await gone.transaction(async (tx) => {
        await tx.effects.insert(n, [readAlias], START);
        await tx.notifications.insert([notification("s", "first")]);
      });
      assert.equal((await gone.claims?.notifications("r", START, 9))?.length, 1);
      const taken = async () => {
        const effects = await Promise.all([one, other].map((store) => store.claims?.effects(9)));
        const notes = await Promise.all([one, other].map((store) => store.claims?.notifications("r", START, 9)));
        return [effects.flat().map((owed) => owed?.effect.key), notes.flat().map((note) => note?.subject)];
      };
      assert.deepEqual(await taken(), [[], []], "it lives");
      await gone.close();
      assert.deepEqual(await taken(), [["k"], ["first"]]);
      const [effects] = await taken();
      assert.deepEqual(effects, [], "it is performed by one");
    });
  });

  it("postpone their own effects alone", async () => {
    const n = await insert("d-AAAAAAAAA", 1);
    await one.transaction((tx) => tx.effects.insert(n, [readAlias], START));
    const postpone = (store: PostgresStore) =>
      store.transaction((tx) => tx.effects.postpone(n, readAlias.key, 2, START));
    assert.equal(await postpone(other), false);
    assert.equal(await postpone(one), true);
  });

  it("look for what is their own after a commit of which they do not know whether it was written", async () => {
    const n = await insert("d-AAAAAAAAA", 1);
    await one.transaction((tx) => tx.effects.insert(n, [readAlias], START));
    assert.deepEqual(await one.claims?.effects(10), []);
    await schema.query(`create function lose() returns trigger language plpgsql as
      $$ begin perform pg_terminate_backend(pg_backend_pid()); return null; end $$`);
    await schema.query(`create constraint trigger lost after insert on installation deferrable initially deferred
      for each row when (new.name = 'lost') execute function lose()`);
    await assert.rejects(
      one.transaction((tx) => tx.installation.put("lost", "")),
      (error) => error instanceof StoreUnavailableError && /not known whether it was written/.test(error.message),
    );
    const found = await one.claims?.effects(10);
    assert.deepEqual(
      found?.map(({ effect }) => effect),
      [readAlias],
    );
    assert.deepEqual(await other.claims?.effects(10), []);
  });

  it("leave a deployment of a newer format to programs that know it, and all that belongs to it", async () => {
    const n = await insert("d-AAAAAAAAA", 1);
    const gone = await open();
    await gone.transaction(async (tx) => {
      await tx.effects.insert(n, [{ key: "k", type: "readAlias", functionName: "shop", alias: "live" }], START);
      await tx.deployments.save(n, 1, begun, START, START);
      await tx.notifications.insert([notification("s", "of a known kind"), notification("t", "of another")]);
    });
    await gone.close();
    await schema.query(`set search_path = "${schema.name}"; update deployment set format = ${ENGINE_FORMAT + 1};
      update notification set kind = 'pigeon' where stream = 't'`);
    const claimed = async () => [
      await one.claims?.due(START, 9),
      (await one.claims?.effects(9))?.map(({ effect }) => effect.key),
      (await one.claims?.notifications("r", START, 9))?.map(({ subject }) => subject),
    ];
    assert.deepEqual(await claimed(), [[], [], ["of a known kind"]]);
    const load = (store: PostgresStore) => store.transaction((tx) => tx.deployments.load(n));
    await assert.rejects(load(one), NewerFormatError);
    await other.transaction((tx) => tx.inbox.append(n, start));
    await schema.query(`update "${schema.name}".deployment set format = 1`);
    assert.deepEqual((await claimed()).slice(0, 2), [[n], ["k"]]);
    assert.equal((await load(one))?.version, 2);
  });

  it("tell that the database is gone, and work again when it is back", async () => {
    const kill = () =>
      schema.query(
        "select pg_terminate_backend(pid) from pg_stat_activity where state = 'idle in transaction' and application_name = $1",
        [schema.name],
      );
    const n = await insert("d-AAAAAAAAA", 1);
    let runs = 0;
    const version = await one.transaction(async (tx) => {
      runs += 1;
      await tx.deployments.load(n);
      if (runs === 1) await kill();
      return (await tx.deployments.load(n))?.version;
    });
    assert.deepEqual([runs, version], [2, 1], "what was not being committed is run again");
    assert.equal(await one.read(async (reader) => (await reader.deployments.load(n))?.version), 1);
    await one.close();
    await assert.rejects(
      one.read((reader) => reader.installation.get("key")),
      StoreUnavailableError,
    );
  });

  it("refuse one whose time is its own, beside others", async () => {
    await assert.rejects(open({ clock: "own" }), (error: unknown) => {
      assert.ok(error instanceof DatabaseSetupError);
      assert.match(error.message, /--clock virtual/);
      return true;
    });
  });

  it("agree on the time, whatever their own clocks say", async () => {
    const [{ now } = {}] = await schema.query("select (extract(epoch from clock_timestamp()) * 1000)::float8 as now");
    assert.ok(Math.abs(one.now() - Number(now)) < 500);
  });

  it("keep the database's time while somebody sets the clock of their machine", (test) => {
    const before = one.now();
    const wall = Date.now();
    test.mock.method(Date, "now", () => wall + 3_600_000);
    assert.ok(one.now() - before < 60_000, "a wait would be an hour shorter");
  });

  async function isAnyoneWaiting(): Promise<boolean> {
    const sql = "select 1 from pg_stat_activity where wait_event_type = 'Lock' and application_name = $1";
    return (await schema.query(sql, [schema.name])).length > 0;
  }

  async function newGroup(round: number): Promise<number> {
    return one.transaction(async (tx) => {
      const names = { deploymentGroupId: `${round}`, deploymentGroupName: `group ${round}`, deploymentConfigName: "c" };
      await tx.deploymentGroups.insert(1, { ...names, serviceRoleArn: "role" } as never);
      return (await tx.deploymentGroups.find(1, `group ${round}`))?.n ?? 0;
    });
  }
});
