/** What is promised to people who steer: pause, resume, skip a wait, promote. An abort is a stop that rolls back. */
import { decisionsOf, type Told } from "../../src/engine/decisions.ts";
import { rerouteExpired } from "./ecs/blueGreenLedger.ts";
import { broken, type Circumstances, type Known, type Steer } from "./known.ts";
import { MINUTE, SECOND } from "./times.ts";

/** In which a wish that was accepted reaches its deployment. */
const TURN_MS = 2 * SECOND;

export const wanted = (known: Known, verb: Steer["verb"]) =>
  known.steers.filter((steer) => steer.verb === verb && steer.accepted !== false);

/** By when a wish has come to its deployment, if it ever has: a commit may take long, and its answer may be lost. */
const latestOf = ({ accepted, acceptedAt, sentAt }: Steer): number => (accepted ? acceptedAt : sentAt + MINUTE);

/** A pause that was accepted and that nobody has asked to end. */
export function surelyPaused(known: Known): Steer | undefined {
  return wanted(known, "pause").find((pause) => pause.accepted && resumedAt(known, pause) === null);
}

function resumedAt(known: Known, pause: Steer): number | null {
  const resume = wanted(known, "resume").find(({ sequence }) => sequence > pause.sequence);
  return resume ? resume.sentAt : null;
}

/** For how long a person surely held the deployment in this time. */
function heldMs({ downtimes }: Circumstances, known: Known, from: number, to: number): number {
  let total = 0;
  let counted = from;
  for (const pause of wanted(known, "pause")) {
    if (!pause.accepted) continue;
    // A wish that was durable when the program died is heard when it is up again.
    const down = downtimes.find((time) => time.from >= pause.acceptedAt && time.from <= pause.acceptedAt + TURN_MS);
    const begins = Math.max(counted, down ? down.to : pause.acceptedAt);
    const ends = Math.min(to, resumedAt(known, pause) ?? to);
    // Every pause may have begun a little later than it was accepted.
    total += Math.max(0, ends - begins - TURN_MS);
    counted = Math.max(counted, ends);
  }
  return total;
}

/** For how long people may have held it, at most; endless while they may still. */
export function mostHeldMs(known: Known): number {
  let total = 0;
  for (const pause of wanted(known, "pause")) {
    const resume = wanted(known, "resume").find(({ sequence, accepted }) => accepted && sequence > pause.sequence);
    total += resume ? resume.acceptedAt - pause.sentAt + MINUTE : Number.POSITIVE_INFINITY;
  }
  return total;
}

/** Which weight may come next, and whether it may come now. Answers the weight. */
export function checkForwardWrite(circumstances: Circumstances, known: Known, isFull: boolean): number {
  const { weights, intervalMs } = known.request?.pace ?? broken(known, "nobody asked for it");
  const now = circumstances.now();
  const last = known.writes.at(-1);
  const planned = weights[last ? weights.indexOf(last.percent) + 1 : 0] ?? broken(known, "shifted after the last step");
  const promotes = wanted(known, "promote");
  const percent = promotes.length > 0 && isFull ? 100 : planned;
  const binding = promotes.find(({ accepted, undisturbed }) => accepted && undisturbed);
  if (binding && percent < 100) broken(known, `was promoted, and then shifted to ${percent} %`);
  const isSkipped = last && wanted(known, "skip-wait").some((skip) => skip.sentAt <= now && latestOf(skip) >= last.at);
  if (last && !isSkipped && promotes.length === 0) {
    const waited = now - last.at - heldMs(circumstances, known, last.at, now);
    if (waited < intervalMs) {
      broken(known, `shifted after ${waited} ms in which nobody held it; the interval is ${intervalMs} ms`);
    }
  }
  const pause = surelyPaused(known);
  if (pause && known.writes.length > pause.writesBefore + (pause.undisturbed ? -1 : 0)) {
    broken(known, `shifted traffic while paused by ${pause.by}`);
  }
  return percent;
}

/** A paused deployment ends by people, by alarms, by what its functions do and by their hour: not by the time it takes. */
export function checkPausedEnd(known: Known): void {
  const pause = surelyPaused(known);
  if (!pause) return;
  const { status, errorInformation } = known.record.state;
  // The waits for people go on.
  if (rerouteExpired(known)) return;
  if (errorInformation?.code === "TIMEOUT") broken(known, "ran out of time while it was paused");
  if (errorInformation?.message.includes("rovisioned")) broken(known, "gave up waiting for capacity while paused");
  if (status === "Succeeded" && pause.undisturbed) broken(known, "took its last step while it was paused");
}

/** An accepted wish to go on is followed soon, where calls are answered and nothing else interferes. */
export function checkFollowed({ now, slowestCallMs, answers, downtimes }: Circumstances, known: Known): void {
  // A function may have to let it happen first.
  if (!answers(known.group) || known.appSpec.hooks.BeforeTrafficStep) return;
  const patience = 10 * SECOND + 12 * slowestCallMs;
  const holds = known.record.state.stage.phase === "HoldingTraffic";
  for (const { verb, undisturbed, accepted, acceptedAt, writesBefore } of known.steers) {
    // Of a deployment to ECS, other waits may be skipped, and between two shifts a replacement that scales is waited for.
    const moves = (verb === "skip-wait" && (holds || !known.blueGreen)) || (verb === "promote" && holds);
    if (!moves || !undisturbed || !accepted || known.writes.length > writesBefore) continue;
    if (now() <= acceptedAt + patience || downtimes.some(({ to }) => to >= acceptedAt)) continue;
    if (wanted(known, "pause").length === 0) broken(known, `${verb} was accepted, and no traffic has moved since`);
  }
}

/** What the decision log tells of people, when all is over. */
export function checkDecisions(known: Known, told: readonly Told[]): void {
  const decisions = decisionsOf(told);
  const { state } = known.record;
  const ends = decisions.filter(({ ended }) => ended !== null);
  const [end] = ends;
  if (ends.length !== 1 || end !== decisions.at(-1)) broken(known, `its decision log has ${ends.length} ends`);
  if (end?.ended?.status !== state.status || end.ended.code !== (state.errorInformation?.code ?? null)) {
    broken(known, `its decision log says ${end?.ended?.status} ${end?.ended?.code}`);
  }
  if (decisions.some(({ at }, index) => at < (decisions[index - 1]?.at ?? 0))) broken(known, "its decisions go back");
  const asked = told.flatMap(({ event }) => (event.type === "steered" ? [event.by] : []));
  const followed = decisions.flatMap(({ because }) => (because.type === "steered" ? [String(because["by"])] : []));
  for (const { by, accepted, undisturbed, verb } of known.steers) {
    const times = followed.filter((other) => other === by).length;
    if (accepted === false && asked.includes(by)) broken(known, `was told of a ${verb} that was refused`);
    if (times > 1) broken(known, `followed one ${verb} ${times} times`);
    if (accepted && undisturbed && times === 0) broken(known, `its decision log does not know of the ${verb} of ${by}`);
  }
}
