/** Why a deployment is where it is: its decision log in sentences, or as lines of JSON. Pure. */
import type { DecisionDetail, DeploymentDetail } from "../management/deploymentDetail.ts";
import { duration, ending, plain } from "./wording.ts";

/** One line for each decision, then how it ended or what it waits for. */
export function why(detail: DeploymentDetail, asJson: boolean): string[] {
  if (asJson) return detail.decisions.map((decision) => JSON.stringify(decision));
  return [...detail.decisions.map(decisionLine), ...ending(detail), ...presentWait(detail)];
}

/** One decision; `at` in seconds. */
export function decisionLine(decision: Omit<DecisionDetail, "until">): string {
  const { at, phase, weight, wants, ended, paused } = decision;
  const then = ended ? `${ended.status}${ended.code ? ` (${ended.code})` : ""}` : phase;
  const share = weight === null ? "" : `, ${weight} % on the new version`;
  const asked = wants.length > 0 ? `, asks for ${wants.join(", ")}` : "";
  const held = paused && phase !== "Paused" ? ", paused" : "";
  return plain(`${new Date(at * 1000).toISOString()} ${causeOf(decision)} -> ${then}${share}${held}${asked}`);
}

/** The event in the order of its members, without the braces: `alarmsSeen states={"errors":"ALARM"}`. */
function causeOf({ because: { type, ...inputs } }: Pick<DecisionDetail, "because">): string {
  const told = Object.entries(inputs).map(([name, value]) =>
    typeof value === "string" ? `${name}=${value}` : `${name}=${JSON.stringify(value)}`,
  );
  return [type, ...told].join(" ");
}

/** Empty when it has ended. */
export function presentWait({ waitingFor, now, fault }: DeploymentDetail): string[] {
  if (fault !== null) return [plain(`A fault of signalbox keeps it from going on: ${fault}`)];
  const { waitsFor, until, atDeadline, retries } = waitingFor;
  if (waitsFor === null) return [];
  const deadline = until === null ? "without a limit" : `for ${duration(until - now)} at most; then ${atDeadline}`;
  return [plain(`It waits for ${waitsFor}, ${deadline}${retries === "" ? "" : `; ${retries}`}.`)];
}
