import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { stripVTControlCharacters } from "node:util";
import {
  asking,
  blueGreen,
  canary,
  failed,
  hook,
  rollback,
  undone,
  withBefore,
  wrong,
} from "../../test/support/shownDeployments.ts";
import type { DeploymentDetail } from "../management/deploymentDetail.ts";
import { type Output, presenter } from "./presenter.ts";

const ESCAPE = "\u001b";

describe("what is shown of a deployment", () => {
  it("a canary under way, drawn on a terminal without colours", () => {
    assert.deepEqual(drawn([canary]), [
      "Deployment d-CANARY000  InProgress  2m 10s",
      "  checkout:live from version 1 to version 2",
      "  application shop, group canary, CodeDeployDefault.LambdaCanary10Percent5Minutes",
      "  ✔ BeforeAllowTraffic  Succeeded   0.4s",
      "    CodeDeployHook_before reported Succeeded",
      "    │ INFO an empty order is 0",
      "  ▶ AllowTraffic        InProgress  2m 10s",
      "    ███░░░░░░░░░░░░░░░░░░░░░░░░░░░  10 % on version 2, 90 % on version 1",
      "  · AfterAllowTraffic   Pending",
      "  The traffic stays as it is for a while: next shift in 2m 50s.",
    ]);
  });

  it("the same, as lines that only follow", () => {
    assert.deepEqual(written([canary]), [
      "d-CANARY000 deployment, checkout:live from version 1 to version 2, application shop, group canary, CodeDeployDefault.LambdaCanary10Percent5Minutes",
      "d-CANARY000   BeforeAllowTraffic: Succeeded after 0.4s, CodeDeployHook_before reported Succeeded",
      "d-CANARY000   | INFO an empty order is 0",
      "d-CANARY000   AllowTraffic: begun",
      "d-CANARY000   AllowTraffic: 10 % on version 2, 90 % on version 1. The traffic stays as it is for a while: next shift in 2m 50s.",
    ]);
  });

  it("a blue/green deployment, with both task sets and the wait that somebody may end", () => {
    assert.deepEqual(drawn([blueGreen]), [
      "Deployment d-CANARY000  Ready  2m 10s",
      "  shop:web to arn:task-definition/web:2",
      "  application shop, group canary, CodeDeployDefault.LambdaCanary10Percent5Minutes",
      "  ✔ Install             Succeeded   30s",
      "  · AllowTraffic        Pending",
      "  Blue ecs-svc/1 PRIMARY, 2 of 2 tasks run, 100 % of the traffic",
      "  Green ecs-svc/2 ACTIVE, 1 of 2 tasks run, 0 % of the traffic",
      "  10 %: original 36 requests (1.2/s), 0 failed (0 %), p99 4 ms; replacement 4 requests",
      "  (0.1/s), 1 failed (25 %), p99 7 ms",
      "  100 %: original no requests; replacement 36 requests (1.2/s), 0 failed (0 %), p99 4 ms",
      "  Ready: `signalbox skip-wait d-CANARY000` lets the traffic move; the deployment stops in 2m",
      "  50s.",
    ]);
    assert.deepEqual(written([blueGreen]).slice(1), [
      "d-CANARY000   Install: Succeeded after 30s",
      "d-CANARY000   Blue ecs-svc/1 PRIMARY, 2 of 2 tasks run, 100 % of the traffic",
      "d-CANARY000   Green ecs-svc/2 ACTIVE, 1 of 2 tasks run, 0 % of the traffic",
      "d-CANARY000   Ready: `signalbox skip-wait d-CANARY000` lets the traffic move; the deployment stops in 2m 50s.",
      "d-CANARY000   10 %: original 36 requests (1.2/s), 0 failed (0 %), p99 4 ms; replacement 4 requests (0.1/s), 1 failed (25 %), p99 7 ms",
    ]);
  });

  it("of the functions that are asked before each step of the traffic, the last one", () => {
    assert.deepEqual(drawn([asking]).slice(3), [
      "  ✔ BeforeTrafficStep20Percent  Succeeded   0.4s",
      "    CodeDeployHook_before reported Succeeded",
      "    │ INFO an empty order is 0",
      "  ▶ AllowTraffic                InProgress  2m 10s",
      "    ███░░░░░░░░░░░░░░░░░░░░░░░░░░░  10 % on version 2, 90 % on version 1",
      "  The traffic stays as it is for a while: CodeDeployHook_step is asked in 2m 50s.",
    ]);
    assert.deepEqual(
      written([asking]).flatMap((line) => /BeforeTrafficStep\d+Percent: \w+/.exec(line) ?? []),
      ["BeforeTrafficStep10Percent: Succeeded", "BeforeTrafficStep20Percent: Succeeded"],
    );
  });

  it("a hook that runs, and one that has returned without a report, with the time that is left", () => {
    const running = withBefore({
      status: "InProgress",
      endTime: null,
      hook: hook({ report: null, invocation: "under way" }),
    });
    const silent = withBefore({ status: "InProgress", endTime: null, hook: hook({ report: null }) });
    assert.ok(drawn([running]).includes("    CodeDeployHook_before is running and has 57m 50s to report"));
    assert.ok(
      drawn([silent]).includes(
        "    CodeDeployHook_before has returned without a report, which may still come for 57m 50s",
      ),
    );
  });

  it("a failed deployment without a rollback, and a hook that failed without a report", () => {
    assert.deepEqual(drawn([failed]), [
      "Deployment d-CANARY000  Failed  2.0s",
      "  checkout:live from version 1 to version 2",
      "  application shop, group canary, CodeDeployDefault.LambdaCanary10Percent5Minutes",
      "  ✖ BeforeAllowTraffic  Failed      2.0s",
      "    CodeDeployHook_before failed without a report: TypeError: items is not iterable",
      "    │ ERROR Invoke Error",
      "  – AllowTraffic        Skipped",
      "  – AfterAllowTraffic   Skipped",
      "  HOOK_EXECUTION_FAILURE: one or more of the lifecycle event validation functions failed.",
      "  The BeforeAllowTraffic function CodeDeployHook_before failed without reporting a status:",
      "  TypeError: items is not iterable",
    ]);
    assert.deepEqual(written([failed]).slice(1), [
      "d-CANARY000   BeforeAllowTraffic: Failed after 2.0s, CodeDeployHook_before failed without a report: TypeError: items is not iterable",
      "d-CANARY000   | ERROR Invoke Error",
      "d-CANARY000   AllowTraffic: Skipped",
      "d-CANARY000   AfterAllowTraffic: Skipped",
      "d-CANARY000 Failed after 2.0s",
      "d-CANARY000   HOOK_EXECUTION_FAILURE: one or more of the lifecycle event validation functions failed.",
      "d-CANARY000   The BeforeAllowTraffic function CodeDeployHook_before failed without reporting a status: TypeError: items is not iterable",
    ]);
  });

  it("a deployment that was taken back, with its rollback below", () => {
    assert.deepEqual(drawn([undone, rollback]).slice(-15), [
      "  ✖ AfterAllowTraffic   Failed      0.8s",
      "    CodeDeployHook_after reported Failed",
      "  HOOK_EXECUTION_FAILURE: one or more of the lifecycle event validation functions failed.",
      "  The AfterAllowTraffic function CodeDeployHook_after reported Failed.",
      "  Deployment d-CANARY000 terminated. Automatic rollback is triggered with a DeploymentId",
      "  d-ROLLBACK0.",
      "",
      "Rollback d-ROLLBACK0 of d-CANARY000  Succeeded  0.5s",
      "  checkout:live from version 2 to version 1",
      "  application shop, group canary, CodeDeployDefault.LambdaAllAtOnce",
      "  ✔ BeforeAllowTraffic  Succeeded   0.0s",
      "  ✔ AllowTraffic        Succeeded   0.5s",
      "    ██████████████████████████████  100 % on version 1",
      "  ✔ AfterAllowTraffic   Succeeded   0.0s",
      "  Deployment d-ROLLBACK0 is triggered to roll back deployment d-CANARY000.",
    ]);
    assert.deepEqual(written([undone, rollback]).slice(-6), [
      "d-ROLLBACK0   BeforeAllowTraffic: Succeeded after 0.0s",
      "d-ROLLBACK0   AllowTraffic: 100 % on version 1",
      "d-ROLLBACK0   AllowTraffic: Succeeded after 0.5s",
      "d-ROLLBACK0   AfterAllowTraffic: Succeeded after 0.0s",
      "d-ROLLBACK0 Succeeded after 0.5s",
      "d-ROLLBACK0   Deployment d-ROLLBACK0 is triggered to roll back deployment d-CANARY000.",
    ]);
  });

  it("an AppSpec that is wrong: nothing begun, and why", () => {
    assert.deepEqual(drawn([wrong]).slice(1), [
      "  application shop, group canary, CodeDeployDefault.LambdaCanary10Percent5Minutes",
      "  INVALID_LAMBDA_CONFIGURATION: missing or invalid.",
      "  Hooks has no BeforeTraffic.",
    ]);
  });

  it("colours say how each thing stands", () => {
    const [title, , , event] = drawn([failed], { colour: true });
    assert.equal(
      title,
      `${ESCAPE}[1mDeployment d-CANARY000${ESCAPE}[22m  ${ESCAPE}[31mFailed${ESCAPE}[39m  ${ESCAPE}[90m2.0s${ESCAPE}[39m`,
    );
    assert.equal(
      event,
      `  ${ESCAPE}[31m✖${ESCAPE}[39m BeforeAllowTraffic  ${ESCAPE}[31mFailed${ESCAPE}[39m      ${ESCAPE}[90m2.0s${ESCAPE}[39m`,
    );
    assert.ok(drawn([canary], { colour: true }).some((line) => line.includes(`${ESCAPE}[32mSucceeded${ESCAPE}[39m`)));
    assert.equal(written([undone, rollback]).join("").includes(ESCAPE), false);
  });

  it("a function's output cannot move the cursor or colour the screen", () => {
    const evil = withBefore({ hook: hook({ logTail: `${ESCAPE}[2J${ESCAPE}[31mred\u009b2J\nsecond\u202eline\r\n` }) });
    for (const lines of [drawn([evil]), written([evil])]) {
      assert.equal(stripVTControlCharacters(lines.join("")), lines.join(""));
      assert.equal(/[\p{Cc}\p{Bidi_Control}]/u.test(lines.join("")), false);
      assert.ok(lines.some((line) => line.includes("[31mred")));
    }
  });
});

