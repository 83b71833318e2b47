/**
 * Whatever is sent to whatever operation, the answer is one that the model knows: never a fault of ours, never an error
 * that the operation does not list, no null, no member from nowhere. The seed is printed; SIGNALBOX_SEED repeats a run.
 */
import assert from "node:assert/strict";
import { after, test } from "node:test";
import fc from "fast-check";
import type { WireShape } from "../../src/protocol/shapeCodec.ts";
import * as model from "../../src/shapes/codedeploy.ts";
import {
  appSpec,
  deploy,
  inlineRevision,
  lambdaApplication,
  lambdaGroup,
  publishTwoVersions,
  SERVICE_ROLE,
} from "../support/lambdaFixtures.ts";
import { ACCOUNT, authorization, REGION, startSignalbox } from "../support/signalbox.ts";
import { assertAnswer } from "../support/wireShape.ts";

const SEED = Number(process.env["SIGNALBOX_SEED"] ?? Math.floor(Math.random() * 2 ** 31));
/** `npm run fuzz` asks for many more. */
const RUNS_FOR_EACH_OPERATION = Number(process.env["SIGNALBOX_RUNS"] ?? 45);
const box = await startSignalbox({ after });
const codedeploy = box.codeDeploy();
const shapes: Record<string, WireShape> = model.shapes;
const operations: Record<string, { input: string | null; output: string | null }> = model.operations;

/** Things that exist, so that inputs get past the first checks. */
const applicationName = await lambdaApplication(codedeploy, { applicationName: "application" });
const serverApplication = await lambdaApplication(codedeploy, { computePlatform: "Server" });
const versions = await publishTwoVersions(box.lambda());
const group = await lambdaGroup(codedeploy, {
  applicationName,
  deploymentConfigName: "CodeDeployDefault.LambdaCanary10Percent5Minutes",
});
const deploymentId = await deploy(codedeploy, group, appSpec(versions));
await box.advance(0);
const instanceName = "instance";
const iamUserArn = `arn:aws:iam::${ACCOUNT}:user/instance`;
await codedeploy.registerOnPremisesInstance({ instanceName, iamUserArn });
const arn = (tail: string) => `arn:aws:codedeploy:${REGION}:${ACCOUNT}:${tail}`;
const known: Record<string, string[]> = {
  ApplicationName: [applicationName, applicationName, serverApplication],
  DeploymentGroupName: [group.deploymentGroupName],
  DeploymentConfigName: ["CodeDeployDefault.LambdaAllAtOnce", "CodeDeployDefault.OneAtATime", "custom"],
  DeploymentId: [deploymentId, deploymentId, "d-ABCDEFGHI"],
  TargetId: [`${versions.functionName}:live`],
  InstanceId: [`${versions.functionName}:live`, instanceName],
  InstanceName: [instanceName, "another-instance"],
  IamUserArn: [iamUserArn],
  Arn: [arn(`application:${applicationName}`), arn(`deploymentgroup:${applicationName}/${group.deploymentGroupName}`)],
  GitHubAccountTokenName: ["token"],
  Role: [SERVICE_ROLE],
  RawStringContent: ['{"version": 0.0}', appSpec(versions), "version: 0.0\nResources: [{a: *b}]", "[".repeat(5000)],
};

