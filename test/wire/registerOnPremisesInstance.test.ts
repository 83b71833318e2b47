import assert from "node:assert/strict";
import { after, test } from "node:test";
import { uniqueName } from "../support/lambdaFixtures.ts";
import { registerInstance, sessionArn, userArn } from "../support/onPremisesFixtures.ts";
import { assertRefused, nameRefusals, refuses } from "../support/refusals.ts";
import { ACCOUNT, REGION, startSignalbox } from "../support/signalbox.ts";

const box = await startSignalbox({ after });
const codedeploy = box.codeDeploy();

test("RegisterOnPremisesInstance answers nothing, and the instance is there as it was registered", async () => {
  const instanceName = uniqueName("instance");
  const iamUserArn = userArn(instanceName);
  const { $metadata: _, ...answer } = await codedeploy.registerOnPremisesInstance({ instanceName, iamUserArn });
  assert.deepEqual(answer, {});
  const { instanceInfo } = await codedeploy.getOnPremisesInstance({ instanceName });
  const { instanceArn, registerTime, ...others } = instanceInfo ?? {};
  assert.deepEqual(others, { instanceName, iamUserArn, tags: [] });
  assert.match(
    instanceArn ?? "",
    new RegExp(`^arn:aws:codedeploy:${REGION}:${ACCOUNT}:instance/${instanceName}_[A-Za-z0-9]{10}$`),
  );
  assert.equal((registerTime?.getTime() ?? 0) / 1000, await box.now());
});

test("an instance may be registered with a session instead of a user", async () => {
  const instanceName = uniqueName("instance");
  const iamSessionArn = sessionArn(instanceName);
  await codedeploy.registerOnPremisesInstance({ instanceName, iamSessionArn });
  const { instanceInfo } = await codedeploy.getOnPremisesInstance({ instanceName });
  assert.equal(instanceInfo?.iamSessionArn, iamSessionArn);
  assert.ok(!("iamUserArn" in (instanceInfo ?? {})));
});

test("a name that was deregistered can be registered again: with a new ARN, a new time and no tags", async () => {
  const instanceName = await registerInstance(codedeploy, undefined, [{ Key: "Name", Value: "old" }]);
  const before = await codedeploy.getOnPremisesInstance({ instanceName });
  await codedeploy.deregisterOnPremisesInstance({ instanceName });
  await box.advance(60);
  await registerInstance(codedeploy, instanceName);
  const { instanceInfo } = await codedeploy.getOnPremisesInstance({ instanceName });
  assert.notEqual(instanceInfo?.instanceArn, before.instanceInfo?.instanceArn);
  assert.equal(Number(instanceInfo?.registerTime) - Number(before.instanceInfo?.registerTime), 60_000);
  assert.equal(instanceInfo?.deregisterTime, undefined);
  assert.deepEqual(instanceInfo?.tags, []);
});

test("the IAM user of a deregistered instance may be used for another", async () => {
  const first = await registerInstance(codedeploy);
  await codedeploy.deregisterOnPremisesInstance({ instanceName: first });
  await codedeploy.registerOnPremisesInstance({ instanceName: uniqueName("instance"), iamUserArn: userArn(first) });
});

test("names and users of other accounts and regions are free", async () => {
  const instanceName = await registerInstance(codedeploy);
  const arns = new Set<string | undefined>();
  for (const principal of [{ account: "210987654321" }, { region: "us-east-2" }]) {
    const other = box.codeDeploy(principal);
    await registerInstance(other, instanceName);
    arns.add((await other.getOnPremisesInstance({ instanceName })).instanceInfo?.instanceArn?.split("_")[0]);
  }
  assert.deepEqual(
    arns,
    new Set([
      `arn:aws:codedeploy:${REGION}:210987654321:instance/${instanceName}`,
      `arn:aws:codedeploy:us-east-2:${ACCOUNT}:instance/${instanceName}`,
    ]),
  );
});

