/** A disk that takes no more, in the shape of a limit on the size of files that the test sets and lifts. */
import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough, Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { after, describe, it } from "node:test";
import type { CodeDeploy } from "@aws-sdk/client-codedeploy";
import { InvokeCommand, LambdaClient } from "@aws-sdk/client-lambda";
import { S3 } from "@aws-sdk/client-s3";
import { exportInstallation, importInstallation } from "../../src/cli/transfer.ts";
import { openSqlite } from "../../src/store/sqlite/sqliteDatabase.ts";
import { openSqliteStore } from "../../src/store/sqlite/sqliteStore.ts";
import { clientOf, deployCanary, healthOf, statusOf, whenHolding, whenSucceeded } from "../support/canary.ts";
import { createFunction } from "../support/lambdaFixtures.ts";
import { startLambdaModel } from "../support/lambdaModel.ts";
import { startProgram } from "../support/realProgram.ts";
import { waitFor } from "../support/waitFor.ts";

/** In blocks of 512 or 1024 bytes, as the shell has it: the log of the database reaches it after some hundred writes. */
const LIMIT = "ulimit -Sf 1600";
const OWNER = { accountId: "111122223333", region: "eu-west-1" };

const directory = mkdtempSync(join(tmpdir(), "signalbox-full-"));
after(() => rmSync(directory, { recursive: true, force: true }));

const skip = canLimit() ? false : "prlimit of util-linux is not there, or may not lift a limit";

describe("a disk that is full", { skip }, () => {
  it("refuses writes and answers reads, and everything goes on when there is space again", async () => {
    const model = await startLambdaModel(async () => "accepted");
    const flags = { "data-dir": directory, endpoint: `lambda=${model.url}`, speed: "600" };
    const program = await startProgram(flags, { shell: LIMIT });
    const codedeploy = clientOf(program.url);
    try {
      // Its first share is there; the second is due after five seconds.
      const deploymentId = await deployCanary(codedeploy, 50);
      await whenHolding(program.url, deploymentId);
      const due = performance.now() + 5_500;
      const { written, refused } = await writeUntilRefused(codedeploy);
      const { $metadata, name, message } = refused as { $metadata?: { httpStatusCode?: number } } & Error;
      assert.deepEqual([$metadata?.httpStatusCode, name], [503, "ServiceUnavailable"]);
      assert.match(message, /^Nothing can be written: .* Reads go on; try again later\.$/);
      await program.said(/^Nothing can be written: .* deployments stand still\.$/m);
      const health = await healthOf(program.url);
      assert.equal(health.status, "degraded");
      assert.match(health.writesRefused ?? "", /the disk/);
      // Reads go on, also beyond the moment at which the deployment's next share is due.
      await waitFor("the next share is overdue", async () => {
        assert.equal(await statusOf(codedeploy, deploymentId), "InProgress");
        return performance.now() > due;
      });
      assert.equal(model.aliasStates.length, 2, "a deployment whose turn cannot be kept does not turn");
      execFileSync("prlimit", ["--pid", String(program.pid), "--fsize=unlimited"]);
      await whenSucceeded(codedeploy, deploymentId);
      assert.deepEqual(model.aliasStates, ["1", "1+0.1:2", "2"]);
      await program.said(/^Writes are taken again, and deployments go on\.$/m);
      const recovered = await healthOf(program.url);
      assert.deepEqual([recovered.status, recovered.deploymentsWithFaults], ["ok", 0]);
      await codedeploy.createApplication({ applicationName: "after", computePlatform: "Lambda" });
      await assertThere(codedeploy, [...written, "after"]);
    } finally {
      await program.kill9();
      await model.close();
    }
    const again = await startProgram({ "data-dir": directory });
    await assertThere(clientOf(again.url), ["after"]);
    assert.equal(await again.terminate(), 0, again.errors());
  });

  it("ends in order within its time while writes are refused, and starts on a disk that is still full", async () => {
    const flags = { "data-dir": directory, speed: "600", "quota-applications": "100000" };
    const program = await startProgram(flags, { shell: LIMIT });
    const { written } = await writeUntilRefused(clientOf(program.url));
    assert.equal(await program.terminate(), 0, program.errors());
    const again = await startProgram(flags, { shell: LIMIT });
    await assertThere(clientOf(again.url), written);
    assert.equal(await again.terminate(), 0, again.errors());
  });
});

