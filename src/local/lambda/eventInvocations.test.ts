import assert from "node:assert/strict";
import { beforeEach, describe, it } from "node:test";
import { type VirtualClock, virtualClock } from "../../clock.ts";
import { randomIds } from "../../ids.ts";
import type { Documents } from "../documents.ts";
import { eventInvocations } from "./eventInvocations.ts";
import { LambdaError } from "./lambdaError.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const CALL = {
  id: { accountId: "111122223333", region: "eu-west-1", name: "mailer" },
  version: "1",
  requestId: "r-1",
  payload: Buffer.from("{}"),
  invokedArn: "arn",
  clientContext: undefined,
};

describe("event invocations", () => {
  let clock: VirtualClock;
  let kept: Map<string, unknown>;
  let isFull: boolean;
  let runs: number;
  let log: string[];
  let invoke: () => { functionError: "Unhandled" | undefined; payload: Buffer };

  beforeEach(() => {
    [clock, kept, isFull, runs, log] = [virtualClock(0), new Map(), false, 0, []];
    invoke = () => ({ functionError: undefined, payload: Buffer.from("null") });
  });

  function open() {
    const written = (write: () => void) => {
      if (isFull) throw new Error("database or disk is full");
      write();
    };
    const documents = {
      put: (_kind: string, key: string, value: unknown) => written(() => void kept.set(key, value)),
      delete: (_kind: string, key: string) => written(() => void kept.delete(key)),
      list: () => [...kept].map(([key, value]) => ({ key, value })),
    } as unknown as Documents;
    const store = { find: () => ({}), findVersion: () => ({}) };
    const dataPlane = {
      invoke: async () => {
        runs += 1;
        return invoke();
      },
    };
    const parts = { documents, store, dataPlane, clock, ids: randomIds, log: (line: string) => void log.push(line) };
    return eventInvocations(parts as unknown as Parameters<typeof eventInvocations>[0]);
  }

  it("a function that succeeded is not run again because the disk is full; its end is written once there is room", async () => {
    open().accept(CALL);
    isFull = true;
    await clock.advance(10 * MINUTE_MS);
    assert.deepEqual([runs, kept.size], [1, 1]);
    assert.match(String(log.at(-1)), /^how event invocation r-1 ended is written down in a minute: .*disk is full/);
    isFull = false;
    await clock.advance(MINUTE_MS);
    assert.deepEqual([runs, kept.size], [1, 0]);
  });

  it("a function that failed is run again only once that is written down", async () => {
    invoke = () => ({ functionError: "Unhandled", payload: Buffer.from("broken") });
    open().accept(CALL);
    isFull = true;
    await clock.advance(10 * MINUTE_MS);
    assert.equal(runs, 1);
    isFull = false;
    await clock.advance(10 * MINUTE_MS);
    assert.deepEqual([runs, kept.size], [3, 0]);
    assert.match(String(log.at(-1)), /given up: broken$/);
  });

  it("on a disk that stays full, the writing ends with the time for which an event is kept", async () => {
    open().accept(CALL);
    isFull = true;
    await clock.advance(7 * HOUR_MS);
    const lines = log.length;
    await clock.advance(7 * HOUR_MS);
    assert.deepEqual([runs, log.length], [1, lines]);
    assert.match(String(log.at(-1)), /is not written down any more/);
  });

  for (const error of [new Error("no more files"), new LambdaError("TooManyRequestsException", "no room")]) {
    it(`is given up after six hours of ${error.message}`, async () => {
      invoke = () => {
        throw error;
      };
      open().accept(CALL);
      await clock.advance(2 * HOUR_MS);
      assert.equal(kept.size, 1);
      await clock.advance(5 * HOUR_MS);
      assert.deepEqual([runs, kept.size], [361, 0]);
      assert.match(String(log.at(-1)), new RegExp(`given up: (Error: )?${error.message}$`));
    });
  }

  it("what was under way when it was closed is owed still, and taken up by the next", async () => {
    const first = open();
    first.accept(CALL);
    first.close();
    await clock.advance(MINUTE_MS);
    assert.deepEqual([runs, kept.size, log], [1, 1, []]);
    open().resume();
    await clock.advance(MINUTE_MS);
    assert.deepEqual([runs, kept.size], [2, 0]);
  });
});
