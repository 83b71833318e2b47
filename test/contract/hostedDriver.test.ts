/** Drivers in a thread of their own keep the promises of a driver. */
import assert from "node:assert/strict";
import { it, type TestContext } from "node:test";
import { type Driver, EffectError } from "../../src/drivers/driver.ts";
import { DriverHost, hostedDriver } from "../../src/drivers/driverHost.ts";
import type { Effect } from "../../src/engine/deployment.ts";
import { type LambdaModel, startLambdaModel } from "../support/lambdaModel.ts";

const READ: Effect = { type: "readAlias", key: "readAlias", functionName: "shop", alias: "live" };
const context = () => ({
  deploymentId: "d-ABCDEFGHI",
  accountId: "123456789012",
  region: "eu-west-1",
  signal: new AbortController().signal,
});

async function start(test: TestContext): Promise<{ driver: Driver; host: DriverHost; model: LambdaModel }> {
  const model = await startLambdaModel(async () => "not reported");
  const host = new DriverHost(() => {
    return {
      endpoints: {
        lambda: { kind: "url", url: model.url },
        ecs: { kind: "aws" },
        elbv2: { kind: "aws" },
        s3: { kind: "aws" },
        cloudwatch: { kind: "aws" },
        sns: { kind: "aws" },
        events: null,
      },
      alarmRules: null,
      invocation: "request",
      hookKey: new Uint8Array(32),
      allowedHosts: [],
      webhookSecret: "secret",
    };
  });
  test.after(async () => {
    await host.close();
    await model.close();
  });
  return { driver: hostedDriver(host), host, model };
}

it("answers what the Lambda API says", async (test) => {
  const { driver } = await start(test);
  assert.deepEqual(await driver.perform(READ, context()), { type: "aliasRead", alias: { version: "1", routed: null } });
});

it("tells what went wrong, and whether it may pass", async (test) => {
  const { driver, model } = await start(test);
  model.setAlias("7");
  const expected = { version: "1", routed: null };
  const to = { version: "2", routed: null };
  const move: Effect = {
    ...READ,
    type: "moveAlias",
    key: "moveAlias/100/1",
    from: [expected],
    to,
    waitsForCapacity: true,
  };
  await assert.rejects(driver.perform(move, context()), (error) => {
    assert.ok(error instanceof EffectError);
    assert.deepEqual([error.kind, error.retryable], ["changedByOthers", false]);
    return true;
  });
  model.onCall = () => Promise.reject(new Error("broken"));
  await assert.rejects(driver.perform(READ, context()), { kind: "unavailable", retryable: true });
});

it("gives up a call when it is aborted, and every call when the thread ends, and starts again after that", async (test) => {
  const { driver, host, model } = await start(test);
  const reached = new Promise<void>((resolve) => {
    model.onCall = () => {
      resolve();
      return new Promise(() => {});
    };
  });
  const controller = new AbortController();
  const aborted = driver.perform(READ, { ...context(), signal: controller.signal });
  const stranded = driver.perform(READ, context());
  await reached;
  controller.abort();
  await assert.rejects(aborted, { kind: "unavailable", retryable: true });
  const ended = assert.rejects(stranded, { kind: "unavailable", retryable: true });
  await host.close();
  await ended;
  model.onCall = async () => {};
  assert.equal((await driver.perform(READ, context())).type, "aliasRead");
});
