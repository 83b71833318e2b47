import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Action, ElasticLoadBalancingV2Client } from "@aws-sdk/client-elastic-load-balancing-v2";
import { moveRoutes } from "./listeners.ts";

const shares = (weights: Record<string, number>) =>
  Object.entries(weights).map(([targetGroupArn, weight]) => ({ targetGroupArn, weight }));
const move = {
  listenerArn: "arn:listener",
  ruleArn: null,
  from: [shares({ blue: 1 })],
  to: shares({ green: 10, blue: 90 }),
};
const context = { deploymentId: "d-1", accountId: "1", region: "r", signal: AbortSignal.timeout(60_000) };

/** A listener that forwards to blue alone, behind a client that takes `seconds` for each look. */
async function movedBy(secondsForALook: number) {
  let nowMs = 0;
  const written: unknown[] = [];
  const DefaultActions = [{ Type: "forward", TargetGroupArn: "blue" }];
  const client = {
    async send({ constructor: { name }, input }: { constructor: { name: string }; input: unknown }) {
      if (name.startsWith("Modify")) written.push(input);
      else nowMs += secondsForALook * 1000;
      return { Listeners: [{ Protocol: "TCP", DefaultActions }] };
    },
  } as unknown as ElasticLoadBalancingV2Client;
  const outcome = await moveRoutes(client, [move], context, () => nowMs).then(
    () => "moved",
    (error: Error & { retryable: boolean }) => `${error.message}, ${error.retryable ? "tried again" : "given up"}`,
  );
  return { outcome, written: written.length };
}

describe("a move of a listener", () => {
  it("is written by a look that is fresh", async () => {
    assert.deepEqual(await movedBy(1), { outcome: "moved", written: 1 });
  });

  it("is not written by one after which the process stood still, and is tried again", async () => {
    const outcome = "The look at listener arn:listener is too old to write by, tried again";
    assert.deepEqual(await movedBy(60), { outcome, written: 0 });
  });

  it("to several is put right by the next look where one of the writes has failed", async () => {
    const listeners = new Map<string, Action[]>(
      ["one", "two"].map((arn) => [arn, [{ Type: "forward", TargetGroupArn: "blue" }]]),
    );
    const written: string[] = [];
    let failing = true;
    const client = {
      async send({
        constructor: { name },
        input,
      }: {
        constructor: { name: string };
        input: { ListenerArns: string[]; ListenerArn: string; DefaultActions: Action[] };
      }) {
        if (!name.startsWith("Modify")) {
          return { Listeners: [{ Protocol: "TCP", DefaultActions: listeners.get(input.ListenerArns[0] ?? "") }] };
        }
        if (failing && input.ListenerArn === "two")
          throw Object.assign(new Error("no answer"), { name: "TimeoutError" });
        written.push(input.ListenerArn);
        listeners.set(input.ListenerArn, input.DefaultActions);
        return {};
      },
    } as unknown as ElasticLoadBalancingV2Client;
    const moves = ["one", "two"].map((listenerArn) => ({ ...move, listenerArn }));
    await assert.rejects(
      moveRoutes(client, moves, context, () => 0),
      { retryable: true },
    );
    failing = false;
    await moveRoutes(client, moves, context, () => 0);
    assert.deepEqual(written, ["one", "two"]);
  });
});
