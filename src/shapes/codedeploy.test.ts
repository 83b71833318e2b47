/** The generated shapes are those of the model, and know everything that the installed SDK knows. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import * as sdk from "@aws-sdk/client-codedeploy";
import { generate, generatedFile } from "../../scripts/generateShapes.ts";
import * as ours from "./codedeploy.ts";

type WireShape = { type: string; members?: Record<string, string>; member?: string; value?: string };
const shapes: Record<string, WireShape> = ours.shapes;
const operations: Record<string, { input: string | null; output: string | null }> = ours.operations;
const exported: Record<string, unknown> = { ...sdk };

/** As the SDK writes its schemas: [kind, namespace, name, traits, member names, member schemas]. */
type Schema = [kind: number, namespace: string, name: string, traits: unknown, names?: string[], schemas?: unknown[]];
const STRUCTURE = 3;
const ERROR = -3;
const OPERATION = 9;
const schemas = Object.entries(exported)
  .filter(([name, value]) => name.endsWith("$") && Array.isArray(value))
  .map(([, value]) => value as Schema);
const ofKind = (kind: number) => schemas.filter(([found]) => found === kind);
/** How the SDK writes the types of members in place. */
const SIMPLE: Record<number, string[]> = { 0: ["string"], 1: ["integer", "long", "double"], 2: ["boolean"], 4: ["timestamp"] };

test("the generated file is what the generator writes from the model", () => {
  assert.equal(readFileSync(generatedFile, "utf8"), generate());
});

test("the SDK tells its schemas in the form that these tests read", () => {
  assert.ok(ofKind(STRUCTURE).length > 100, "structures");
  assert.ok(ofKind(ERROR).length > 100, "errors");
  assert.ok(ofKind(OPERATION).length >= 47, "operations");
});

test("every operation of the SDK is ours, with its input and output", () => {
  for (const [, , name] of ofKind(OPERATION)) {
    const operation = operations[name] ?? assert.fail(`the SDK knows the operation ${name}; update model/ and generate`);
    const [, , , , input, output] = exported[`${name}$`] as [number, string, string, unknown, () => Schema, () => Schema];
    assert.equal(inputName(input()), operation.input ?? "Unit", `input of ${name}`);
    assert.equal(inputName(output()), operation.output ?? "Unit", `output of ${name}`);
  }
  assert.deepEqual(Object.keys(operations).sort(), ofKind(OPERATION).map(([, , name]) => name).sort());
});

/** The name of an input or output; the SDK says "unit" for none. */
function inputName(schema: Schema | string): string {
  return Array.isArray(schema) ? schema[2] : "Unit";
}

test("every member of every structure of the SDK is ours, with its type", () => {
  for (const [, , name, , names = [], members = []] of ofKind(STRUCTURE)) {
    const shape = shapes[name] ?? assert.fail(`the SDK knows the shape ${name}; update model/ and generate`);
    for (const [index, member] of names.entries()) {
      const target = shape.members?.[member];
      assert.ok(target, `the SDK knows ${name}.${member}; update model/ and generate`);
      assertSameType(members[index], target, `${name}.${member}`);
    }
  }
});

function assertSameType(schema: unknown, target: string, place: string): void {
  const type = String(shapes[target]?.type);
  const found = typeof schema === "function" ? schema() : schema;
  if (typeof found === "number" && found < 64) {
    assert.ok(SIMPLE[found]?.includes(type), `${place} is a ${type} here and of kind ${found} in the SDK`);
  } else if (Array.isArray(found) && found[0] === STRUCTURE) {
    assert.equal(target, found[2], place);
  } else if (Array.isArray(found) || typeof found === "number") {
    assert.ok(["list", "map", "string"].includes(type), `${place} is a ${type} here and ${JSON.stringify(found)} in the SDK`);
  }
}

test("every error of the SDK is ours, under its own name", () => {
  const errors: Record<string, unknown> = { ...ours };
  for (const [, , name] of ofKind(ERROR)) {
    if (name === "CodeDeployServiceException") continue;
    const OurError = errors[name] as (new (message: string) => Error) | undefined;
    assert.ok(OurError, `the SDK knows the error ${name}; update model/ and generate`);
    assert.equal(new OurError("text").name, name);
  }
});
