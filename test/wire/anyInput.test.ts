/**
 * Whatever is sent to whatever operation, the answer is one that the model knows: never a fault of ours, never an error
 * that the operation does not list, no null, no member from nowhere. The seed is printed; SIGNALBOX_SEED repeats a run.
 */
import assert from "node:assert/strict";
import { after, test } from "node:test";
import fc from "fast-check";
import type { WireShape } from "../../src/protocol/shapeCodec.ts";
import * as model from "../../src/shapes/codedeploy.ts";
import { anything, enumsOf, inputOf } from "../support/anyInput.ts";
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

const enums = enumsOf(model);

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
    const inputs = input ? inputOf({ shapes, enums, known }, input) : anything;
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
