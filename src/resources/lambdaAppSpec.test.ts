import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { AppSpecDocument, AppSpecSyntaxError } from "./appSpecDocument.ts";
import { type LambdaAppSpec, readLambdaAppSpec } from "./lambdaAppSpec.ts";

const read = (text: string) => readLambdaAppSpec(new AppSpecDocument(text));
const WHOLE: LambdaAppSpec = {
  functionName: "shop",
  alias: "live",
  currentVersion: "1",
  targetVersion: "2",
  hooks: { BeforeAllowTraffic: "check", AfterAllowTraffic: "arn:aws:lambda:eu-west-1:123456789012:function:verify" },
};
const YAML = `version: 0.0
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
  - AfterAllowTraffic: arn:aws:lambda:eu-west-1:123456789012:function:verify
`;
const JSON_TEXT = JSON.stringify({
  version: 0.0,
  Resources: [
    {
      shop: {
        Type: "AWS::Lambda::Function",
        Properties: { Name: "shop", Alias: "live", CurrentVersion: "1", TargetVersion: "2" },
      },
    },
  ],
  Hooks: [
    { BeforeAllowTraffic: "check" },
    { AfterAllowTraffic: "arn:aws:lambda:eu-west-1:123456789012:function:verify" },
  ],
});
/** The YAML above with one line changed. */
const withLine = (from: string, to: string) => {
  assert.ok(YAML.includes(from));
  return YAML.replace(from, to);
};

describe("what is accepted", () => {
  const accepted: [title: string, text: string][] = [
    ["YAML", YAML],
    ["JSON", JSON_TEXT],
    ["JSON over several lines, with tabs", JSON.stringify(JSON.parse(JSON_TEXT), null, "\t")],
    ["YAML with Windows line ends", YAML.replaceAll("\n", "\r\n")],
    ["YAML with a byte order mark", `\ufeff${YAML}`],
    ["YAML with comments and a document start", `# how we deploy\n---\n${YAML.replaceAll("\n", " # why\n")}`],
    [
      "keys in lower case",
      YAML.replaceAll(
        /^( *(?:- )?)(Resources|Hooks|Type|Properties|Name|Alias|CurrentVersion|TargetVersion):/gm,
        (_, indent, key) => `${indent}${key.toLowerCase()}:`,
      ),
    ],
    ["keys in capitals", withLine("Resources:", "RESOURCES:")],
    ["a version as a string", withLine("version: 0.0", 'version: "0.0"')],
    ["a version without a fraction", withLine("version: 0.0", "version: 0")],
    ["versions as strings", withLine("CurrentVersion: 1", "CurrentVersion: '1'")],
    ["members that nobody knows", `${YAML}Extra: {a: [1]}\n`],
    [
      "an anchor and its alias",
      withLine("Name: shop\n        Alias: live", "Name: shop\n        Alias: &where live").replace(
        "live",
        "live # here",
      ),
    ],
    [
      "a value given as an alias",
      withLine("version: 0.0", "version: 0.0\nx: &alias live").replace("Alias: live", "Alias: *alias"),
    ],
    [
      "a whole section given as an alias",
      `x: &hooks\n  - BeforeAllowTraffic: check\n  - AfterAllowTraffic: arn:aws:lambda:eu-west-1:123456789012:function:verify\n${YAML.slice(0, YAML.indexOf("Hooks:"))}Hooks: *hooks\n`,
    ],
  ];
  for (const [title, text] of accepted) test(title, () => assert.deepEqual(read(text), WHOLE));

  test("no hooks at all, an empty list, and nothing behind the word", () => {
    const without = YAML.slice(0, YAML.indexOf("Hooks:"));
    for (const tail of ["", "Hooks: []\n", "Hooks:\n"]) {
      assert.deepEqual(read(without + tail), { ...WHOLE, hooks: {} });
    }
  });

  test("a function that is asked before every step of the traffic", () => {
    const hooks = { ...WHOLE.hooks, BeforeTrafficStep: "ask" };
    assert.deepEqual(read(`${YAML}  - BeforeTrafficStep: ask\n`), { ...WHOLE, hooks });
  });

  test("names as they were written: leading zeros, unicode, what YAML takes for something else", () => {
    for (const name of ["007", "ünïcödé-🚦", "yes", "1e3", "0x10", "2026-01-01"]) {
      const found = read(withLine("Name: shop", `Name: ${name}`));
      assert.equal("functionName" in found && found.functionName, name);
    }
  });
});

