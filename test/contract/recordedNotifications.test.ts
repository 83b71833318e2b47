/**
 * The message to a topic as the real service documents it, byte for byte against ours in the same situation. It belongs
 * to others and is not in the repository: SIGNALBOX_CORPUS names its folder, and without it these tests are skipped.
 */
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { notificationsOf } from "../../src/engine/notifications/notificationsOf.ts";
import type { Transition } from "../../src/engine/transitions.ts";
import { lambdaPlan } from "../support/story.ts";

const corpus = process.env["SIGNALBOX_CORPUS"] ?? join(import.meta.dirname, "..", "..", "..", "shared", "corpus");
const index = join(corpus, "responses.jsonl");
const skip = existsSync(index) ? false : "there are no recorded answers here: SIGNALBOX_CORPUS names no such folder";

const samples = skip
  ? []
  : readFileSync(index, "utf8")
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => JSON.parse(line) as { file: string; operation: string })
      .filter(({ operation }) => operation === "sns");

const instant = (seconds: string): number => Math.round(Number(seconds) * 1000);

/** What the service tells of, in our words. */
function situation(theirs: Record<string, string> & Record<"deploymentOverview" | "errorInformation", never>) {
  const { region = "", accountId = "", deploymentId = "", createTime = "", completeTime = "", status } = theirs;
  const { applicationName, deploymentGroupName, eventTriggerName, errorInformation } = theirs;
  const { ErrorCode: code, ErrorMessage: message } = errorInformation;
  const counts = Object.entries(theirs.deploymentOverview).map(([name, count]) => [name, Number(count)]);
  const triggerEvents = ["DeploymentFailure"];
  const plan = {
    ...lambdaPlan(),
    ...{ region, accountId, deploymentId, createTime: instant(createTime) },
    info: { applicationName, deploymentGroupName },
    notifies: {
      deploymentGroupId: "",
      triggers: [{ triggerName: eventTriggerName, triggerTargetArn: "topic", triggerEvents }],
      webhook: null,
    },
  };
  const transition = {
    ...{ event: "DeploymentFailure", at: instant(completeTime), status, startTime: null, rollbackInfo: null },
    completeTime: instant(completeTime),
    overview: { Ready: 0, ...Object.fromEntries(counts) },
    errorInformation: { code, message },
  };
  return { plan: plan as ReturnType<typeof lambdaPlan>, transition: transition as Transition };
}

describe("a message of the real service", { skip }, () => {
  for (const { file } of samples) {
    it(`is like ours: ${file.replace("responses/", "")}`, () => {
      const theirs = JSON.parse(readFileSync(join(corpus, file), "utf8"));
      const { plan, transition } = situation(theirs);
      assert.equal(notificationsOf(plan, transition, null)[0]?.body, JSON.stringify(theirs));
    });
  }

  it("was found", () => assert.ok(skip || samples.length > 0));
});
