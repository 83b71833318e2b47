/** An address that cannot be listened at: one sentence with what would help, and exit code 1. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { it } from "node:test";
import { runCommand } from "../support/commandLine.ts";

it("a port that somebody else has is told with who may have it and which setting to change", async (test) => {
  const other = createServer();
  const port = await new Promise<number>((resolve) => {
    other.listen(0, "127.0.0.1", () => resolve((other.address() as { port: number }).port));
  });
  test.after(() => void other.close());
  const folder = mkdtempSync(join(tmpdir(), "signalbox-listening-"));
  test.after(() => rmSync(folder, { recursive: true, force: true }));
  const { exitCode, stdout, stderr } = await runCommand(["serve", "--data-dir", folder, "--port", `${port}`]);
  assert.deepEqual([exitCode, stdout], [1, ""]);
  assert.equal(
    stderr,
    `signalbox: 127.0.0.1:${port} is taken: another signalbox may run already, or another program has the port (lsof -i :${port} tells which). Stop it, or choose another with --port (SIGNALBOX_PORT); 0 takes any that is free.\n`,
  );
});
