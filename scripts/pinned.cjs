/**
 * Runs `node <arguments>` with the Node that this project pins, and installs the project's packages first where they
 * are missing or out of date. Plain old JavaScript: it must run on whatever Node is on the PATH.
 */
"use strict";
var childProcess = require("child_process");
var crypto = require("crypto");
var fs = require("fs");
var path = require("path");

var root = path.join(__dirname, "..");
var stamp = path.join(root, "node_modules", ".signalbox-lock-digest");

function lockDigest() {
  return crypto
    .createHash("sha256")
    .update(fs.readFileSync(path.join(root, "package-lock.json")))
    .digest("hex");
}

function isInstalled() {
  return fs.existsSync(stamp) && fs.readFileSync(stamp, "utf8") === lockDigest();
}

if (!isInstalled()) {
  process.stderr.write("Installing what signalbox needs (npm ci) ...\n");
  var npm = process.platform === "win32" ? "npm.cmd" : "npm";
  var install = childProcess.spawnSync(npm, ["ci", "--no-audit", "--no-fund", "--loglevel=error"], {
    cwd: root,
    stdio: ["ignore", 2, 2],
    shell: process.platform === "win32",
  });
  if (install.status !== 0) process.exit(install.status || 1);
  fs.writeFileSync(stamp, lockDigest());
}

var node = path.join(root, "node_modules", "node", "bin", process.platform === "win32" ? "node.exe" : "node");
var environment = Object.assign({}, process.env, {
  PATH: path.join(root, "node_modules", ".bin") + path.delimiter + process.env.PATH,
});
var child = childProcess.spawn(node, process.argv.slice(2), { stdio: "inherit", env: environment });
["SIGINT", "SIGTERM", "SIGHUP"].forEach((signal) => {
  process.on(signal, () => {
    child.kill(signal);
  });
});
child.on("exit", (code, signal) => {
  process.exit(signal ? 1 : code);
});
