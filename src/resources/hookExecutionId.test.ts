import assert from "node:assert/strict";
import { test } from "node:test";
import { openHookExecutionId, sealHookExecutionId } from "./hookExecutionId.ts";

const key = Buffer.alloc(32, 7);
const binding = { deploymentId: "d-ABCDEFGHI", targetId: "shop:live", lifecycleEvent: "BeforeAllowTraffic" };
const id = sealHookExecutionId(key, binding);

test("an id looks like the real service's: base64 of three members, 288 characters", () => {
  assert.match(id, /^eyJlbmNyeXB0ZWREYXRhIjoi[A-Za-z0-9+/]+=*$/);
  assert.equal(id.length, 288);
  const outside = JSON.parse(Buffer.from(id, "base64").toString()) as Record<string, unknown>;
  assert.deepEqual(Object.keys(outside), ["encryptedData", "ivParameterSpec", "materialSetSerial"]);
  assert.equal(outside["materialSetSerial"], 1);
});

test("what it is for is known to the key alone", () => {
  const opened = openHookExecutionId(key, id);
  assert.equal(opened?.deploymentId, binding.deploymentId);
  assert.equal(opened?.lifecycleEvent, binding.lifecycleEvent);
  assert.equal(opened?.isOfTarget("shop:live"), true);
  assert.equal(opened?.isOfTarget("shop:dead"), false);
  assert.equal(openHookExecutionId(Buffer.alloc(32, 8), id), null);
  assert.ok(!Buffer.from(id, "base64").toString().includes("ABCDEFGHI"));
});

test("the same binding always has the same id, and every other one another of the same length", () => {
  assert.equal(sealHookExecutionId(key, { ...binding }), id);
  const others = [
    { ...binding, deploymentId: "d-ABCDEFGHJ" },
    { ...binding, targetId: "a-function-with-a-very-long-name:and-an-alias-with-a-very-long-name-too" },
    { ...binding, lifecycleEvent: "AfterAllowTestTraffic" },
  ].map((other) => sealHookExecutionId(key, other));
  assert.equal(new Set([id, ...others]).size, 4);
  for (const other of others) assert.equal(other.length, id.length);
});

test("an id with any letter changed, added or missing is refused", () => {
  for (let index = 0; index < id.length; index += 1) {
    for (const letter of ["A", "B", "=", " ", "\n"]) {
      if (id[index] === letter) continue;
      const changed = id.slice(0, index) + letter + id.slice(index + 1);
      assert.equal(openHookExecutionId(key, changed), null, `letter ${index} as ${JSON.stringify(letter)}`);
    }
  }
  for (const other of [`${id}=`, `${id}A`, ` ${id}`, id.slice(1), id.slice(0, -1)]) {
    assert.equal(openHookExecutionId(key, other), null);
  }
});

test("whatever else is sent is refused", () => {
  const wrapped = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64");
  for (const other of [
    "",
    "x",
    "\u0000",
    "e30=",
    wrapped(null),
    wrapped(7),
    wrapped({ encryptedData: 1 }),
    "A".repeat(100_000),
  ]) {
    assert.equal(openHookExecutionId(key, other), null);
  }
});
