/** The validation functions of a torture, and what they have written down: what they got, and what became of their reports. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";

export type HookEvent = "BeforeAllowTraffic" | "AfterAllowTraffic";
export type Verdict = "Succeeded" | "Failed";

/** One line of the file: before the report is sent, and when its answer is there. */
export interface HookLine {
  deploymentId: string;
  hookExecutionId: string;
  event: HookEvent;
  verdict: Verdict;
  /** `sending` comes before each attempt; an attempt without another line was lost with its process. */
  outcome: "sending" | "acknowledged" | "refused" | "unknown";
  requestId: string;
  error: string;
  /** Of an answer that tells nobody what became of the report; `null` where there was none. */
  status?: number | null;
  /** When it was written, on the wall clock; milliseconds. */
  at: number;
}

export const hookFileIn = (folder: string): string => join(folder, "hooks.jsonl");

export async function readHookLines(folder: string): Promise<HookLine[]> {
  const text = await readFile(hookFileIn(folder), "utf8").catch(() => "");
  return text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as HookLine);
}

/** Tries as long as the nodes may be away, and writes before and after each attempt: a line is written whole or not at all. */
export const hookSource = `
const { appendFileSync } = require("node:fs");
const { CodeDeployClient, PutLifecycleEventHookExecutionStatusCommand } = require("@aws-sdk/client-codedeploy");
const { SEEN, NODES, EVENT, VERDICT } = process.env;
const clients = NODES.split(",").map((endpoint) => new CodeDeployClient({ endpoint, maxAttempts: 1 }));
exports.handler = async ({ DeploymentId, LifecycleEventHookExecutionId }) => {
  const about = { deploymentId: DeploymentId, hookExecutionId: LifecycleEventHookExecutionId, event: EVENT, verdict: VERDICT };
  const note = (outcome, requestId = "", error = "", status = null) =>
    appendFileSync(SEEN, JSON.stringify({ ...about, outcome, requestId, error, status, at: Date.now() }) + "\\n");
  const report = new PutLifecycleEventHookExecutionStatusCommand({
    deploymentId: DeploymentId,
    lifecycleEventHookExecutionId: LifecycleEventHookExecutionId,
    status: VERDICT,
  });
  for (let attempt = 0; attempt < 100; attempt += 1) {
    note("sending");
    try {
      const { $metadata } = await clients[attempt % clients.length].send(report);
      return note("acknowledged", $metadata.requestId);
    } catch (error) {
      const { httpStatusCode, requestId } = error.$metadata ?? {};
      if (httpStatusCode < 500) return note("refused", requestId, error.name);
      note("unknown", "", "", httpStatusCode ?? null);
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  }
  throw new Error("no node took the report");
};`;
