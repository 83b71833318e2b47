import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { AppSpecDocument } from "../appSpecDocument.ts";
import { readLambdaAppSpec } from "../lambdaAppSpec.ts";
import { appSpecPlatforms, checkAppSpec } from "./checkAppSpec.ts";
import type { Complaint } from "./complaint.ts";

const LAMBDA = `version: 0.0
Resources:
  - shop:
      Type: AWS::Lambda::Function
      Properties:
        Name: shop
        Alias: live
        CurrentVersion: 1
        TargetVersion: 2
Hooks:
  - BeforeAllowTraffic: check
`;
const ECS = `version: 0.0
Resources:
  - shop:
      Type: AWS::ECS::Service
      Properties:
        TaskDefinition: "arn:aws:ecs:eu-west-1:123456789012:task-definition/shop:7"
        LoadBalancerInfo: {ContainerName: web, ContainerPort: 80}
`;
const SERVER = `version: 0.0
os: linux
files:
  - source: /
    destination: /srv
permissions:
  - object: /srv
    mode: 644
    acls: ["u:bob:rwx"]
    context: {type: t, range: "s0:c0.c3"}
hooks:
  AfterInstall:
    - location: scripts/a.sh
      timeout: 60
`;
const told = ({ severity, line, column, message }: Complaint) => `${line}:${column} ${severity}: ${message}`;

describe("the platform of an AppSpec is told by", () => {
  const cases: [title: string, text: string, platform: string | undefined][] = [
    ["the type of a function", LAMBDA, "lambda"],
    ["the type of a service", ECS, "ecs"],
    ["the type in any case", ECS.replace("AWS::ECS::Service", "aws::ecs::service"), "ecs"],
    ["the properties of a function without a type", LAMBDA.replace(/ +Type: .*\n/, ""), "lambda"],
    ["the properties of a service without a type", ECS.replace(/ +Type: .*\n/, ""), "ecs"],
    ["resources that are no list", "Resources:\n  shop: {Type: 'AWS::ECS::Service'}\n", "ecs"],
    ["os and files", SERVER, "server"],
    ["hooks by their names", "hooks:\n  AfterInstall: []\n", "server"],
    ["nothing in an empty text", "", undefined],
    ["nothing in a list", "- a\n", undefined],
    ["nothing in a template of something else", "Resources:\n  a: {Type: 'AWS::Serverless::Function'}\n", undefined],
  ];
  for (const [title, text, platform] of cases) {
    it(title, () => assert.equal(checkAppSpec(text).platform, platform));
  }

  it("nothing is an error that names what is there and what could be", () => {
    const { complaints, appSpec } = checkAppSpec("Resources:\n  a: {Type: 'AWS::Serverless::Function'}\n");
    assert.deepEqual(complaints.map(told), [
      "2:13 error: this is no AppSpec of any platform: there is Type AWS::Serverless::Function, and there should be os and files (Server), or a resource of Type AWS::Lambda::Function or AWS::ECS::Service",
    ]);
    assert.equal(appSpec, undefined);
  });

  it("what is said, whatever the content looks like", () => {
    const [first] = checkAppSpec(LAMBDA, { platform: "server" }).complaints;
    assert.equal(first && told(first), "1:1 error: the AppSpec has no os");
  });
});

describe("a Lambda AppSpec", () => {
  it("has every mistake told, in the order of the text", () => {
    const text = LAMBDA.replace("0.0", "1.0")
      .replace("Alias: live", "Alias:")
      .replace("TargetVersion: 2", "TargetVersion: $LATEST")
      .replace("BeforeAllow", "BeforeInstall");
    const { complaints } = checkAppSpec(`${text}extra: 1\n`);
    assert.deepEqual(complaints.map(told), [
      "1:10 error: version must be 0.0, not 1.0",
      "7:15 error: Alias is empty",
      "9:24 error: TargetVersion must be the number of a published version, not $LATEST",
      "11:5 error: BeforeInstallTraffic is no hook of a Lambda deployment; those are BeforeAllowTraffic, BeforeTrafficStep and AfterAllowTraffic",
      "12:1 warning: extra is not known in the AppSpec and is ignored; known are version, Resources and Hooks",
    ]);
  });

  it("that changes nothing is a warning: such a deployment is accepted, and fails", () => {
    const { complaints, appSpec } = checkAppSpec(LAMBDA.replace("TargetVersion: 2", "TargetVersion: 1"));
    assert.deepEqual(complaints.map(told), [
      "9:24 warning: CurrentVersion and TargetVersion are both 1; such a deployment fails when it starts",
    ]);
    assert.ok(appSpec);
  });

  it("fails its deployment with the first error in the order of reading", () => {
    const text = LAMBDA.replace("Alias: live", 'Alias: ""').replace("Name: shop", "Nam: shop").replace("0.0", "1.0");
    assert.deepEqual(readLambdaAppSpec(new AppSpecDocument(text)), {
      problem: "version must be 0.0, not 1.0 (line 1, column 10)",
    });
    assert.deepEqual(readLambdaAppSpec(new AppSpecDocument(text.replace("1.0", "0.0"))), {
      problem: "Properties has no Name (line 6, column 9)",
    });
  });
});

