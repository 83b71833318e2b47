import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { parseAccess, parseMode, parseRange } from "./permissionValues.ts";

/** What was read, or how the agent's sentence ends or what it contains. */
function told(parsed: ReturnType<typeof parseMode>): string {
  return "value" in parsed ? parsed.value : parsed.agentMessage;
}

describe("a mode", () => {
  for (const [text, mode] of [
    ["644", "644"],
    ["4755", "4755"],
    ["7", "007"],
    ["", "000"],
  ] as const) {
    it(`"${text}" is ${mode}`, () => assert.equal(told(parseMode(text)), mode));
  }
  for (const [text, part] of [
    ["99999", "length of a permissions mode (99999)"],
    ["888", "permissions mode (888) in the application specification file contains an invalid character (8)"],
    ["0.5", "contains an invalid character (.)"],
    ["-1", "mode (0-1) in the application specification file contains an invalid character (-)"],
    ["true", "invalid character (t)"],
  ] as const) {
    it(`"${text}" is refused`, () => assert.ok(told(parseMode(text)).includes(part), told(parseMode(text))));
  }
});

describe("an access control entry", () => {
  const good: [text: string, entry: string][] = [
    ["user:bob:rwx", "user:bob:rwx"],
    ["u:henry:7", "user:henry:rwx"],
    ["d:g:manager:rw", "default:group:manager:rw-"],
    ["default:u:bob:5", "default:user:bob:r-x"],
    ["d:bob:r", "default:user:bob:r--"],
    ["bob:x", "user:bob:--x"],
    ["m::rw", "mask::rw-"],
    ["mask:rw", "mask::rw-"],
    ["d:other:r", "default:other::r--"],
    ["d:u::rwx", "default:user::rwx"],
    ["group:dev:", "group:dev:---"],
  ];
  for (const [text, entry] of good) it(`${text} is ${entry}`, () => assert.equal(told(parseAccess(text)), entry));

  const bad: [text: string, part: string][] = [
    ["rwx", "Invalid acl entry (rwx)."],
    ["a:b:c:d:e", "Invalid acl entry"],
    ["x:u:bob:rwx", "Invalid acl entry"],
    ["d:d:bob:rwx", "Invalid acl entry"],
    ["somebody:bob:rwx", "Invalid acl entry"],
    ["mask:bob:rwx", "Invalid acl entry"],
    ["other:mask:rwx", "Invalid acl entry"],
    ["user::rwx", "Use mode to set the base acl entry (user::rwx)."],
    [":6", "Use mode to set the base acl entry"],
    ["other::r", "Use mode to set the base acl entry"],
    [
      "user:bob:rwxd",
      "(ACL) named user:bob:rwxd in the application specification file contains an invalid character (d)",
    ],
    ["user:bob:8", "invalid character (8)"],
    ["user:bob:77", "invalid character (7)"],
  ];
  for (const [text, part] of bad) {
    it(`${text} is refused`, () => assert.ok(told(parseAccess(text)).includes(part), told(parseAccess(text))));
  }
});

describe("an SELinux range", () => {
  for (const text of ["s0", "s3-s5", "s0:c0", "s3-s5:c0.c7,c13", "s0:c1,", "s1-s1:c1023"]) {
    it(`${text} is one`, () => assert.equal(told(parseRange(text)), text));
  }
  const bad: [text: string, message: string][] = [
    ["", "invalid range part "],
    [":c0", "invalid range part :c0"],
    ["s0:", "invalid range part s0:"],
    ["s0-", "invalid range part s0-"],
    ["s", "invalid sensitivity s"],
    ["sd3", "invalid sensitivity sd3"],
    ["s0-s-1", "invalid sensitivity s-1"],
    ["s0:c2.", "invalid range part c2."],
    ["s0:d3", "invalid category d3"],
    ["s0:c1024", "invalid category c1024"],
    ["s0:c1,,c2", "invalid category "],
    ["s0:c7.c2", "invalid category range c7.c2"],
    ["s0:c1.c5,c3", "duplicate categories"],
    ["s0:c1,c0.c5", "duplicate categories"],
    ["s0:c1,c1,d2", "invalid category d2"],
  ];
  for (const [text, message] of bad) it(`"${text}" is none`, () => assert.equal(told(parseRange(text)), message));

  it("a range whose end comes first is none", () => {
    assert.match(told(parseRange("s5-s3")), /problem with the SELinux range specified \(s5-s3\)/);
  });

  it("a hundred thousand overlapping ranges are judged at once", () => {
    const started = performance.now();
    assert.equal(told(parseRange(`s0:${Array(100_000).fill("c0.c1023").join(",")}`)), "duplicate categories");
    assert.ok(performance.now() - started < 2000);
  });
});
