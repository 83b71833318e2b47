/** `signalbox github-token` as a process of its own, against a signalbox in this one. */
import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, test } from "node:test";
import { ACCOUNT, REGION, startSignalbox } from "../support/signalbox.ts";

const main = join(import.meta.dirname, "..", "..", "src", "main.ts");
const TOKEN = "ghp_S3cretS3cretS3cretS3cretS3cret0123";
const box = await startSignalbox({ after });
const codedeploy = box.codeDeploy();
const as = ["--account-id", ACCOUNT, "--region", REGION];

function start(words: string[]): ChildProcess {
  const { PATH, HOME } = process.env;
  return spawn(process.execPath, [main, "github-token", ...words], { env: { PATH, HOME }, stdio: "pipe" });
}

/** Runs the command with that input to its end. */
async function run(words: string[], input = "") {
  const child = start(words);
  let [stdout, stderr] = ["", ""];
  child.stdout?.on("data", (chunk: Buffer) => {
    stdout += chunk.toString("utf8");
  });
  child.stderr?.on("data", (chunk: Buffer) => {
    stderr += chunk.toString("utf8");
  });
  child.stdin?.on("error", () => {});
  child.stdin?.end(input);
  await once(child, "close");
  return { exitCode: child.exitCode, stdout, stderr };
}

const names = async () => (await codedeploy.listGitHubAccountTokenNames({})).tokenNameList;
const at = ["--endpoint", box.url, ...as];

test("add reads the token from standard input; list and delete do what they say; none of them shows it", async () => {
  const added = await run(["add", "work", ...at], `${TOKEN}\n`);
  assert.deepEqual(added, { exitCode: 0, stdout: "GitHub token work is kept.\n", stderr: "" });
  await run(["add", "home", ...at], TOKEN);
  assert.deepEqual(await names(), ["home", "work"]);
  assert.deepEqual(await run(["list", ...at]), { exitCode: 0, stdout: "home\nwork\n", stderr: "" });
  const deleted = await run(["delete", "home", ...at]);
  assert.deepEqual(deleted, { exitCode: 0, stdout: "GitHub token home is deleted.\n", stderr: "" });
  assert.deepEqual(await names(), ["work"]);
});

test("the token is neither on the command line nor in the environment of the process", {
  skip: noProcessList(),
}, async () => {
  const child = start(["add", "process-list", ...at]);
  child.stdin?.write(TOKEN);
  await once(child, "spawn");
  for (const file of ["cmdline", "environ"]) {
    const text = readFileSync(`/proc/${child.pid}/${file}`, "utf8");
    assert.ok(!text.includes(TOKEN), `/proc/<pid>/${file} holds the token`);
  }
  child.stdin?.end();
  await once(child, "close");
  assert.equal(child.exitCode, 0);
});

function noProcessList(): string | false {
  return process.platform === "linux" ? false : "there is no /proc to look into";
}

const refused: [title: string, words: string[], input: string, exitCode: number, stderr: RegExp][] = [
  ["add without a name", ["add", ...at], TOKEN, 64, /^signalbox: .*add needs the name of a token\.\n$/],
  ["add without a token", ["add", "n", ...at], "\n", 64, /^signalbox: No token came on standard input/],
  ["add of far too much", ["add", "n", ...at], "x".repeat(5000), 64, /too long to be a GitHub token\.\n$/],
  ["add of a text with spaces", ["add", "n", ...at], "two words", 1, /^signalbox: token must be a GitHub token.*\.\n$/],
  ["add of a bad name", ["add", "a b", ...at], TOKEN, 1, /^signalbox: Invalid GitHub account token name: a b\./],
  ["list with a name", ["list", "n", ...at], "", 64, /list takes no name\.\n$/],
  ["delete without a name", ["delete", ...at], "", 64, /delete needs the name of a token\.\n$/],
  [
    "delete of an unknown token",
    ["delete", "n", ...at],
    "",
    1,
    /^signalbox: No GitHub account token found for name: n\.\n$/,
  ],
  ["an unknown action", ["show", "n", ...at], "", 64, /^signalbox: .*show.*\n$/],
  ["a place where nobody answers", ["list", "--endpoint", "http://127.0.0.1:1"], "", 69, /No signalbox answers at/],
];
for (const [title, words, input, exitCode, stderr] of refused) {
  test(`${title} ends with ${exitCode} and one sentence`, async () => {
    const ended = await run(words, input);
    assert.match(ended.stderr, stderr);
    assert.ok(!ended.stderr.includes(TOKEN));
    assert.deepEqual([ended.exitCode, ended.stdout], [exitCode, ""]);
  });
}
