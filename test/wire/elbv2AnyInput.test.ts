/**
 * Whatever is sent to whatever operation of the load balancers, the answer is one that the model knows: never a fault of
 * ours, never an error that the operation does not list. The seed is printed; SIGNALBOX_SEED repeats a run.
 */
import assert from "node:assert/strict";
import { tmpdir } from "node:os";
import { after, test } from "node:test";
import fc from "fast-check";
import { virtualClock } from "../../src/clock.ts";
import { seededIds } from "../../src/ids.ts";
import { createElbv2Service } from "../../src/local/elbv2/elbv2Service.ts";
import type { ConstrainedShape } from "../../src/protocol/shapeConstraints.ts";
import * as model from "../../src/shapes/elbv2.ts";
import { memoryDocuments } from "../endToEnd/lambdaTestServer.ts";
import { assertElbv2Answer } from "../support/elbv2Answers.ts";
import { ACCOUNT, REGION } from "../support/signalbox.ts";

const SEED = Number(process.env["SIGNALBOX_SEED"] ?? Math.floor(Math.random() * 2 ** 31));
/** `npm run fuzz` asks for many more. */
const RUNS_FOR_EACH_OPERATION = Number(process.env["SIGNALBOX_RUNS"] ?? 45);

const faults: string[] = [];
const service = createElbv2Service({
  documents: memoryDocuments(),
  clock: virtualClock(0),
  ids: seededIds(SEED),
  host: "127.0.0.1",
  certificateDirectory: tmpdir(),
  split: "exact",
  log: (line) => void (/failed/.test(line) && faults.push(line)),
  onFigures: () => {},
  onHostCounts: () => {},
});
after(() => service.close());

const shapes: Record<string, ConstrainedShape> = model.shapes;
const operations: Record<string, { input?: string; errors: readonly string[] }> = model.operations;

/** What exists, by the names that members have; an input says which by its number. */
const existing: Record<string, string[]> = { loadbalancer: [], targetgroup: [], listener: [], "listener-rule": [] };
const KINDS: Record<string, string> = {
  LoadBalancerArn: "loadbalancer",
  LoadBalancerArns: "loadbalancer",
  TargetGroupArn: "targetgroup",
  TargetGroupArns: "targetgroup",
  ListenerArn: "listener",
  ListenerArns: "listener",
  RuleArn: "listener-rule",
  RuleArns: "listener-rule",
};
/** Values that get past the first checks, by member. */
const sensible: Record<string, fc.Arbitrary<string>> = {
  Name: fc.constantFrom("a", "b", "c", "d", "e"),
  Names: fc.constantFrom("a", "b"),
  Protocol: fc.constantFrom("HTTP", "HTTP", "TCP"),
  Port: fc.constantFrom("0", "80", "443", "1", "65535"),
  VpcId: fc.constant("vpc-1"),
  Subnets: fc.constantFrom("subnet-a", "subnet-b", "subnet-c"),
  TargetType: fc.constantFrom("ip", "instance"),
  Type: fc.constantFrom("application", "network", "forward", "forward", "redirect", "fixed-response"),
  Id: fc.constantFrom("127.0.0.1", "10.0.0.1", "i-0123456789abcdef0"),
  Field: fc.constantFrom("path-pattern", "host-header", "http-header", "query-string", "source-ip"),
  Values: fc.constantFrom("/a*", "b.example.com", "GET", "10.0.0.0/8"),
  HttpHeaderName: fc.constant("X-A"),
  StatusCode: fc.constantFrom("200", "HTTP_301"),
  Key: fc.constantFrom("idle_timeout.timeout_seconds", "stickiness.enabled", "tag", "deletion_protection.enabled"),
  Value: fc.constantFrom("true", "false", "60", "x"),
  Weight: fc.constantFrom("0", "1", "999", "1000"),
  Priority: fc.constantFrom("1", "2", "3", "50000"),
};
const text = fc.oneof(
  fc.string({ unit: "binary", maxLength: 30 }),
  fc.constantFrom(
    "",
    " ",
    "\u0000",
    "\ud800",
    "__proto__",
    "é".repeat(300),
    "x".repeat(20_000),
    "arn:aws:x",
    "-1",
    "1e9",
  ),
);

type Input = string | Input[] | { [member: string]: Input };

function inputOf(name: string, member: string, depth: number): fc.Arbitrary<Input> {
  const arbitrary = rightValue(name, member, depth);
  return fc.oneof({ weight: 40, arbitrary }, { weight: 1, arbitrary: text as fc.Arbitrary<Input> });
}

