/** Holds what the load balancers' API answers, in XML, against the service model. */
import assert from "node:assert/strict";
import type { ElasticLoadBalancingV2 } from "@aws-sdk/client-elastic-load-balancing-v2";
import type { ConstrainedShape } from "../../src/protocol/shapeConstraints.ts";
import * as model from "../../src/shapes/elbv2.ts";
import { checkEachAnswer } from "./wireShape.ts";

const shapes: Record<string, ConstrainedShape> = model.shapes;
const operations: Record<string, { output?: string; errors: readonly string[] }> = model.operations;
/** Errors that any request can meet. */
const PROTOCOL_ERRORS = [
  "ValidationError",
  "NotImplementedException",
  "MalformedInput",
  "MalformedQueryString",
  "InvalidAction",
];

interface Element {
  name: string;
  children: Element[];
  text: string;
}

/** Reads XML as the service writes it: elements and text, no attributes but the namespace. */
export function parseXml(xml: string): Element {
  const root: Element = { name: "", children: [], text: "" };
  const path = [root];
  for (const [, closing, name = "", selfClosing, text = ""] of xml.matchAll(
    /<(\/?)([A-Za-z0-9]+)(?: [^>]*?)?(\/?)>([^<]*)/g,
  )) {
    if (closing) {
      assert.equal(path.pop()?.name, name, "elements end as they began");
    } else {
      const element = { name, children: [], text };
      path.at(-1)?.children.push(element);
      if (!selfClosing) path.push(element);
    }
  }
  assert.equal(path.length, 1, "every element has ended");
  return root.children[0] ?? assert.fail("there is no element");
}

/** Fails unless the element is what the model says of the shape. */
function assertElement(shapeName: string, { children, text }: Element, place: string): void {
  const shape = shapes[shapeName] ?? assert.fail(`the model has no shape ${shapeName}`);
  switch (shape.type) {
    case "structure":
      assert.equal(new Set(children.map(({ name }) => name)).size, children.length, `${place}: each member once`);
      for (const child of children) {
        const target = shape.members?.[child.name] ?? assert.fail(`${place}.${child.name} is not in the model`);
        assertElement(target, child, `${place}.${child.name}`);
      }
      return;
    case "list":
      for (const child of children) {
        assert.equal(child.name, "member", `${place} is a list`);
        assertElement(String(shape.member), child, `${place}[]`);
      }
      return;
    default:
      assert.equal(children.length, 0, `${place} is a text`);
      assertText(shape, text, place);
  }
}

function assertText({ type, enum: allowed }: ConstrainedShape, text: string, place: string): void {
  if (type === "integer") assert.match(text, /^-?\d+$/, place);
  if (type === "boolean") assert.match(text, /^(true|false)$/, place);
  if (type === "timestamp") assert.match(text, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/, place);
  if (allowed) assert.ok(allowed.includes(text), `${place} is one of ${allowed}, not ${text}`);
}

/** Fails unless this is an answer that the operation may give. */
export function assertElbv2Answer(operation: string, status: number, xml: string): void {
  const { output = "", errors } = operations[operation] ?? assert.fail(`the model has no operation ${operation}`);
  const root = parseXml(xml);
  if (status === 200) {
    assert.equal(root.name, `${operation}Response`);
    const [result, metadata] = root.children;
    assert.equal(result?.name, `${operation}Result`);
    assert.equal(metadata?.name, "ResponseMetadata");
    if (result) assertElement(output, result, operation);
    return;
  }
  const code = root.children[0]?.children.find(({ name }) => name === "Code")?.text ?? "";
  assert.ok([...PROTOCOL_ERRORS, ...errors].includes(code), `${operation} may not raise ${code}: ${xml}`);
  assert.equal(status, code === "NotImplementedException" ? 501 : 400, `the status of ${code}`);
}

/** Makes the client hold every answer it gets against the model before anything else sees it. */
export const checkElbv2Answers = (client: ElasticLoadBalancingV2): ElasticLoadBalancingV2 =>
  checkEachAnswer(client, assertElbv2Answer);
