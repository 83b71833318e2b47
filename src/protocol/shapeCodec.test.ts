import assert from "node:assert/strict";
import { test } from "node:test";
import { ProtocolError } from "./protocolError.ts";
import { shapeCodec } from "./shapeCodec.ts";

const codec = shapeCodec({
  Text: { type: "string" },
  Flag: { type: "boolean" },
  Count: { type: "long" },
  Weight: { type: "double" },
  Time: { type: "timestamp" },
  Names: { type: "list", member: "Text" },
  ByName: { type: "map", value: "Names" },
  Tree: { type: "structure", members: { name: "Text", children: "Trees" } },
  Trees: { type: "list", member: "Tree" },
  All: {
    type: "structure",
    members: {
      text: "Text",
      flag: "Flag",
      count: "Count",
      weight: "Weight",
      time: "Time",
      names: "Names",
      map: "ByName",
      tree: "Tree",
    },
  },
});

test("a value of every type comes through, times as milliseconds", () => {
  const wire = {
    text: "ünïcödé \u0000 \ud83d\udea6",
    flag: false,
    count: -9_007_199_254_740_991,
    weight: 0.1,
    time: 1408480726.569,
    names: ["a", ""],
    map: { key: ["x"], __proto__: undefined },
    tree: { name: "root", children: [{ children: [{ name: "leaf" }] }] },
  };
  const decoded = codec.decode("All", JSON.parse(JSON.stringify(wire)));
  assert.deepEqual(decoded, { ...wire, time: 1_408_480_726_569, map: { key: ["x"] } });
  assert.deepEqual(codec.encode("All", decoded), { ...wire, map: { key: ["x"] } });
});

test("times keep their milliseconds both ways", () => {
  for (const time of [0, 0.001, 1.1, 1408480726.569, 253402300799.999, -1.5]) {
    const { time: instant } = codec.decode("All", { time }) as { time: number };
    assert.ok(Number.isInteger(instant));
    assert.deepEqual(codec.encode("All", { time: instant }), { time });
  }
});

test("members that are null or unknown do not come through, in either direction", () => {
  assert.deepEqual(codec.decode("All", { text: null, colour: 1, tree: { name: null } }), { tree: {} });
  assert.deepEqual(codec.encode("All", { text: undefined, flag: null, colour: 1, tree: { n: 7, children: [] } }), {
    tree: { children: [] },
  });
  assert.deepEqual(codec.decode("ByName", { gone: null, here: [] }), { here: [] });
});

test("members that every object inherits are not taken for sent ones", () => {
  const inherited = shapeCodec({
    Text: { type: "string" },
    Odd: { type: "structure", members: { toString: "Text", constructor: "Text" } },
  });
  assert.deepEqual(inherited.decode("Odd", {}), {});
});

test("a key named __proto__ is a key like any other", () => {
  const decoded = codec.decode("ByName", JSON.parse('{"__proto__": ["x"]}')) as object;
  assert.deepEqual(Object.entries(decoded), [["__proto__", ["x"]]]);
  assert.equal(Object.getPrototypeOf(decoded), Object.prototype);
});

const wrong: [wire: unknown, message: string][] = [
  [[], "The body must be an object, not a list"],
  [null, "The body must be an object, not null"],
  [{ text: 1 }, "text must be a string, not a value of type number"],
  [{ flag: "true" }, "flag must be true or false, not a value of type string"],
  [{ flag: 0 }, "flag must be true or false, not a value of type number"],
  [{ count: 1.5 }, "count must be a whole number, not a value of type number"],
  [{ count: "1" }, "count must be a whole number, not a value of type string"],
  [{ count: 2 ** 53 }, "count must be a whole number, not a value of type number"],
  [{ weight: "NaN" }, "weight must be a number, not a value of type string"],
  [{ time: "2026-01-01" }, "time must be a number, not a value of type string"],
  [{ names: { 0: "a" } }, "names must be a list, not a value of type object"],
  [{ names: ["a", null] }, "names[1] must be a value, not null"],
  [{ names: [["a"]] }, "names[0] must be a string, not a list"],
  [{ map: [] }, "map must be an object, not a list"],
  [{ map: { key: ["a", 2] } }, "map.key[1] must be a string, not a value of type number"],
  [
    { tree: { children: [{}, { children: [{ name: {} }] }] } },
    "tree.children[1].children[0].name must be a string, not a value of type object",
  ],
];
for (const [wire, message] of wrong) {
  test(`${JSON.stringify(wire)} is refused, naming the place`, () => {
    assert.throws(
      () => codec.decode("All", wire),
      (error: ProtocolError) => {
        assert.ok(error instanceof ProtocolError);
        assert.equal(error.status, 400);
        assert.equal(error.code, "SerializationException");
        assert.equal(error.message, message);
        return true;
      },
    );
  });
}
