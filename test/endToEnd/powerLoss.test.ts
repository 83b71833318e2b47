/**
 * What is acknowledged is on the disk: when the answer leaves, no file has a write that was not synced. That is seen in
 * the program's system calls, since killing it shows nothing: what a dead process has written outlives it in the memory
 * of the system, and only a loss of power does not forgive.
 */
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { CodeDeploy } from "@aws-sdk/client-codedeploy";
import { CreateAliasCommand, LambdaClient, PublishVersionCommand } from "@aws-sdk/client-lambda";
import { S3 } from "@aws-sdk/client-s3";
import { SNS } from "@aws-sdk/client-sns";
import { answering, createFunction, SERVICE_ROLE } from "../support/lambdaFixtures.ts";
import { type RealProgram, startProgram } from "../support/realProgram.ts";
import { straced, unsyncedWhenSent, whyNoStrace } from "../support/systemCalls.ts";

type Answer = { $metadata: { requestId?: string | undefined } };

/**
 * Written again from the log, which is synced; memory that processes share; the lock, which holds no data; and which processes
 * run, of whom a loss of power leaves none.
 */
const MAY_BE_UNSYNCED = /\.db$|-shm$|lock\.db|\/processes\/run$/;

describe("when an answer leaves, what it acknowledges is on the disk", { skip: whyNoStrace() }, () => {
  const directory = realpathSync(mkdtempSync(join(tmpdir(), "signalbox-power-")));
  const [data, traceFile] = [join(directory, "data"), join(directory, "trace")];
  const requests: { operation: string; requestId: string }[] = [];
  let program: RealProgram;
  let settings: { endpoint: string; region: string; credentials: { accessKeyId: string; secretAccessKey: string } };

  before(async () => {
    program = await startProgram({ "data-dir": data }, { shell: straced(traceFile) });
    const credentials = { accessKeyId: "123456789012", secretAccessKey: "secret" };
    settings = { endpoint: program.url, region: "eu-west-1", credentials };
  });
  after(async () => {
    await program?.kill9();
    rmSync(directory, { recursive: true, force: true });
  });

  async function note(operation: string, answer: Promise<Answer>): Promise<void> {
    const { requestId = "" } = (await answer).$metadata;
    assert.ok(requestId, `${operation} has a request id`);
    requests.push({ operation, requestId });
  }
  /** Looks at all answers so far; the trace is complete once they have arrived. */
  function assertSynced(): void {
    const trace = readFileSync(traceFile, "latin1");
    for (const { operation, requestId } of requests.splice(0)) {
      const unsynced = unsyncedWhenSent(trace, data, requestId);
      assert.ok(unsynced, `${operation} was answered`);
      assert.deepEqual(
        unsynced.filter((path) => !MAY_BE_UNSYNCED.test(path)),
        [],
        `${operation} was answered before these were synced`,
      );
    }
  }

  it("of CodeDeploy, also when many come at once and share their commits", async () => {
    const codedeploy = new CodeDeploy(settings);
    const names = Array.from({ length: 16 }, (_, n) => ({ applicationName: `shop-${n}` }));
    const lambda = { computePlatform: "Lambda" } as const;
    await Promise.all(
      names.map(async (name) => {
        await note("CreateApplication", codedeploy.createApplication({ ...name, ...lambda }));
        const group = { ...name, deploymentGroupName: "live", serviceRoleArn: SERVICE_ROLE };
        await note("CreateDeploymentGroup", codedeploy.createDeploymentGroup(group));
      }),
    );
    assert.equal(requests.length, 32);
    assertSynced();
  });

  it("of the embedded Lambda: functions with their code, versions, aliases", async () => {
    const lambda = new LambdaClient(settings);
    const FunctionName = "checkout";
    await createFunction(lambda, answering("one"), { FunctionName });
    await note("PublishVersion", lambda.send(new PublishVersionCommand({ FunctionName })));
    const alias = { FunctionName, Name: "live", FunctionVersion: "1" };
    await note("CreateAlias", lambda.send(new CreateAliasCommand(alias)));
    assertSynced();
  });

  it("of the embedded S3 and SNS: objects, topics", async () => {
    const s3 = new S3({ ...settings, forcePathStyle: true });
    await note("CreateBucket", s3.createBucket({ Bucket: "revisions" }));
    await note("PutObject", s3.putObject({ Bucket: "revisions", Key: "shop.zip", Body: "bytes" }));
    await note("CreateTopic", new SNS(settings).createTopic({ Name: "told" }));
    assertSynced();
  });
});
