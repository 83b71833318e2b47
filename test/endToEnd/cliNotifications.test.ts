/** `signalbox notifications` as a process of its own, against a signalbox in this one. */
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { runCommand } from "../support/commandLine.ts";
import { deploy, lambdaGroup } from "../support/lambdaFixtures.ts";
import { startReceiver, told } from "../support/receivers.ts";
import { ACCOUNT, REGION, startSignalbox } from "../support/signalbox.ts";

const receiver = await startReceiver({ after }, () => ({ status: 410 }));
const flags = { webhook: receiver.url, "allow-outgoing": receiver.host };
const box = await startSignalbox({ after }, { flags });
const environment = { SIGNALBOX_URL: box.url, AWS_ACCESS_KEY_ID: ACCOUNT, AWS_REGION: REGION };
const run = (...words: string[]) => runCommand(["notifications", ...words], environment);

test("lists nothing, then what was given up and what is owed, and tries again what was given up", async () => {
  assert.deepEqual(await run(), { exitCode: 0, stdout: "Everything has been delivered.\n", stderr: "" });

  const codedeploy = box.codeDeploy();
  const group = await lambdaGroup(codedeploy);
  const deploymentId = await deploy(codedeploy, group, '{"version": 0.0, "Resources": []}');
  await box.advance(0);
  const subject = (status: string) =>
    `${status}: AWS CodeDeploy ${deploymentId} in ${REGION} to ${group.applicationName}`;
  const error = `POST ${receiver.url} was answered with 410`;
  const dead = await run("list");
  assert.deepEqual(dead.stdout.split("\n"), [
    `1  given up after attempt 1  webhook ${receiver.url}  ${subject("INPROGRESS")}  ${error}`,
    `2  given up after attempt 1  webhook ${receiver.url}  ${subject("FAILED")}  ${error}`,
    "",
  ]);

  receiver.answer = () => ({ status: 503 });
  assert.equal((await run("retry", "2")).stdout, "1 notification is tried again.\n");
  assert.equal((await run("retry", "--all")).stdout, "1 notification is tried again.\n");
  await box.advance(0);
  const owed = (await run("--format", "json")).stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  assert.deepEqual(
    owed.map(({ n, state }) => [n, state]),
    [
      [1, "owed"],
      [2, "owed"],
    ],
  );
  assert.match(
    (await run()).stdout,
    /^1 {2}attempt 2 at 20.*Z {2}webhook .* was answered with 503\n2 {2}waits for an earlier one /,
  );

  receiver.received.length = 0;
  receiver.answer = () => ({ status: 200 });
  await box.advance(10);
  assert.deepEqual(told(receiver), [`${deploymentId} DeploymentStart`, `${deploymentId} DeploymentFailure`]);
  assert.equal((await run()).stdout, "Everything has been delivered.\n");
});

const refused: [title: string, words: string[], exitCode: number, stderr: RegExp][] = [
  ["retry of nothing", ["retry"], 64, /retry takes the numbers of notifications, or --all\.\n$/],
  ["retry of one and all", ["retry", "1", "--all"], 64, /retry takes the numbers of notifications, or --all\.\n$/],
  ["retry of no number", ["retry", "d-ABC"], 64, /^signalbox: d-ABC is not the number of a notification/],
  ["retry of one that is unknown", ["retry", "4711"], 1, /^signalbox: No notification 4711 has been given up\.\n$/],
  ["a list of numbers", ["list", "1"], 64, /^signalbox: signalbox notifications list takes no numbers\.\n$/],
  ["an unknown action", ["drop"], 64, /^signalbox: .*drop.*\n$/],
  ["a place where nobody answers", ["--endpoint", "http://127.0.0.1:1"], 69, /No signalbox answers at/],
];
for (const [title, words, exitCode, stderr] of refused) {
  test(`${title} ends with ${exitCode} and one sentence`, async () => {
    const ended = await run(...words);
    assert.match(ended.stderr, stderr);
    assert.deepEqual([ended.exitCode, ended.stdout], [exitCode, ""]);
  });
}
