/** The real program for tests. What a test that failed has left of it is ended with its file, which waited for ever before. */
import { after } from "node:test";
import { running } from "./program.ts";

export { type RealProgram, startProgram } from "./program.ts";

after(() => {
  for (const program of running) program.kill("SIGKILL");
});
