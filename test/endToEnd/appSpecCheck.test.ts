/** `signalbox appspec check` as a process of its own. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";

const main = join(import.meta.dirname, "..", "..", "src", "main.ts");
const folder = mkdtempSync(join(tmpdir(), "signalbox-appspec-"));
after(() => rmSync(folder, { recursive: true }));

const GOOD = "version: 0.0\nos: linux\nfiles:\n  - source: /\n    destination: /srv\n";
const ODD = `${GOOD}    overwrite: yes\n`;
const BAD = "version: 1.0\nos: linux\nhooks:\n  AfterInstall:\n    - timeout: 5\n";
const LAMBDA = JSON.stringify({
  version: 0.0,
  Resources: [
    {
      shop: {
        Type: "AWS::Lambda::Function",
        Properties: { Name: "shop", Alias: "live", CurrentVersion: "1", TargetVersion: "$LATEST" },
      },
    },
  ],
});

/** Runs it in the folder, with the files in it and `input` on its standard input. */
function check(words: string[], files: Record<string, string | Buffer> = {}, input = "") {
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
  const parameters = [main, "appspec", "check", ...words];
  const { status, stdout, stderr } = spawnSync(process.execPath, parameters, { cwd: folder, input, encoding: "utf8" });
  return { status, stdout, stderr };
}

describe("signalbox appspec check", () => {
  it("tells a good file in one line, exit code 0", () => {
    assert.deepEqual(check(["good.yml"], { "good.yml": GOOD }), {
      status: 0,
      stdout: "good.yml: AppSpec for Server, 0 errors, 0 warnings\n",
      stderr: "",
    });
  });

  it("tells a warning, and still exits with 0", () => {
    const { status, stdout } = check(["odd.yml"], { "odd.yml": ODD });
    assert.equal(status, 0);
    assert.match(stdout, /^odd\.yml:6:5: warning: overwrite is not known in files\[0\]/);
    assert.match(stdout, /\nodd\.yml: AppSpec for Server, 0 errors, 1 warning\n$/);
  });

  it("tells every error of every file at once with the agent's words, exit code 1", () => {
    const { status, stdout, stderr } = check(["bad.yml", "good.yml", "shop.json"], {
      "bad.yml": BAD,
      "good.yml": GOOD,
      "shop.json": LAMBDA,
    });
    assert.equal(status, 1);
    assert.equal(stderr, "");
    const lines = stdout.split("\n");
    const column = LAMBDA.indexOf('"$LATEST"') + 1;
    assert.deepEqual(
      lines.filter((line) => !line.startsWith(" ")),
      [
        "bad.yml:1:10: error: version must be 0.0, not 1.0",
        "bad.yml:5:7: error: AfterInstall[0] has no location",
        "bad.yml: AppSpec for Server, 2 errors, 0 warnings",
        "good.yml: AppSpec for Server, 0 errors, 0 warnings",
        `shop.json:1:${column}: error: TargetVersion must be the number of a published version, not $LATEST`,
        "shop.json: AppSpec for Lambda, 1 error, 0 warnings",
        "",
      ],
    );
    assert.match(
      lines[1] ?? "",
      /^ {4}the agent says: The deployment failed because an invalid version value \(1\.0\)/,
    );
  });

  it("tells it as JSON, for programs", () => {
    const { status, stdout } = check(["bad.yml", "good.yml", "--format", "json"], { "bad.yml": BAD, "good.yml": GOOD });
    assert.equal(status, 1);
    const { files } = JSON.parse(stdout) as { files: { complaints: { agentMessage: string }[] }[] };
    const [bad, good] = files;
    const { agentMessage, ...first } = bad?.complaints[0] ?? { agentMessage: "" };
    assert.deepEqual(first, {
      severity: "error",
      line: 1,
      column: 10,
      message: "version must be 0.0, not 1.0",
      found: "1.0",
      allowed: "0.0",
    });
    assert.match(agentMessage, /invalid version value \(1\.0\)/);
    assert.deepEqual(good, { file: "good.yml", platform: "server", errors: 0, warnings: 0, complaints: [] });
  });

  it("reads standard input as -, and takes the platform that it is told", () => {
    assert.match(check(["-"], {}, LAMBDA).stdout, /^<stdin>:1:\d+: error: TargetVersion/);
    const { status, stdout } = check(["--platform", "ecs", "-"], {}, LAMBDA);
    assert.equal(status, 1);
    assert.match(stdout, /error: Type must be AWS::ECS::Service, not AWS::Lambda::Function\n/);
    assert.match(stdout, /\n<stdin>: AppSpec for ECS, \d errors, \d warnings\n$/);
  });

  it("refuses a file that is for no platform, and one that is no text", () => {
    const files = { "other.yml": "a: 1\n", "bytes.yml": Buffer.from("version: 0.0\nos: \xff\n", "latin1") };
    const { status, stdout } = check(["other.yml", "bytes.yml"], files);
    assert.equal(status, 1);
    assert.match(stdout, /^other\.yml:1:1: error: this is no AppSpec of any platform/);
    assert.match(stdout, /\nbytes\.yml:2:5: error: the text is not encoded as UTF-8\n/);
  });

  it("does not let a file write lines or colours of its own", () => {
    const { stdout } = check(["forged.yml"], {
      "forged.yml": 'version: "\\e[31mred\\nforged.yml:1:1: error"\nos: linux\n',
    });
    assert.equal(stdout.includes("\u001b"), false);
    assert.doesNotMatch(stdout, /^forged\.yml:1:1: /m);
  });

  it("checks what it can when a file is missing, exit code 66", () => {
    mkdirSync(join(folder, "folder"), { recursive: true });
    const { status, stdout, stderr } = check(["bad.yml", "nowhere.yml", "folder"], { "bad.yml": BAD });
    assert.equal(status, 66);
    assert.match(stdout, /^bad\.yml:1:10: error/);
    assert.equal(
      stderr,
      "signalbox: There is no file nowhere.yml.\nsignalbox: folder cannot be read: it is a directory.\n",
    );
  });

  for (const [title, words, sentence] of [
    ["no file", [], /missing required argument 'file'/],
    ["another platform", ["--platform", "mainframe", "a.yml"], /Allowed choices are lambda, ecs, server/],
    ["another format", ["--format", "xml", "a.yml"], /Allowed choices are text, json/],
    ["a flag nobody knows", ["--all", "a.yml"], /unknown option '--all'/],
  ] as const) {
    it(`does not understand ${title}, exit code 64`, () => {
      const { status, stdout, stderr } = check([...words]);
      assert.equal(status, 64);
      assert.equal(stdout, "");
      assert.match(stderr, sentence);
    });
  }
});
