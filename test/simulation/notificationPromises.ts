/** What the documents promise of notifications: every transition of a deployment is told of once and in order. */
import { hasEnded } from "../../src/engine/deployment.ts";
import type { StoredNotification } from "../../src/store/store.ts";
import { broken, type Known } from "./promises.ts";

/** Where everybody's notifications go; nobody delivers them in a simulation, so that all of them are there at the end. */
export const WEBHOOK = "https://receiver.example/";

const ENDS: Record<string, string> = {
  Succeeded: "DeploymentSuccess",
  Failed: "DeploymentFailure",
  Stopped: "DeploymentStop",
};

/** Looks at all that was owed, in the order in which it was written, when every deployment has ended. */
export function checkNotifications(all: readonly Known[], owed: readonly StoredNotification[]): void {
  const told = new Map<string, string[]>();
  for (const { stream, body } of owed) {
    const { data } = JSON.parse(body) as { data: { deploymentId: string; event: string } };
    told.set(stream, [...(told.get(stream) ?? []), `${data.deploymentId} ${data.event}`]);
  }
  const streams = new Map([...told.values()].map((story) => [String(story[0]).split(" ")[0], story.join(", ")]));
  for (const known of all) {
    if (known.undoes) continue;
    const rollback = all.find(({ undoes }) => undoes === known);
    const expected = [...courseOf(known), ...(rollback ? ["DeploymentRollback", ...courseOf(rollback)] : [])];
    const ids = courseOf(known).map(() => known.deploymentId);
    const story = expected.map((event, index) => `${ids[index] ?? rollback?.deploymentId} ${event}`).join(", ");
    const found = streams.get(known.deploymentId) ?? "nothing";
    if (found !== story) broken(known, `told of ${found}; it went through ${story}`);
  }
}

function courseOf({ record: { state } }: Known): string[] {
  const end = hasEnded(state.status) ? ENDS[state.status] : undefined;
  return [...(state.startTime === null ? [] : ["DeploymentStart"]), ...(end ? [end] : [])];
}