describe("what is parsable and wrong names its line and column", () => {
  const wrong: [title: string, text: string, problem: string][] = [
    ["no version", YAML.replace("version: 0.0\n", ""), "the AppSpec has no version (line 1, column 1)"],
    ["another version", withLine("version: 0.0", "version: 1.0"), "version must be 0.0, not 1.0 (line 1, column 10)"],
    ["no resources", "version: 0.0\n", "the AppSpec has no Resources (line 1, column 1)"],
    ["resources that are a map", "version: 0.0\nResources: {a: b}\n", "Resources must be a list (line 2, column 12)"],
    [
      "an empty list of resources",
      "version: 0.0\nResources: []\n",
      "Resources must hold exactly one function, not 0 (line 2, column 12)",
    ],
    [
      "two resources",
      withLine("Hooks:", "  - other: {}\nHooks:"),
      "Resources must hold exactly one function, not 2 (line 3, column 3)",
    ],
    [
      "another type",
      withLine("AWS::Lambda::Function", "AWS::ECS::Service"),
      "Type must be AWS::Lambda::Function, not AWS::ECS::Service (line 4, column 13)",
    ],
    ["no alias", withLine("        Alias: live\n", ""), "Properties has no Alias (line 6, column 9)"],
    ["an empty name", withLine("Name: shop", 'Name: ""'), "Name is empty (line 6, column 15)"],
    ["nothing behind the name", withLine("Name: shop", "Name:"), /^Name is empty \(line 6, column \d+\)$/.source],
    ["a name that is a list", withLine("Name: shop", "Name: [a]"), "Name must be a single value (line 6, column 15)"],
    [
      "the version $LATEST",
      withLine("TargetVersion: 2", "TargetVersion: $LATEST"),
      "TargetVersion must be the number of a published version, not $LATEST (line 9, column 24)",
    ],
    [
      "the version 0",
      withLine("CurrentVersion: 1", "CurrentVersion: 0"),
      "CurrentVersion must be the number of a published version, not 0 (line 8, column 25)",
    ],
    [
      "a hook of servers",
      withLine("BeforeAllowTraffic", "BeforeInstall"),
      "BeforeInstall is no hook of a Lambda deployment; those are BeforeAllowTraffic, BeforeTrafficStep and AfterAllowTraffic (line 11, column 5)",
    ],
    [
      "a hook in the wrong case",
      withLine("BeforeAllowTraffic", "beforeAllowTraffic"),
      "beforeAllowTraffic is no hook of a Lambda deployment; those are BeforeAllowTraffic, BeforeTrafficStep and AfterAllowTraffic (line 11, column 5)",
    ],
    [
      "a hook twice",
      withLine("AfterAllowTraffic", "BeforeAllowTraffic"),
      "BeforeAllowTraffic is given twice (line 12, column 25)",
    ],
    [
      "hooks that are a map",
      "version: 0.0\nResources: [{a: {Type: AWS::Lambda::Function, Properties: {Name: a, Alias: b, CurrentVersion: 1, TargetVersion: 2}}}]\nHooks: {BeforeAllowTraffic: a}\n",
      "Hooks must be a list (line 3, column 8)",
    ],
    [
      "a name given in two cases",
      withLine("Alias: live", "Alias: live\n        alias: dead"),
      "Properties has Alias twice (line 8, column 9)",
    ],
    ["an alias of nothing", withLine("Alias: live", "Alias: *nothing"), ""],
    ["a text", "just a text", "the AppSpec must be a map (line 1, column 1)"],
    ["nothing", "", "the AppSpec must be a map (line 1, column 1)"],
    ["an alias of itself", "version: 0.0\nResources: &r [*r]", "Resources[0] must be a map (line 2, column 16)"],
  ];
  for (const [title, text, problem] of wrong) {
    test(title, () => {
      const found = readOrSyntaxError(text);
      if (problem.startsWith("^")) assert.match(found, new RegExp(problem));
      else if (problem === "") assert.match(found, /\(line \d+, column \d+\)$/);
      else assert.equal(found, problem);
    });
  }
});

