import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import type { RevisionLocation } from "../shapes/codedeploy.ts";
import { requireRevision } from "./revision.ts";

const identityOf = (location: RevisionLocation, platform: "Server" | "Lambda" = "Server") =>
  requireRevision(platform, location).identity;
const s3 = (members: object): RevisionLocation => ({
  s3Location: { bucket: "b", key: "k", bundleType: "zip", ...members },
});
const gitHub = (repository: string, commitId: string): RevisionLocation => ({
  gitHubLocation: { repository, commitId },
});
const inline = (content?: string, sha256?: string): RevisionLocation => ({ appSpecContent: { content, sha256 } });
const digest = (text: string) => createHash("sha256").update(text, "utf8").digest("hex");

test("an S3 revision is its bucket, key, version and eTag; quotes and the bundle's type do not count", () => {
  const one = identityOf(s3({ version: "1", eTag: "e" }));
  assert.equal(identityOf({ ...s3({ version: "1", eTag: '"e"' }), revisionType: "S3" }), one);
  assert.equal(identityOf(s3({ version: "1", eTag: "e", bundleType: "tgz" })), one);
  const others = [s3({}), s3({ version: "1" }), s3({ eTag: "e" }), s3({ bucket: "c" }), s3({ key: "l" })].map((other) =>
    identityOf(other),
  );
  assert.equal(new Set([one, ...others]).size, 6);
});

test("members cannot be made to run into each other", () => {
  assert.notEqual(identityOf(s3({ bucket: 'b","k', key: "x" })), identityOf(s3({ bucket: "b", key: 'k","x' })));
  assert.notEqual(identityOf(s3({ version: "1", eTag: "" })), identityOf(s3({ version: "", eTag: "1" })));
});

test("a GitHub revision is its repository and commit", () => {
  assert.equal(identityOf(gitHub("o/r", "c")), identityOf(gitHub("o/r", "c")));
  assert.notEqual(identityOf(gitHub("o/r", "c")), identityOf(gitHub("o/r", "d")));
});

test("an AppSpec is its content's digest, whether content, digest or both are given", () => {
  const text = "version: 0.0 # ü";
  const one = identityOf(inline(text), "Lambda");
  assert.equal(identityOf(inline(undefined, digest(text)), "Lambda"), one);
  assert.equal(identityOf(inline(text, digest(text).toUpperCase()), "Lambda"), one);
  assert.notEqual(identityOf(inline(`${text} `), "Lambda"), one);
  assert.notEqual(identityOf({ string: { content: text } }, "Lambda"), one);
});

test("an empty content is a content", () => {
  assert.equal(identityOf(inline(""), "Lambda"), identityOf(inline(undefined, digest("")), "Lambda"));
});

test("what is stored has only the members of its own type", () => {
  const { location } = requireRevision("Server", {
    revisionType: "S3",
    ...s3({ eTag: "e" }),
    ...gitHub("o/r", "c"),
  });
  assert.deepEqual(JSON.parse(JSON.stringify(location)), {
    revisionType: "S3",
    s3Location: { bucket: "b", key: "k", bundleType: "zip", eTag: "e" },
  });
});
