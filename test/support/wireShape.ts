/** Holds what comes over the wire against the model: right types, no nulls, no member that the model does not know. */
import assert from "node:assert/strict";
import type { CodeDeployClient } from "@aws-sdk/client-codedeploy";
import type { WireShape } from "../../src/protocol/shapeCodec.ts";
import * as codeDeploy from "../../src/shapes/codedeploy.ts";

/** The shapes and operations of a service, as they are generated. */
export interface ServiceModel {
  shapes: Record<string, WireShape>;
  operations: Record<string, { input: string | null; output: string | null; errors: readonly string[] }>;
}

/** Errors that any request can meet before its operation is asked. */
const PROTOCOL_ERRORS = new Set(["SerializationException", "NotImplementedException"]);

/** Fails unless `body` is an answer that `operation` may give with this status. */
export function assertAnswer(
  operation: string,
  status: number,
  body: unknown,
  { shapes, operations }: ServiceModel = codeDeploy,
): void {
  const known = operations[operation];
  // What is not built need not be in the model.
  const { output, errors } = known ?? { output: null, errors: [] as readonly string[] };
  if (!known) assert.equal(status, 501, `the model has no operation ${operation}`);
  if (status === 200) {
    if (output) assertShape(output, body, operation, shapes);
    else assert.deepEqual(body, {}, `${operation} has no output`);
    return;
  }
  const { __type: type, message, ...others } = body as { __type?: unknown; message?: unknown };
  assert.deepEqual(others, {}, `${operation}: an error has __type and message`);
  assert.equal(typeof message, "string", `${operation}: an error has a message`);
  assert.ok(PROTOCOL_ERRORS.has(String(type)) || errors.includes(String(type)), `${operation} may not raise ${type}`);
  assert.equal(status, type === "NotImplementedException" ? 501 : 400, `the status of ${type}`);
}

/** Fails unless `value` is what the model says of the shape. */
function assertShape(name: string, value: unknown, place: string, shapes: ServiceModel["shapes"]): void {
  const shape = shapes[name] ?? assert.fail(`the model has no shape ${name}`);
  switch (shape.type) {
    case "structure": {
      for (const [key, member] of Object.entries(objectAt(value, place))) {
        const target = shape.members?.[key] ?? assert.fail(`${place}.${key} is not in the model`);
        assertShape(target, member, `${place}.${key}`, shapes);
      }
      return;
    }
    case "list":
      assert.ok(Array.isArray(value), `${place} is a list`);
      for (const [index, item] of value.entries())
        assertShape(String(shape.member), item, `${place}[${index}]`, shapes);
      return;
    case "map":
      for (const [key, item] of Object.entries(objectAt(value, place))) {
        assertShape(String(shape.value), item, `${place}.${key}`, shapes);
      }
      return;
    case "timestamp":
      // Seconds: a number of milliseconds would be a date after the year 5000.
      assert.ok(typeof value === "number" && value >= 0 && value < 1e11, `${place} is seconds since the epoch`);
      return;
    case "integer":
    case "long":
      assert.ok(Number.isSafeInteger(value), `${place} is a whole number`);
      return;
    default:
      assert.equal(typeof value, { double: "number" }[shape.type] ?? shape.type, `${place} is a ${shape.type}`);
  }
}

function objectAt(value: unknown, place: string): object {
  assert.ok(typeof value === "object" && value !== null && !Array.isArray(value), `${place} is an object`);
  return value;
}

/** Makes the client hold every answer it gets against the model before anything else sees it. */
export const checkAnswers = <Client extends object>(client: Client, model?: ServiceModel): Client =>
  checkEachAnswer(client, (operation, status, text) => assertAnswer(operation, status, JSON.parse(text), model));

/** Makes the client show every answer it gets to `check` before anything else sees it. */
export function checkEachAnswer<Client extends object>(
  client: Client,
  check: (operation: string, status: number, text: string) => void,
): Client {
  // Clients differ in the types of their inputs and outputs alone.
  (client as unknown as CodeDeployClient).middlewareStack.add(
    (next, context) => async (args) => {
      const result = await next(args);
      const response = result.response as { statusCode: number; body: AsyncIterable<Uint8Array> | Uint8Array };
      const chunks: Uint8Array[] = [];
      for await (const chunk of response.body as AsyncIterable<Uint8Array>) chunks.push(chunk);
      const bytes = Buffer.concat(chunks);
      const operation = String(context.commandName).replace(/Command$/, "");
      check(operation, response.statusCode, bytes.toString("utf8"));
      response.body = bytes;
      return result;
    },
    { step: "deserialize", priority: "low", name: "checkEachAnswer" },
  );
  return client;
}
