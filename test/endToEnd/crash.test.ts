/** Kill -9 at each step boundary of a deployment: whatever was done before, it goes on at the same point. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it } from "node:test";
import {
  CodeDeployClient,
  CreateApplicationCommand,
  CreateDeploymentCommand,
  CreateDeploymentConfigCommand,
  CreateDeploymentGroupCommand,
  GetDeploymentCommand,
  PutLifecycleEventHookExecutionStatusCommand,
} from "@aws-sdk/client-codedeploy";
import { type LambdaModel, type Moment, startLambdaModel } from "../support/lambdaModel.ts";
import { type RealProgram, startProgram } from "../support/realProgram.ts";
import { waitFor } from "../support/waitFor.ts";

/** A canary of one minute takes a tenth of a second. */
const SPEED = "600";

/** The calls of a whole canary deployment with two validation functions, in order. */
const CALLS = [
  "GetAlias",
  "Invoke before",
  "GetAlias",
  "GetProvisionedConcurrencyConfig",
  "UpdateAlias",
  "GetAlias",
  "GetProvisionedConcurrencyConfig",
  "UpdateAlias",
  "Invoke after",
];

/** The hooks of their AppSpec. */
const HOOKS = [{ BeforeAllowTraffic: "before" }, { AfterAllowTraffic: "after" }];
const STEP_HOOKS = [...HOOKS, { BeforeTrafficStep: "step" }];
/** The same with a function that is asked before every step of the traffic: when that is invoked. */
const STEPS = [
  [2, 10],
  [6, 100],
] as const;

interface Run {
  model: LambdaModel;
  deploymentId: string;
  client: CodeDeployClient;
  program: RealProgram;
}

describe("kill -9", { concurrency: 2 }, () => {
  it("an undisturbed deployment makes exactly these calls", async () => {
    await run(null, async ({ model }) => assert.deepEqual(model.calls, CALLS));
  });

  for (const [index, name] of CALLS.entries()) {
    for (const moment of ["before", "after"] as const) {
      const when = moment === "before" ? "before it took effect" : "when it had taken effect and was not answered";
      it(`at call ${index + 1}, ${name}, ${when}: the deployment goes on and nothing happens twice`, async () => {
        await run({ index, moment }, assertWholeDeployment);
      });
    }
  }
});

describe("kill -9 while a function is asked before a step of the traffic", { concurrency: 2 }, () => {
  for (const [index, weight] of STEPS) {
    for (const moment of ["before", "after"] as const) {
      it(`to ${weight} %, ${moment} it was invoked: each step has one id and one report, and is made once`, async () => {
        await run({ index, moment }, assertStepsAsked, STEP_HOOKS);
      });
    }
  }
});

function assertStepsAsked({ model }: Run): void {
  assert.deepEqual(model.aliasStates, ["1", "1+0.1:2", "2"], "each weight was written once, in order");
  const reports = model.reports.filter(({ functionName }) => functionName === "step");
  assert.equal(new Set(reports.map(({ hookExecutionId }) => hookExecutionId)).size, 2, "an id for each step");
  assert.equal(reports.filter(({ outcome }) => outcome === "accepted").length, 2, "a report for each step");
}

function assertWholeDeployment({ model }: Run): void {
  assert.deepEqual(model.aliasStates, ["1", "1+0.1:2", "2"], "each weight was written once, in order");
  for (const functionName of ["before", "after"]) {
    const ids = new Set(
      model.reports.filter((report) => report.functionName === functionName).map((r) => r.hookExecutionId),
    );
    assert.equal(ids.size, 1, `${functionName} was invoked, always with the same id`);
  }
  const accepted = model.reports.filter(({ outcome }) => outcome === "accepted");
  const order = accepted.map(({ functionName }) => functionName);
  assert.deepEqual(order, ["before", "after"], "each lifecycle event took one report, one after the other");
}