describe("an import on a disk that is full", { skip }, () => {
  it("ends with one sentence, and leaves nothing", async () => {
    const [from, to] = [mkdtempSync(join(tmpdir(), "signalbox-full-")), mkdtempSync(join(tmpdir(), "signalbox-full-"))];
    try {
      const store = openSqliteStore({ directory: from, onCommitFailure: (error) => assert.fail(String(error)) });
      await store.transaction(async (tx) => {
        const entry = { operation: "x".repeat(4000) };
        for (let at = 0; at < 1000; at++) await tx.audit.append(OWNER, { ...entry, at } as never);
      });
      await store.close();
      const output = new PassThrough();
      const exported = text(output);
      await exportInstallation({ "data-dir": from }, output);
      output.end();
      const command = `${LIMIT}; exec "$@"`;
      const importing = [process.execPath, join(import.meta.dirname, "../../src/main.ts"), "import", "--data-dir", to];
      const { status, stderr } = spawnSync("sh", ["-c", command, "sh", ...importing], {
        input: await exported,
        encoding: "utf8",
      });
      assert.match(stderr, /^signalbox: .* cannot be used: .*\n$/);
      assert.equal(status, 74);
      await importInstallation({ "data-dir": to }, Readable.from([await exported]), new PassThrough());
    } finally {
      for (const folder of [from, to]) rmSync(folder, { recursive: true, force: true });
    }
  });
});

describe("the embedded services on a disk that is full", { skip }, () => {
  it("answer 500, lose nothing that was accepted, and go on when there is space again", async () => {
    const folder = mkdtempSync(join(tmpdir(), "signalbox-full-services-"));
    // Six hours, for which an event is kept, are six minutes of the test.
    const program = await startProgram({ "data-dir": folder, speed: "60" }, { shell: LIMIT });
    const settings = { ...CLIENT, endpoint: program.url };
    const [s3, lambda] = [new S3({ ...settings, forcePathStyle: true }), new LambdaClient(settings)];
    const documents = () => {
      const db = openSqlite(join(folder, "local.db"), { readOnly: true });
      const rows = db.all("select key from document where kind = 'lambda.event'");
      db.close();
      return rows.length;
    };
    try {
      // Accepted, and under way until the test lets it end.
      const [began, go] = [join(folder, "began"), join(folder, "go")];
      const FunctionName = await createFunction(
        lambda,
        `const { existsSync, appendFileSync } = require("node:fs");
        exports.handler = async () => {
          appendFileSync(process.env.BEGAN, "x");
          while (!existsSync(process.env.GO)) await new Promise((resolve) => setTimeout(resolve, 20));
        };`,
        { Timeout: 60, Environment: { Variables: { BEGAN: began, GO: go } } },
      );
      await lambda.send(new InvokeCommand({ FunctionName, InvocationType: "Event" }));
      await waitFor("the function runs", () => existsSync(began));
      await s3.createBucket({ Bucket: "bucket" });
      const { kept, refused } = await putUntilRefused(s3);
      assert.equal((refused as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode, 500);
      await assert.rejects(createFunction(lambda, "exports.handler = async () => {};"), { name: "ServiceException" });
      writeFileSync(go, "");
      await program.said(/is written down in a minute/);
      assert.equal(documents(), 1, "it is owed still");
      execFileSync("prlimit", ["--pid", String(program.pid), "--fsize=unlimited"]);
      await waitFor("it is owed no more", () => documents() === 0);
      assert.equal(readFileSync(began, "utf8"), "x", "it has not run again");
      await s3.putObject({ Bucket: "bucket", Key: "after", Body: "x" });
      for (const Key of [...kept.slice(-5), "after"]) await s3.headObject({ Bucket: "bucket", Key });
      assert.equal(await program.terminate(), 0, program.errors());
    } finally {
      s3.destroy();
      lambda.destroy();
      await program.kill9();
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    }
  });
});

const CLIENT = {
  region: "eu-west-1",
  credentials: { accessKeyId: "123456789012", secretAccessKey: "secret" },
  maxAttempts: 1,
};

/** Puts small objects until one is refused. */
async function putUntilRefused(s3: S3): Promise<{ kept: string[]; refused: unknown }> {
  const kept: string[] = [];
  for (let n = 0; n < 5000; n += 1) {
    const Key = `object-${n}-${"x".repeat(500)}`;
    try {
      await s3.putObject({ Bucket: "bucket", Key, Body: "x" });
      kept.push(Key);
    } catch (refused) {
      return { kept, refused };
    }
  }
  throw new Error("the disk took everything");
}

/** Makes applications until one is refused. */
async function writeUntilRefused(codedeploy: CodeDeploy): Promise<{ written: string[]; refused: unknown }> {
  const written: string[] = [];
  const tags = Array.from({ length: 20 }, (_, n) => ({ Key: `key-${n}`, Value: "x".repeat(256) }));
  for (let n = 0; n < 5000; n += 1) {
    const applicationName = `filler-${process.pid}-${performance.now()}`;
    try {
      await codedeploy.createApplication({ applicationName, computePlatform: "Lambda", tags });
      written.push(applicationName);
    } catch (refused) {
      return { written, refused };
    }
  }
  throw new Error("the disk took everything");
}

async function assertThere(codedeploy: CodeDeploy, names: string[]): Promise<void> {
  for (const applicationName of names) await codedeploy.getApplication({ applicationName });
}

function canLimit(): boolean {
  try {
    execFileSync("prlimit", ["--pid", String(process.pid), "--fsize"], { stdio: "ignore" });
    return process.platform === "linux";
  } catch {
    return false;
  }
}
