/** Kill -9 under a write load: what was acknowledged is there afterwards, and nothing is there by half. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { CodeDeploy } from "@aws-sdk/client-codedeploy";
import { SERVICE_ROLE } from "../support/lambdaFixtures.ts";
import { startProgram } from "../support/realProgram.ts";

const KILLS = 20;
const CLIENTS = 16;
/** Acknowledged writes after which the program is killed: at a moment of its own in each round. */
const writesBeforeKill = (round: number) => 40 + 17 * round;

const directory = mkdtempSync(join(tmpdir(), "signalbox-load-"));
after(() => rmSync(directory, { recursive: true, force: true }));

const clientOf = (endpoint: string) =>
  new CodeDeploy({
    endpoint,
    region: "eu-west-1",
    credentials: { accessKeyId: "123456789012", secretAccessKey: "secret" },
    maxAttempts: 1,
  });

/** Names of applications whose group, and so everything before it, was acknowledged. */
const whole = new Set<string>();
/** Names of applications that were acknowledged; their group may or may not be there. */
const begun = new Set<string>();

describe("kill -9 under a write load of 16 clients", () => {
  for (let round = 0; round < KILLS; round += 1) {
    it(`round ${round + 1}: every acknowledged write is there afterwards`, async () => {
      await writeUntilKilled(round);
      const program = await startProgram({ "data-dir": directory, "quota-applications": "100000" });
      try {
        await assertAllThere(clientOf(program.url));
      } finally {
        assert.equal(await program.terminate(), 0, program.errors());
      }
    });
  }
});

/** Each client makes application after application, every one with a group and tags, until the program dies. */
async function writeUntilKilled(round: number): Promise<void> {
  const program = await startProgram({ "data-dir": directory, "quota-applications": "100000" });
  const codedeploy = clientOf(program.url);
  let acknowledged = 0;
  let dead: Promise<void> | null = null;
  const note = (set: Set<string>, name: string) => {
    set.add(name);
    acknowledged += 1;
    if (acknowledged >= writesBeforeKill(round)) dead ??= program.kill9();
  };
  const write = async (client: number) => {
    for (let n = 0; ; n += 1) {
      const applicationName = `a-${round}-${client}-${n}`;
      const tags = [{ Key: "round", Value: String(round) }];
      await codedeploy.createApplication({ applicationName, computePlatform: "Lambda", tags });
      note(begun, applicationName);
      const deploymentGroupName = "g";
      await codedeploy.createDeploymentGroup({
        applicationName,
        deploymentGroupName,
        serviceRoleArn: SERVICE_ROLE,
        tags,
      });
      note(whole, applicationName);
    }
  };
  const ends = await Promise.allSettled(Array.from({ length: CLIENTS }, (_, client) => write(client)));
  await dead;
  assert.ok(dead, "the program was killed");
  for (const end of ends) {
    const name = end.status === "rejected" ? (end.reason as Error).name : "";
    assert.doesNotMatch(name, /Exception$/, "clients ended because the connection broke, not by an answer");
  }
}

async function assertAllThere(codedeploy: CodeDeploy): Promise<void> {
  const names = new Set<string>();
  let nextToken: string | undefined;
  do {
    const page = await codedeploy.listApplications({ nextToken });
    for (const name of page.applications ?? []) names.add(name);
    nextToken = page.nextToken;
  } while (nextToken);
  assert.deepEqual(
    [...begun].filter((name) => !names.has(name)),
    [],
    "acknowledged applications are missing",
  );
  for (const name of names) await assertNotByHalf(codedeploy, name);
}

/** An application is there with its tags, and its group, where it has one, with its tags. */
async function assertNotByHalf(codedeploy: CodeDeploy, applicationName: string): Promise<void> {
  if (checked.has(applicationName)) return;
  const round = applicationName.split("-")[1];
  const arn = `arn:aws:codedeploy:eu-west-1:123456789012:application:${applicationName}`;
  const { Tags } = await codedeploy.listTagsForResource({ ResourceArn: arn });
  assert.deepEqual(Tags, [{ Key: "round", Value: round }], `${applicationName} is there by half`);
  const { deploymentGroups = [] } = await codedeploy.listDeploymentGroups({ applicationName });
  if (whole.has(applicationName))
    assert.deepEqual(deploymentGroups, ["g"], `the group of ${applicationName} is missing`);
  for (const group of deploymentGroups) {
    const { deploymentGroupInfo } = await codedeploy.getDeploymentGroup({
      applicationName,
      deploymentGroupName: group,
    });
    assert.equal(deploymentGroupInfo?.serviceRoleArn, SERVICE_ROLE);
  }
  checked.add(applicationName);
}

/** What an earlier round has looked at; that it is still listed is asserted for all. */
const checked = new Set<string>();
