/** What a run of a drill has shown. Pure. */
import type { Deployment } from "../engine/deployment.ts";
import type { AliasState, DeploymentPlan } from "../engine/plan.ts";
import { type Expectation, expectationOf, type Injection } from "./injections.ts";
import type { RunEnd } from "./run.ts";

export const verdicts = {
  restored: "restored",
  byConfiguration: "not rolled back by configuration",
  notRestored: "NOT RESTORED",
  /** The run did not come as far as its failure, or could not be judged: nothing is known. */
  notRehearsed: "NOT REHEARSED",
} as const;

export type Verdict = (typeof verdicts)[keyof typeof verdicts];

/** One run, as it is reported. */
export interface DrillRow {
  injection: string;
  verdict: Verdict;
  /** How the deployment ended; `null` when the run itself could not be done. */
  status: string | null;
  /** `null` when there was no rollback. */
  rollbackStatus: string | null;
  before: AliasState;
  /** Where the alias was left; `null` when it could not be read. */
  after: AliasState | null;
  /** Why the verdict is as it is; empty for `restored`. */
  why: string;
}

/** `after` is where the alias was found when all was over, or why it could not be read. */
export function judge(
  plan: DeploymentPlan,
  injection: Injection,
  end: RunEnd,
  before: AliasState,
  after: AliasState | { unreadable: string },
): DrillRow {
  const found = "unreadable" in after ? null : after;
  return {
    injection: injection.title,
    ...verdictOf(plan, expectationOf(plan, injection), end, before, after),
    status: end.deployment.state.status,
    rollbackStatus: end.rollback?.state.status ?? null,
    before,
    after: found,
  };
}

/** A run that could not be done at all. */
export function notRehearsed(injection: Injection, before: AliasState, why: string): DrillRow {
  const { notRehearsed: verdict } = verdicts;
  return { injection: injection.title, verdict, status: null, rollbackStatus: null, before, after: null, why };
}

function verdictOf(
  plan: DeploymentPlan,
  expected: Expectation,
  { deployment, rollback, injected }: RunEnd,
  before: AliasState,
  after: AliasState | { unreadable: string },
): Pick<DrillRow, "verdict" | "why"> {
  const { status } = deployment.state;
  const verdict = (given: Verdict, why: string) => ({ verdict: given, why });
  const failed = (why: string) => verdict(isSame(before, after) ? verdicts.notRehearsed : verdicts.notRestored, why);
  if ("unreadable" in after) return verdict(verdicts.notRestored, `Where it is could not be read: ${after.unreadable}`);
  if (!injected) return failed(`The deployment ended ${status} before the failure was injected.${told(deployment)}`);
  if (status !== expected.status) {
    return failed(`The deployment ended ${status}, and ${expected.status} was expected.${told(deployment)}`);
  }
  if (!expected.rollsBack) {
    if (isSame(before, after)) return verdict(verdicts.restored, "");
    return verdict(verdicts.byConfiguration, `It stays at ${describe(after)}: ${expected.because}.`);
  }
  const restored = isSame(before, after);
  if (restored && rollback?.state.status === "Succeeded") return verdict(verdicts.restored, "");
  return verdict(verdicts.notRestored, `${whyNot(plan, deployment, rollback)} ${place(before, after, restored)}`);
}

function whyNot(plan: DeploymentPlan, { state }: Deployment, rollback: Deployment | null): string {
  if (!rollback) return state.rollbackInfo?.rollbackMessage ?? `No rollback of ${plan.deploymentId} was created.`;
  if (rollback.state.status === "Succeeded") return "The rollback succeeded.";
  return `The rollback ended ${rollback.state.status}.${told(rollback)}`;
}

function place(before: AliasState, after: AliasState, restored: boolean): string {
  if (restored) return `It is at ${describe(after)}, as it was.`;
  return `It is at ${describe(after)}; it was at ${describe(before)}.`;
}

function told({ state }: Deployment): string {
  return state.statusMessages.map((message) => ` ${message.replace(/\.?$/, ".")}`).join("");
}

function isSame(one: AliasState, other: AliasState | { unreadable: string }): boolean {
  if ("unreadable" in other || one.version !== other.version) return false;
  if (one.routed === null || other.routed === null) return one.routed === other.routed;
  return one.routed.version === other.routed.version && one.routed.weight === other.routed.weight;
}

/** `version 1 with 10 % to version 2`. */
export function describe({ version, routed }: AliasState): string {
  if (!routed) return `version ${version} alone`;
  return `version ${version} with ${Math.round(routed.weight * 100)} % to version ${routed.version}`;
}
