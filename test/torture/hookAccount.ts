/** Validation functions: one execution id for each lifecycle event, and every acknowledged report counts. */
import type { Evidence } from "./accounting.ts";
import type { HookLine } from "./hooks.ts";
import { AWAY } from "./ledger.ts";
import type { Deployed, Truth } from "./truth.ts";

export function hookContradictions({ hookLines, shared }: Evidence, { deployments }: Truth): string[] {
  const byEvent = Map.groupBy(hookLines, ({ deploymentId, event }) => `${deploymentId} ${event}`);
  const owners = new Map<string, string>();
  const there = new Set(deployments.map(({ detail }) => detail.deploymentId));
  const wrong: string[] = [];
  for (const [name, lines] of byEvent) {
    if (!lines.some(({ deploymentId }) => there.has(deploymentId))) {
      wrong.push(`${name} was invoked, and there is no such deployment`);
    }
    const ids = new Set(lines.map(({ hookExecutionId }) => hookExecutionId));
    if (ids.size !== 1) wrong.push(`${name} was invoked for ${ids.size} hook execution ids: ${[...ids].join(", ")}`);
    for (const id of ids) {
      const owner = owners.get(id);
      if (owner !== undefined) wrong.push(`the hook execution id ${id} was given to ${owner} and to ${name}`);
      owners.set(id, name);
    }
  }
  for (const { deploymentId, event, status } of hookLines) {
    const isFault = status != null && !(shared && status === AWAY);
    if (isFault) wrong.push(`the report of ${deploymentId} ${event} was answered ${status}`);
  }
  return [...wrong, ...deployments.flatMap((deployed) => reportContradictions(deployed, byEvent))];
}

function reportContradictions({ detail, told }: Deployed, byEvent: Map<string, HookLine[]>): string[] {
  return (detail.targets[0]?.lifecycleEvents ?? []).flatMap(({ name, status, hook }) => {
    const subject = `${detail.deploymentId} ${name}`;
    const lines = byEvent.get(subject) ?? [];
    const acknowledged = lines.filter(({ outcome }) => outcome === "acknowledged").length;
    const answered = lines.filter(({ outcome }) => outcome === "acknowledged" || outcome === "refused").length;
    const lost = lines.filter(({ outcome }) => outcome === "sending").length - answered;
    const heard = told.filter(({ event }) => event.type === "hookReported" && event.lifecycleEvent === name);
    const wrong: string[] = [];
    if (heard.length < acknowledged || heard.length > Math.min(1, acknowledged + lost)) {
      wrong.push(`${subject} heard ${heard.length} reports; ${acknowledged} were acknowledged, ${lost} lost`);
    }
    if (hook && status === "Succeeded" && heard.length === 0) wrong.push(`${subject} succeeded without a report`);
    const verdict = lines[0]?.verdict;
    // Who stops a deployment ends its lifecycle events, too.
    if (heard.length > 0 && status !== verdict && detail.status !== "Stopped") {
      wrong.push(`${subject} is ${status}, and ${verdict} was reported`);
    }
    return wrong;
  });
}
