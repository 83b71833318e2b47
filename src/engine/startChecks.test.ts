import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { alone, lambdaPlan, type PlanOptions, Story, split } from "../../test/support/story.ts";
import type { ErrorCode } from "../shapes/codedeploy.ts";
import type { AliasState } from "./plan.ts";

// The literal texts of semantics 3.9, written out: clients match on them.
const INVALID =
  "The deployment failed because the AppSpec file that specifies the AWS Lambda deployment configuration is missing or has an invalid configuration.";
const MISMATCH = `${INVALID} The Lambda function alias version does not match the current version in AppSpec file.`;
const NO_PERMISSION =
  "The IAM role arn:aws:iam::111122223333:role/deploy does not give you permission to perform operations in the following AWS service: AWSLambda. Contact your AWS administrator if you need help. If you are an AWS administrator, you can grant permissions to your users or groups by creating IAM policies.";

describe("before it touches anything, a deployment fails when", () => {
  const foreign: AliasState = { version: "1", routed: { version: "7", weight: 0.25 } };
  const checks: [name: string, appSpec: PlanOptions["appSpec"], alias: AliasState, text: string, detail: RegExp][] = [
    ["the alias is split", {}, split(10), INVALID, /live of function shop is split: 10 % .* version 2/],
    ["the alias is split to another version", {}, foreign, INVALID, /25 % of its traffic goes to version 7/],
    ["CurrentVersion is not the alias's", {}, alone("5"), MISMATCH, /version 5, but the AppSpec's CurrentVersion is 1/],
    ["both versions are the same", { targetVersion: "1" }, alone("1"), INVALID, /both 1: there is nothing to deploy/],
    // A split alias is told before versions that differ (semantics 4.2, items 4 and 5).
    ["the alias is split and at another version", { currentVersion: "9" }, split(10), INVALID, /is split/],
    ["versions differ and are the same", { currentVersion: "2" }, alone("1"), MISMATCH, /CurrentVersion is 2/],
  ];
  for (const [name, appSpec = {}, alias, text, detail] of checks) {
    it(name, () => {
      const story = new Story(lambdaPlan({ appSpec, rollbackOn: ["DEPLOYMENT_FAILURE"] })).begin(alias);
      const { status, errorInformation, statusMessages, rollbackInfo } = story.state;
      assert.equal(status, "Failed");
      assert.deepEqual(errorInformation, { code: "INVALID_LAMBDA_CONFIGURATION", message: text });
      assert.match(statusMessages[0] ?? "", detail);
      assert.equal(story.events, "- - -", "nothing ran: Skipped, Skipped, Skipped");
      assert.equal(story.target.status, "Skipped");
      assert.deepEqual(
        story.wanted.map(({ effect }) => effect.type),
        ["readAlias"],
      );
      assert.equal(rollbackInfo?.rollbackDeploymentId, undefined, "there is nothing to roll back");
      assert.match(rollbackInfo?.rollbackMessage ?? "", /not rolled back: nothing had been changed/);
    });
  }

  it("the AppSpec cannot be used, before anything is asked of Lambda", () => {
    const story = new Story(lambdaPlan({ appSpec: { problem: "line 3: Alias is missing" } }));
    story.at(2, { type: "start" });
    assert.equal(story.state.status, "Failed");
    assert.deepEqual(story.state.errorInformation, { code: "INVALID_LAMBDA_CONFIGURATION", message: INVALID });
    assert.deepEqual(story.state.statusMessages, ["line 3: Alias is missing"]);
    assert.deepEqual([story.wanted, story.deployment.targets], [[], []]);
    assert.equal(story.state.startTime, story.state.completeTime);
  });

  const refusals: ["notFound" | "accessDenied" | "invalid" | "unavailable", ErrorCode, string][] = [
    ["notFound", "INVALID_LAMBDA_FUNCTION", "Alias live of function shop: not there"],
    ["accessDenied", "IAM_ROLE_PERMISSIONS", NO_PERMISSION],
    ["invalid", "INVALID_LAMBDA_CONFIGURATION", INVALID],
    ["unavailable", "INTERNAL_ERROR", "AWS Lambda did not answer as it should: Alias live of function shop: not there"],
  ];
  for (const [kind, code, message] of refusals) {
    it(`the alias cannot be read: ${kind} is ${code}`, () => {
      const story = new Story(lambdaPlan()).at(0, { type: "start" });
      story.fail(1, kind, "Alias live of function shop: not there");
      assert.equal(story.state.status, "Failed");
      assert.deepEqual(story.state.errorInformation, { code, message });
      assert.deepEqual(story.state.statusMessages, ["Alias live of function shop: not there"]);
    });
  }
});
