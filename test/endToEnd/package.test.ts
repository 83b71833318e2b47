/** The published package: packed, installed into an empty folder, and used from there as a stranger would. */
import assert from "node:assert/strict";
import { type ChildProcess, execFile, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { globSync } from "node:fs";
import { copyFile, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { after, before, describe, it } from "node:test";
import { promisify } from "node:util";
import { CodeDeployClient, ListApplicationsCommand } from "@aws-sdk/client-codedeploy";
import { waitFor } from "../support/waitFor.ts";

const root = join(import.meta.dirname, "..", "..");
const run = promisify(execFile);

const isWindows = process.platform === "win32";

/** This very Node first on the PATH, and nothing that npm tells the scripts it runs. */
const environment: NodeJS.ProcessEnv = {
  ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(npm_|AWS_|SIGNALBOX_|NODE_)/i.test(name))),
  PATH: [dirname(process.execPath), process.env["PATH"]].join(delimiter),
  // On some kernels npm under Node 24 was seen to sleep for ever with nothing left to wake it.
  UV_USE_IO_URING: "0",
};

/** An installation takes seconds; one that hangs is begun anew, so that a hanging registry does not hold up all tests. */
async function npm(words: string[], cwd: string): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await run("npm", words, { cwd, env: environment, timeout: 90_000, killSignal: "SIGKILL" });
      return;
    } catch (error) {
      if (attempt === 3 || !(error as { killed?: boolean }).killed) throw error;
    }
  }
}

describe("the package", () => {
  let folder: string;
  let server: ChildProcess | undefined;
  let shown = "";

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "signalbox-package-"));
    await npm(["pack", "--pack-destination", folder], root);
    const [tarball = ""] = globSync("*.tgz", { cwd: folder });
    await writeFile(join(folder, "package.json"), '{ "private": true }\n');
    const install = ["install", join(folder, tarball), "--prefer-offline", "--no-audit", "--no-fund"];
    await npm(install, folder);
  });

  after(async () => {
    if (server?.pid !== undefined && server.exitCode === null) {
      const closed = once(server, "close");
      // As Ctrl-C in a terminal: npx and the program that it runs.
      process.kill(-server.pid, "SIGINT");
      await closed;
    }
    await rm(folder, { recursive: true, force: true, maxRetries: 3 });
  });

  it("holds the compiled program, what it reads, the example, and nothing else", () => {
    const files = globSync("**/*", { cwd: join(folder, "node_modules", "signalbox"), withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name).split(join("node_modules", "signalbox", "/"))[1] ?? "");
    const program =
      /^dist\/(.*\.js|signalbox\.cjs|store\/(postgres\/)?migrations\/\d+\.sql|local\/lambda\/bootstraps\/\w+\.(cjs|mjs|py))$/;
    const other = /^(package\.json|[A-Z]+\.md|LICENSE|docs\/\w+\.md|examples\/.*\.(mjs|md|yaml|json))$/;
    assert.deepEqual(
      files.filter((file) => !program.test(file) && !other.test(file)),
      [],
    );
    assert.deepEqual(
      files.filter((file) => /\.test\.|^dist\/(test|bench)/.test(file)),
      [],
    );
    for (const needed of ["dist/signalbox.cjs", "dist/main.js", "dist/store/migrations/0001.sql", "LICENSE"])
      assert.ok(files.includes(needed), `${needed} is missing`);
  });

  it("npx signalbox --help shows the commands", async () => {
    const { stdout } = await run("npx", ["signalbox", "--help"], { cwd: folder, env: environment });
    for (const command of ["serve", "demo", "watch"]) assert.match(stdout, new RegExp(`^  ${command} `, "m"));
  });

  it("npx signalbox serve becomes ready, answers an SDK, and its functions find the SDK: the demo runs", async () => {
    const words = ["signalbox", "serve", "--port", "0", "--speed", "600", "--demo"];
    server = spawn("npx", words, { cwd: folder, env: environment, stdio: ["ignore", "pipe", "pipe"], detached: true });
    let errors = "";
    server.stderr?.on("data", (chunk: Buffer) => {
      errors += chunk.toString("utf8");
    });
    server.stdout?.on("data", (chunk: Buffer) => {
      shown += chunk.toString("utf8");
    });
    await waitFor("it has shown the demo", () => shown.includes("Ctrl-C ends it"), 60_000);
    assert.equal(errors.includes("ended early"), false, errors);
    assert.match(shown, /\d+ by version 1 and \d+ by version 2/);
    assert.match(shown, /A call of signalbox-demo:live now: \{"version":"2","total":25,"pieces":3\}/);

    const [, endpoint = ""] = /^signalbox is ready: (\S+)$/m.exec(shown) ?? [];
    const credentials = { accessKeyId: "any", secretAccessKey: "any" };
    const codeDeploy = new CodeDeployClient({ endpoint, region: "us-east-1", credentials });
    assert.deepEqual((await codeDeploy.send(new ListApplicationsCommand({}))).applications, ["signalbox-demo"]);
  });

  const noCli = spawnSync("aws", ["--version"]).status === 0 ? false : "the AWS CLI is not installed";
  it("the AWS CLI commands that it prints work exactly as printed", { skip: noCli }, async () => {
    const [, commands = "", removal = ""] =
      /^(export AWS_ENDPOINT_URL=.*?)\n\nTo remove that again:\n\n(.*?)\n\n/ms.exec(shown) ?? [];
    assert.match(commands, /^npx signalbox watch "\$DEPLOYMENT"$/m);
    // Each watch tells its exit code, and nothing else is changed.
    const script = commands.replaceAll(/^(npx signalbox watch .*)$/gm, '$1; echo "watch ended with $?"');
    const { stdout, stderr } = await run("bash", ["-c", `${script}\n${removal}`], { cwd: folder, env: environment });
    assert.equal(complaints(stderr), "");
    const told = stdout.match(/^(d-\S+ Succeeded after .*|watch ended with \d+|d-\S+ Failed after .*|2)$/gm) ?? [];
    assert.deepEqual(
      told.map((line) => line.replace(/^d-\S+ (\w+) .*/, "$1")),
      ["Succeeded", "watch ended with 0", "Failed", "Succeeded", "watch ended with 2", "2"],
    );
    const again = await run("bash", ["-c", script.split("\n\n").slice(0, 2).join("\n")], {
      cwd: folder,
      env: environment,
    });
    assert.equal(complaints(again.stderr), "", "after the removal, the commands work again");
  });
});

