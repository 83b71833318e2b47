#!/usr/bin/env node
// What `signalbox` runs first: plain old JavaScript, so that a Node that is too old can say so.
"use strict";
var major = Number(process.versions.node.split(".")[0]);
if (major < 24) {
  process.stderr.write("signalbox needs Node 24 or newer; this is Node " + process.versions.node + ".\n");
  process.exit(1);
}
// Node lets young garbage fill 128 MB before it sweeps, and hears otherwise on its command line only. So a server begins
// anew as itself: the same process, 20 ms later. Not where its starter has said something about it, or speaks with it by
// messages, whose pipe would be lost; and Windows cannot.
var options = process.execArgv.concat(process.env.NODE_OPTIONS || "").join(" ");
var isSaid = /semi[-_]space[-_]size/.test(options);
if (process.argv[2] === "serve" && !isSaid && !process.send && process.execve && process.platform !== "win32") {
  var words = process.execArgv.concat("--max-semi-space-size=8", process.argv.slice(1));
  process.execve(process.execPath, [process.execPath].concat(words), process.env);
}
import("./main.js");