describe("an output that is drawn over", () => {
  it("goes back to the first line of the last picture, and wipes what was there", () => {
    const { output, chunks } = recorder({ columns: 100, rows: 40 });
    const shown = presenter(output, { redraws: true, colour: false });
    shown.show([canary], []);
    shown.show([canary], []);
    shown.finish([failed], ["done"]);
    assert.equal(chunks.length, 2, "the same picture is not drawn twice");
    assert.ok(chunks[1]?.startsWith(`${ESCAPE}[10A\r${ESCAPE}[J`), "ten lines up");
    assert.ok(chunks[1]?.endsWith("\ndone\n"));
  });

  it("never draws more lines than the screen has, nor longer ones, until the last picture", () => {
    const { output, chunks } = recorder({ columns: 44, rows: 6 });
    const shown = presenter(output, { redraws: true, colour: true });
    shown.show([canary], []);
    shown.finish([canary], []);
    const [first = "", last = ""] = chunks.map((chunk) => chunk.split("\n").slice(0, -1));
    assert.equal(first.length, 5);
    assert.ok(last.length > 10);
    for (const line of last) assert.ok([...stripVTControlCharacters(line)].length <= 45, line);
  });
});

describe("an output that only grows", () => {
  it("tells every happening once, whatever is seen again", () => {
    const { output, chunks } = recorder({});
    const shown = presenter(output, { redraws: false, colour: false });
    for (const detail of [canary, canary, undone]) shown.show([detail], ["a note"]);
    shown.finish([undone, rollback], ["a note"]);
    const lines = chunks.join("").split("\n");
    assert.equal(lines.filter((line) => line === "a note").length, 1);
    assert.equal(lines.filter((line) => line.includes("BeforeAllowTraffic: Succeeded after 0.4s")).length, 1);
    assert.equal(lines.filter((line) => line.includes("| INFO an empty order is 0")).length, 1);
    assert.ok(
      lines.indexOf("d-CANARY000   AllowTraffic: begun") <
        lines.findIndex((line) => line.includes("d-ROLLBACK0 rollback")),
    );
  });
});

function drawn(details: DeploymentDetail[], { colour = false } = {}): string[] {
  const { output, chunks } = recorder({ columns: 92, rows: 100 });
  presenter(output, { redraws: true, colour }).finish(details, []);
  return chunks.join("").replace(`${ESCAPE}[J`, "").split("\n").slice(0, -1);
}

function written(details: DeploymentDetail[]): string[] {
  const { output, chunks } = recorder({});
  presenter(output, { redraws: false, colour: false }).finish(details, []);
  return chunks.join("").split("\n").slice(0, -1);
}

function recorder(size: { columns?: number; rows?: number }): { output: Output; chunks: string[] } {
  const chunks: string[] = [];
  return { output: { ...size, write: (text) => chunks.push(text) }, chunks };
}
