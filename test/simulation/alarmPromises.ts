/** What the documents promise of a deployment's alarms (semantics 3.8, 8.3). */
import type { AlarmSight } from "../../src/drivers/alarms/alarmSource.ts";
import { hasEnded } from "../../src/engine/deployment.ts";
import type { AlarmSetting } from "./alarmScripts.ts";
import type { Look } from "./alarmWorld.ts";
import { BrokenPromise, broken, type Circumstances, type Known } from "./known.ts";
import { SECOND } from "./times.ts";

/** In which what the program was told must have become durable. */
const SLACK_MS = 5 * SECOND;
/** Fewer failed looks are not "several". */
const SEVERAL = 3;

const hasBegun = ({ record }: Known) => record.state.startTime !== null && !hasEnded(record.state.status);

/** Every alarm that is looked at must be that of a deployment under way; `known` is as durable as the look. */
export function checkLook({ present, isShared }: Circumstances, { names }: Look): void {
  // Who watches what another process has ended learns of it with its next look at the store.
  if (isShared) return;
  const watching = [...present].filter(
    ({ watches, record, before }) =>
      watches && record.state.startTime !== null && !(hasEnded(record.state.status) && hasEnded(before.state.status)),
  );
  const stray = names.find((name) => !watching.some(({ watches }) => watches?.names.includes(name)));
  if (stray !== undefined) throw new BrokenPromise(`alarm ${stray} was looked at, and no deployment watches it`);
}

/** The deployments that the watch must be looking for now; of several processes, not each knows of all. */
export function watchedNow({ present, isShared }: Circumstances, { names }: Look): Known[] {
  const isLookedFor = ({ watches }: Known) => !isShared || watches?.names.every((name) => names.includes(name));
  return [...present].filter((known) => known.watches && hasBegun(known) && isLookedFor(known));
}

/** A look of the watch has been answered. */
export function noteWatchLook(circumstances: Circumstances, watched: readonly Known[], sight: AlarmSight): void {
  for (const known of watched) if (known.watches) note(circumstances, known, known.watches, "watch", sight);
}

/** A look at the start of a deployment: what was told, or `null` when the answer was lost. */
export function noteStartLook(circumstances: Circumstances, known: Known, sight: AlarmSight | null): void {
  if (known.undoes) broken(known, "a rollback looked at alarms");
  if (!known.watches) broken(known, "looked at alarms, and watches none");
  note(circumstances, known, known.watches, "start", sight);
}

/** Of several processes, one learns within an interval what another has begun: its look may have been for older ones alone. */
const isNews = ({ isShared, now, alarmIntervalMs }: Circumstances, { record }: Known): boolean =>
  isShared && now() - (record.state.startTime ?? now()) <= alarmIntervalMs;

function note(
  circumstances: Circumstances,
  known: Known,
  { names, ignorePollAlarmFailure }: AlarmSetting,
  who: "watch" | "start",
  sight: AlarmSight | null,
): void {
  const { now, run } = circumstances;
  const { alarms: ledger } = known;
  const states = sight?.states ?? {};
  const problems = sight ? names.flatMap((name) => sight.problems[name] ?? []) : [{ passes: true }];
  const red = names.filter((name) => states[name] === "ALARM");
  const isMissing = problems.length === 0 && names.some((name) => states[name] === undefined);
  const isLasting = problems.some(({ passes }) => !passes);
  for (const name of red) ledger.red.add(name);
  ledger.missing ||= isMissing;
  ledger.lasting ||= isLasting;
  ledger.failures[who] = problems.length > 0 ? ledger.failures[who] + 1 : 0;
  ledger.failures.most = Math.max(ledger.failures.most, ledger.failures[who]);
  const ends = red.length > 0 || (!ignorePollAlarmFailure && (isMissing || isLasting));
  if (who === "start" && (ends || problems.length === 0 || ignorePollAlarmFailure)) {
    ledger.first = ends ? "ends" : "fine";
  }
  const present = run();
  const mustEnd = ends && (who === "start" || !isNews(circumstances, known));
  if (mustEnd && present && ledger.doomed?.run !== present.number) {
    ledger.doomed = { at: now(), run: present.number, writesBefore: known.writes.length };
  }
}

/** Traffic moves forward: a look must have let it. */
export function checkTrafficByAlarms({ now, run }: Circumstances, known: Known): void {
  const { watches, alarms } = known;
  if (!watches) return;
  if (alarms.first === "none") broken(known, "moved traffic before it had looked at its alarms");
  if (alarms.first === "ends") broken(known, "moved traffic although its first look at its alarms must end it");
  const { doomed } = alarms;
  if (!doomed || doomed.run !== run()?.number || now() <= doomed.at + SLACK_MS) return;
  if (known.writes.length > doomed.writesBefore) broken(known, "went on shifting after an alarm");
}

