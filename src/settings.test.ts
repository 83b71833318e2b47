/** Settings whose text is more than one word. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { readSettings, SettingError } from "./settings.ts";

describe("--allow-outgoing", () => {
  const read = (text: string) => readSettings({ "allow-outgoing": text }, {}).allowOutgoing;
  const readable: [text: string, expected: ReturnType<typeof read>][] = [
    ["", []],
    ["localhost", [{ host: "localhost", port: undefined }]],
    ["LocalHost.:8080", [{ host: "localhost", port: 8080 }]],
    [
      "127.1:80,[::1]:9,[FE80::1]",
      [
        { host: "127.0.0.1", port: 80 },
        { host: "::1", port: 9 },
        { host: "fe80::1", port: undefined },
      ],
    ],
  ];
  for (const [text, expected] of readable) it(`reads '${text}'`, () => assert.deepEqual(read(text), expected));

  for (const text of [
    "http://localhost",
    "localhost:",
    "localhost:0",
    "localhost:65536",
    "a b",
    "::1",
    "[::1",
    "x/y",
    ":80",
  ]) {
    it(`refuses '${text}'`, () => assert.throws(() => read(text), SettingError));
  }
});

describe("--webhook", () => {
  const read = (webhook: string) => readSettings({ webhook }, {}).webhook;
  it("is nowhere, or a URL", () => {
    assert.deepEqual([read(""), read("https://example.com/a?b=c")], [null, "https://example.com/a?b=c"]);
  });
  for (const text of ["example.com", "ftp://example.com", "https://me@example.com", "https://:secret@example.com"]) {
    it(`refuses '${text}'`, () => assert.throws(() => read(text), SettingError));
  }
});

describe("--event-source", () => {
  const read = (source: string, endpoint: string) => readSettings({ "event-source": source, endpoint }, {}).eventSource;
  it("may be AWS's own anywhere but on AWS", () => {
    assert.equal(read("aws.codedeploy", "events=http://127.0.0.1:1"), "aws.codedeploy");
    assert.equal(read("shop.deploy", "events=aws"), "shop.deploy");
    assert.throws(() => read("aws.codedeploy", "events=aws"), /AWS takes no source that begins with aws\./);
  });
  it("refuses what EventBridge would not take", () => {
    assert.throws(() => read("a b", ""), SettingError);
    assert.throws(() => read("a".repeat(257), ""), SettingError);
  });
});
