/** Plays a recording through the engine, and finds the first place at which it decides otherwise. Pure. */
import { type Decision, decisionOf, decisionsOf, type Told } from "./decisions.ts";
import type { Deployment } from "./deployment.ts";
import type { Recording } from "./recording.ts";
import { newDeployment, step } from "./step.ts";

export interface Difference {
  /** The event, counted from 1, after which it shows; `null` when it is the outcome. */
  event: number | null;
  /** What the event is called; `outcome` for that. */
  of: string;
  /** Where in the decision or the outcome: `decision.weight`; empty when the engine took the event for a fault of its own. */
  path: string;
  recorded: string;
  replayed: string;
}

export interface Replay {
  /** What this engine decides, event by event, as far as it came. */
  decisions: Decision[];
  difference: Difference | null;
}

/**
 * The recording does not say whether its deployment began in a queue. Nearly nothing depends on it: whichever beginning
 * agrees is the one.
 */
export function replay(recording: Recording): Replay {
  const plain = replayFrom(recording, newDeployment(recording.plan, "Created"));
  if (!plain.difference) return plain;
  const queued = replayFrom(recording, newDeployment(recording.plan, "Queued"));
  return queued.difference ? plain : queued;
}

function replayFrom({ plan, told, outcome }: Recording, begun: Deployment): Replay {
  let deployment = begun;
  const replayed: Told[] = [];
  for (const [index, { event, decision }] of told.entries()) {
    const place = { event: index + 1, of: event.type };
    try {
      const next = step(plan, deployment, event);
      replayed.push({ event, decision: decisionOf(plan, deployment, next) });
      deployment = { state: next.state, targets: next.targets };
    } catch (error) {
      const fault = error instanceof Error ? error.message : String(error);
      const difference = { ...place, path: "", recorded: shown(decision), replayed: `a fault: ${fault}` };
      return { decisions: decisionsOf(replayed), difference };
    }
    const found = firstDifference(decision, plainOf(replayed.at(-1)?.decision), "decision");
    if (found) return { decisions: decisionsOf(replayed), difference: { ...place, ...found } };
  }
  const found = firstDifference(outcome, plainOf(deployment), "outcome");
  return {
    decisions: decisionsOf(replayed),
    difference: found && { event: null, of: "outcome", ...found },
  };
}

/** As it is once it has been JSON. */
const plainOf = (value: unknown): unknown => (value === undefined ? undefined : JSON.parse(JSON.stringify(value)));

const shown = (value: unknown): string => (value === undefined ? "nothing" : JSON.stringify(value));

/** Members that a newer engine has added are not compared: the recording knows nothing of them. */
function firstDifference(
  recorded: unknown,
  replayed: unknown,
  path: string,
): Pick<Difference, "path" | "recorded" | "replayed"> | null {
  const differs = { path, recorded: shown(recorded), replayed: shown(replayed) };
  if (typeof recorded !== "object" || recorded === null) return recorded === replayed ? null : differs;
  if (typeof replayed !== "object" || replayed === null) return differs;
  if (Array.isArray(recorded) !== Array.isArray(replayed)) return differs;
  if (Array.isArray(recorded) && recorded.length !== (replayed as unknown[]).length) return differs;
  for (const [name, value] of Object.entries(recorded)) {
    const found = firstDifference(value, (replayed as Record<string, unknown>)[name], `${path}.${name}`);
    if (found) return found;
  }
  return null;
}
