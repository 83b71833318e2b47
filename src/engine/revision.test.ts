import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { alone, canary, lambdaPlan, type PlanOptions, Story, split } from "../../test/support/story.ts";
import type { EffectProblem } from "./deployment.ts";

const location = { bucket: "builds", key: "shop.yml", bundleType: "YAML", version: "v7" } as const;
const TEXT = `version: 0.0
Resources:
  - shop:
      Type: AWS::Lambda::Function
      Properties: { Name: shop, Alias: live, CurrentVersion: "1", TargetVersion: "2" }
Hooks:
  - BeforeAllowTraffic: check-before
`;

const inS3 = (options: PlanOptions = {}) => new Story(lambdaPlan({ appSpec: { readFrom: location }, ...options }));
const started = (options: PlanOptions = {}) => inS3(options).at(0, { type: "start" });
const read = (content: string, options: PlanOptions = {}) =>
  started(options).answer(1, { type: "revisionRead", content });

describe("a revision in S3", () => {
  it("is read when the deployment starts, before anything is known of its targets", () => {
    const story = started();
    assert.deepEqual(story.last.effects, [{ type: "readRevision", key: "readRevision", location }]);
    assert.deepEqual([story.state.status, story.deployment.targets], ["InProgress", []]);
  });

  it("gives the deployment its targets, and then it goes on as any other", () => {
    const story = read(TEXT, { traffic: canary(10, 5) });
    assert.deepEqual(story.last.effects, [
      { type: "readAlias", key: "readAlias", functionName: "shop", alias: "live" },
    ]);
    assert.equal(story.target.targetId, "shop:live");
    story.answer(2, { type: "aliasRead", alias: alone("1") });
    assert.equal(story.last.effects[0]?.type, "invokeHook");
    story.report(3, "BeforeAllowTraffic", "Succeeded").moved(4).tick(304).moved(305);
    assert.deepEqual([story.state.status, story.events], ["Succeeded", "S S S"]);
    assert.deepEqual(story.shifts, [
      [3, 10],
      [304, 100],
    ]);
  });

  it("that comes twice is taken once", () => {
    const story = read(TEXT);
    const before = story.deployment;
    story.at(2, {
      type: "effectAnswered",
      key: "readRevision",
      answer: { type: "revisionRead", content: TEXT.replace("shop", "other") },
    });
    assert.deepEqual(story.deployment, before);
  });

  it("is undone by a rollback that knows what was read", () => {
    const story = read(TEXT, { traffic: canary(10, 5), rollbackOn: ["DEPLOYMENT_STOP_ON_REQUEST"] });
    story
      .answer(2, { type: "aliasRead", alias: alone("1") })
      .report(3, "BeforeAllowTraffic", "Succeeded")
      .moved(4);
    story.stop(5);
    const [plan] = story.rollbacks;
    assert.ok(plan);
    const rollback = new Story(plan).at(0, { type: "start" });
    assert.deepEqual(rollback.last.effects, [
      {
        ...{ type: "moveAlias", key: "moveAlias/100/1", functionName: "shop", alias: "live" },
        ...{ from: [alone("1"), split(10), alone("2")], to: alone("1"), waitsForCapacity: false },
      },
    ]);
  });

  const contents: [title: string, content: string, code: string, detail: RegExp][] = [
    ["no document at all", "{", "INVALID_REVISION", /neither valid YAML nor valid JSON/],
    ["nothing in it", "", "INVALID_LAMBDA_CONFIGURATION", /AppSpec/],
    ["an error in it", TEXT.replace("Name: shop", "Nam: shop"), "INVALID_LAMBDA_CONFIGURATION", /Name.*line 5/],
  ];
  for (const [title, content, code, detail] of contents) {
    it(`with ${title} fails its deployment with ${code}`, () => {
      const story = read(content, { rollbackOn: ["DEPLOYMENT_FAILURE"] });
      assert.deepEqual([story.state.status, story.state.errorInformation?.code], ["Failed", code]);
      assert.match(story.state.statusMessages[0] ?? "", detail);
      assert.deepEqual([story.deployment.targets, story.rollbacks], [[], []]);
      assert.match(story.state.rollbackInfo?.rollbackMessage ?? "", /not rolled back: nothing had been changed/);
    });
  }

  const problems: [kind: EffectProblem["kind"], code: string, message: RegExp][] = [
    ["notFound", "REVISION_MISSING", /^no luck$/],
    ["invalid", "INVALID_REVISION", /^no luck$/],
    ["accessDenied", "IAM_ROLE_PERMISSIONS", /role\/deploy does not give .* AWS service: AmazonS3\./],
    ["unavailable", "INTERNAL_ERROR", /Amazon S3 .*no luck/],
  ];
  for (const [kind, code, message] of problems) {
    it(`whose reading ends with ${kind} fails its deployment with ${code}`, () => {
      const { errorInformation } = started().fail(1, kind).state;
      assert.equal(errorInformation?.code, code);
      assert.match(errorInformation?.message ?? "", message);
    });
  }

  it("may be read for ever by a slow S3, and the deployment can still be stopped", () => {
    const story = started({ rollbackOn: ["DEPLOYMENT_STOP_ON_REQUEST"] }).stop(100);
    assert.deepEqual([story.state.status, story.rollbacks], ["Stopped", []]);
    assert.equal(started().wakesAt, 50 * 3600);
  });
});
