import assert from "node:assert/strict";
import { test } from "node:test";
import { type GitHubTokenOwner, openGitHubToken, sealGitHubToken } from "./gitHubToken.ts";

const key = Buffer.alloc(32, 1);
const owner: GitHubTokenOwner = { accountId: "123456789012", region: "eu-west-1", tokenName: "work" };
const seal = (iv: number) => sealGitHubToken(key, Buffer.alloc(12, iv), owner, "ghp_token");

test("what was sealed opens with the same key for the same owner", () => {
  assert.equal(openGitHubToken(key, owner, seal(1)), "ghp_token");
  assert.notEqual(seal(1), seal(2));
});

test("it opens with no other key, for no other owner, and not when a bit of it was changed", () => {
  const sealed = seal(1);
  assert.equal(openGitHubToken(Buffer.alloc(32, 2), owner, sealed), null);
  for (const other of [{ accountId: "210987654321" }, { region: "us-east-2" }, { tokenName: "home" }]) {
    assert.equal(openGitHubToken(key, { ...owner, ...other }, sealed), null);
  }
  const bytes = Buffer.from(sealed, "base64");
  for (const at of bytes.keys()) {
    const changed = Buffer.from(bytes);
    changed[at] = (changed[at] ?? 0) ^ 1;
    assert.equal(openGitHubToken(key, owner, changed.toString("base64")), null);
  }
  for (const broken of ["", "AAAA", "not base64!"]) assert.equal(openGitHubToken(key, owner, broken), null);
});
