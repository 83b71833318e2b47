import assert from "node:assert/strict";
import { after, test } from "node:test";
import { type ListDeploymentsCommandInput, paginateListDeployments } from "@aws-sdk/client-codedeploy";
import { appSpec, deploy, lambdaGroup, publishTwoVersions } from "../support/lambdaFixtures.ts";
import { assertRefused, nameRefusals, refuses } from "../support/refusals.ts";
import { startSignalbox } from "../support/signalbox.ts";

const box = await startSignalbox({ after });
const codedeploy = box.codeDeploy();

/** 210 deployments of one group, oldest first; they all fail at once. */
const group = await lambdaGroup(codedeploy);
const failed: string[] = [];
for (let index = 0; index < 210; index += 1) {
  failed.push(await deploy(codedeploy, group, '{"version": 0.0}'));
  if (index % 70 === 0) await box.advance(1);
}
const newest = failed.toReversed();

async function all(filters: Partial<ListDeploymentsCommandInput>) {
  const ids = [];
  // The SDK's paginator writes its token into the input it is given.
  for await (const page of paginateListDeployments({ client: codedeploy }, { ...filters })) {
    assert.ok((page.deployments?.length ?? 0) <= 100);
    ids.push(...(page.deployments ?? []));
  }
  return ids;
}

test("ListDeployments answers the newest first, also those of one moment, in pages of 100", async () => {
  const first = await codedeploy.listDeployments(group);
  assert.deepEqual(first.deployments, newest.slice(0, 100));
  assert.deepEqual(await all(group), newest);
});

test("pages are stable while others deploy", async () => {
  const busy = await lambdaGroup(codedeploy);
  const first = await codedeploy.listDeployments({});
  await deploy(codedeploy, busy, '{"version": 0.0}');
  const second = await codedeploy.listDeployments({ nextToken: first.nextToken });
  assert.deepEqual([...(first.deployments ?? []), ...(second.deployments ?? [])], newest.slice(0, 200));
});

test("statuses filter", async () => {
  const versions = await publishTwoVersions(box.lambda());
  const mixed = await lambdaGroup(codedeploy, {
    deploymentConfigName: "CodeDeployDefault.LambdaCanary10Percent5Minutes",
  });
  const one = await deploy(codedeploy, mixed, '{"version": 0.0}');
  await box.advance(0);
  const two = await deploy(codedeploy, mixed, appSpec(versions));
  await box.advance(0);
  assert.deepEqual(await all({ ...mixed, includeOnlyStatuses: ["Failed"] }), [one]);
  assert.deepEqual(await all({ ...mixed, includeOnlyStatuses: ["InProgress", "Created", "InProgress"] }), [two]);
  assert.deepEqual(await all({ ...mixed, includeOnlyStatuses: ["Succeeded"] }), []);
  assert.deepEqual(await all({ ...mixed, includeOnlyStatuses: [] }), [two, one]);
  await box.advance(300);
  assert.deepEqual(await all({ ...mixed, includeOnlyStatuses: ["Succeeded"] }), [two]);
});

test("a time range holds its two ends, and either may be open", async () => {
  const here = box.codeDeploy({ region: "eu-central-1" });
  const other = await lambdaGroup(here);
  const times: Date[] = [];
  const ids: string[] = [];
  for (let index = 0; index < 3; index += 1) {
    times.push(new Date((await box.now()) * 1000));
    ids.push(await deploy(here, other, '{"version": 0.0}'));
    await box.advance(10.5);
  }
  const within = async (start?: Date, end?: Date) =>
    (await here.listDeployments({ createTimeRange: { start, end } })).deployments;
  const [one, two, three] = ids;
  assert.deepEqual(await within(), [three, two, one]);
  assert.deepEqual(await within(times[1], times[1]), [two]);
  assert.deepEqual(await within(times[1]), [three, two]);
  assert.deepEqual(await within(undefined, times[1]), [two, one]);
  assert.deepEqual(await within(new Date((times[2]?.getTime() ?? 0) + 1)), []);
});

test("an account without deployments has an empty list, and an external id names none", async () => {
  const { $metadata: _, ...answer } = await box.codeDeploy({ account: "210987654321" }).listDeployments({});
  assert.deepEqual(answer, { deployments: [] });
  assert.deepEqual((await codedeploy.listDeployments({ externalId: "stack" })).deployments, []);
});

test("a token goes with the filters it was made for", async () => {
  const { nextToken } = await codedeploy.listDeployments(group);
  const filters: Partial<ListDeploymentsCommandInput>[] = [
    {},
    { ...group, includeOnlyStatuses: ["Failed"] },
    { ...group, createTimeRange: { end: new Date("2100-01-01") } },
  ];
  for (const filter of filters) {
    await assertRefused(codedeploy.listDeployments({ ...filter, nextToken }), "InvalidNextTokenException", /not valid/);
  }
  await codedeploy.listDeployments({ ...group, nextToken });
});

refuses(codedeploy, "ListDeployments", [
  ...nameRefusals(
    "applicationName",
    { deploymentGroupName: group.deploymentGroupName },
    ["ApplicationNameRequiredException", "Application name is required"],
    ["InvalidApplicationNameException", /^Invalid application name: /],
  ),
  ...nameRefusals(
    "deploymentGroupName",
    { applicationName: group.applicationName },
    ["DeploymentGroupNameRequiredException", "Deployment group name is required"],
    ["InvalidDeploymentGroupNameException", /^Invalid deployment group name: /],
  ),
  [
    "one name without the other, before it looks at the filters",
    { applicationName: "unknown", includeOnlyStatuses: ["Odd"] },
    "DeploymentGroupNameRequiredException",
    "Deployment group name is required",
  ],
  [
    "an unknown status, before it looks for the application",
    { ...group, applicationName: "unknown", includeOnlyStatuses: ["Failed", "Odd"] },
    "InvalidDeploymentStatusException",
    /Odd/,
  ],
  [
    "a range that ends before it starts",
    { createTimeRange: { start: new Date(2000), end: new Date(1000) } },
    "InvalidTimeRangeException",
    /start.*end/,
  ],
  [
    "an unknown application",
    { ...group, applicationName: "unknown" },
    "ApplicationDoesNotExistException",
    "No application found for name: unknown",
  ],
  [
    "an unknown group",
    { ...group, deploymentGroupName: "unknown" },
    "DeploymentGroupDoesNotExistException",
    "No Deployment Group found for name: unknown",
  ],
  ["a token that never was one", { nextToken: "garbage" }, "InvalidNextTokenException", /not valid/],
]);