function readOrSyntaxError(text: string): string {
  try {
    const found = read(text);
    return "problem" in found ? found.problem : JSON.stringify(found);
  } catch (error) {
    assert.ok(error instanceof AppSpecSyntaxError);
    return error.message;
  }
}

describe("what is no document is a syntax error with its line and column", () => {
  const broken: [title: string, text: string, message: RegExp][] = [
    ["JSON cut off", JSON_TEXT.slice(0, 60), /\(line 1, column \d+\)$/],
    ["a list never closed", "version: 0.0\nResources: [", /\(line 2, column \d+\)$/],
    ["a tab as indentation", "version: 0.0\nResources:\n\t- a: b\n", /\(line 3, column \d+\)$/],
    ["a key given twice", "version: 0.0\nversion: 0.0\n", /unique.*\(line 2, column 1\)$/],
    ["two documents", "a: b\n---\nc: d\n", /more than one document \(line 2, column \d+\)$/],
    ["a hundred thousand brackets", "[".repeat(100_000), /^it is nested too deeply \(line 1, column \d+\)$/],
  ];
  for (const [title, text, message] of broken) {
    test(title, () => {
      assert.throws(() => new AppSpecDocument(text), AppSpecSyntaxError);
      assert.throws(() => new AppSpecDocument(text), { message });
    });
  }
});

test("aliases of aliases do not make a small text huge", () => {
  const levels = Array.from(
    { length: 30 },
    (_, level) =>
      `l${level}: &l${level} [${Array(10)
        .fill(`*l${level - 1}`)
        .join(", ")}]`,
  );
  const started = performance.now();
  const text = `l-1: &l-1 lol\n${levels.join("\n")}\n${YAML}`;
  assert.deepEqual(read(text), WHOLE);
  assert.ok(performance.now() - started < 2000);
});

test("an AppSpec of a megabyte is read", () => {
  assert.deepEqual(read(`${"# padding\n".repeat(100_000)}${YAML}`), WHOLE);
});

describe("the AppSpecs that people have published", () => {
  const corpus = process.env["SIGNALBOX_CORPUS"] ?? join(import.meta.dirname, "../../../shared/corpus");
  const list = join(corpus, "appspec.jsonl");
  const skip = existsSync(list) ? false : "the corpus is not there";
  interface Entry {
    file: string;
    platform: string;
    valid: boolean | "unknown";
    reason?: string;
  }
  const lines = skip ? [] : readFileSync(list, "utf8").trim().split("\n");
  const entries = lines.map((line) => JSON.parse(line) as Entry).filter(({ platform }) => platform === "lambda");

  test("agree with what is known of them", { skip }, () => {
    assert.ok(entries.some(({ valid }) => valid === true) && entries.some(({ valid }) => valid === false));
    for (const { file, valid, reason } of entries) {
      const text = readFileSync(join(corpus, file), "utf8");
      const outcome = readOrSyntaxError(text);
      if (valid !== "unknown") assert.equal(outcome.startsWith("{"), valid, `${file}: ${outcome} (${reason ?? ""})`);
    }
  });
});