const tooOld = findOldNode();
const noOldNode = tooOld ? false : "there is no Node older than 24 on the PATH";
it("on a Node that is too old, the program says so in one sentence and exits with 1", { skip: noOldNode }, () => {
  const program = join(root, "src", "signalbox.cjs");
  const { status, stdout, stderr } = spawnSync(String(tooOld), [program, "serve"], { encoding: "utf8" });
  assert.equal(status, 1);
  assert.equal(stdout, "");
  assert.match(stderr, /^signalbox needs Node 24 or newer; this is Node \d+\.\d+\.\d+\.\n$/);
});

describe("what the program runs first", () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "signalbox-first-"));
    await copyFile(join(root, "src", "signalbox.cjs"), join(folder, "signalbox.cjs"));
    const shown = "{ pid: process.pid, node: process.execArgv, words: process.argv.slice(2) }";
    await writeFile(join(folder, "main.js"), `console.log(JSON.stringify(${shown}));\n`);
  });
  after(() => rm(folder, { recursive: true, force: true }));
  const start = (before: string[], words: string[], options = "") => {
    const env = { ...environment, NODE_OPTIONS: options };
    const { pid, stdout, stderr } = spawnSync(process.execPath, [...before, join(folder, "signalbox.cjs"), ...words], {
      env,
      encoding: "utf8",
    });
    assert.equal(stderr, "");
    const { pid: own, ...shown } = JSON.parse(stdout) as { pid: number; node: string[]; words: string[] };
    assert.equal(own, pid);
    return shown;
  };
  const young = "--max-semi-space-size=8";

  it("lets a server have less room for garbage, in the same process and with all its words", {
    skip: isWindows,
  }, () => {
    const words = ["serve", "--data-dir", "a folder"];
    assert.deepEqual(start([], words), { node: [young], words });
    assert.deepEqual(start(["--no-warnings"], words), { node: ["--no-warnings", young], words });
  });

  it("leaves it to whoever has said how much, and other commands as they are", () => {
    const said = "--max-semi-space-size=32";
    assert.deepEqual(start([said], ["serve"]), { node: [said], words: ["serve"] });
    assert.deepEqual(start([], ["serve"], said), { node: [], words: ["serve"] });
    assert.deepEqual(start([], ["watch", "serve"]), { node: [], words: ["watch", "serve"] });
  });
});

/** Without what npm has to say about the user's own settings. */
const complaints = (stderr: string): string => stderr.replaceAll(/^npm warn .*\n/gm, "");

/** The first `node` on the PATH that is older than 24. */
function findOldNode(): string | undefined {
  const programs = (process.env["PATH"] ?? "").split(delimiter).map((place) => join(place, "node"));
  return programs.find((program) => {
    const [, major] = /^v(\d+)\./.exec(spawnSync(program, ["-v"], { encoding: "utf8" }).stdout ?? "") ?? [];
    return major !== undefined && Number(major) < 24;
  });
}
