/** Aliases and what else hangs on a function, as the official client sees it. */
import assert from "node:assert/strict";

import { join } from "node:path";
import { describe, it } from "node:test";
import {
  AddPermissionCommand,
  CreateAliasCommand,
  DeleteAliasCommand,
  GetFunctionCodeSigningConfigCommand,
  GetFunctionCommand,
  GetFunctionConfigurationCommand,
  GetPolicyCommand,
  GetProvisionedConcurrencyConfigCommand,
  InvokeCommand,
  ListAliasesCommand,
  ListLayersCommand,
  ListTagsCommand,
  PutFunctionConcurrencyCommand,
  PutProvisionedConcurrencyConfigCommand,
  RemovePermissionCommand,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateAliasCommand,
  UpdateFunctionCodeCommand,
} from "@aws-sdk/client-lambda";
import { createFunction, memoryDocuments, startLambda, zip } from "./lambdaTestServer.ts";

const code = (answer: string) => ({ "index.js": `exports.handler = async () => "${answer}";` });
const ARN = "arn:aws:lambda:us-east-1:000000000000:function:probe";
const STALE =
  "The Revision Id provided does not match the latest Revision Id. Call the GetFunction/GetAlias API to retrieve the latest Revision Id";

/** Expects an error by name, status and text. */
const refused = (work: Promise<unknown>, name: string, status: number, message?: string | RegExp) =>
  assert.rejects(work, (error: Error & { $metadata: { httpStatusCode?: number } }) => {
    assert.equal(error.name, name);
    assert.equal(error.$metadata.httpStatusCode, status);
    if (typeof message === "string") assert.equal(error.message, message);
    else if (message) assert.match(error.message, message);
    return true;
  });

describe("aliases", () => {
  it("keep AWS's rules, in its words", async (test) => {
    const lambda = await startLambda(test);
    const { client } = lambda;
    const FunctionName = "probe";
    await createFunction(lambda, FunctionName, code("a"), { Publish: true });
    await client.send(new UpdateFunctionCodeCommand({ FunctionName, ZipFile: await zip(code("b")), Publish: true }));
    const made = await client.send(new CreateAliasCommand({ FunctionName, Name: "live", FunctionVersion: "1" }));
    assert.deepEqual([made.AliasArn, made.RoutingConfig], [`${ARN}:live`, undefined]);
    await refused(
      client.send(new CreateAliasCommand({ FunctionName, Name: "live", FunctionVersion: "1" })),
      "ResourceConflictException",
      409,
      `Alias already exists: ${ARN}:live`,
    );
    const update = (FunctionVersion: string, weights: Record<string, number>, RevisionId?: string) =>
      client.send(
        new UpdateAliasCommand({
          FunctionName,
          Name: "live",
          FunctionVersion,
          RevisionId,
          RoutingConfig: { AdditionalVersionWeights: weights },
        }),
      );
    const invalid = (work: Promise<unknown>, text: string) =>
      refused(work, "InvalidParameterValueException", 400, text);
    await invalid(
      update("1", { 2: 0.1, 3: 0.1 }),
      "Number of items in AdditionalVersionWeights cannot be greater than 1",
    );
    await invalid(
      update("1", { 1: 0.1 }),
      "Invalid function version 1. Function version 1 is already included in routing configuration.",
    );
    await invalid(
      update("$LATEST", { 1: 0.1 }),
      "$LATEST is not supported for an alias pointing to more than 1 version",
    );
    await refused(
      update("1", { 2: 1.5 }),
      "ValidationException",
      400,
      /Value '\{2=1\.5\}' at 'routingConfig\.additionalVersionWeights'/,
    );
    await refused(update("1", { $LATEST: 0.5 }), "ValidationException", 400, /regular expression pattern: \[0-9\]\+/);
    await refused(update("7", {}), "ResourceNotFoundException", 404, `Function not found: ${ARN}:7`);
    await refused(update("1", { 9: 0.5 }), "ResourceNotFoundException", 404, `Function not found: ${ARN}:9`);
    await refused(
      client.send(new UpdateAliasCommand({ FunctionName, Name: "no" })),
      "ResourceNotFoundException",
      404,
      `Alias not found: ${ARN}:no`,
    );
    const shifted = await update("1", { 2: 0.25 }, made.RevisionId);
    assert.deepEqual(shifted.RoutingConfig, { AdditionalVersionWeights: { 2: 0.25 } });
    await refused(update("2", {}, made.RevisionId), "PreconditionFailedException", 412, STALE);
    const described = await client.send(new UpdateAliasCommand({ FunctionName, Name: "live", Description: "kept" }));
    assert.deepEqual(described.RoutingConfig, { AdditionalVersionWeights: { 2: 0.25 } });
    const done = await update("2", {}, described.RevisionId);
    assert.deepEqual([done.FunctionVersion, done.RoutingConfig, done.Description], ["2", undefined, "kept"]);
    assert.equal(
      (await client.send(new ListAliasesCommand({ FunctionName, FunctionVersion: "1" }))).Aliases?.length,
      0,
    );
    assert.equal(
      (await client.send(new GetFunctionConfigurationCommand({ FunctionName, Qualifier: "live" }))).FunctionArn,
      `${ARN}:live`,
    );
    await client.send(new DeleteAliasCommand({ FunctionName, Name: "live" }));
    await client.send(new DeleteAliasCommand({ FunctionName, Name: "live" }));
  });
});

