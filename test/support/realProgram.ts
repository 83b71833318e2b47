/** The real program for tests: what a test that failed has left of it ends with its file, which would wait for it for ever. */
import { after } from "node:test";
import { running } from "./program.ts";

export { type RealProgram, startProgram } from "./program.ts";

after(() => {
  for (const program of running) program.kill("SIGKILL");
});
