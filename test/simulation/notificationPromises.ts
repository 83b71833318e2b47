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
  for (const { stream, body } of owed) {
    const story = told.get(stream);
    if (story) story.push(whatIsTold(body));
    else told.set(stream, [whatIsTold(body)]);
  }
  const rollbacks = rollbacksOf(all);
  const streams = Map.groupBy(told.values(), (story) => String(story[0]).split(" ")[0]);
  for (const known of all) {
    if (known.undoes) continue;
    const story = storyOf(known, rollbacks).join(", ");
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
  const rollbacks = rollbacksOf(all);
  const given = { taken: takenOf(receivers, rollbacks), givenUp, mayRepeat };
  for (const known of all) {
    if (known.undoes) continue;
    const { webhook, triggerEvents, topic } = groups[known.group] ?? broken(known, "has no group");
    const story = storyOf(known, rollbacks);
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
  /** By `<receiver> <deployment>`, that of a rollback with what it undoes. */
  taken: ReadonlyMap<string, readonly string[]>;
  /** As `<receiver> <deployment> <status>`. */
  givenUp: ReadonlySet<string>;
  /** Whether what was told before may be told once more after what came next. */
  mayRepeat: boolean;
}

function checkStory(
  known: Known,
  receiver: string,
  story: readonly string[],
  { taken: takenBy, givenUp, mayRepeat }: Given,
): void {
  const taken = takenBy.get(`${receiver} ${known.deploymentId}`) ?? [];
  const once = taken.filter((what, index) => (mayRepeat ? taken.indexOf(what) === index : what !== taken[index - 1]));
  // What was given up may have been taken all the same: its answer was lost.
  const expected = story.filter((what) => !givenUp.has(`${receiver} ${what}`) || once.includes(what));
  if (once.join() !== expected.join()) {
    broken(known, `${receiver} was told ${once.join(", ") || "nothing"}; the story is ${expected.join(", ")}`);
  }
}

/** Rollbacks by what they undo. */
function rollbacksOf(all: readonly Known[]): ReadonlyMap<Known, Known> {
  return new Map(all.flatMap((known) => (known.undoes ? [[known.undoes, known]] : [])));
}

/** What each receiver has taken of each deployment and its rollback, in order, by both. */
function takenOf({ taken }: Receivers, rollbacks: ReadonlyMap<Known, Known>): ReadonlyMap<string, readonly string[]> {
  const stories = new Map([...rollbacks].map(([undone, rollback]) => [rollback.deploymentId, undone.deploymentId]));
  const found = new Map<string, string[]>();
  for (const [receiver, told] of taken) {
    for (const what of told) {
      const [id = ""] = what.split(" ");
      const key = `${receiver} ${stories.get(id) ?? id}`;
      const story = found.get(key);
      if (story) story.push(what);
      else found.set(key, [what]);
    }
  }
  return found;
}

/** A deployment and its rollback, as one story. */
function storyOf(known: Known, rollbacks: ReadonlyMap<Known, Known>): string[] {
  const rollback = rollbacks.get(known);
  const created = rollback ? [`${rollback.deploymentId} Created`, ...courseOf(rollback)] : [];
  return [...courseOf(known), ...created];
}

function courseOf({ deploymentId, record: { state }, blueGreen }: Known): string[] {
  const begun = state.startTime === null ? [] : ["InProgress"];
  return [...begun, ...(blueGreen?.wasReady ? ["Ready"] : []), ...(hasEnded(state.status) ? [state.status] : [])].map(
    (status) => `${deploymentId} ${status}`,
  );
}