describe("text that is no document", () => {
  const broken: [title: string, text: string, complaint: RegExp, found: string][] = [
    ["a tab", "version: 0.0\n\t- a\n", /^2:1 error: this is neither valid YAML nor valid JSON: Tabs/, "- a"],
    ["a list never closed", "version: 0.0\nos: [linux", /^2:\d+ error: this is neither/, "the end of the text"],
    ["a control character", "version: 0.0\nos: a\u0000b", /^2:6 error: .*control characters.*U\+0000/, "U+0000"],
    ["a hundred thousand brackets", "[".repeat(100_000), /^1:\d+ error: .*nested too deeply/, "["],
  ];
  for (const [title, text, complaint, found] of broken) {
    it(`is told line by line: ${title}`, () => {
      const { complaints, appSpec } = checkAppSpec(text);
      const [first] = complaints;
      assert.match(first ? told(first) : "", complaint);
      assert.ok(first?.found.startsWith(found), first?.found);
      assert.equal(new Set(complaints.map(({ line }) => line)).size, complaints.length, "one complaint for a line");
      assert.equal(appSpec, undefined);
    });
  }

  it("has each broken line told", () => {
    const { complaints } = checkAppSpec("version: 0.0\nfiles:\n\t- a: b\n\t- c: d\n");
    assert.deepEqual(
      complaints.map(({ line, severity }) => [line, severity]),
      [
        [3, "error"],
        [4, "error"],
      ],
    );
  });
});

describe("whatever the text is", () => {
  const words = fc.constantFrom(
    ...["version", "0.0", "os", "linux", "windows", "Resources", "Hooks", "hooks", "files", "permissions", "Type"],
    ...["AWS::ECS::Service", "AWS::Lambda::Function", "Properties", "AfterInstall", "location", "timeout", "acls"],
    ...["object", "mode", "context", "range", "s0:c0.c9", "d:u::7", "*a", "&a x", "!Ref", "0644", "2026-01-01", "yes"],
    ...["NetworkConfiguration", "AwsvpcConfiguration", "CapacityProviderStrategy", "LoadBalancerInfo", "Base"],
  );
  const marks = fc.constantFrom(
    ..."\n|\n  |\n    |: |- |[|]|{|}|, |\"|'|#|---\n|\t|? |<<|\r\n|\u0000|🚦|\ud800|\u2028".split("|"),
  );
  const garbage = fc.oneof(
    fc.string({ unit: "binary", maxLength: 300 }),
    fc.array(fc.oneof(words, marks), { maxLength: 200 }).map((pieces) => pieces.join("")),
    fc
      .tuple(fc.constantFrom(LAMBDA, ECS, SERVER), fc.nat(400), fc.nat(20), fc.oneof(words, marks))
      .map(([text, at, length, piece]) => text.slice(0, at) + piece + text.slice(at + length)),
    fc.jsonValue().map((value) => JSON.stringify(value)),
  );
  /** Values of every kind in the places where an AppSpec has its own. */
  const nearly = fc
    .tuple(fc.constantFrom(LAMBDA, ECS, SERVER), fc.nat(40), fc.oneof(fc.jsonValue({ maxDepth: 2 }), fc.string()))
    .map(([text, index, value]) => {
      const parts = text.split(/(?<=: )(?=\S)/);
      const at = index % parts.length;
      return parts.map((part, place) => (place === at ? part.replace(/^.*/, JSON.stringify(value)) : part)).join("");
    });

  const requireSound = (text: string) => {
    const lines = text.split("\n");
    for (const platform of [undefined, ...appSpecPlatforms]) {
      const { complaints, appSpec } = checkAppSpec(text, { platform });
      const hasErrors = complaints.some(({ severity }) => severity === "error");
      assert.equal(appSpec === undefined, hasErrors, "either an AppSpec or an error");
      for (const { line, column, message, found, allowed } of complaints) {
        const inside = line >= 1 && line <= lines.length && column >= 1;
        assert.ok(inside && column <= (lines[line - 1]?.length ?? 0) + 1, `${line}:${column} ${message}`);
        assert.ok(message !== "" && found !== "" && allowed !== "", `${message}|${found}|${allowed}`);
      }
    }
  };

  it("it is read or refused, with every complaint at a place inside the text", () => {
    fc.assert(fc.property(fc.oneof(garbage, nearly), requireSound), { numRuns: 3000 });
  });

  const large: [title: string, text: string][] = [
    ["deep nesting in lists", `${SERVER}deep: ${"[".repeat(5000)}${"]".repeat(5000)}\n`],
    ["deep nesting in maps", Array.from({ length: 2000 }, (_, depth) => `${" ".repeat(depth)}files:`).join("\n")],
    ["a scalar of a megabyte", SERVER.replace("scripts/a.sh", "x".repeat(1_000_000))],
    ["a placeholder of a megabyte", LAMBDA.replace("Name: shop", `Name: "${"{{$".repeat(300_000)}"`)],
    ["a version of a megabyte", LAMBDA.replace("CurrentVersion: 1", `CurrentVersion: ${"9".repeat(1_000_000)}`)],
    ["a range of a megabyte", SERVER.replace("s0:c0.c3", `s0:${",".repeat(500_000)}c${"0".repeat(500_000)}`)],
    ["a hundred thousand keys", `${SERVER}${Array.from({ length: 100_000 }, (_, key) => `k${key}: 1\n`).join("")}`],
    ["fifty thousand hooks", `${ECS}Hooks:\n${"  - AfterInstall: check\n".repeat(50_000)}`],
    ["aliases by the ten thousand", `a: &a [x]\nversion: 0.0\nfiles:\n${"  - *a\n".repeat(20_000)}`],
    ["a million closing brackets", "]".repeat(1_000_000)],
    ["fifty thousand quotes", '"'.repeat(50_000)],
  ];
  for (const [title, text] of large) {
    it(`${title} takes no long time`, () => {
      // The processor's time, since a busy machine makes any text slow by the clock on the wall.
      const started = process.cpuUsage();
      requireSound(text);
      const { user, system } = process.cpuUsage(started);
      const took = (user + system) / 1000;
      assert.ok(took < 15_000, `${Math.round(took)} ms for four readings of ${text.length} characters`);
    });
  }
});
