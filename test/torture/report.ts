/** What was done and counted, as a table. */
import type { HookLine } from "./hooks.ts";
import type { Outcome, Request } from "./ledger.ts";
import type { Standstill } from "./progress.ts";
import type { TortureResult } from "./torture.ts";

export function reportOf(result: TortureResult): string[] {
  const { ledger, hookLines, truth, faults, progress, received } = result;
  return [
    ...requestTable(ledger.requests, hookLines),
    "",
    ...pairs([
      ["kill -9", faults.kills],
      ["SIGSTOP", faults.stills],
      ["outages of the receiver", faults.receiverOutages],
      ["restarts of PostgreSQL", faults.databaseRestarts],
      ["deployments", truth.deployments.length],
      ...statuses(truth),
      ["invocations of validation functions seen", invocations(hookLines)],
      ["notifications received", received],
      ["audit entries", truth.audit.length],
      ["longest standstill", told(progress.longest)],
      ["longest wait for a validation function", told(progress.longestForFunction)],
      // All lanes are always busy: that many at once, at that rate, take as long as one divided by the other.
      [
        "deployments ended in a second that nodes were up",
        (truth.deployments.length / (result.upMs / 1000)).toFixed(1),
      ],
      ["longest start of a bare Node meanwhile", `${(result.slowestStartMs / 1000).toFixed(1)} s`],
      ["time that nodes were up", `${(result.upMs / 1000).toFixed(0)} s`],
      ["contradictions", ledger.contradictions.length],
    ]),
  ];
}

const told = ({ milliseconds, phase }: Standstill): string => `${(milliseconds / 1000).toFixed(1)} s ${phase}`;

const OUTCOMES: Outcome[] = ["acknowledged", "refused", "unknown"];

function requestTable(requests: readonly Request[], hookLines: readonly HookLine[]): string[] {
  const operations = Map.groupBy(requests, ({ operation, verb }) => (verb ? `${operation} ${verb}` : operation));
  const rows = [...operations].map(([operation, some]) => [
    operation,
    ...OUTCOMES.map((outcome) => String(some.filter((request) => request.outcome === outcome).length)),
  ]);
  const lines = (outcome: HookLine["outcome"]) => hookLines.filter((line) => line.outcome === outcome).length;
  const [sent, acknowledged, refused] = [lines("sending"), lines("acknowledged"), lines("refused")];
  rows.push(["PutLifecycleEventHookExecutionStatus", acknowledged, refused, sent - acknowledged - refused].map(String));
  return [["request", ...OUTCOMES], ...rows].map(([name = "", ...cells]) => {
    return name.padEnd(40) + cells.map((cell) => cell.padStart(14)).join("");
  });
}

const pairs = (rows: [string, string | number][]): string[] =>
  rows.map(([name, value]) => `${name.padEnd(50)}${value}`);

function statuses({ deployments }: TortureResult["truth"]): [string, number][] {
  const byStatus = Map.groupBy(deployments, ({ detail }) => {
    return `  ${detail.status}${detail.creator === "codeDeployRollback" ? " rollbacks" : ""} ${detail.errorInformation?.code ?? ""}`;
  });
  return [...byStatus].map(([status, some]): [string, number] => [status, some.length]).sort();
}

function invocations(hookLines: readonly HookLine[]): number {
  return new Set(hookLines.map(({ deploymentId, event }) => `${deploymentId} ${event}`)).size;
}
