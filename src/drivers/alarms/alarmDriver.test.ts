import assert from "node:assert/strict";
import { it } from "node:test";
import type { Effect } from "../../engine/deployment.ts";
import { alarmDriver } from "./alarmDriver.ts";
import type { AlarmSight } from "./alarmSource.ts";

const throttled = { kind: "unavailable", message: "Rate exceeded", passes: true } as const;
const denied = { kind: "accessDenied", message: "not authorized", passes: false } as const;

const look = (sight: AlarmSight) => {
  const effect = { type: "readAlarms", names: ["errors", "latency"] } as Effect;
  const context = { accountId: "1", region: "r", signal: new AbortController().signal };
  return alarmDriver({ look: async () => sight }).perform(effect, context as never);
};

it("an alarm that no waiting makes readable decides over one that is throttled", async () => {
  for (const problems of [
    { errors: throttled, latency: denied },
    { errors: denied, latency: throttled },
  ]) {
    await assert.rejects(look({ states: {}, problems } as AlarmSight), { message: "not authorized", retryable: false });
  }
});

it("a red alarm decides over all that cannot be read", async () => {
  const sight = { states: { errors: "ALARM" }, problems: { latency: denied } } as AlarmSight;
  assert.deepEqual(await look(sight), { type: "alarmsRead", states: { errors: "ALARM" } });
});
