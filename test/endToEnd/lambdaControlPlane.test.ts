/** The control plane as the official client sees it: answers, rules and texts of AWS. */
import assert from "node:assert/strict";
import { mkdtempSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import {
  CreateAliasCommand,
  DeleteFunctionCommand,
  GetAliasCommand,
  GetFunctionCommand,
  GetFunctionConfigurationCommand,
  InvokeCommand,
  ListFunctionsCommand,
  ListVersionsByFunctionCommand,
  PublishVersionCommand,
  UpdateFunctionCodeCommand,
  UpdateFunctionConfigurationCommand,
  waitUntilFunctionActiveV2,
  waitUntilFunctionUpdatedV2,
  waitUntilPublishedVersionActive,
} from "@aws-sdk/client-lambda";
import { createFunction, startLambda, zip } from "./lambdaTestServer.ts";

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

describe("functions", () => {
  it("are created, described and waited for", async (test) => {
    const lambda = await startLambda(test);
    const { client } = lambda;
    const made = await createFunction(lambda, "probe", code("a"), {
      Environment: { Variables: { COLOUR: "red" } },
      Tags: { a: "b" },
    });
    assert.equal(made.$metadata.httpStatusCode, 201);
    assert.equal(made.FunctionArn, ARN);
    assert.equal(made.Version, "$LATEST");
    assert.match(made.LastModified ?? "", /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+0000$/);
    assert.match(made.CodeSha256 ?? "", /^[A-Za-z0-9+/]{43}=$/);
    const wait = { client, maxWaitTime: 5 };
    await waitUntilFunctionActiveV2(wait, { FunctionName: "probe" });
    await waitUntilFunctionUpdatedV2(wait, { FunctionName: "probe" });
    const found = await client.send(new GetFunctionCommand({ FunctionName: ARN }));
    assert.deepEqual(found.Configuration?.Environment, { Variables: { COLOUR: "red" } });
    assert.deepEqual(found.Tags, { a: "b" });
    const download = await fetch(found.Code?.Location ?? "");
    assert.equal((await download.arrayBuffer()).byteLength, made.CodeSize);
    await refused(
      createFunction(lambda, "probe", code("a")),
      "ResourceConflictException",
      409,
      "Function already exist: probe",
    );
  });

  it("refuse what cannot be honoured and what is wrong", async (test) => {
    const lambda = await startLambda(test);
    const cases: [Parameters<typeof createFunction>[3], name: string, text: RegExp][] = [
      [
        { Layers: ["arn:aws:lambda:us-east-1:000000000000:layer:x:1"] },
        "InvalidParameterValueException",
        /cannot honour layers/,
      ],
      [{ VpcConfig: { SubnetIds: ["subnet-1"] } }, "InvalidParameterValueException", /cannot honour vpcConfig/],
      [{ PackageType: "Image" }, "InvalidParameterValueException", /PackageType Image/],
      [{ Runtime: "java21" }, "InvalidParameterValueException", /java21 is not supported/],
      [{ Role: "r1" }, "ValidationException", /at 'role' failed to satisfy constraint/],
      [{ Timeout: 901 }, "ValidationException", /'901' at 'timeout'.*less than or equal to 900/],
      [{ MemorySize: 64 }, "ValidationException", /'64' at 'memorySize'/],
      [
        { Environment: { Variables: { AWS_REGION: "x" } } },
        "InvalidParameterValueException",
        /reserved keys.*: AWS_REGION$/,
      ],
      [
        { Environment: { Variables: { LARGE: "x".repeat(4096) } } },
        "InvalidParameterValueException",
        /exceeded the 4KB limit/,
      ],
      [{ Code: { S3Bucket: "b", S3Key: "k" } }, "InvalidParameterValueException", /S3 Error Code: NoSuchBucket/],
      [
        { Code: { ZipFile: Buffer.from("no zip") } },
        "InvalidParameterValueException",
        /^Could not unzip uploaded file/,
      ],
    ];
    for (const [input, name, text] of cases)
      await refused(createFunction(lambda, "probe", code("a"), input), name, 400, text);
    await refused(
      lambda.client.send(new GetFunctionCommand({ FunctionName: "probe" })),
      "ResourceNotFoundException",
      404,
      `Function not found: ${ARN}`,
    );
  });

  it("are updated only by who knows the revision", async (test) => {
    const lambda = await startLambda(test);
    const { client } = lambda;
    const first = await createFunction(lambda, "probe", code("a"));
    const FunctionName = "probe";
    const stale = "11111111-1111-1111-1111-111111111111";
    const ZipFile = await zip(code("b"));
    await refused(
      client.send(new UpdateFunctionCodeCommand({ FunctionName, ZipFile, RevisionId: stale })),
      "PreconditionFailedException",
      412,
      STALE,
    );
    await refused(
      client.send(new UpdateFunctionConfigurationCommand({ FunctionName, RevisionId: stale })),
      "PreconditionFailedException",
      412,
      STALE,
    );
    await refused(
      client.send(new PublishVersionCommand({ FunctionName, RevisionId: stale })),
      "PreconditionFailedException",
      412,
      STALE,
    );
    const dry = await client.send(new UpdateFunctionCodeCommand({ FunctionName, ZipFile, DryRun: true }));
    assert.notEqual(dry.CodeSha256, first.CodeSha256);
    const still = await client.send(new GetFunctionConfigurationCommand({ FunctionName }));
    assert.deepEqual([still.CodeSha256, still.RevisionId], [first.CodeSha256, first.RevisionId]);
    const second = await client.send(new UpdateFunctionCodeCommand({ FunctionName, ZipFile, ...revision(first) }));
    assert.notEqual(second.RevisionId, first.RevisionId);
    const third = await client.send(
      new UpdateFunctionConfigurationCommand({ FunctionName, Timeout: 9, ...revision(second) }),
    );
    assert.deepEqual([third.Timeout, third.Handler, third.CodeSha256], [9, "index.handler", second.CodeSha256]);
  });

  it("are listed in pages and deleted with all that is theirs", async (test) => {
    const lambda = await startLambda(test);
    const { client } = lambda;
    for (const name of ["a", "b", "c"]) await createFunction(lambda, name, code(name));
    await client.send(new PublishVersionCommand({ FunctionName: "b" }));
    const page = await client.send(new ListFunctionsCommand({ MaxItems: 2 }));
    assert.deepEqual(
      page.Functions?.map((found) => found.FunctionName),
      ["a", "b"],
    );
    const rest = await client.send(new ListFunctionsCommand({ Marker: page.NextMarker }));
    assert.deepEqual([rest.Functions?.map((found) => found.FunctionName), rest.NextMarker], [["c"], undefined]);
    const all = await client.send(new ListFunctionsCommand({ FunctionVersion: "ALL" }));
    assert.deepEqual(
      all.Functions?.map((found) => found.FunctionArn?.slice(-9)),
      ["a:$LATEST", "b:$LATEST", "unction:b:1", "c:$LATEST"].map((end) => end.slice(-9)),
    );
    await client.send(new CreateAliasCommand({ FunctionName: "b", Name: "live", FunctionVersion: "1" }));
    await refused(
      client.send(new DeleteFunctionCommand({ FunctionName: "b", Qualifier: "1" })),
      "ResourceConflictException",
      409,
      /referenced by: live$/,
    );
    await client.send(new DeleteFunctionCommand({ FunctionName: "b" }));
    await createFunction(lambda, "b", code("new"));
    await refused(
      client.send(new GetAliasCommand({ FunctionName: "b", Name: "live" })),
      "ResourceNotFoundException",
      404,
      /^Cannot find alias arn: .*:b:live$/,
    );
  });
});

/** The RevisionId member of an answer, for the next request. */
const revision = (answer: { RevisionId?: string | undefined }) => ({ RevisionId: answer.RevisionId });

describe("versions", () => {
  it("are published once for the same code and settings", async (test) => {
    const lambda = await startLambda(test);
    const { client } = lambda;
    const FunctionName = "probe";
    const made = await createFunction(lambda, "probe", code("a"), { Publish: true });
    assert.deepEqual([made.Version, made.FunctionArn], ["1", ARN]);
    const again = await client.send(new PublishVersionCommand({ FunctionName, Description: "again" }));
    assert.deepEqual([again.Version, again.FunctionArn], ["1", `${ARN}:1`]);
    await refused(
      client.send(new PublishVersionCommand({ FunctionName, CodeSha256: "wrong" })),
      "InvalidParameterValueException",
      400,
      `CodeSHA256 (wrong) is different from current CodeSHA256 in $LATEST (${made.CodeSha256}). Please try again with the CodeSHA256 in $LATEST.`,
    );
    const second = await client.send(
      new UpdateFunctionCodeCommand({ FunctionName, ZipFile: await zip(code("b")), Publish: true }),
    );
    assert.equal(second.Version, "2");
    await waitUntilPublishedVersionActive({ client, maxWaitTime: 10 }, { FunctionName, Qualifier: "2" });
    const { Versions } = await client.send(new ListVersionsByFunctionCommand({ FunctionName }));
    assert.deepEqual(
      Versions?.map((found) => found.FunctionArn),
      [`${ARN}:$LATEST`, `${ARN}:1`, `${ARN}:2`],
    );
    await client.send(new DeleteFunctionCommand({ FunctionName, Qualifier: "2" }));
    const third = await client.send(new PublishVersionCommand({ FunctionName }));
    assert.equal(third.Version, "3");
  });

  it("of a local folder stand still while the folder is edited", async (test) => {
    const lambda = await startLambda(test);
    const { client } = lambda;
    const folder = mkdtempSync(join(lambda.folder, "work-"));
    const save = (answer: string) => writeFileSync(join(folder, "index.js"), code(answer)["index.js"]);
    const run = async (Qualifier: string) => {
      const answer = await client.send(new InvokeCommand({ FunctionName: "probe", Qualifier }));
      return JSON.parse(Buffer.from(answer.Payload ?? []).toString());
    };
    save("first");
    await createFunction(lambda, "probe", {}, { Code: { S3Bucket: "local-folder", S3Key: folder }, Publish: true });
    assert.deepEqual([await run("$LATEST"), await run("1")], ["first", "first"]);
    save("a second one");
    assert.deepEqual([await run("$LATEST"), await run("1")], ["a second one", "first"]);
    assert.equal((await client.send(new PublishVersionCommand({ FunctionName: "probe" }))).Version, "2");
    await refused(
      createFunction(lambda, "none", {}, { Code: { S3Bucket: "local-folder", S3Key: "/not/there" } }),
      "InvalidParameterValueException",
      400,
      /absolute path of a folder/,
    );
  });
});
