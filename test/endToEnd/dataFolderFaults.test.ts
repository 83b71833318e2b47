/** A data folder that cannot be used: one sentence that names the file and what to do, no stack, an exit code of its own. */
import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import {
  chmodSync,
  closeSync,
  mkdtempSync,
  openSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { after, describe, it } from "node:test";
import { openSqlite } from "../../src/store/sqlite/sqliteDatabase.ts";
import { clientOf } from "../support/canary.ts";
import { runCommand } from "../support/commandLine.ts";
import { startProgram } from "../support/realProgram.ts";

const STORAGE = 74;
const folders: string[] = [];
after(() => {
  for (const folder of folders) {
    chmodSync(folder, 0o755);
    rmSync(folder, { recursive: true, force: true });
  }
});

/** A data folder in which one application was made. */
async function usedFolder(end: "terminate" | "kill9" = "terminate"): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), "signalbox-folder-"));
  folders.push(folder);
  const program = await startProgram({ "data-dir": folder });
  await clientOf(program.url).createApplication({ applicationName: "kept", computePlatform: "Lambda" });
  await program[end]();
  return folder;
}

async function assertRefused(folder: string, sentence: RegExp): Promise<void> {
  const { exitCode, stdout, stderr } = await runCommand(["serve", "--port", "0", "--data-dir", folder]);
  assert.match(stderr, sentence);
  assert.deepEqual([exitCode, stdout, stderr.trimEnd().split("\n").length], [STORAGE, "", 1], stderr);
}

/** Overwrites pages from the second on. */
function damagePages(file: string): void {
  const handle = openSync(file, "r+");
  writeSync(handle, Buffer.alloc(statSync(file).size - 8192, 0x55), 0, undefined, 4096);
  closeSync(handle);
}

describe("a data folder that cannot be used", () => {
  for (const name of ["signalbox.db", "local.db"]) {
    it(`whose ${name} is no database`, async () => {
      const folder = await usedFolder();
      writeFileSync(join(folder, name), "no database at all ".repeat(1000));
      await assertRefused(folder, new RegExp(`^signalbox: \\S+/${name} is damaged; put a backup .* back`));
    });
  }

  it("whose database has lost pages", async () => {
    const folder = await usedFolder();
    damagePages(join(folder, "signalbox.db"));
    await assertRefused(folder, /^signalbox: \S+\/signalbox\.db is damaged; put a backup/);
  });

  it("whose local.db has a document that does not parse", async () => {
    const folder = await usedFolder();
    const db = openSqlite(join(folder, "local.db"), { readOnly: false });
    db.run("insert into document (kind, key, body) values ('cloudwatch.alarm', 'a/b/c', '{')");
    db.close();
    await assertRefused(
      folder,
      /^signalbox: \S+\/local\.db is damaged \(document cloudwatch\.alarm a\/b\/c\); put a backup/,
    );
  });

  it("whose lock is damaged, which is no loss", async () => {
    const folder = await usedFolder();
    writeFileSync(join(folder, "lock.db"), "no lock at all ".repeat(1000));
    await assertRefused(folder, /^signalbox: \S+\/lock\.db is damaged; it holds no data: .* remove it\.$/m);
    rmSync(join(folder, "lock.db"));
    const program = await startProgram({ "data-dir": folder });
    await clientOf(program.url).getApplication({ applicationName: "kept" });
    assert.equal(await program.terminate(), 0);
  });

  it("whose key has another length", async () => {
    const folder = await usedFolder();
    writeFileSync(join(folder, "secrets.key"), "short");
    await assertRefused(folder, /^signalbox: \S+\/secrets\.key has 5 bytes, and a key has 32; put the right file back/);
  });

  it("that is a file", async () => {
    const folder = await usedFolder();
    await assertRefused(join(folder, "signalbox.db"), /^signalbox: .* cannot be used: .*EEXIST|ENOTDIR/);
  });

  it("that may not be written", { skip: unprivileged() === null && "nobody can be run as here" }, async () => {
    const folder = await usedFolder();
    chmodSync(folder, 0o555);
    for (const file of ["signalbox.db", "lock.db", "local.db"]) chmodSync(join(folder, file), 0o444);
    const [program = "", ...words] = [...(unprivileged() ?? []), process.execPath];
    const main = join(import.meta.dirname, "..", "..", "src", "main.ts");
    const run = spawnSync(program, [...words, main, "serve", "--port", "0", "--data-dir", folder], {
      encoding: "utf8",
    });
    assert.match(
      run.stderr,
      /^signalbox: \S+ cannot be used: .*; the data folder must be .* writable for this user\.$/m,
    );
    assert.deepEqual([run.status, run.stderr.trimEnd().split("\n").length], [STORAGE, 1], run.stderr);
  });
});

it("a log of the database that was cut off loses its end and nothing else", async () => {
  const folder = await usedFolder("kill9");
  const log = join(folder, "signalbox.db-wal");
  truncateSync(log, statSync(log).size - 100);
  const program = await startProgram({ "data-dir": folder });
  await clientOf(program.url).createApplication({ applicationName: "later", computePlatform: "Lambda" });
  assert.equal(await program.terminate(), 0, program.errors());
  const db = openSqlite(join(folder, "signalbox.db"), { readOnly: true });
  assert.equal(db.one("pragma integrity_check")?.["integrity_check"], "ok");
  db.close();
});

it("a sync that fails ends the process, and what was acknowledged is there at the next start", {
  skip: spawnSync("strace", ["-V"]).status !== 0 && "strace is not there",
}, async () => {
  const folder = await usedFolder();
  const program = await startProgram({ "data-dir": folder });
  await clientOf(program.url).createApplication({ applicationName: "acknowledged", computePlatform: "Lambda" });
  const inject = ["-e", "trace=fsync,fdatasync", "-e", "inject=fsync,fdatasync:error=EIO", "-o", "/dev/null"];
  const strace = spawn("strace", ["-f", "-p", String(program.pid), ...inject], { stdio: ["ignore", "ignore", "pipe"] });
  for await (const line of createInterface({ input: strace.stderr })) if (/attached/.test(line)) break;
  const write = { applicationName: "never-acknowledged", computePlatform: "Lambda" } as const;
  await assert.rejects(clientOf(program.url).createApplication(write));
  assert.equal(await program.ended, STORAGE);
  assert.match(
    program.errors(),
    /^signalbox: A commit to \S+signalbox\.db failed and left open what is on the disk .*$/m,
  );
  assert.doesNotMatch(program.errors(), /^\s+at /m, "no stack");
  if (strace.exitCode === null) await once(strace, "exit");
  const again = await startProgram({ "data-dir": folder });
  await clientOf(again.url).getApplication({ applicationName: "acknowledged" });
  assert.equal(await again.terminate(), 0, again.errors());
});

/** The words before a command that take away the right to write everywhere; none where there is no such right. */
function unprivileged(): string[] | null {
  if (process.getuid?.() !== 0) return [];
  const words = ["setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups"];
  const [program = "", ...rest] = words;
  return spawnSync(program, [...rest, process.execPath, "--version"]).status === 0 ? words : null;
}
