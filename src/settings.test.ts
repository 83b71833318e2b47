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
