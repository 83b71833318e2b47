/** boto3 against signalbox: its parsing, its exception classes, its nine paginators and its waiter. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { startSignalbox } from "../support/signalbox.ts";
import { clientEnvironment, execute, whyNoBoto3 } from "./awsCli.ts";

const skip = await whyNoBoto3();

const box = await startSignalbox({ after });

interface Journey {
  name: string;
  error: string | null;
}

/** Runs the script; each of its journeys says on a line of its own how it ended. */
async function journeys(): Promise<Journey[]> {
  const script = join(import.meta.dirname, "boto3Journey.py");
  const { exitCode, stdout, stderr } = await execute("python3", [script], clientEnvironment(box.url));
  assert.equal(exitCode, 0, stderr);
  return stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Journey);
}

const told = skip ? [] : await journeys();

describe("boto3", { skip }, () => {
  it("tells all of its journeys", () => assert.equal(told.length, 13));
  for (const { name, error } of told) {
    it(name, () => assert.equal(error, null, error ?? ""));
  }
});
