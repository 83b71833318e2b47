import assert from "node:assert/strict";
import { test } from "node:test";
import { InvalidNextTokenException } from "../shapes/codedeploy.ts";
import { PAGE_SIZE, pageOf, positionOf } from "./nextToken.ts";

const key = Buffer.alloc(32, 7);
const call = ["ListThings", "123456789012", "eu-west-1", { colour: "red" }];
const rows = Array.from({ length: PAGE_SIZE + 1 }, (_, index) => `row-${index}`);
const { nextToken = "" } = pageOf(key, call, rows, (row) => ({ row }));

test("a page holds what a page holds, and a token exactly when there is more", () => {
  assert.equal(pageOf(key, call, rows, (row) => row).rows.length, PAGE_SIZE);
  assert.equal(pageOf(key, call, rows.slice(0, PAGE_SIZE), (row) => row).nextToken, undefined);
  assert.deepEqual(
    pageOf(key, call, [], (row) => row),
    { rows: [], nextToken: undefined },
  );
});

test("a token stands for the last row of its page; none, or an empty one, for the start", () => {
  assert.deepEqual(positionOf(key, call, nextToken), { row: `row-${PAGE_SIZE - 1}` });
  assert.equal(positionOf(key, call, undefined), null);
  assert.equal(positionOf(key, call, ""), null);
});

test("a token is refused with another key, and for another call in any part", () => {
  const others = [["ListOthers", ...call.slice(1)], ["ListThings", "1", "eu-west-1", {}], call.slice(0, 3), []];
  for (const other of others) assert.throws(() => positionOf(key, other, nextToken), InvalidNextTokenException);
  assert.throws(() => positionOf(Buffer.alloc(32, 8), call, nextToken), InvalidNextTokenException);
});

test("a token with any letter changed, added or missing is refused", () => {
  for (let index = 0; index < nextToken.length; index += 1) {
    const letter = nextToken[index] === "A" ? "B" : "A";
    const changed = nextToken.slice(0, index) + letter + nextToken.slice(index + 1);
    assert.throws(() => positionOf(key, call, changed), InvalidNextTokenException, `letter ${index}`);
  }
  const [payload = "", signature = ""] = nextToken.split(".");
  for (const other of [`${nextToken}=`, `${nextToken}.`, payload, `.${signature}`, `${payload}.`, "x", ".", "é.é"]) {
    assert.throws(() => positionOf(key, call, other), InvalidNextTokenException);
  }
});
