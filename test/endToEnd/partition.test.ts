/** A network that breaks in the middle of an alias write: the truth is read back, and traffic ends where it should. */
import assert from "node:assert/strict";
import { describe, it, type TestContext } from "node:test";
import { appSpec, deploy, lambdaGroup, type TwoVersions } from "../support/lambdaFixtures.ts";
import { startLambdaModel } from "../support/lambdaModel.ts";
import { startSignalbox } from "../support/signalbox.ts";

const VERSIONS: TwoVersions = { functionName: "shop", alias: "live", currentVersion: "1", targetVersion: "2" };
/** The calls of one attempt that finds nobody: the first of them fails. */
const ATTEMPTS = 8;

/** A canary whose first write takes effect and is not answered; after that, `lost` calls find nobody. */
async function cutAfterTheWrite(context: TestContext, lost: number) {
  const model = await startLambdaModel(async () => "accepted");
  context.after(() => model.close());
  const box = await startSignalbox(context, { flags: { endpoint: `lambda=${model.url}` } });
  const group = await lambdaGroup(box.codeDeploy(), {
    deploymentConfigName: "CodeDeployDefault.LambdaCanary10Percent5Minutes",
    autoRollbackConfiguration: { enabled: true, events: ["DEPLOYMENT_FAILURE"] },
  });
  let writes = 0;
  let left = lost;
  model.isCut = (name, moment) => {
    if (name === "UpdateAlias" && moment === "after") {
      writes += 1;
      return writes === 1;
    }
    if (writes === 0 || left === 0 || moment === "after") return false;
    left -= 1;
    return true;
  };
  const deploymentId = await deploy(box.codeDeploy(), group, appSpec(VERSIONS));
  const info = async (id: string) => (await box.codeDeploy().getDeployment({ deploymentId: id })).deploymentInfo;
  return { model, box, deploymentId, info };
}

describe("the connection is cut when an alias write has taken effect", () => {
  it("and nobody is there for a minute: the write is found done, and is not made again", async (context) => {
    const { model, box, deploymentId, info } = await cutAfterTheWrite(context, ATTEMPTS - 2);
    await box.advance(1);
    const { waitingFor } = await box.detail(deploymentId);
    assert.equal(waitingFor.phase, "ShiftingTraffic");
    assert.match(waitingFor.retries, /made 8 times in all, with 62 seconds of waits/);
    await box.advance(70);
    assert.deepEqual(model.aliasStates, ["1", "1+0.1:2"]);
    assert.equal((await box.detail(deploymentId)).waitingFor.phase, "HoldingTraffic");
    await box.advance(300);
    assert.equal((await info(deploymentId))?.status, "Succeeded");
    assert.deepEqual(model.aliasStates, ["1", "1+0.1:2", "2"]);
  });

  it("and nobody is there until the budget is used up: the rollback finds the traffic moved, and moves it back", async (context) => {
    const { model, box, deploymentId, info } = await cutAfterTheWrite(context, ATTEMPTS - 1);
    await box.advance(120);
    const failed = await info(deploymentId);
    assert.deepEqual([failed?.status, failed?.errorInformation?.code], ["Failed", "INTERNAL_ERROR"]);
    const rollback = await info(failed?.rollbackInfo?.rollbackDeploymentId ?? "");
    assert.equal(rollback?.status, "Succeeded");
    assert.deepEqual(model.aliasStates, ["1", "1+0.1:2", "1"], "what nobody was told of was undone");
  });
});