const enums: Record<string, readonly string[]> = Object.fromEntries(
  Object.entries(model).flatMap(([name, values]) =>
    name.endsWith("Values") ? [[name.slice(0, -6), values as never]] : [],
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
const anything = fc.oneof(
  fc.json({ maxDepth: 2 }).map((json) => JSON.parse(json) as unknown),
  text,
  number,
);

/** Mostly what the shape wants, sometimes anything at all. */
function inputOf(name: string, depth: number): fc.Arbitrary<unknown> {
  return fc.oneof({ weight: 30, arbitrary: rightValue(name, depth) }, { weight: 1, arbitrary: anything });
}

function rightValue(name: string, depth: number): fc.Arbitrary<unknown> {
  const shape = shapes[name] ?? assert.fail(name);
  const most = depth > 3 ? 0 : 3;
  switch (shape.type) {
    case "structure": {
      const members = Object.entries(shape.members ?? {});
      const values = members.map(([member, target]) => [
        member,
        depth > 5 ? fc.constant({}) : inputOf(target, depth + 1),
      ]);
      return fc.record(Object.fromEntries(values) as Record<string, fc.Arbitrary<unknown>>, { requiredKeys: [] });
    }
    case "list":
      return fc.array(inputOf(String(shape.member), depth + 1), { maxLength: most });
    case "map":
      return fc.dictionary(
        fc.oneof(text, fc.constantFrom("TargetStatus", "ServerInstanceLabel")),
        inputOf(String(shape.value), depth + 1),
        {
          maxKeys: most,
        },
      );
    case "boolean":
      return fc.boolean();
    case "string": {
      const likely = [...(enums[name] ?? []), ...(known[name] ?? [])];
      return likely.length > 0 ? fc.oneof({ weight: 5, arbitrary: fc.constantFrom(...likely) }, text) : text;
    }
    default:
      return number;
  }
}

async function check(operation: string, input: unknown): Promise<void> {
  const response = await fetch(box.url, {
    method: "POST",
    headers: {
      "content-type": "application/x-amz-json-1.1",
      "x-amz-target": `CodeDeploy_20141006.${operation}`,
      authorization: authorization({ account: ACCOUNT, region: REGION }),
    },
    body: JSON.stringify(input) ?? "null",
  });
  const body: unknown = await response.json();
  assert.match(response.headers.get("x-amzn-requestid") ?? "", /^[0-9a-f-]{36}$/);
  assertAnswer(operation, response.status, body);
}

console.log(`seed ${SEED}`);
for (const [operation, { input }] of Object.entries(operations)) {
  test(`${operation} answers any input as its model says`, async () => {
    const inputs = input ? inputOf(input, 0) : anything;
    await fc.assert(
      fc.asyncProperty(inputs, (value) => check(operation, value)),
      { numRuns: RUNS_FOR_EACH_OPERATION, seed: SEED, interruptAfterTimeLimit: 10_000 },
    );
  });
}

/** Every enum value of the model in every place that takes it, one at a time, the rest of the input being right. */
const right: Record<string, Record<string, unknown>> = {
  CreateApplication: { applicationName: "enum" },
  CreateDeploymentConfig: {
    deploymentConfigName: "enum",
    computePlatform: "Lambda",
    trafficRoutingConfig: { type: "AllAtOnce" },
  },
  CreateDeploymentGroup: { ...group, deploymentGroupName: "enum", serviceRoleArn: SERVICE_ROLE },
  UpdateDeploymentGroup: { applicationName, currentDeploymentGroupName: group.deploymentGroupName },
  CreateDeployment: { ...group, revision: inlineRevision("{}") },
  ListDeploymentTargets: { deploymentId },
  PutLifecycleEventHookExecutionStatus: { deploymentId },
};
test("every value of every enum is answered as the model says, wherever an input takes it", async () => {
  let tried = 0;
  for (const [operation, { input }] of Object.entries(operations)) {
    for (const [path, values] of input ? enumPlaces(input, 0) : []) {
      for (const value of values) {
        await check(operation, put(structuredClone(right[operation] ?? {}), path, value));
        tried += 1;
      }
    }
  }
  assert.ok(tried > 150, `${tried} values tried`);
});

type Path = (string | number)[];

/** Where below a shape enums stand, with their values. */
function enumPlaces(name: string, depth: number): [Path, readonly string[]][] {
  const shape = shapes[name] ?? assert.fail(name);
  if (depth > 5) return [];
  const below = (step: string | number, target: string) =>
    enumPlaces(target, depth + 1).map(([path, values]): [Path, readonly string[]] => [[step, ...path], values]);
  if (shape.type === "structure") {
    return Object.entries(shape.members ?? {}).flatMap(([member, target]) => below(member, target));
  }
  if (shape.type === "list") return below(0, String(shape.member));
  return enums[name] ? [[[], enums[name]]] : [];
}

/** `value` at the place, with what is missing on the way made. */
function put(into: Record<string, unknown>, [step = "", ...rest]: Path, value: unknown): unknown {
  const found = into[step];
  const inner = typeof found === "object" && found !== null ? found : typeof rest[0] === "number" ? [] : {};
  into[step] = rest.length === 0 ? value : put(inner as Record<string, unknown>, rest, value);
  return into;
}
