#!/usr/bin/env node
// Takes the words of a container engine that signalbox uses; a container is a process of this machine. Its state is in
// HOME: for each container the words it was run with, its output, its process and its end.
import { spawn, spawnSync } from "node:child_process";
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";

const [verb = "", ...words] = process.argv.slice(2);
const folder = join(process.env.HOME, "containers");
// The test is over, and has removed everything.
if (!existsSync(process.env.HOME)) process.exit(1);
mkdirSync(folder, { recursive: true });
appendFileSync(join(process.env.HOME, "asked"), `${verb}\n`);
const file = (id, kind) => join(folder, `${id}.${kind}`);
const id = words.at(-1) ?? "";
const pidOf = (of) => Number(readFileSync(file(of, "pid"), "utf8"));

/** The options before the image, and what stands behind them. */
function parsed() {
  const options = {};
  let index = 0;
  for (; words[index]?.startsWith("--"); index += words[index] === "--detach" ? 1 : 2) {
    const name = words[index].slice(2);
    options[name] = [...(options[name] ?? []), words[index + 1]];
  }
  return { options, image: words[index], command: words.slice(index + 1) };
}

const verbs = {
  run() {
    const { options, image, command } = parsed();
    if (image === "missing") {
      process.stderr.write("Unable to find image 'missing' locally\nError: pull access denied for missing\n");
      process.exit(125);
    }
    const [name] = options.name;
    const out = openSync(file(name, "log"), "a");
    const variables = Object.fromEntries(options.env?.map((text) => text.split(/=(.*)/s)) ?? []);
    const [entry, ...rest] = [...(options.entrypoint ?? []), ...command];
    const keeper = `const c = require("node:child_process").spawnSync(${JSON.stringify(entry)}, ${JSON.stringify(rest)}, { stdio: "inherit" });
      require("node:fs").writeFileSync(${JSON.stringify(file(name, "exit"))}, String(c.status ?? 128 + require("node:os").constants.signals[c.signal]))`;
    const env = { PATH: process.env.PATH, ...variables };
    const child = spawn(process.execPath, ["-e", `process.on("SIGTERM", () => {}); ${keeper}`], {
      detached: true,
      env,
      stdio: ["ignore", out, out],
    });
    writeFileSync(file(name, "pid"), String(child.pid));
    writeFileSync(file(name, "words"), words.join(" "));
    child.unref();
    process.stdout.write(`${name}\n`);
  },
  async wait() {
    while (!existsSync(file(id, "exit"))) {
      // Removed by force: there is no end to tell of.
      if (!existsSync(file(id, "pid"))) process.exit(1);
      await pause(20);
    }
    const isForgetful = readFileSync(file(id, "words"), "utf8").includes(" forgetful ");
    process.stdout.write(isForgetful ? "" : `${readFileSync(file(id, "exit"), "utf8")}\n`);
  },
  async logs() {
    let told = 0;
    for (let isLast = false; !isLast; await pause(20)) {
      isLast = existsSync(file(id, "exit"));
      if (!existsSync(file(id, "log"))) return;
      const text = readFileSync(file(id, "log"), "utf8");
      process.stdout.write(text.slice(told));
      told = text.length;
    }
  },
  async kill() {
    const children = spawnSync("pgrep", ["-P", String(pidOf(id))], { encoding: "utf8" })
      .stdout.split("\n")
      .filter(Boolean);
    for (const pid of children) process.kill(Number(pid), `SIG${words[1]}`);
  },
  exec() {
    const { status } = spawnSync(words[1], words.slice(2));
    process.exit(status ?? 1);
  },
  ps() {
    process.stdout.write(
      readdirSync(folder)
        .filter((name) => name.endsWith(".pid"))
        .map((name) => `${name.slice(0, -4)}\n`)
        .join(""),
    );
  },
  rm() {
    for (const one of words.slice(1)) {
      try {
        process.kill(-pidOf(one), "SIGKILL");
      } catch {}
      for (const kind of ["pid", "log", "exit"]) rmSync(file(one, kind), { force: true });
    }
  },
};
await verbs[verb]?.();
