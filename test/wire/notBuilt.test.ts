/**
 * Every operation answers; what does not yet is deploying to servers. It says so and creates nothing.
 * Members that are not built for Lambda are in createDeployment.test.ts.
 */
import assert from "node:assert/strict";
import { after, test } from "node:test";
import type { CreateDeploymentGroupCommandInput, RevisionLocation } from "@aws-sdk/client-codedeploy";
import { operations } from "../../src/shapes/codedeploy.ts";
import { lambdaApplication, lambdaGroup } from "../support/lambdaFixtures.ts";
import { assertNotBuilt, send } from "../support/refusals.ts";
import { startSignalbox } from "../support/signalbox.ts";

const box = await startSignalbox({ after });
const codedeploy = box.codeDeploy();

test("none of the 47 operations answers an empty input with 501 or a fault", async () => {
  assert.equal(Object.keys(operations).length, 47);
  const client = box.codeDeploy({ account: "999999999999" });
  for (const operation of Object.keys(operations)) {
    const status = await send(client, operation, {}).then(
      () => 200,
      (error: { $metadata: { httpStatusCode: number } }) => error.$metadata.httpStatusCode,
    );
    assert.ok(status === 200 || status === 400, `${operation} answers ${status}`);
  }
});

const platforms: ["Server", Partial<CreateDeploymentGroupCommandInput>, RevisionLocation][] = [
  [
    "Server",
    { deploymentConfigName: "CodeDeployDefault.OneAtATime" },
    { revisionType: "S3", s3Location: { bucket: "b", key: "k.zip", bundleType: "zip" } },
  ],
];
for (const [computePlatform, settings, revision] of platforms) {
  test(`a deployment to ${computePlatform} is not built, says so, and creates nothing`, async () => {
    const applicationName = await lambdaApplication(codedeploy, { computePlatform });
    const group = await lambdaGroup(codedeploy, { ...settings, applicationName });
    const answer = codedeploy.createDeployment({ ...group, revision });
    await assertNotBuilt(
      answer,
      new RegExp(`${computePlatform} compute platform are not built yet; nothing was created`),
    );
    assert.deepEqual((await codedeploy.listDeployments(group)).deployments, []);
    assert.deepEqual((await codedeploy.listApplicationRevisions({ applicationName })).revisions, []);
    const { deploymentGroupInfo } = await codedeploy.getDeploymentGroup(group);
    assert.ok(!("lastAttemptedDeployment" in (deploymentGroupInfo ?? {})));
    assert.ok(!("targetRevision" in (deploymentGroupInfo ?? {})));
  });
}