function rightValue(name: string, member: string, depth: number): fc.Arbitrary<Input> {
  const shape = shapes[name] ?? assert.fail(name);
  if (shape.type === "structure") {
    const members = Object.entries(shape.members ?? {}).map(([key, target]) => [key, inputOf(target, key, depth + 1)]);
    const requiredKeys = [...(shape.required ?? [])];
    return fc.record(Object.fromEntries(members) as Record<string, fc.Arbitrary<Input>>, { requiredKeys });
  }
  if (shape.type === "list") {
    return fc.array(inputOf(String(shape.member), member, depth + 1), { minLength: 1, maxLength: depth > 3 ? 1 : 3 });
  }
  const kind = KINDS[member];
  if (kind) return fc.nat(50).map((index) => `@${kind} ${index}`);
  if (member === "ResourceArns") {
    return fc.tuple(fc.constantFrom(...Object.keys(existing)), fc.nat(50)).map(([one, index]) => `@${one} ${index}`);
  }
  const fitting = sensible[member];
  if (fitting) return fc.oneof({ weight: 8, arbitrary: fitting }, { weight: 1, arbitrary: text });
  if (shape.enum) return fc.constantFrom(...shape.enum);
  if (shape.type === "boolean") return fc.constantFrom("true", "false");
  if (shape.type === "integer") return fc.integer({ min: -1, max: 400 }).map(String);
  return text;
}

/** The form of Query; what exists takes the place of its numbers. */
function encode(form: URLSearchParams, key: string, value: Input): void {
  if (typeof value === "string") {
    const [, kind = "", index = "0"] = /^@(\S+) (\d+)$/.exec(value) ?? [];
    const there = existing[kind] ?? [];
    form.append(key, there[Number(index) % Math.max(1, there.length)] ?? value);
  } else if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) encode(form, `${key}.member.${index + 1}`, item);
  } else {
    for (const [name, item] of Object.entries(value)) encode(form, key === "" ? name : `${key}.${name}`, item);
  }
}

async function send(operation: string, input: Input): Promise<void> {
  const form = new URLSearchParams({ Action: operation, Version: "2015-12-01" });
  encode(form, "", input);
  const response = await service.handle({
    method: "POST",
    path: "/",
    query: new URLSearchParams(),
    headers: { "content-type": "application/x-www-form-urlencoded" },
    body: Buffer.from(form.toString()),
    caller: { accountId: ACCOUNT, region: REGION, accessKeyId: ACCOUNT, signedFor: null, sourceAddress: "127.0.0.1" },
    requestId: "request",
  });
  assert.deepEqual(faults, [], "no fault of ours");
  assertElbv2Answer(operation, response.status, String(response.body));
  if (!operation.startsWith("Create") || response.status !== 200) return;
  for (const [arn, kind = ""] of String(response.body).matchAll(
    /arn:aws:elasticloadbalancing:[^:]*:[^:]*:([a-z-]+)\/[^<]*/g,
  )) {
    if (!existing[kind]?.includes(arn)) existing[kind]?.push(arn);
  }
}

/** What any input seldom makes of itself: resources, so that the others get past the first checks. */
async function makeResources(round: number): Promise<void> {
  const latest = (kind: string) => existing[kind]?.at(-1) ?? "";
  await send("CreateLoadBalancer", { Name: `a-${round % 7}`, Subnets: ["subnet-a", "subnet-b"] });
  const common = { Protocol: "HTTP", Port: "80", VpcId: "vpc-1", TargetType: "ip" };
  await send("CreateTargetGroup", { Name: `g-${round % 11}`, ...common });
  const action = { Type: "forward", TargetGroupArn: latest("targetgroup") };
  await send("CreateListener", {
    LoadBalancerArn: latest("loadbalancer"),
    Protocol: "HTTP",
    Port: String(20_000 + (round % 3)),
    DefaultActions: [action],
  });
  await send("CreateRule", {
    ListenerArn: latest("listener"),
    Priority: String(1 + (round % 5)),
    Conditions: [{ Field: "path-pattern", Values: ["/x"] }],
    Actions: [action],
  });
}

const built = Object.keys(operations).filter((name) => operations[name]?.input);

test(`any input for any of ${built.length} operations, seed ${SEED}`, async () => {
  const one = fc
    .constantFrom(...built)
    .chain((operation) => inputOf(operations[operation]?.input ?? "", "", 0).map((input) => ({ operation, input })));
  let answered = 0;
  // A property for each request would shrink: what one of them has made, others need.
  for (const { operation, input } of fc.sample(one, { seed: SEED, numRuns: RUNS_FOR_EACH_OPERATION * built.length })) {
    try {
      if (answered % 25 === 0) await makeResources(answered / 25);
      await send(operation, input);
    } catch (error) {
      throw new Error(`request ${answered}: ${operation} ${JSON.stringify(input).slice(0, 2000)}`, { cause: error });
    }
    answered += 1;
  }
  for (const [kind, arns] of Object.entries(existing)) assert.ok(arns.length > 0, `there has been a ${kind}`);
});
