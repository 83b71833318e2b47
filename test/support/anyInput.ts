/** Generated inputs for the operations of a service: mostly what its shapes want, sometimes anything at all. */
import assert from "node:assert/strict";
import fc from "fast-check";
import type { WireShape } from "../../src/protocol/shapeCodec.ts";

export interface InputModel {
  shapes: Record<string, WireShape>;
  /** By the name of the shape. */
  enums: Record<string, readonly string[]>;
  /** Texts that name something that exists, by the name of a shape or of a member. */
  known: Record<string, string[]>;
}

/** The enumerations that a generated file of shapes exports. */
export const enumsOf = (generated: object): Record<string, readonly string[]> =>
  Object.fromEntries(
    Object.entries(generated).flatMap(([name, values]) =>
      name.endsWith("Values") ? [[name.slice(0, -6), values as readonly string[]]] : [],
    ),
  );

const text = fc.oneof(
  { weight: 4, arbitrary: fc.string({ unit: "binary", maxLength: 30 }) },
  { weight: 2, arbitrary: fc.stringMatching(/^[A-Za-z0-9._+=,@-]{1,20}$/) },
  {
    weight: 3,
    arbitrary: fc.constantFrom(
      "",
      " ",
      "\u0000",
      "\ud800",
      "__proto__",
      "null",
      "arn:aws:iam::1:role/x",
      "é".repeat(300),
      "x".repeat(40_000),
    ),
  },
);
const number = fc.oneof(
  fc.integer({ min: -2, max: 101 }),
  fc.constantFrom(0, -1, 2 ** 31, 2 ** 53 - 1, 2 ** 53, -(2 ** 53), 1e308, -1e308, 0.1, 1e-9, 1.8e12),
);
export const anything = fc.oneof(
  fc.json({ maxDepth: 2 }).map((json) => JSON.parse(json) as unknown),
  text,
  number,
);

/** Inputs of the named shape; `member` is where it stands. */
export function inputOf(model: InputModel, name: string, depth = 0, member = ""): fc.Arbitrary<unknown> {
  const right = rightValue(model, name, depth, member);
  return fc.oneof({ weight: 30, arbitrary: right }, { weight: 1, arbitrary: anything });
}

function rightValue(model: InputModel, name: string, depth: number, place: string): fc.Arbitrary<unknown> {
  const { shapes, enums, known } = model;
  const shape = shapes[name] ?? assert.fail(name);
  const most = depth > 3 ? 0 : 3;
  switch (shape.type) {
    case "structure": {
      const members = Object.entries(shape.members ?? {});
      const values = members.map(([member, target]) => [
        member,
        depth > 5 ? fc.constant({}) : inputOf(model, target, depth + 1, member),
      ]);
      return fc.record(Object.fromEntries(values) as Record<string, fc.Arbitrary<unknown>>, { requiredKeys: [] });
    }
    case "list":
      return fc.array(inputOf(model, String(shape.member), depth + 1, place), { maxLength: most });
    case "map":
      return fc.dictionary(
        fc.oneof(text, fc.constantFrom("TargetStatus", "ServerInstanceLabel")),
        inputOf(model, String(shape.value), depth + 1),
        {
          maxKeys: most,
        },
      );
    case "boolean":
      return fc.boolean();
    case "string": {
      const likely = [...(enums[name] ?? []), ...(known[name] ?? []), ...(known[place] ?? [])];
      return likely.length > 0 ? fc.oneof({ weight: 5, arbitrary: fc.constantFrom(...likely) }, text) : text;
    }
    default:
      return number;
  }
}