test("of ten requests at once for one name, one registers it", async () => {
  const instanceName = uniqueName("instance");
  const outcomes = await Promise.allSettled(
    Array.from({ length: 10 }, (_, index) =>
      codedeploy.registerOnPremisesInstance({ instanceName, iamUserArn: userArn(`${instanceName}-${index}`) }),
    ),
  );
  assert.equal(outcomes.filter(({ status }) => status === "fulfilled").length, 1);
});

test("a refused registration changes nothing", async () => {
  const [taken, free] = [await registerInstance(codedeploy), uniqueName("instance")];
  await assertRefused(
    codedeploy.registerOnPremisesInstance({ instanceName: free, iamUserArn: userArn(taken) }),
    "IamUserArnAlreadyRegisteredException",
    `The IAM user ARN ${userArn(taken)} is already registered, for the on-premises instance ${taken}`,
  );
  assert.deepEqual((await codedeploy.batchGetOnPremisesInstances({ instanceNames: [free] })).instanceInfos, []);
});

const iamUserArn = userArn("somebody");
refuses(codedeploy, "RegisterOnPremisesInstance", [
  ...nameRefusals(
    "instanceName",
    { iamUserArn },
    ["InstanceNameRequiredException", "Instance name is required"],
    ["InvalidInstanceNameException", /^Invalid instance name: /],
  ),
  [
    "a name that begins with i-",
    { instanceName: "i-0abc", iamUserArn },
    "InvalidInstanceNameException",
    /does not begin with i-/,
  ],
  ["no ARN", { instanceName: "a" }, "IamArnRequiredException", "IAM ARN is required: give iamUserArn or iamSessionArn"],
  [
    "an empty session ARN",
    { instanceName: "a", iamSessionArn: "" },
    "IamArnRequiredException",
    "IAM ARN is required: give iamUserArn or iamSessionArn",
  ],
  [
    "an empty user ARN",
    { instanceName: "a", iamUserArn: "" },
    "IamUserArnRequiredException",
    "IAM user ARN is required: iamUserArn is empty",
  ],
  [
    "both ARNs, whatever they are",
    { instanceName: "a", iamUserArn: "bad", iamSessionArn: "bad" },
    "MultipleIamArnsProvidedException",
    "Both iamUserArn and iamSessionArn were given; give one of them",
  ],
  ...["somebody", "arn:aws:iam::12:user/a", "arn:aws:iam::123456789012:role/a", "arn:aws:iam::123456789012:user/"].map(
    (arn): [string, object, string, RegExp] => [
      `the user ARN ${arn}`,
      { instanceName: "a", iamUserArn: arn },
      "InvalidIamUserArnException",
      /^Invalid IAM user ARN: .*arn:aws:iam::<account>:user/,
    ],
  ),
  ...[iamUserArn, "arn:aws:sts::123456789012:assumed-role/role", "x"].map((arn): [string, object, string, RegExp] => [
    `the session ARN ${arn}`,
    { instanceName: "a", iamSessionArn: arn },
    "InvalidIamSessionArnException",
    /^Invalid IAM session ARN: .*assumed-role\/<role>\/<session>/,
  ]),
  [
    "a name that is registered, before a user that is",
    async () => {
      const instanceName = await registerInstance(codedeploy, "registered");
      return { instanceName, iamUserArn: userArn(instanceName) };
    },
    "InstanceNameAlreadyRegisteredException",
    "The on-premises instance name registered is already registered; deregister it first",
  ],
  [
    "a session that is registered",
    async () => {
      const iamSessionArn = sessionArn("taken");
      await codedeploy.registerOnPremisesInstance({ instanceName: "with-session", iamSessionArn });
      return { instanceName: "another", iamSessionArn };
    },
    "IamSessionArnAlreadyRegisteredException",
    `The IAM session ARN ${sessionArn("taken")} is already registered, for the on-premises instance with-session`,
  ],
]);
