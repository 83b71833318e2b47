/** What validation functions do, right and wrong. */
import type { Chance } from "./chance.ts";
import { HOUR, MINUTE, SECOND } from "./times.ts";

/** What a validation function does, every time it is invoked. Delays count from the invocation. */
export interface HookBehaviour {
  kind: string;
  reports: { afterMs: number; status: "Succeeded" | "Failed"; id: "own" | "forged" | "another" }[];
  /** All reports are sent at once, none waits for the answer to another. */
  together?: true;
  endsAfterMs: number;
  error: string | null;
  /** Refusals before the invocation is taken, `missing` for ever. */
  refusals: "missing" | number;
  /** What must become of the lifecycle event when nothing else interferes. */
  certainly: "Succeeded" | "Failed" | "either";
  /** What it does instead before a step of the traffic other than the first. */
  later?: HookBehaviour;
}

/** Takes its time before it reports that all is well. */
export function patientHook(chance: Chance): HookBehaviour {
  const afterMs = chance.between(MINUTE, 50 * MINUTE);
  const reports: HookBehaviour["reports"] = [{ afterMs, status: "Succeeded", id: "own" }];
  return { kind: "takes its time", reports, endsAfterMs: 10, error: null, refusals: 0, certainly: "Succeeded" };
}

export function drawHook(chance: Chance): HookBehaviour {
  const soon = chance.between(0, chance.pick([100, 5 * SECOND, 10 * MINUTE]));
  const base = { endsAfterMs: soon + 50, error: null, refusals: 0 };
  const report = (status: "Succeeded" | "Failed", afterMs = soon) => ({ afterMs, status, id: "own" as const });
  const succeeded = { ...base, kind: "succeeds", reports: [report("Succeeded")], certainly: "Succeeded" as const };
  if (chance.happens(0.45)) return succeeded;
  return chance.pick<HookBehaviour>([
    succeeded,
    { ...base, kind: "fails", reports: [report("Failed")], certainly: "Failed" },
    {
      ...base,
      kind: "reports twice",
      reports: [report("Succeeded"), report("Failed", soon + 1)],
      certainly: "Succeeded",
    },
    {
      ...base,
      kind: "reports both at once",
      reports: [report("Succeeded"), report("Failed")],
      together: true,
      certainly: "either",
    },
    {
      ...base,
      kind: "reports Failed twice",
      reports: [report("Failed"), report("Succeeded", soon)],
      certainly: "Failed",
    },
    {
      ...base,
      kind: "returns before it reports",
      endsAfterMs: 10,
      reports: [report("Succeeded", 30 * MINUTE)],
      certainly: "Succeeded",
    },
    {
      ...base,
      kind: "reports after two hours",
      endsAfterMs: 10,
      reports: [report("Succeeded", 2 * HOUR)],
      certainly: "either",
    },
    {
      ...base,
      kind: "reports about when time is up",
      endsAfterMs: 10,
      reports: [report("Succeeded", HOUR + chance.between(-9, 9))],
      certainly: "either",
    },
    { ...base, kind: "never reports", reports: [], certainly: "Failed" },
    { ...base, kind: "throws", reports: [], error: "Error: no connection to the database", certainly: "Failed" },
    { ...succeeded, kind: "reports, then throws", error: "Error: too late" },
    { ...base, kind: "times out", reports: [], endsAfterMs: 15 * MINUTE, error: "Task timed out", certainly: "Failed" },
    { ...base, kind: "is missing", reports: [], refusals: "missing", certainly: "Failed" },
    { ...succeeded, kind: "is throttled at first", refusals: chance.between(1, 12) },
    {
      ...succeeded,
      kind: "is lied about by others",
      reports: [
        { afterMs: 0, status: "Failed", id: "forged" },
        { afterMs: 0, status: "Failed", id: "another" },
        report("Succeeded", soon + 5),
      ],
      endsAfterMs: soon + 60,
    },
  ]);
}
