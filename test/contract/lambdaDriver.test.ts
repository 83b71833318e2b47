/** The Lambda driver against implementations of the Lambda API that are not ours, and its list of allowed calls. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import {
  CreateAliasCommand,
  CreateFunctionCommand,
  GetAliasCommand,
  LambdaClient,
  PublishVersionCommand,
  UpdateFunctionCodeCommand,
} from "@aws-sdk/client-lambda";
import { answering, appSpec, deploy, lambdaGroup, type TwoVersions, zipOf } from "../support/lambdaFixtures.ts";
import { startLambdaModel } from "../support/lambdaModel.ts";
import { newName, otherAws, whyNoOtherAws } from "../support/otherAws.ts";
import { ACCOUNT, REGION, startSignalbox } from "../support/signalbox.ts";

/** What AWS's managed role for CodeDeploy and Lambda allows of the Lambda API. */
const ALLOWED = ["GetAlias", "UpdateAlias", "GetProvisionedConcurrencyConfig", "Invoke"];

describe("the Lambda driver", () => {
  it("makes only the calls that AWS's managed role allows", async (context) => {
    const model = await startLambdaModel(async () => "not reported");
    context.after(() => model.close());
    const box = await startSignalbox(context, { flags: { endpoint: `lambda=${model.url}` } });
    const codedeploy = box.codeDeploy();
    const group = await lambdaGroup(codedeploy, {
      autoRollbackConfiguration: { enabled: true, events: ["DEPLOYMENT_FAILURE"] },
      deploymentConfigName: "CodeDeployDefault.LambdaLinear10PercentEvery1Minute",
    });
    const versions: TwoVersions = { functionName: "shop", alias: "live", currentVersion: "1", targetVersion: "2" };
    await deploy(codedeploy, group, appSpec(versions, { AfterAllowTraffic: "check" }));
    await box.advance(2 * 3600);
    const made = new Set(model.calls.map((call) => call.split(" ")[0]));
    assert.deepEqual([...made].sort(), [...ALLOWED].sort());
    assert.equal(model.aliasStates.at(-1), "1", "the silent function's deployment was rolled back");
  });
});

describe("an independent implementation of the Lambda API", {
  skip: whyNoOtherAws,
}, () => {
  it("is deployed to: a canary shifts, a stopped one is brought back", async (context) => {
    const url = await otherAws(context);
    const credentials = { accessKeyId: ACCOUNT, secretAccessKey: "test" };
    const lambda = new LambdaClient({ endpoint: url, region: REGION, credentials });
    context.after(() => lambda.destroy());
    const versions = await twoVersions(lambda, url);
    const alias = async () => {
      const found = await lambda.send(new GetAliasCommand({ FunctionName: versions.functionName, Name: "live" }));
      return { version: found.FunctionVersion, weights: found.RoutingConfig?.AdditionalVersionWeights ?? {} };
    };
    const box = await startSignalbox(context, { flags: { endpoint: `lambda=${url}` } });
    const codedeploy = box.codeDeploy();
    const group = await lambdaGroup(codedeploy, {
      deploymentConfigName: "CodeDeployDefault.LambdaCanary10Percent5Minutes",
    });
    const stopped = await deploy(codedeploy, group, appSpec(versions));
    await box.advance(60);
    assert.deepEqual(await alias(), { version: "1", weights: { "2": 0.1 } });
    await codedeploy.stopDeployment({ deploymentId: stopped, autoRollbackEnabled: true });
    await box.advance(0);
    assert.deepEqual(await alias(), { version: "1", weights: {} });

    const deploymentId = await deploy(codedeploy, group, appSpec(versions));
    await box.advance(300);
    assert.equal((await codedeploy.getDeployment({ deploymentId })).deploymentInfo?.status, "Succeeded");
    assert.deepEqual(await alias(), { version: "2", weights: {} });
  });
});

async function twoVersions(lambda: LambdaClient, url: string): Promise<TwoVersions> {
  const RoleName = newName("lambda");
  const role = `Action=CreateRole&Version=2010-05-08&RoleName=${RoleName}&AssumeRolePolicyDocument=%7B%7D`;
  await post(url, role, {
    "content-type": "application/x-www-form-urlencoded",
    authorization: `AWS4-HMAC-SHA256 Credential=${ACCOUNT}/20260101/us-east-1/iam/aws4_request, SignedHeaders=host, Signature=0`,
  });
  const FunctionName = newName("shop");
  const Code = { ZipFile: await zipOf({ "index.js": answering("one") }) };
  const Role = `arn:aws:iam::${ACCOUNT}:role/${RoleName}`;
  await lambda.send(
    new CreateFunctionCommand({ FunctionName, Runtime: "nodejs20.x", Handler: "index.handler", Role, Code }),
  );
  await lambda.send(new PublishVersionCommand({ FunctionName }));
  const ZipFile = await zipOf({ "index.js": answering("two") });
  await lambda.send(new UpdateFunctionCodeCommand({ FunctionName, ZipFile }));
  await lambda.send(new PublishVersionCommand({ FunctionName }));
  await lambda.send(new CreateAliasCommand({ FunctionName, Name: "live", FunctionVersion: "1" }));
  return { functionName: FunctionName, alias: "live", currentVersion: "1", targetVersion: "2" };
}

async function post(url: string, body: string, headers: Record<string, string> = {}): Promise<void> {
  const response = await fetch(url, { method: "POST", body, headers });
  assert.ok(response.ok, `${url} answered ${response.status}: ${await response.text()}`);
}
