/** `aws ecs deploy` and `aws deploy` with ECS, end to end, as pipelines call them. The clock runs sixty times as fast. */
import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { tally } from "../support/balancer.ts";
import { type BlueGreen, blueGreenService, deployVersion, ecsAppSpec, versionOf } from "../support/blueGreen.ts";
import { server } from "../support/ecsFixtures.ts";
import { startSignalbox } from "../support/signalbox.ts";
import { waitFor } from "../support/waitFor.ts";
import { awsCli, whyNoAwsCli } from "./awsCli.ts";

const skip = await whyNoAwsCli();
const box = await startSignalbox({ after }, { flags: { clock: "real", speed: "60" } });
const folder = await mkdtemp(join(tmpdir(), "signalbox-cli-ecs-"));
after(() => rm(folder, { recursive: true, force: true }));
const ecs = awsCli(box.url, folder, "ecs");
const deploy = awsCli(box.url, folder, "deploy");
const s3 = awsCli(box.url, folder, "s3");

async function running(): Promise<BlueGreen> {
  const web = await blueGreenService(box);
  await waitFor("version 1 answers", async () => (await fetch(web.productionUrl)).ok);
  return web;
}

const groupFlags = ({ group }: BlueGreen) => [
  ...["--application-name", group.applicationName, "--deployment-group-name", group.deploymentGroupName],
];

describe("the AWS CLI deploys to ECS", { skip }, () => {
  it("with aws ecs deploy, which registers the task definition, deploys it and waits", async () => {
    const web = await running();
    const definition = { family: web.service, containerDefinitions: [server("v2")] };
    await writeFile(join(folder, "task-definition.json"), JSON.stringify(definition));
    await writeFile(join(folder, "appspec.json"), ecsAppSpec({ taskDefinitionArn: "to be replaced" }));
    const said = await ecs.text(
      ...["deploy", "--cluster", web.cluster, "--service", web.service],
      ...["--task-definition", "task-definition.json", "--codedeploy-appspec", "appspec.json"],
      ...["--codedeploy-application", web.group.applicationName],
      ...["--codedeploy-deployment-group", web.group.deploymentGroupName],
    );
    assert.match(said, /Successfully deployed/);
    assert.deepEqual(await tally(web.productionUrl, 20), { v2: 20 });
  });

  it("with aws deploy and an AppSpec in S3", async () => {
    const web = await running();
    await writeFile(join(folder, "appspec.json"), ecsAppSpec(await versionOf(box, web.service, "v2")));
    await s3.text("mb", "s3://revisions");
    await s3.text("cp", "appspec.json", "s3://revisions/appspec.json");
    const { deploymentId } = await deploy.json<{ deploymentId: string }>(
      ...["create-deployment", ...groupFlags(web)],
      ...["--s3-location", "bucket=revisions,key=appspec.json,bundleType=JSON"],
    );
    await deploy.text("wait", "deployment-successful", "--deployment-id", deploymentId);
    const target = `${web.cluster}:${web.service}`;
    const { deploymentTarget } = await deploy.json<{ deploymentTarget: { ecsTarget: { status: string } } }>(
      ...["get-deployment-target", "--deployment-id", deploymentId, "--target-id", target],
    );
    assert.equal(deploymentTarget.ecsTarget.status, "Succeeded");
    assert.deepEqual(await tally(web.productionUrl, 20), { v2: 20 });
  });

  it("by a rule on a header, made by the command with which a deployment without one fails", async () => {
    const tags = [{ Key: "signalbox:test-header", Value: "X-Test" }];
    const web = await blueGreenService(box, { hasTestListener: false, group: { tags } });
    const deployed = async () => {
      const deploymentId = await deployVersion(box, web, "v2");
      await deploy.run("wait", "deployment-successful", "--deployment-id", deploymentId);
      return (await box.codeDeploy().getDeployment({ deploymentId })).deploymentInfo ?? {};
    };
    const { errorInformation } = await deployed();
    const [, command = ""] = / aws elbv2 (.+)$/.exec(errorInformation?.message ?? "") ?? [];
    await awsCli(box.url, folder, "elbv2").text(...command.split(" ").map((word) => word.replace(/^'(.+)'$/, "$1")));
    assert.equal((await deployed()).status, "Succeeded");
  });

  it("and hears why a deployment fails", async () => {
    const web = await running();
    const content = ecsAppSpec(await versionOf(box, web.service, "v2", server("v2", { command: ["false"] })));
    await writeFile(
      join(folder, "revision.json"),
      JSON.stringify({ revisionType: "AppSpecContent", appSpecContent: { content } }),
    );
    const { deploymentId } = await deploy.json<{ deploymentId: string }>(
      ...["create-deployment", ...groupFlags(web), "--revision", "file://revision.json"],
    );
    const { exitCode, stderr } = await deploy.run("wait", "deployment-successful", "--deployment-id", deploymentId);
    assert.equal(exitCode, 255);
    assert.match(stderr, /Waiter DeploymentSuccessful failed: .*"Failed"/);
    const { deploymentInfo } = await deploy.json<{
      deploymentInfo: { errorInformation: { code: string; message: string } };
    }>(...["get-deployment", "--deployment-id", deploymentId]);
    assert.equal(deploymentInfo.errorInformation.code, "ECS_UPDATE_ERROR");
    assert.match(deploymentInfo.errorInformation.message, /exit code 1/);
  });
});
