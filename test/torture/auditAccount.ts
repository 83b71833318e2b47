/** The audit: exactly one entry for each write that was answered, with what was answered. */
import type { Evidence } from "./accounting.ts";
import type { Deployed, Truth } from "./truth.ts";

const REPORT = "PutLifecycleEventHookExecutionStatus";

interface Write {
  operation: string;
  requestId: string;
  outcome: string;
}

export function auditContradictions({ requests, hookLines }: Evidence, { audit, deployments }: Truth): string[] {
  const reports = hookLines.map((line) => ({ ...line, operation: REPORT }));
  // Alarms are set in another service, which has no such audit.
  const writes = requests.filter(({ operation }) => operation !== "SetAlarmState");
  const answered = [...writes, ...reports]
    .filter(({ outcome }) => outcome === "acknowledged" || outcome === "refused")
    .map(({ operation, requestId, error }): Write => ({ operation, requestId, outcome: error || "Succeeded" }));
  const entries = Map.groupBy(audit, ({ requestId }) => requestId);
  const wrong = answered.flatMap(({ operation, requestId, outcome }) => {
    const found = entries.get(requestId) ?? [];
    const [entry] = found;
    if (found.length !== 1 || !entry) return [`${operation} ${requestId} has ${found.length} audit entries`];
    if (entry.operation === operation && entry.outcome === outcome) return [];
    return [`${operation} ${requestId} was answered ${outcome}; the audit says ${entry.operation} ${entry.outcome}`];
  });
  const known = new Set(answered.map(({ requestId }) => requestId));
  const sent = (outcome: string) => hookLines.filter((line) => line.outcome === outcome).length;
  const lostReports = sent("sending") - sent("acknowledged") - sent("refused");
  const strangers = Map.groupBy(
    audit.filter(({ requestId }) => !known.has(requestId)),
    ({ operation }) => operation,
  );
  for (const [operation, { length }] of strangers) {
    const unknown = writes.filter((request) => request.operation === operation && request.outcome === "unknown").length;
    const lost = operation === REPORT ? lostReports : unknown;
    if (length > lost) wrong.push(`the audit has ${length} ${operation} that nobody was answered; ${lost} were lost`);
  }
  return [...wrong, ...creationsIn(audit, deployments)];
}

function creationsIn(audit: Truth["audit"], deployments: Deployed[]): string[] {
  const told = audit.filter(({ operation, outcome }) => operation === "CreateDeployment" && outcome === "Succeeded");
  const there = deployments.filter(({ detail }) => detail.creator !== "codeDeployRollback");
  if (told.length === there.length) return [];
  return [`the audit has ${told.length} deployments that were created; there are ${there.length}`];
}