/** At every moment of a running program: time that passed with nothing to do counts as well. */
export function checkUnseenAlarms({ alarms, now, run }: Circumstances, known: Known): void {
  const { watches, record } = known;
  const present = run();
  if (!watches || !hasBegun(known) || !present) return;
  // The answer to a write under way is waited for, and what only ends the original task set goes on.
  if ("interruption" in record.state.stage || known.blueGreen?.terminatingAt != null) return;
  const { doomed } = known.alarms;
  if (doomed && doomed.run === present.number && now() > doomed.at + SLACK_MS) {
    broken(known, "is still under way after a look that must end it");
  }
  const ends = (name: string) => {
    const state = alarms.stateOf(name);
    return state === "ALARM" || (state === "missing" && !watches.ignorePollAlarmFailure);
  };
  const unseen = watches.names.filter(ends).map((name) => alarms.since(name));
  const reference = Math.max(record.state.startTime ?? 0, present.since, alarms.troubledUntil(watches.names));
  if (unseen.some((since) => now() > Math.max(since, reference) + alarms.longestUnseenMs)) {
    broken(known, "goes on although an alarm of it has long been red or missing");
  }
  const unreadable = alarms.unreadableSince(watches.names);
  if (watches.ignorePollAlarmFailure || unreadable === null) return;
  const since = Math.max(unreadable, record.state.startTime ?? 0, present.since);
  if (now() > since + (SEVERAL + 1) * alarms.longestUnseenMs) broken(known, "goes on without its alarms");
}

/** How a deployment ended, held against its alarms. */
export function checkAlarmEnd(circumstances: Circumstances, known: Known): void {
  if (isAlarmEnd(known)) checkStoppedByAlarms(circumstances, known);
  else checkDoomed(circumstances, known);
}

function checkStoppedByAlarms({ isShared }: Circumstances, known: Known): void {
  const { watches, alarms } = known;
  const { code, message = "" } = known.record.state.errorInformation ?? {};
  if (known.undoes) broken(known, `a rollback was stopped with ${code}`);
  if (!watches) broken(known, `was stopped with ${code}, and it watches no alarm`);
  if (code === "ALARM_ACTIVE") {
    const named = [...message.matchAll(/<([^>]+)>/g)].map(([, name = ""]) => name);
    if (named.length === 0) broken(known, "does not say which alarm stopped it");
    const green = named.find((name) => !alarms.red.has(name));
    if (green !== undefined) broken(known, `was stopped because of alarm ${green}, which it had not seen red`);
    return;
  }
  if (watches.ignorePollAlarmFailure) broken(known, `was stopped with ${code} although it ignores what cannot be read`);
  if (code === "CODEDEPLOY_RESOURCE_CANNOT_BE_FOUND") {
    if (!alarms.missing) broken(known, "was stopped because of a missing alarm, and none was");
  } else if (!alarms.lasting && alarms.failures.most < (isShared ? 1 : SEVERAL)) {
    // Of several processes, each counts its own, and another's look that succeeds may come between them.
    broken(known, `was stopped with ${code} after ${alarms.failures.most} failed looks in a row`);
  }
}

/** By a person or a newer deployment, or because nobody let the traffic move. */
const STOPPED_OTHERWISE: ReadonlySet<string | undefined> = new Set(["MANUAL_STOP", "TIMEOUT"]);

/** Stopped, and for nothing else. */
export function isAlarmEnd({ record: { state } }: Known): boolean {
  return state.status === "Stopped" && !STOPPED_OTHERWISE.has(state.errorInformation?.code);
}

function checkDoomed({ run }: Circumstances, known: Known): void {
  const { doomed } = known.alarms;
  const { status, completeTime, errorInformation } = known.record.state;
  if (!doomed || doomed.run !== run()?.number) return;
  const terminatingAt = known.blueGreen?.terminatingAt ?? null;
  if (terminatingAt !== null && terminatingAt <= doomed.at + SLACK_MS) return;
  const latest = doomed.at + SLACK_MS;
  const isStopped =
    status === "Stopped" && known.stops.some((stop) => stop.accepted !== false && stop.sentAt <= latest);
  if ((completeTime ?? 0) > latest && !isStopped) {
    broken(known, `ended ${status} ${errorInformation?.code ?? ""} long after a look at its alarms that must end it`);
  }
}

/** What the alarms alone must make of the deployment; `null` when it depends on times. */
export function alarmCertainty({ alarms }: Circumstances, { watches }: Known): "goes on" | "red" | "missing" | null {
  if (!watches) return "goes on";
  if (!alarms.isReliable) return null;
  const { names, ignorePollAlarmFailure } = watches;
  if (names.some((name) => alarms.isAlways(name, ["ALARM"]))) return "red";
  const harmless = ["OK", "INSUFFICIENT_DATA", ...(ignorePollAlarmFailure ? ["missing" as const] : [])] as const;
  if (names.every((name) => alarms.isAlways(name, harmless))) return "goes on";
  const isMissing = names.some((name) => alarms.isAlways(name, ["missing"]));
  const isNeverRed = names.every((name) => alarms.isAlways(name, ["OK", "INSUFFICIENT_DATA", "missing"]));
  return isMissing && isNeverRed ? "missing" : null;
}
