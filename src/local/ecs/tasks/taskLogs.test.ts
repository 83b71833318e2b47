import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, it } from "node:test";
import { taskLogs } from "./taskLogs.ts";

const MB = 1024 * 1024;

describe("what tasks print", () => {
  let directory: string;
  let complaints: string[];
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "signalbox-task-logs-"));
    complaints = [];
  });
  afterEach(() => rmSync(directory, { recursive: true, force: true }));
  const open = () => taskLogs(directory, (line) => complaints.push(line));
  const text = (logs: ReturnType<typeof open>, most: number) => logs.tail("one", most)?.[0]?.text ?? "";

  it("is kept up to a bound, the last of it, and over a restart", () => {
    const logs = open();
    const line = (number: number) => `${String(number).padStart(99, "0")}\n`;
    for (let number = 0; number < 20_000; number += 1) logs.append("one", "web", Buffer.from(line(number)));
    const kept = readdirSync(join(directory, "one")).map((name) => statSync(join(directory, "one", name)).size);
    assert.ok(kept.reduce((sum, size) => sum + size) <= MB, `${kept} bytes`);
    assert.equal(text(open(), 250), (line(19_997) + line(19_998) + line(19_999)).slice(-250));
    assert.ok(text(logs, MB).length > MB / 2, "the file before the present one counts, too");
  });

  it("is bounded whatever is printed at once", () => {
    const logs = open();
    logs.append("one", "web", Buffer.alloc(3 * MB, "x"));
    assert.equal(statSync(join(directory, "one", "web.log")).size, MB / 2);
  });

  it("is removed with its task, and where nobody knows the task", () => {
    const logs = open();
    for (const task of ["one", "two", "three"]) logs.append(task, "web", Buffer.from("x"));
    logs.remove("one");
    assert.equal(logs.tail("one", 10), undefined);
    logs.keepOnly(new Set(["two"]));
    assert.deepEqual(readdirSync(directory), ["two"]);
  });

  it("does not matter where it cannot be written", () => {
    const logs = open();
    writeFileSync(join(directory, "one"), "a file in the folder's place");
    logs.append("one", "web", Buffer.from("x"));
    logs.append("one", "web", Buffer.from("y"));
    assert.equal(complaints.length, 1);
    mkdirSync(join(directory, "two"));
    assert.equal(logs.tail("two", 10), undefined);
  });
});
