import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { AppSpecDocument, AppSpecSyntaxError } from "../appSpecDocument.ts";
import { lambdaAppSpecIn, plainLambdaAppSpec, readLambdaAppSpec } from "../lambdaAppSpec.ts";
import { appSpecOrProblem } from "./complaint.ts";
import { ecsAppSpecIn, plainEcsAppSpec, readEcsAppSpec } from "./ecsAppSpec.ts";

const documentOf = (properties: object, more: object = {}, Type = "AWS::Lambda::Function") => ({
  version: 0,
  Resources: [{ shop: { Type, Properties: properties } }],
  ...more,
});
const PROPERTIES = { Name: "shop", Alias: "live", CurrentVersion: "1", TargetVersion: "2" };
const HOOKS = [{ BeforeAllowTraffic: "check" }, { AfterAllowTraffic: "verify" }];
const WHOLE = JSON.stringify(documentOf(PROPERTIES, { Hooks: HOOKS }));

const TASK = "arn:aws:ecs:eu-west-1:111122223333:task-definition/web:2";
const ECS_PROPERTIES = { TaskDefinition: TASK, LoadBalancerInfo: { ContainerName: "web", ContainerPort: 8080 } };
const ECS_HOOKS = [{ AfterAllowTestTraffic: "probe" }];
const WHOLE_ECS = JSON.stringify(documentOf(ECS_PROPERTIES, { Hooks: ECS_HOOKS }, "AWS::ECS::Service"));

/** As the reader of documents has it. */
function inFull<Read>(text: string, read: (document: AppSpecDocument) => Read): Read | "no document" {
  try {
    return read(new AppSpecDocument(text));
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
  fc.constantFrom("BeforeAllowTraffic", "AfterAllowTraffic", "BeforeTrafficStep", "AfterAllowTestTraffic", "Other"),
  mostly("check"),
  { maxKeys: 2 },
);
const documentsOf = (type: string, properties: fc.Arbitrary<object>) =>
  fc.record(
    {
      version: mostly(0),
      Resources: fc.array(
        fc.dictionary(
          fc.oneof({ weight: 40, arbitrary: fc.constant("shop") }, word),
          fc.record({ Type: mostly(type), Properties: properties, More: mostly(undefined) }),
          { minKeys: 1, maxKeys: 1 },
        ),
        { minLength: 1, maxLength: 1 },
      ),
      Hooks: fc.array(hook, { maxLength: 2 }),
      hooks: mostly(undefined),
    },
    { requiredKeys: ["version", "Resources"] },
  );
const lambdaDocument = documentsOf(
  "AWS::Lambda::Function",
  fc.record(
    {
      Name: mostly("shop"),
      Alias: mostly("live"),
      CurrentVersion: mostly("1"),
      TargetVersion: mostly("2"),
      More: mostly(undefined),
    },
    { requiredKeys: ["Name", "Alias", "CurrentVersion", "TargetVersion"] },
  ),
);
const port = fc.oneof({ weight: 5, arbitrary: fc.integer({ min: -2, max: 65_540 }) }, anything);
const container = fc.record({ ContainerName: mostly("web"), ContainerPort: port, More: mostly(undefined) });
const ecsDocument = documentsOf(
  "AWS::ECS::Service",
  fc.record(
    {
      TaskDefinition: mostly(TASK),
      LoadBalancerInfo: fc.oneof({ weight: 40, arbitrary: container }, anything),
      PlatformVersion: mostly(undefined),
    },
    { requiredKeys: ["TaskDefinition", "LoadBalancerInfo"] },
  ),
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
    const container = { containerName: "web", containerPort: 8080 };
    const expectedOfEcs = { taskDefinition: TASK, ...container, hooks: { AfterAllowTestTraffic: "probe" } };
    assert.deepEqual(plainEcsAppSpec(WHOLE_ECS), expectedOfEcs);
    assert.deepEqual(ecsAppSpecIn(WHOLE_ECS), expectedOfEcs);
  });

  it("says the same as its document, whatever is in it", () => {
    const readEcs = (document: AppSpecDocument) => appSpecOrProblem(readEcsAppSpec(document));
    const platforms = [
      { document: lambdaDocument, plainOf: plainLambdaAppSpec, readFull: readLambdaAppSpec },
      { document: ecsDocument, plainOf: plainEcsAppSpec, readFull: readEcs },
    ];
    for (const { document, plainOf, readFull } of platforms) {
      let read = 0;
      const isSame = (given: unknown) => {
        const text = JSON.stringify(given);
        const plain = plainOf(text);
        if (plain === null) return;
        read += 1;
        assert.deepEqual(plain, inFull<unknown>(text, readFull), text);
      };
      fc.assert(fc.property(document, isSame), { numRuns: 3000 });
      assert.ok(read > 200, `only ${read} were plain`);
    }
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
    const unusualOfEcs = [
      WHOLE_ECS.replace("8080", '"8080"'),
      WHOLE_ECS.replace("8080", "80.80"),
      WHOLE_ECS.replace("8080", "0"),
      WHOLE_ECS.replace("8080", "65536"),
      WHOLE_ECS.replace('"TaskDefinition"', '"PlatformVersion":"LATEST","TaskDefinition"'),
      WHOLE,
    ];
    for (const text of unusualOfEcs) assert.equal(plainEcsAppSpec(text), null, text);
  });
});
