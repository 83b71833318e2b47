/** The generated shapes are those of their models, and know everything that the installed SDKs know. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";
import * as codeDeploySdk from "@aws-sdk/client-codedeploy";
import * as ecsSdk from "@aws-sdk/client-ecs";
import * as elbv2Sdk from "@aws-sdk/client-elastic-load-balancing-v2";
import { generate, generated } from "../../scripts/generateShapes.ts";
import * as codeDeploy from "./codedeploy.ts";
import * as ecs from "./ecs.ts";
import * as elbv2 from "./elbv2.ts";

type WireShape = { type: string; members?: Record<string, string>; member?: string; value?: string };
interface Shapes {
  shapes: Record<string, WireShape>;
  operations: Record<string, { input: string | null; output: string | null }>;
}

/** As an SDK writes its schemas: [kind, namespace, name, traits, member names, member schemas]. */
type Schema = [kind: number, namespace: string, name: string, traits: unknown, names?: string[], schemas?: unknown[]];
const STRUCTURE = 3;
const UNION = 4;
const ERROR = -3;
const OPERATION = 9;
/** How an SDK writes the types of members in place. */
const SIMPLE: Record<number, string[]> = { 0: ["string"], 1: ["integer", "long", "double"], 2: ["boolean"], 4: ["timestamp"], 15: ["structure"] };

for (const { model, file } of generated) {
  it(`what is generated is what the generator writes from ${model}`, () => {
    assert.equal(readFileSync(file, "utf8"), generate(model));
  });
}

agree("CodeDeploy", codeDeploySdk, codeDeploy, { structures: 100, errors: 100, operations: 47 });
agree("ECS", ecsSdk, ecs, { structures: 140, errors: 15, operations: 28 });

/**
 * What an SDK knows, ours know; of ECS, as far as its operations are built. `least` of each kind are found, else this
 * reads the SDK wrongly.
 */
function agree(
  service: string,
  sdk: object,
  ours: Shapes & object,
  least: { structures: number; errors: number; operations: number },
): void {
  const exported = { ...sdk } as Record<string, unknown>;
  const { shapes, operations } = ours;
  const schemas = schemasOf(sdk);
  const known: Record<number, object> = service === "ECS" ? { [STRUCTURE]: shapes, [ERROR]: ours, [OPERATION]: operations } : {};
  const ofKind = (kind: number) =>
    schemas.filter(([found, , name]) => found === kind && (known[kind] === undefined || Object.hasOwn(known[kind], name)));

  describe(`the shapes of ${service}`, () => {
    it("the SDK tells its schemas in the form that these tests read", () => {
      assert.ok(ofKind(STRUCTURE).length > least.structures, "structures");
      assert.ok(ofKind(ERROR).length > least.errors, "errors");
      assert.ok(ofKind(OPERATION).length >= least.operations, "operations");
    });

    it("every operation of the SDK is ours, with its input and output", () => {
      for (const [, , name] of ofKind(OPERATION)) {
        const operation = operations[name] ?? assert.fail(`the SDK knows the operation ${name}; update model/ and generate`);
        assertSameEnds(exported[`${name}$`], operation, name);
      }
      assert.deepEqual(Object.keys(operations).sort(), ofKind(OPERATION).map(([, , name]) => name).sort());
    });

    it("every member of every structure of the SDK is ours, with its type", () => {
      for (const schema of ofKind(STRUCTURE)) assertSameMembers(shapes, schema);
    });

    it("every error of the SDK is ours, under its own name", () => {
      const errors = { ...ours } as Record<string, unknown>;
      for (const [, , name] of ofKind(ERROR)) {
        if (name === `${service}ServiceException`) continue;
        const OurError = errors[name] as (new (message: string) => Error) | undefined;
        assert.ok(OurError, `the SDK knows the error ${name}; update model/ and generate`);
        assert.equal(new OurError("text").name, name);
      }
    });
  });
}

describe("the shapes of Elastic Load Balancing", () => {
  const shapes: Shapes["shapes"] = elbv2.shapes;
  const operations: Record<string, { input?: string; output?: string; errors: readonly string[] }> = elbv2.operations;
  const schemas = schemasOf(elbv2Sdk);
  const ofKind = (kind: number) => schemas.filter(([found]) => found === kind);

  it("every operation of the SDK is ours, with its input and output where it is built", () => {
    assert.deepEqual(Object.keys(operations).sort(), ofKind(OPERATION).map(([, , name]) => name).sort());
    const built = ofKind(OPERATION).filter(([, , name]) => operations[name]?.input);
    assert.ok(built.length >= 37, "operations");
    for (const schema of built) assertSameEnds(schema, operations[schema[2]] ?? {}, schema[2]);
  });

  it("every member of every structure that built operations have is ours, with its type", () => {
    const known = ofKind(STRUCTURE).filter(([, , name]) => Object.hasOwn(shapes, name));
    assert.ok(known.length > 100, "structures");
    for (const schema of known) assertSameMembers(shapes, schema);
  });

  it("every error is one of the SDK, by its code", () => {
    const codes = ofKind(ERROR).map(([, , , traits]) => (traits as { awsQueryError?: [string, number] }).awsQueryError?.[0]);
    for (const [name, { errors }] of Object.entries(operations)) {
      for (const error of errors) assert.ok(codes.includes(error), `${name} lists ${error}`);
    }
  });
});

function schemasOf(sdk: object): Schema[] {
  return Object.entries(sdk)
    .filter(([name, value]) => name.endsWith("$") && Array.isArray(value))
    .map(([, value]) => value as Schema);
}

function assertSameEnds(schema: unknown, ours: { input?: string | null; output?: string | null }, name: string): void {
  const [, , , , input, output] = schema as [number, string, string, unknown, () => Schema, () => Schema];
  assert.equal(inputName(input()), ours.input ?? "Unit", `input of ${name}`);
  assert.equal(inputName(output()), ours.output ?? "Unit", `output of ${name}`);
}

function assertSameMembers(shapes: Shapes["shapes"], [, , name, , names = [], members = []]: Schema): void {
  const shape = shapes[name] ?? assert.fail(`the SDK knows the shape ${name}; update model/ and generate`);
  for (const [index, member] of names.entries()) {
    const target = shape.members?.[member];
    assert.ok(target, `the SDK knows ${name}.${member}; update model/ and generate`);
    assertSameType(shapes, members[index], target, `${name}.${member}`);
  }
}

/** The name of an input or output; the SDK says "unit" for none. */
function inputName(schema: Schema | string): string {
  return Array.isArray(schema) ? schema[2] : "Unit";
}

function assertSameType(shapes: Shapes["shapes"], schema: unknown, target: string, place: string): void {
  const type = String(shapes[target]?.type);
  // A schema with traits of its own stands first in a list.
  const bare = Array.isArray(schema) && typeof schema[0] === "function" ? schema[0] : schema;
  const found = typeof bare === "function" ? bare() : bare;
  if (typeof found === "number" && found < 64) {
    assert.ok(SIMPLE[found]?.includes(type), `${place} is a ${type} here and of kind ${found} in the SDK`);
  } else if (Array.isArray(found) && (found[0] === STRUCTURE || found[0] === UNION)) {
    // What stands in for structures of what is not built, which only the model of load balancers leaves out.
    const isLeftOut = target === "Nothing" && shapes === elbv2.shapes;
    if (!isLeftOut) assert.equal(target, found[2], place);
  } else if (Array.isArray(found) || typeof found === "number") {
    assert.ok(["list", "map", "string"].includes(type), `${place} is a ${type} here and ${JSON.stringify(found)} in the SDK`);
  }
}
