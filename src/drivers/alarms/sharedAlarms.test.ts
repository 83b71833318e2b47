import assert from "node:assert/strict";
import { it } from "node:test";
import type { AlarmSource } from "./alarmSource.ts";
import { sharedAlarms } from "./sharedAlarms.ts";

const scope = { accountId: "111122223333", region: "eu-west-1" };
const signal = new AbortController().signal;

function counting(states: AlarmSource["states"]) {
  const asked: string[][] = [];
  const source = sharedAlarms({
    states: (of, names, gone) => {
      asked.push([...names]);
      return states(of, names, gone);
    },
  });
  return { asked, source };
}

it("asks once for all who ask together, and gives each its own alarms", async () => {
  const { asked, source } = counting(async () => ({ a: "OK", b: "ALARM" }));
  const questions = [["a"], ["b", "a"], ["a", "gone"]].map((names) => source.states(scope, names, signal));
  assert.deepEqual(await Promise.all(questions), [{ a: "OK" }, { b: "ALARM", a: "OK" }, { a: "OK" }]);
  assert.deepEqual(asked, [["a", "b", "gone"]]);
});

it("asks anew for who comes later, and apart for other regions", async () => {
  const { asked, source } = counting(async ({ region }) => ({ a: region === "eu-west-1" ? "OK" : "ALARM" }));
  const other = source.states({ ...scope, region: "us-east-1" }, ["a"], signal);
  assert.deepEqual(await source.states(scope, ["a"], signal), { a: "OK" });
  assert.deepEqual(await other, { a: "ALARM" });
  await source.states(scope, ["a"], signal);
  assert.equal(asked.length, 3);
});

it("tells all who asked that the answer failed, and the next question is asked again", async () => {
  let fails = true;
  const { source } = counting(async () => {
    if (fails) throw new Error("throttled");
    return { a: "OK" };
  });
  const questions = [source.states(scope, ["a"], signal), source.states(scope, ["b"], signal)];
  const outcomes = await Promise.allSettled(questions);
  assert.deepEqual(
    outcomes.map(({ status }) => status),
    ["rejected", "rejected"],
  );
  fails = false;
  assert.deepEqual(await source.states(scope, ["a"], signal), { a: "OK" });
});