/** Deploys, kills the program at the given call, starts it again, and looks when the deployment has succeeded. */
async function run(
  kill: { index: number; moment: Moment } | null,
  look: (run: Run) => void | Promise<void>,
  hooks: object[] = HOOKS,
) {
  const directory = mkdtempSync(join(tmpdir(), "signalbox-crash-"));
  const state: { client?: CodeDeployClient; program?: RealProgram } = {};
  let unanswered = 0;
  const model = await startLambdaModel(async (payload) => {
    unanswered += 1;
    const outcome = await report(state.client, payload);
    unanswered -= 1;
    return outcome;
  });
  const start = async () => {
    const flags = { "data-dir": directory, endpoint: `lambda=${model.url}`, speed: SPEED };
    state.program = await startProgram(flags);
    state.client = clientOf(state.program.url);
    return { program: state.program, client: state.client };
  };
  try {
    let { program, client } = await start();
    const killed =
      kill &&
      killAt(model, kill, async () => {
        // The report that brought the call about is answered beside it; its answer is not what is to be lost here.
        await waitFor("all reports are answered", () => unanswered === 0);
        await program.kill9();
      });
    const deploymentId = await deploy(client, hooks);
    if (killed) {
      await killed;
      ({ program, client } = await start());
    }
    const status = () =>
      client.send(new GetDeploymentCommand({ deploymentId })).then((out) => out.deploymentInfo?.status);
    await waitFor(`deployment ${deploymentId} has succeeded`, async () => (await status()) === "Succeeded");
    // The report that ends the deployment is answered after its end can be seen.
    await waitFor("the last report was answered", () => {
      return model.reports.some(({ functionName, outcome }) => functionName === "after" && outcome === "accepted");
    });
    await look({ model, deploymentId, client, program });
  } finally {
    await state.program?.kill9();
    await model.close();
    rmSync(directory, { recursive: true, force: true });
  }
}

/** Resolves when the program is dead. The call at which it died is never answered. */
function killAt(
  model: LambdaModel,
  kill: { index: number; moment: Moment },
  kill9: () => Promise<void>,
): Promise<void> {
  return new Promise((resolve) => {
    model.onCall = async (index, _name, moment) => {
      if (index !== kill.index || moment !== kill.moment) return;
      model.onCall = async () => {};
      await kill9();
      resolve();
      // What had not taken effect never does: its caller is gone.
      if (kill.moment === "before") await new Promise(() => {});
    };
  });
}

async function report(
  client: CodeDeployClient | undefined,
  payload: { DeploymentId: string; LifecycleEventHookExecutionId: string },
): Promise<string> {
  const command = new PutLifecycleEventHookExecutionStatusCommand({
    deploymentId: payload.DeploymentId,
    lifecycleEventHookExecutionId: payload.LifecycleEventHookExecutionId,
    status: "Succeeded",
  });
  return (client?.send(command) ?? Promise.reject(new Error("no client"))).then(
    () => "accepted",
    (error: Error) => error.name,
  );
}

async function deploy(client: CodeDeployClient, Hooks: object[]): Promise<string> {
  const names = { applicationName: "shop", deploymentGroupName: "production" };
  await client.send(new CreateApplicationCommand({ ...names, computePlatform: "Lambda" }));
  const deploymentConfigName = "canary";
  await client.send(
    new CreateDeploymentConfigCommand({
      deploymentConfigName,
      computePlatform: "Lambda",
      trafficRoutingConfig: {
        type: "TimeBasedCanary",
        timeBasedCanary: { canaryPercentage: 10, canaryInterval: 1 },
      },
    }),
  );
  const serviceRoleArn = "arn:aws:iam::123456789012:role/deploy";
  await client.send(new CreateDeploymentGroupCommand({ ...names, deploymentConfigName, serviceRoleArn }));
  const Properties = { Name: "shop", Alias: "live", CurrentVersion: "1", TargetVersion: "2" };
  const content = JSON.stringify({
    version: 0.0,
    Resources: [{ shop: { Type: "AWS::Lambda::Function", Properties } }],
    Hooks,
  });
  const revision = { revisionType: "AppSpecContent", appSpecContent: { content } } as const;
  const { deploymentId } = await client.send(new CreateDeploymentCommand({ ...names, revision }));
  return deploymentId ?? "";
}

function clientOf(url: string): CodeDeployClient {
  const credentials = { accessKeyId: "123456789012", secretAccessKey: "secret" };
  return new CodeDeployClient({ endpoint: url, region: "eu-west-1", credentials, maxAttempts: 1 });
}
