import assert from "node:assert/strict";
import { it } from "node:test";
import type { AlarmSight, Scope } from "./alarmSource.ts";
import { sharedAlarms } from "./sharedAlarms.ts";

const scope = { accountId: "111122223333", region: "eu-west-1" };
const seen = (states: AlarmSight["states"], problems: AlarmSight["problems"] = {}): AlarmSight => ({
  states,
  problems,
});

function counting(answer: (of: Scope) => Promise<AlarmSight>) {
  const asked: string[][] = [];
  const source = sharedAlarms({
    look: (of, names) => {
      asked.push([...names]);
      return answer(of);
    },
  });
  return { asked, look: (names: string[], of = scope) => source.look(of, names) };
}

it("asks once for all who ask together, and gives each its own alarms", async () => {
  const lost = { kind: "unavailable", message: "no", passes: true } as const;
  const { asked, look } = counting(async () => seen({ a: "OK", b: "ALARM" }, { c: lost }));
  const sights = await Promise.all([look(["a"]), look(["b", "a"]), look(["a", "gone"]), look(["c"])]);
  assert.deepEqual(sights, [
    seen({ a: "OK" }),
    seen({ b: "ALARM", a: "OK" }),
    seen({ a: "OK" }),
    seen({}, { c: lost }),
  ]);
  assert.deepEqual(asked, [["a", "b", "gone", "c"]]);
});

it("asks anew for who comes later, and apart for other regions", async () => {
  const { asked, look } = counting(async ({ region }) => seen({ a: region === "eu-west-1" ? "OK" : "ALARM" }));
  const other = look(["a"], { ...scope, region: "us-east-1" });
  assert.deepEqual(await look(["a"]), seen({ a: "OK" }));
  assert.deepEqual(await other, seen({ a: "ALARM" }));
  await look(["a"]);
  assert.equal(asked.length, 3);
});

it("tells all who asked that nobody could be asked, and the next question is asked again", async () => {
  let fails = true;
  const { look } = counting(async () => {
    if (fails) throw new Error("the thread ended");
    return seen({ a: "OK" });
  });
  const outcomes = await Promise.allSettled([look(["a"]), look(["b"])]);
  assert.deepEqual(
    outcomes.map(({ status }) => status),
    ["rejected", "rejected"],
  );
  fails = false;
  assert.deepEqual(await look(["a"]), seen({ a: "OK" }));
});
