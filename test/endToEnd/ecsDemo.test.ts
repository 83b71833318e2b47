/** `signalbox demo ecs` on a server that is up, twice: the second run finds what the first has left. */
import assert from "node:assert/strict";
import { after, it } from "node:test";
import { ecsDemoScene } from "../../src/cli/ecsDemoScene.ts";
import { startCallRecorder } from "../support/callRecorder.ts";
import { runCommand } from "../support/commandLine.ts";
import { ACCOUNT, REGION, startSignalbox } from "../support/signalbox.ts";

/** What the demo may take, in milliseconds. */
const DEMO_LIMIT_MS = 60_000;
const box = await startSignalbox({ after }, { flags: { clock: "real", speed: "60" } });

const STORY = [
  /runs version 1 behind http:\/\/127\.0\.0\.1:\d+ \(production\) and http:\/\/127\.0\.0\.1:\d+ \(test\)/,
  /INFO An empty order at the test listener: 200 \{"version":"2","pieces":0\}/,
  /40 orders meanwhile were answered 36 by version 1 and 4 by version 2; none failed/,
  /Succeeded after \d+m/,
  / 40 orders meanwhile were answered 3\d by version 2 and \d by version 3; \d failed/,
  /ALARM_ACTIVE: .*<signalbox-shop-errors>/,
  / rollback of d-/,
  /10 %: original \d+ requests \([\d.]+\/s\), 0 failed \(0 %\), p99 \d+ ms; replacement \d+ requests \([\d.]+\/s\), [1-9]\d* failed/,
  /100 % on the original task set/,
  /10 orders now are answered by version 2\./,
];

for (const run of ["first", "second"]) {
  it(`the ${run} run shows a canary that succeeds, and a bad version that an alarm takes back`, async () => {
    const began = performance.now();
    const { exitCode, stdout, stderr } = await runCommand(["demo", "ecs", "--endpoint", box.url]);
    assert.equal(exitCode, 0, stderr);
    assert.ok(performance.now() - began < DEMO_LIMIT_MS, `the demo took ${performance.now() - began} ms`);
    for (const part of STORY) assert.match(stdout, part);
  });
}

it("makes nothing where it cannot be known what an earlier run has left", async () => {
  const recorder = await startCallRecorder({ after });
  recorder.passTo(box.url);
  for (const call of ["elasticloadbalancing:DescribeLoadBalancers", "elasticloadbalancing:DescribeTargetGroups"]) {
    recorder.at = async (_, made) => {
      if (made === call) throw new Error("the connection breaks");
    };
    await assert.rejects(ecsDemoScene({ endpoint: recorder.url, accountId: ACCOUNT, region: REGION }));
    assert.equal(recorder.calls.at(-1), call);
  }
});
