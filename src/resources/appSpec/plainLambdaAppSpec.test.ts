import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { AppSpecDocument, AppSpecSyntaxError } from "../appSpecDocument.ts";
import { type LambdaAppSpec, lambdaAppSpecIn, readLambdaAppSpec } from "../lambdaAppSpec.ts";
import { plainLambdaAppSpec } from "./plainLambdaAppSpec.ts";

const documentOf = (properties: object, more: object = {}) => ({
  version: 0,
  Resources: [{ shop: { Type: "AWS::Lambda::Function", Properties: properties } }],
  ...more,
});
const PROPERTIES = { Name: "shop", Alias: "live", CurrentVersion: "1", TargetVersion: "2" };
const HOOKS = [{ BeforeAllowTraffic: "check" }, { AfterAllowTraffic: "verify" }];
const WHOLE = JSON.stringify(documentOf(PROPERTIES, { Hooks: HOOKS }));

/** As the reader of documents has it. */
function inFull(text: string): LambdaAppSpec | { problem: string } | "no document" {
  try {
    return readLambdaAppSpec(new AppSpecDocument(text));
  } catch (error) {
    if (error instanceof AppSpecSyntaxError) return "no document";
    throw error;
  }
}

/** Mostly what is right, and often what is nearly so. */
const word = fc.oneof(
  fc.constantFrom("1", "2", "17", "shop", "live", "check", "AWS::Lambda::Function", "", "0", "0.0", "01", "~", "null"),
  fc.constantFrom("a: b", "- a", "#x", "&a", "*a", "!t", "<<", "yes", "é", "\\", '"', "\n", "\t", "{{x}}", " 1 "),
  fc.string({ maxLength: 8 }),
);
const anything = fc.oneof(word, fc.constantFrom(0, 1, 2, 1.5, null, true), fc.constant([]), fc.constant({}));
const mostly = <T>(value: T) =>
  fc.oneof({ weight: 40, arbitrary: fc.constant(value as unknown) }, { weight: 1, arbitrary: anything });
const hook = fc.dictionary(
  fc.constantFrom("BeforeAllowTraffic", "AfterAllowTraffic", "BeforeTrafficStep", "Other"),
  mostly("check"),
  {
    maxKeys: 2,
  },
);
const document = fc.record(
  {
    version: mostly(0),
    Resources: fc.array(
      fc.dictionary(
        fc.oneof({ weight: 40, arbitrary: fc.constant("shop") }, word),
        fc.record(
          {
            Type: mostly("AWS::Lambda::Function"),
            Properties: fc.record(
              {
                Name: mostly("shop"),
                Alias: mostly("live"),
                CurrentVersion: mostly("1"),
                TargetVersion: mostly("2"),
                More: mostly(undefined),
              },
              { requiredKeys: ["Name", "Alias", "CurrentVersion", "TargetVersion"] },
            ),
          },
          { requiredKeys: ["Type", "Properties"] },
        ),
        { minKeys: 1, maxKeys: 1 },
      ),
      { minLength: 1, maxLength: 1 },
    ),
    Hooks: fc.array(hook, { maxLength: 2 }),
    hooks: mostly(undefined),
  },
  { requiredKeys: ["version", "Resources"] },
);

describe("an AppSpec in plain JSON", () => {
  it("is read", () => {
    const expected = {
      functionName: "shop",
      alias: "live",
      currentVersion: "1",
      targetVersion: "2",
      hooks: { BeforeAllowTraffic: "check", AfterAllowTraffic: "verify" },
    };
    assert.deepEqual(plainLambdaAppSpec(WHOLE), expected);
    assert.deepEqual(lambdaAppSpecIn(WHOLE), expected);
  });

  it("says the same as its document, whatever is in it", () => {
    let read = 0;
    const isSame = (given: unknown) => {
      const text = JSON.stringify(given);
      const plain = plainLambdaAppSpec(text);
      if (plain === null) return;
      read += 1;
      assert.deepEqual(plain, inFull(text), text);
    };
    fc.assert(fc.property(document, isSame), { numRuns: 3000 });
    assert.ok(read > 200, `only ${read} were plain`);
  });

  it("is left to the document's reader where anything is unusual", () => {
    const unusual = [
      WHOLE.replace('"Alias":"live"', '"Alias":"live","Alias":"other"'),
      WHOLE.replace('"version":0', '"version":0.0'),
      WHOLE.replace('"version":0', '"version":1'),
      WHOLE.replace("shop", "\\u0073hop"),
      WHOLE.replace('"1"', "1"),
      WHOLE.replace('"2"', '"$LATEST"'),
      WHOLE.replace("Alias", "alias"),
      WHOLE.replace("check", ""),
      WHOLE.replace("AfterAllowTraffic", "BeforeAllowTraffic"),
      `${WHOLE} `,
      `${WHOLE}\n---`,
      "[]",
      "{",
    ];
    for (const text of unusual) assert.equal(plainLambdaAppSpec(text), null, text);
  });
});
