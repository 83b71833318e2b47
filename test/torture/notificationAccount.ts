/** Notifications: for each deployment all of them, in order; one that comes again comes before the next. */
import type { CloudEvent } from "../support/receivers.ts";
import type { Evidence } from "./accounting.ts";
import type { Deployed, Truth } from "./truth.ts";

export function notificationContradictions(
  { received, shared }: Evidence,
  { deployments, notifications }: Truth,
): string[] {
  const events = received.map((body) => JSON.parse(body) as CloudEvent);
  const byDeployment = Map.groupBy(events, ({ data }) => data.deploymentId);
  const left = notifications.map(({ deploymentId, attempt }) => {
    return `a notification about ${deploymentId} is not delivered after ${attempt} attempts`;
  });
  const there = new Set(deployments.map(({ detail }) => detail.deploymentId));
  const strangers = [...byDeployment.keys()].filter((id) => !there.has(id));
  const firstAt = new Map<string, number>();
  for (const [index, { id }] of events.entries()) if (!firstAt.has(id)) firstAt.set(id, index);
  return [
    ...left,
    ...strangers.map((id) => `the receiver was told of ${id}, and there is no such deployment`),
    ...deployments.flatMap(({ detail }) => {
      const got = withoutRepeats(
        (byDeployment.get(detail.deploymentId) ?? []).map(({ data }) => data.event),
        shared,
      );
      const expected = expectedOf(detail);
      if (got.join() === expected.join()) return [];
      return [
        `the receiver was told of ${detail.deploymentId}: ${got.join(", ")}; it should be ${expected.join(", ")}`,
      ];
    }),
    ...deployments.flatMap(({ detail }) => {
      const rollback = detail.rollbackInfo?.rollbackDeploymentId;
      if (rollback === undefined) return [];
      const end = firstAt.get(`${detail.deploymentId}/${ENDS[detail.status]}`) ?? Number.POSITIVE_INFINITY;
      const begins = firstAt.get(`${rollback}/DeploymentStart`) ?? Number.POSITIVE_INFINITY;
      return end < begins ? [] : [`the receiver was told of the rollback ${rollback} before the end of what it undoes`];
    }),
  ];
}

const ENDS: Record<string, string> = {
  Succeeded: "DeploymentSuccess",
  Failed: "DeploymentFailure",
  Stopped: "DeploymentStop",
};

function expectedOf({ creator, startTime, status }: Deployed["detail"]): string[] {
  const first = creator === "codeDeployRollback" ? ["DeploymentRollback"] : [];
  const start = startTime === null ? [] : ["DeploymentStart"];
  return [...first, ...start, ENDS[status] ?? status];
}

/** Of several nodes, one that wakes up may repeat what is long delivered; one alone repeats before it goes on. */
function withoutRepeats(events: string[], shared: boolean): string[] {
  return events.filter((event, index) => (shared ? events.indexOf(event) === index : event !== events[index - 1]));
}
