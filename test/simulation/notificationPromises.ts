/** What the documents promise of notifications: every transition of a deployment is told of, in order, to who subscribed. */
import { hasEnded } from "../../src/engine/deployment.ts";
import type { StoredNotification } from "../../src/store/store.ts";
import { BrokenPromise, broken, type Known } from "./known.ts";
import { type Receivers, TEST, whatIsTold } from "./receivers.ts";
import { type GroupSettings, WEBHOOK } from "./scenario.ts";

/** The statuses that a trigger's events are about (semantics 8.1). */
const STATUS_OF: Record<string, string> = {
  DeploymentStart: "InProgress",
  DeploymentSuccess: "Succeeded",
  DeploymentFailure: "Failed",
  DeploymentStop: "Stopped",
  DeploymentRollback: "Created",
};

/** Where nobody delivers: what is owed when all is over, in the order in which it was written, is the whole story. */
export function checkOwed(all: readonly Known[], owed: readonly StoredNotification[]): void {
  const told = new Map<string, string[]>();
  for (const { stream, body } of owed) told.set(stream, [...(told.get(stream) ?? []), whatIsTold(body)]);
  const streams = Map.groupBy(told.values(), (story) => String(story[0]).split(" ")[0]);
  for (const known of all) {
    if (known.undoes) continue;
    const story = storyOf(all, known).join(", ");
    const found = (streams.get(known.deploymentId) ?? []).map((each) => each.join(", "));
    if (found.join("; and ") !== story) broken(known, `told of ${found.join("; and ")}; it went through ${story}`);
    streams.delete(known.deploymentId);
  }
  for (const stranger of streams.keys()) throw new BrokenPromise(`told of ${stranger}, which nobody has deployed`);
}

/** Where receivers are there at times: each has taken everything in order, but for what was given up in good time. */
export function checkTaken(
  all: readonly Known[],
  receivers: Receivers,
  groups: readonly GroupSettings[],
  { owed, dead }: Record<"owed" | "dead", readonly StoredNotification[]>,
  mayRepeat: boolean,
): void {
  const [left] = owed;
  if (left) broken(left.receiver, `is still owed ${whatIsTold(left.body)} when all is over`);
  const givenUp = new Set(dead.map(({ receiver, body }) => `${receiver} ${whatIsTold(body)}`));
  for (const { receiver, body, createdAt } of dead) {
    if (!receivers.mayBeGivenUp(receiver, body, createdAt)) broken(receiver, `was given up soon: ${whatIsTold(body)}`);
  }
  checkNobodyElse(all, receivers, groups);
  const given = { receivers, givenUp, mayRepeat };
  for (const known of all) {
    if (known.undoes) continue;
    const { webhook, triggerEvents, topic } = groups[known.group] ?? broken(known, "has no group");
    const story = storyOf(all, known);
    const heard = new Set(triggerEvents.map((event) => STATUS_OF[event]));
    checkStory(known, webhook ?? WEBHOOK, story, given);
    const told = story.filter((what) => heard.has(what.split(" ")[1]));
    checkStory(known, topic, told, given);
  }
}

/** Who has taken something is somebody who subscribed to it. */
function checkNobodyElse(all: readonly Known[], { taken }: Receivers, groups: readonly GroupSettings[]): void {
  const byId = new Map(all.map((known) => [known.deploymentId, known]));
  for (const [receiver, told] of taken) {
    for (const what of told.filter((each) => !each.startsWith(TEST))) {
      const known = byId.get(what.split(" ")[0] ?? "");
      const group = known && groups[known.group];
      const subscribers = group ? [group.webhook ?? WEBHOOK, group.topic] : [];
      if (!subscribers.includes(receiver)) broken(receiver, `was told of ${what} and had not subscribed`);
    }
  }
}

interface Given {
  receivers: Receivers;
  /** As `<receiver> <deployment> <status>`. */
  givenUp: ReadonlySet<string>;
  /** Whether what was told before may be told once more after what came next. */
  mayRepeat: boolean;
}

function checkStory(
  known: Known,
  receiver: string,
  story: readonly string[],
  { receivers, givenUp, mayRepeat }: Given,
): void {
  const ids = new Set([known.deploymentId, known.record.state.rollbackInfo?.rollbackDeploymentId ?? ""]);
  const taken = (receivers.taken.get(receiver) ?? []).filter((what) => ids.has(what.split(" ")[0] ?? ""));
  const once = taken.filter((what, index) => (mayRepeat ? taken.indexOf(what) === index : what !== taken[index - 1]));
  // What was given up may have been taken all the same: its answer was lost.
  const expected = story.filter((what) => !givenUp.has(`${receiver} ${what}`) || once.includes(what));
  if (once.join() !== expected.join()) {
    broken(known, `${receiver} was told ${once.join(", ") || "nothing"}; the story is ${expected.join(", ")}`);
  }
}

/** A deployment and its rollback, as one story. */
function storyOf(all: readonly Known[], known: Known): string[] {
  const rollback = all.find(({ undoes }) => undoes === known);
  const created = rollback ? [`${rollback.deploymentId} Created`, ...courseOf(rollback)] : [];
  return [...courseOf(known), ...created];
}

function courseOf({ deploymentId, record: { state } }: Known): string[] {
  const begun = state.startTime === null ? [] : ["InProgress"];
  return [...begun, ...(hasEnded(state.status) ? [state.status] : [])].map((status) => `${deploymentId} ${status}`);
}