describe("the rest", () => {
  it("policies, tags, concurrency, code signing", async (test) => {
    const lambda = await startLambda(test);
    const { client } = lambda;
    const FunctionName = "probe";
    await createFunction(lambda, FunctionName, code("a"), { Publish: true });
    const permission = {
      FunctionName,
      StatementId: "s1",
      Action: "lambda:InvokeFunction",
      Principal: "codedeploy.amazonaws.com",
    };
    await refused(
      client.send(new GetPolicyCommand({ FunctionName })),
      "ResourceNotFoundException",
      404,
      "The resource you requested does not exist.",
    );
    const added = await client.send(new AddPermissionCommand(permission));
    assert.deepEqual(JSON.parse(added.Statement ?? ""), {
      Sid: "s1",
      Effect: "Allow",
      Principal: { Service: permission.Principal },
      Action: permission.Action,
      Resource: ARN,
    });
    await refused(
      client.send(new AddPermissionCommand(permission)),
      "ResourceConflictException",
      409,
      /^The statement id \(s1\) provided already exists/,
    );
    assert.equal(
      JSON.parse((await client.send(new GetPolicyCommand({ FunctionName }))).Policy ?? "").Statement.length,
      1,
    );
    await client.send(new RemovePermissionCommand({ FunctionName, StatementId: "s1" }));
    await refused(
      client.send(new RemovePermissionCommand({ FunctionName, StatementId: "s1" })),
      "ResourceNotFoundException",
      404,
    );

    await client.send(new TagResourceCommand({ Resource: ARN, Tags: { a: "1", b: "2" } }));
    await client.send(new UntagResourceCommand({ Resource: ARN, TagKeys: ["a"] }));
    assert.deepEqual((await client.send(new ListTagsCommand({ Resource: ARN }))).Tags, { b: "2" });

    const provisioned = { FunctionName, Qualifier: "1" };
    await refused(
      client.send(new GetProvisionedConcurrencyConfigCommand(provisioned)),
      "ProvisionedConcurrencyConfigNotFoundException",
      404,
      "No Provisioned Concurrency Config found for this function",
    );
    const put = await client.send(
      new PutProvisionedConcurrencyConfigCommand({ ...provisioned, ProvisionedConcurrentExecutions: 2 }),
    );
    assert.deepEqual([put.$metadata.httpStatusCode, put.Status], [202, "IN_PROGRESS"]);
    let found = await client.send(new GetProvisionedConcurrencyConfigCommand(provisioned));
    while (found.Status === "IN_PROGRESS")
      found = await client.send(new GetProvisionedConcurrencyConfigCommand(provisioned));
    assert.deepEqual([found.Status, found.AvailableProvisionedConcurrentExecutions], ["READY", 2]);

    await client.send(new PutFunctionConcurrencyCommand({ FunctionName, ReservedConcurrentExecutions: 2 }));
    assert.deepEqual((await client.send(new GetFunctionCommand({ FunctionName }))).Concurrency, {
      ReservedConcurrentExecutions: 2,
    });
    const signing = await client.send(new GetFunctionCodeSigningConfigCommand({ FunctionName }));
    assert.deepEqual([signing.FunctionName, signing.CodeSigningConfigArn], [FunctionName, undefined]);
  });

  it("names in every form, and requests that make no sense", async (test) => {
    const lambda = await startLambda(test);
    const { client, endpoint } = lambda;
    await createFunction(lambda, "probe", code("a"), { Publish: true });
    for (const name of ["probe", "probe:1", "000000000000:function:probe", `${ARN}:1`, "function:probe"]) {
      const found = await client.send(new GetFunctionConfigurationCommand({ FunctionName: name }));
      assert.equal(found.FunctionName, "probe", name);
    }
    await refused(
      client.send(new GetFunctionCommand({ FunctionName: "probe:1", Qualifier: "2" })),
      "InvalidParameterValueException",
      400,
      "The derived qualifier from the function name does not match the specified qualifier.",
    );
    await refused(
      client.send(new GetFunctionCommand({ FunctionName: ARN.replace("us-east-1", "eu-west-1") })),
      "ResourceNotFoundException",
      404,
      "Functions from 'eu-west-1' are not reachable in this region ('us-east-1')",
    );
    await refused(
      client.send(new ListLayersCommand({})),
      "NotImplementedException",
      501,
      /does not implement the Lambda operation ListLayers/,
    );
    const post = async (path: string, body: string) => {
      const answer = await fetch(endpoint + path, { method: "POST", body });
      return [answer.status, answer.headers.get("x-amzn-errortype")];
    };
    assert.deepEqual(await post("/2015-03-31/functions", "{"), [400, "InvalidRequestContentException"]);
    assert.deepEqual(await post("/2015-03-31/functions", '{"FunctionName":5}'), [400, "SerializationException"]);
    assert.deepEqual(await post("/2015-03-31/functions/probe/nothing", "{}"), [404, "UnknownOperationException"]);
    assert.deepEqual(await post("/2015-03-31/functions/%E0%A4%A/versions", "{}"), [400, "ValidationException"]);
  });

  it("everything is there again after a restart", async (test) => {
    const documents = memoryDocuments();
    const before = await startLambda(test, { documents });
    await createFunction(before, "probe", code("kept"), { Publish: true });
    await before.client.send(new CreateAliasCommand({ FunctionName: "probe", Name: "live", FunctionVersion: "1" }));
    await before.service.close();
    const after = await startLambda(test, { documents, codeDirectory: join(before.folder, "code") });
    const answer = await after.client.send(new InvokeCommand({ FunctionName: "probe", Qualifier: "live" }));
    assert.deepEqual([Buffer.from(answer.Payload ?? []).toString(), answer.ExecutedVersion], ['"kept"', "1"]);
  });
});
