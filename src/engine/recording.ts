/**
 * A deployment as it can be played through the engine again, anywhere: its plan, everything it was told with what was
 * decided on it, and where that has led. Plain JSON with a version of its own.
 */
import type { Told } from "./decisions.ts";
import type { Deployment, DeploymentEvent, EffectAnswer } from "./deployment.ts";
import { formatOfPlan, formatOfState } from "./format.ts";
import type { DeploymentPlan } from "./plan.ts";

/**
 * The highest that this engine plays, raised when an older program could misread what a newer one has written. A recording has
 * the lowest that will do. 2: what engines up to format 2 know nothing of.
 */
export const RECORDING_FORMAT = 2;

export const formatOfRecording = (plan: DeploymentPlan, { state }: Deployment): number =>
  Math.max(formatOfPlan(plan), formatOfState(state)) > 2 ? 2 : 1;

export interface Recording {
  signalboxRecording: number;
  /** The version of the program that wrote it. */
  program: string;
  deploymentId: string;
  plan: DeploymentPlan;
  told: readonly Told[];
  outcome: Deployment;
}

/** What is no recording, or none that this program can play; the message is a sentence for whoever has the file. */
export class RecordingError extends Error {}

const EVENTS: Record<DeploymentEvent["type"], true> = {
  start: true,
  timeElapsed: true,
  alarmsSeen: true,
  alarmsUnreadable: true,
  steered: true,
  orphaned: true,
  stopRequested: true,
  continued: true,
  hookReported: true,
  effectAnswered: true,
  effectFailed: true,
};

const ANSWERS: Record<EffectAnswer["type"], true> = {
  revisionRead: true,
  aliasRead: true,
  alarmsRead: true,
  aliasMoved: true,
  aliasNotReady: true,
  hookInvocationEnded: true,
  serviceRead: true,
  taskSetsRead: true,
  taskSetCreated: true,
  routesMoved: true,
  primaryTaskSetSet: true,
  taskSetDeleted: true,
};

/** Reads a recording from its text. Throws a RecordingError for everything that this program would not play truly. */
export function parseRecording(text: string): Recording {
  let read: Partial<Recording> | null;
  try {
    read = JSON.parse(text) as Partial<Recording> | null;
  } catch {
    throw new RecordingError("It is not JSON.");
  }
  const { signalboxRecording: format, program = "?", plan, told, outcome } = (read ?? {}) as Partial<Recording>;
  if (format === undefined) throw new RecordingError("It is no recording of signalbox.");
  if (format !== 1 && format !== RECORDING_FORMAT) {
    throw new RecordingError(
      `It has the format ${format}, and this signalbox plays formats up to ${RECORDING_FORMAT}; it was written by signalbox ${program}.`,
    );
  }
  if (!isObject(plan) || !isObject(plan.work) || !Array.isArray(told) || !isObject(outcome)) {
    throw new RecordingError("It is incomplete: a recording has a plan, what was told, and an outcome.");
  }
  const newer = `; it was written by signalbox ${program}.`;
  if (!["Lambda", "ECS"].includes(plan.work.platform)) {
    throw new RecordingError(`It is of the platform ${String(plan.work.platform)}, which no engine here knows${newer}`);
  }
  for (const [index, one] of told.entries()) {
    const stranger = strangerIn(one);
    if (stranger !== null) throw new RecordingError(`Event ${index + 1} ${stranger}${newer}`);
  }
  return read as Recording;
}

/** What is unknown about an event; `null` when it can be played. */
function strangerIn(told: Partial<Told> | null): string | null {
  const event = told?.event as DeploymentEvent | undefined;
  if (!isObject(event) || typeof event.at !== "number") return "is no event with a time";
  if (!Object.hasOwn(EVENTS, event.type)) return `is of the type ${event.type}, which no engine here knows`;
  if (event.type !== "effectAnswered" || Object.hasOwn(ANSWERS, event.answer?.type)) return null;
  return `is an answer of the type ${event.answer?.type}, which no engine here knows`;
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
