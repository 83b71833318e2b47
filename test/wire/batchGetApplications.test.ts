import assert from "node:assert/strict";
import { after, test } from "node:test";
import { lambdaApplication } from "../support/lambdaFixtures.ts";
import { refuses } from "../support/refusals.ts";
import { startSignalbox } from "../support/signalbox.ts";

const box = await startSignalbox({ after });
const codedeploy = box.codeDeploy();

test("BatchGetApplications answers the applications in the order they were asked for", async () => {
  const names = [await lambdaApplication(codedeploy), await lambdaApplication(codedeploy)].reverse();
  const { applicationsInfo } = await codedeploy.batchGetApplications({ applicationNames: names });
  const single = await Promise.all(names.map((applicationName) => codedeploy.getApplication({ applicationName })));
  assert.deepEqual(
    applicationsInfo,
    single.map(({ application }) => application),
  );
});

test("BatchGetApplications takes 100 names", async () => {
  const name = await lambdaApplication(codedeploy);
  const { applicationsInfo } = await codedeploy.batchGetApplications({ applicationNames: Array(100).fill(name) });
  assert.equal(applicationsInfo?.length, 100);
});

const required = ["ApplicationNameRequiredException", "Application name is required"] as const;
refuses(codedeploy, "BatchGetApplications", [
  ["no list of names", {}, ...required],
  ["an empty list of names", { applicationNames: [] }, ...required],
  ["an empty name among others", { applicationNames: ["a", ""] }, ...required],
  [
    "a bad name among others, before it looks for any",
    { applicationNames: ["unknown", "two words"] },
    "InvalidApplicationNameException",
    /^Invalid application name: two words/,
  ],
  [
    "unknown names, naming the first",
    { applicationNames: ["first-unknown", "second-unknown"] },
    "ApplicationDoesNotExistException",
    "No application found for name: first-unknown",
  ],
  [
    "101 names",
    { applicationNames: Array.from({ length: 101 }, (_, index) => `a${index}`) },
    "BatchLimitExceededException",
    /101.*100/,
  ],
]);
