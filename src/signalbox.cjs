#!/usr/bin/env node
// What `signalbox` runs first: plain old JavaScript, so that a Node that is too old can say so.
"use strict";
var major = Number(process.versions.node.split(".")[0]);
if (major < 24) {
  process.stderr.write("signalbox needs Node 24 or newer; this is Node " + process.versions.node + ".\n");
  process.exit(1);
}
import("./main.js");
