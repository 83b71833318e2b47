import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { START } from "../../test/support/story.ts";
import { virtualClock } from "../clock.ts";
import type { Effect } from "../engine/deployment.ts";
import { seededIds } from "../ids.ts";
import type { OwedEffect, Store, Transaction } from "../store/store.ts";
import { EffectPerformer } from "./perform.ts";

type InvokeHook = Extract<Effect, { type: "invokeHook" }>;

const HOOK: InvokeHook = {
  key: "hook/BeforeAllowTraffic",
  type: "invokeHook",
  functionName: "check",
  lifecycleEvent: "BeforeAllowTraffic",
  targetId: "shop:live",
  deadline: START + 3_600_000,
};
const OWED: OwedEffect = {
  deploymentN: 1,
  deploymentId: "d-001AAAAAA",
  accountId: "111122223333",
  region: "eu-west-1",
  effect: HOOK,
  attempt: 1,
};

/** How often one process of several invokes a hook that is owed, where it looks so often, in such times, with such answers. */
async function invocations(looks: { takesMs: number; isOwed: boolean }[]) {
  let nowMs = 0;
  const left = [...looks];
  let invoked = 0;
  const postpone = async () => {
    const look = left.shift() ?? assert.fail("it looks once more");
    nowMs += look.takesMs;
    return look.isOwed;
  };
  const tx = { effects: { postpone, remove: async () => {} }, inbox: { append: async () => true } };
  const store: Partial<Store> = {
    claims: { due: async () => [], effects: async () => [], notifications: async () => [] },
    transaction: (work) => work(tx as unknown as Transaction),
  };
  const clock = virtualClock(START);
  const performer = new EffectPerformer({
    store: store as Store,
    clock,
    time: { elapsedMs: () => nowMs, after: () => () => {} },
    ids: seededIds(1),
    log: assert.fail,
    drivers: [
      {
        performs: ["invokeHook"],
        async perform() {
          invoked += 1;
          const { targetId, lifecycleEvent } = HOOK;
          return { type: "hookInvocationEnded", targetId, lifecycleEvent, error: null, logTail: "" };
        },
      },
    ],
  });
  performer.perform(OWED, 0);
  await clock.idle();
  assert.deepEqual(left, [], "it has looked less often");
  return invoked;
}

describe("performing an effect, as one process of several", () => {
  it("looks again whether a hook is wanted where the look took so long that another may have stopped its deployment", async () => {
    const late = { takesMs: 501, isOwed: true };
    assert.deepEqual(await invocations([late, { takesMs: 5, isOwed: false }]), 0);
    assert.deepEqual(await invocations([late, { takesMs: 5, isOwed: true }]), 1);
  });

  it("invokes a hook after one look that was answered soon, and after three on a store that is always slow", async () => {
    assert.deepEqual(await invocations([{ takesMs: 500, isOwed: true }]), 1);
    const slow = { takesMs: 3_000, isOwed: true };
    assert.deepEqual(await invocations([slow, slow, slow]), 1);
  });
});
