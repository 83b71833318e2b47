import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { afterEach, beforeEach, describe, it } from "node:test";
import { randomIds } from "../ids.ts";
import { identityOf, openProcessRecord } from "./processRecord.ts";

/** Says when it runs, and then does nothing for ever. */
const WAITS = "setInterval(() => {}, 1e6); console.log('up')";

describe("the record of processes", { skip: process.platform === "win32" }, () => {
  let directory: string;
  let children: ChildProcess[];
  let log: string[];
  const note = (line: string) => void log.push(line);

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "signalbox-processes-"));
    children = [];
    log = [];
  });
  afterEach(() => {
    for (const child of children) child.kill("SIGKILL");
    rmSync(directory, { recursive: true, force: true });
  });

  /** The leader of a group of its own, once it runs; `said` is its first line. */
  async function start(script: string, variables: Readonly<Record<string, string>> = {}) {
    const env = { ...process.env, ...variables };
    const child = spawn(process.execPath, ["-e", script], { detached: true, env, stdio: ["ignore", "pipe", "ignore"] });
    children.push(child);
    for await (const said of createInterface({ input: child.stdout })) return { child, pid: child.pid ?? 0, said };
    throw new Error("the process has said nothing");
  }

  it("ends what a killed run has left, with its group, and forgets it", async () => {
    const grandchild = `const child = require("node:child_process").spawn(process.execPath, ["-e", "setInterval(() => {}, 1e6)"]);`;
    const { child, pid, said } = await start(`${grandchild} setInterval(() => {}, 1e6); console.log(child.pid)`);
    openProcessRecord(directory, "function", { ids: randomIds, log: note }).began(pid);
    assert.deepEqual(readdirSync(directory), [String(pid), "run"]);
    const exit = once(child, "exit");
    openProcessRecord(directory, "function", { ids: randomIds, log: note }).close();
    assert.deepEqual(await exit, [null, "SIGKILL"]);
    assert.deepEqual(readdirSync(directory), []);
    assert.match(log.join("\n"), new RegExp(`^function process ${pid} of an earlier run was still there`));
    while (isRunning(Number(said))) await new Promise((resolve) => setImmediate(resolve));
  });

  const hasEnvironments = process.platform === "linux" ? false : "there is no /proc";

  it("ends what a run had started when it was killed before it could write it down", {
    skip: hasEnvironments,
  }, async () => {
    const { mark } = openProcessRecord(directory, "task", { ids: randomIds, log: note });
    const [marked, other] = [await start(WAITS, mark), await start(WAITS, { ...mark, SIGNALBOX_RUN: "another run" })];
    const exit = once(marked.child, "exit");
    openProcessRecord(directory, "task", { ids: randomIds, log: note }).close();
    assert.deepEqual(await exit, [null, "SIGKILL"]);
    assert.deepEqual(log, [`task process ${marked.pid} of an earlier run was still there and has been ended`]);
    assert.ok(isRunning(other.pid));
    assert.deepEqual(readdirSync(directory), []);
  });

  it("ends what a process has left in its group or elsewhere when it ended itself", {
    skip: hasEnvironments,
  }, async () => {
    const { mark } = openProcessRecord(directory, "function", { ids: randomIds, log: note });
    const grandchild = `require("node:child_process").spawn(process.execPath, ["-e", "setInterval(() => {}, 1e6)"], { detached: true })`;
    const { child, said } = await start(`console.log(${grandchild}.pid)`, mark);
    child.kill("SIGKILL");
    await once(child, "exit");
    assert.ok(isRunning(Number(said)));
    openProcessRecord(directory, "function", { ids: randomIds, log: note }).close();
    while (isRunning(Number(said))) await new Promise((resolve) => setImmediate(resolve));
    assert.equal(log.length, 1);
  });

  it("does not touch an innocent process that has got the pid since", async () => {
    const { child, pid } = await start(WAITS);
    const others = [`${identityOf(pid)}0`, "0", ""];
    for (const identity of others) {
      writeFileSync(join(directory, String(pid)), identity);
      openProcessRecord(directory, "function", { ids: randomIds, log: note }).close();
      assert.ok(!existsSync(join(directory, String(pid))), "the stale record is gone");
    }
    assert.deepEqual([child.exitCode, child.signalCode, log], [null, null, []]);
    assert.ok(isRunning(pid));
  });

  it("knows one process from the next, and one that is gone", async () => {
    const [first, second] = [await start(WAITS), await start(WAITS)];
    assert.equal(identityOf(first.pid), identityOf(first.pid));
    assert.ok(identityOf(first.pid));
    if (process.platform === "linux") assert.notEqual(identityOf(first.pid), identityOf(second.pid));
    const exit = once(first.child, "exit");
    first.child.kill("SIGKILL");
    await exit;
    assert.equal(identityOf(first.pid), null);
  });

  it("passes over files that are no records, and processes that ended in order", async () => {
    writeFileSync(join(directory, "notes.txt"), "1");
    const record = openProcessRecord(directory, "function", { ids: randomIds, log: note });
    record.began(process.pid);
    record.ended(process.pid);
    record.close();
    openProcessRecord(directory, "function", { ids: randomIds, log: note }).close();
    assert.deepEqual([readdirSync(directory), log], [[], []]);
  });

  it("only says so when a record cannot be written or removed", () => {
    const record = openProcessRecord(directory, "function", { ids: randomIds, log: note });
    // A folder in its place is neither a file to write nor one to remove.
    mkdirSync(join(directory, "4194305"));
    record.began(4194305);
    record.ended(4194305);
    record.close();
    assert.equal(log.length, 2);
    assert.match(String(log[1]), /^the record of function process 4194305 could not be removed: /);
  });
});

/** A process that has ended and that nobody has asked about counts as gone. */
function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return identityOf(pid) !== null;
  } catch {
    return false;
  }
}
