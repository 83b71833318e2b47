/** How a GitHub token comes in, and that it never comes out: not in an answer, not in the log, not in a file. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync, rmSync, statSync, truncateSync } from "node:fs";
import { join } from "node:path";
import { after, test } from "node:test";
import { addToken, putToken } from "../support/gitHubTokens.ts";
import { startProgram } from "../support/realProgram.ts";
import { startSignalbox } from "../support/signalbox.ts";

const box = await startSignalbox({ after });
const TOKEN = "ghp_S3cretS3cretS3cretS3cretS3cret0123";

/** Every file below the folder with its bytes. */
function filesIn(folder: string): { name: string; bytes: Buffer }[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => ({ name: entry.name, bytes: readFileSync(join(entry.parentPath, entry.name)) }));
}

/** The forms in which the token could be read. */
function formsOf(token: string): Buffer[] {
  const bytes = Buffer.from(token, "utf8");
  const base64 = [0, 1, 2].map((shift) =>
    Buffer.concat([Buffer.alloc(shift), bytes])
      .toString("base64")
      .slice(4, 40),
  );
  return [token, bytes.toString("hex"), ...base64].map((text) => Buffer.from(text, "utf8")).concat(bytes.reverse());
}

test("a token can be read in no file of the data directory, while it is kept and after the end", async () => {
  const own = await startSignalbox({ after });
  await addToken(own, "work", TOKEN);
  await addToken(own, "work", `${TOKEN}-second`);
  const look = () => {
    const files = filesIn(own.dataDirectory);
    assert.ok(
      files.some(({ bytes }) => bytes.includes("work")),
      "the name is somewhere in the files",
    );
    for (const { name, bytes } of files) {
      for (const form of formsOf(TOKEN)) assert.ok(!bytes.includes(form), `${name} holds the token as ${form}`);
    }
  };
  look();
  await own.stop();
  look();
  assert.deepEqual(
    own.log.filter((line) => line.includes("ghp_")),
    [],
  );
});

test("the key is in a file of its own that only its owner can read, and in no other file", async () => {
  const own = await startSignalbox({ after });
  await addToken(own, "work", TOKEN);
  const file = join(own.dataDirectory, "secrets.key");
  assert.equal(statSync(file).mode & 0o777, 0o600);
  const key = readFileSync(file);
  assert.equal(key.length, 32);
  const others = filesIn(own.dataDirectory).filter(({ name }) => name !== "secrets.key");
  for (const { name, bytes } of others) {
    for (const form of [key, Buffer.from(key.toString("base64")), Buffer.from(key.toString("hex"))]) {
      assert.ok(!bytes.includes(form), `${name} holds the key`);
    }
  }
});

test("names and the key are there after a restart", async () => {
  const first = await startSignalbox({ after });
  await addToken(first, "work", TOKEN);
  const key = readFileSync(join(first.dataDirectory, "secrets.key"));
  await first.stop();
  const second = await startSignalbox({ after }, { flags: { "data-dir": first.dataDirectory } });
  assert.deepEqual((await second.codeDeploy().listGitHubAccountTokenNames({})).tokenNameList, ["work"]);
  assert.deepEqual(readFileSync(join(first.dataDirectory, "secrets.key")), key);
});

test("a key file that was cut short keeps the program from starting, and one sentence says what to do", async () => {
  const own = await startSignalbox({ after });
  await own.stop();
  const file = join(own.dataDirectory, "secrets.key");
  truncateSync(file, 7);
  const start = () => startProgram({ "data-dir": own.dataDirectory });
  const sentence = /: signalbox: \S+secrets\.key has 7 bytes, and a key has 32; put the right file back, .*again\.\n$/;
  await assert.rejects(start, sentence);
  rmSync(file);
  const program = await start();
  assert.equal(readFileSync(file).length, 32);
  assert.equal(await program.terminate(), 0);
});

const good = JSON.stringify({ token: TOKEN });
const refused: [title: string, name: string, body: string, status: number, type: string, message: RegExp][] = [
  ["a bad name", "two words", good, 400, "InvalidGitHubAccountTokenNameException", /two words.*1 to 100/],
  ["a long name", "x".repeat(101), good, 400, "InvalidGitHubAccountTokenNameException", /1 to 100/],
  ["a body that is no JSON", "n", TOKEN, 400, "SerializationException", /not valid JSON/],
  ["a body of null", "n", "null", 400, "ValidationException", /1 to 1000 visible ASCII/],
  ["no token", "n", "{}", 400, "ValidationException", /must be a GitHub token/],
  ["a token that is no text", "n", '{"token": 1}', 400, "ValidationException", /must be a GitHub token/],
  ["an empty token", "n", '{"token": ""}', 400, "ValidationException", /must be a GitHub token/],
  ["a token of two lines", "n", JSON.stringify({ token: `${TOKEN}\nx` }), 400, "ValidationException", /without spaces/],
  ["a long token", "n", JSON.stringify({ token: TOKEN.repeat(30) }), 400, "ValidationException", /1 to 1000/],
  ["a large body", "n", JSON.stringify({ token: TOKEN.repeat(200) }), 413, "RequestEntityTooLargeException", /4096/],
];
for (const [title, name, body, status, type, message] of refused) {
  test(`${title} is refused with ${type}, and the answer does not repeat the token`, async () => {
    const answer = await putToken(box, name, body);
    assert.deepEqual([answer.status, answer.body.__type], [status, type]);
    assert.match(answer.body.message ?? "", message);
    assert.ok(!JSON.stringify(answer).includes(TOKEN));
    assert.deepEqual((await box.codeDeploy().listGitHubAccountTokenNames({})).tokenNameList, []);
  });
}

test("an account has 25 tokens in all regions together; a name that is there may still be given a new one", async () => {
  const account = "777777777777";
  for (let index = 0; index < 25; index += 1) {
    await addToken(box, `token-${index}`, TOKEN, { account, region: index < 20 ? "eu-west-1" : "us-east-2" });
  }
  const answer = await putToken(box, "one-more", good, { account });
  assert.equal(answer.status, 400);
  assert.equal(answer.body.__type, "LimitExceededException");
  assert.match(answer.body.message ?? "", /^The account has 25 GitHub tokens already.*delete one first$/);
  await addToken(box, "token-0", `${TOKEN}-new`, { account });
  await box.codeDeploy({ account }).deleteGitHubAccountToken({ tokenName: "token-3" });
  await addToken(box, "one-more", TOKEN, { account });
});

test("nothing answers a GET of a token", async () => {
  await addToken(box, "asked-for", TOKEN);
  const response = await fetch(`${box.url}/_signalbox/github-tokens/asked-for`);
  assert.equal(response.status, 404);
  assert.ok(!(await response.text()).includes(TOKEN));
});
