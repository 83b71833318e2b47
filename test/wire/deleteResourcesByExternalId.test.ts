import assert from "node:assert/strict";
import { after, test } from "node:test";
import { lambdaApplication } from "../support/lambdaFixtures.ts";
import { startSignalbox } from "../support/signalbox.ts";

const box = await startSignalbox({ after });
const codedeploy = box.codeDeploy();

test("DeleteResourcesByExternalId succeeds whatever it is given, and deletes nothing that has no external id", async () => {
  const applicationName = await lambdaApplication(codedeploy);
  for (const externalId of [
    undefined,
    "",
    applicationName,
    "arn:aws:cloudformation:eu-west-1:123456789012:stack/s/1",
  ]) {
    const { $metadata, ...answer } = await codedeploy.deleteResourcesByExternalId({ externalId });
    assert.deepEqual(answer, {});
    assert.equal($metadata.httpStatusCode, 200);
  }
  assert.deepEqual((await codedeploy.listApplications({})).applications, [applicationName]);
});
